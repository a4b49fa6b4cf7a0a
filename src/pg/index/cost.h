// Planning.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

void estimate_cost(PlannerInfo* root, IndexPath* path, double loop_count, Cost* startup_cost,
                   Cost* total_cost, Selectivity* selectivity, double* correlation, double* pages);

}  // namespace vx::pg
