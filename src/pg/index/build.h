// CREATE INDEX and REINDEX.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

IndexBuildResult* build_index(Relation heap, Relation index, ::IndexInfo* info);
void build_empty_index(Relation index);
char* build_phase_name(int64 phase);

}  // namespace vx::pg
