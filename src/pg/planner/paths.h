// Index paths that the server does not find: distances with a bound, and orders by what grows or
// falls with a distance.
#pragma once

namespace vx::pg {

/// Puts the hook into the planner; called once, at load.
void init_planner();

}  // namespace vx::pg
