// EXPLAIN (ANALYZE) of index scans, from PostgreSQL 18 on.
#pragma once

namespace vx::pg {

/// Puts the hook into EXPLAIN, where it has one; called once, at load.
void init_explain();

}  // namespace vx::pg
