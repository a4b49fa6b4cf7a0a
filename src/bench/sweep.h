// Several targets measured side by side over a range of efforts.
#pragma once

#include "bench/report.h"

namespace vx::bench {

struct SweepOptions {
    std::vector<Target> targets;
    std::vector<int> efs;  ///< for targets that name none of their own
    std::size_t rounds = 3;
    std::size_t warmup = 500;  ///< queries asked of each target first, at its greatest effort
    unsigned threads = 1;      ///< for the exact answers and for hnswlib's build
    Metric metric = Metric::kL2;
    Load load;
};

/// Measures all targets in turn in every round, so that whatever the machine does in the meantime
/// meets them alike. Points of the report are ordered by target, then effort.
[[nodiscard]] Report run_sweep(const Dataset& data, const SweepOptions& options);

/// Opens the searcher of a target of any kind.
[[nodiscard]] std::unique_ptr<Searcher> open_target(const Target& target, const Dataset& data,
                                                    const SweepOptions& options);

/// The data set, metric and load as facts of a report.
[[nodiscard]] Facts setup_facts(const Dataset& data, const SweepOptions& options);

}  // namespace vx::bench
