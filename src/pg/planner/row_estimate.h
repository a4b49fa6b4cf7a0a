// How many rows of a table a query's bound of the distance leaves, for the plan as a whole.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// Counts the rows of `rel` by what its paths have found out of bounds of the distance, where the
/// server took a third for each: joins, sorts and aggregates above are planned by it.  Called when
/// the paths are complete.
void estimate_rows_within(PlannerInfo* root, RelOptInfo* rel);

}  // namespace vx::pg
