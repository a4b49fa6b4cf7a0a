// Which indexes a plan reads by distance.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// Indexes that a plan, or a plan within it, scans in their order, or for a bitmap of the rows
/// within a distance: a list of OIDs.
List* find_index_scans(const PlannedStmt* statement);

}  // namespace vx::pg
