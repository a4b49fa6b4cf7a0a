// Which indexes a plan reads.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// Indexes that a plan, or a plan within it, scans in their order: a list of OIDs.
List* find_index_scans(const PlannedStmt* statement);

}  // namespace vx::pg
