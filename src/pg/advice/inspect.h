// A look at a query's distances while the planner has it: names resolved, subqueries pulled up,
// partial indexes proved.
#pragma once

#include "pg/advice/finding.h"

namespace vx::pg {

/// Registers the planner's hook; called once, at load.
void init_advice();

/// Plans `query`, which is changed by it, and returns the plan; `findings` gets a list of Finding.
PlannedStmt* plan_and_inspect(Query* query, const char* text, List** findings);

}  // namespace vx::pg
