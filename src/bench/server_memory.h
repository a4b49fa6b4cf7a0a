// Memory of a server's processes, where the server runs on this machine.
#pragma once

#include <vector>

namespace vx::bench {

/// Bytes that these processes have: what each has for itself, and the segments of dynamic shared
/// memory that any of them has mapped, once.  The server's shared buffers are not in it.  0 where
/// /proc does not tell (another system, another machine, no permission).
double memory_of_processes(const std::vector<int>& pids);

}  // namespace vx::bench
