// Plans of grouped answers: a condition on a window function's result, and a LIMIT above it.
#pragma once

namespace vx::pg {

/// Puts the hook into the planner; called once, at load.
void init_grouped();

}  // namespace vx::pg
