// Exact nearest neighbors by brute force, computed once for a data set, metric and k, and kept
// beside the data file: what recall is measured against.
#pragma once

#include "bench/dataset.h"
#include "bench/metric.h"

#include <cstdint>

namespace vx::bench {

struct ExactResults {
    std::size_t k = 0;
    std::vector<std::uint32_t> ids;  ///< queries x k row numbers, nearest first
    std::vector<double> distances;   ///< the same shape, as distance() gives them

    [[nodiscard]] std::size_t queries() const { return k == 0 ? 0 : ids.size() / k; }
};

/// Computes the k nearest rows of each query; ties go to the smaller row number.
[[nodiscard]] ExactResults compute_exact(const Dataset& data, Metric metric, std::size_t k,
                                         unsigned threads);

/// Reads the cached results, or computes and caches them. A cache file that is damaged or belongs
/// to another data set is made anew.
[[nodiscard]] ExactResults exact_results(const Dataset& data, Metric metric, std::size_t k,
                                         unsigned threads);

/// The cache file's name.
[[nodiscard]] std::filesystem::path exact_path(const std::filesystem::path& dataset, Metric metric,
                                               std::size_t k);

}  // namespace vx::bench
