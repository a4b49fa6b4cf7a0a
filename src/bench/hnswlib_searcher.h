// hnswlib, the well-known C++ library, as a target in this process: what the graph costs without
// a database around it. Compiled in when its headers are there (VX_HAVE_HNSWLIB).
#pragma once

#include "bench/workload.h"

namespace vx::bench {

/// Builds the graph with `threads` threads, or reads it from beside the data file, where an
/// earlier call has left it. Throws std::runtime_error when the tool was compiled without hnswlib
/// and for the metric L1, which hnswlib has not.
[[nodiscard]] std::unique_ptr<Searcher> open_hnswlib(const Target& target, const Dataset& data,
                                                     Metric metric, unsigned threads);

}  // namespace vx::bench
