// Says at ALTER INDEX ... SET what waits for REINDEX, and refuses what REINDEX would.
#pragma once

namespace vx::pg {

/// Has the server call us when an object was altered; called once, at load.
void init_option_notice();

}  // namespace vx::pg
