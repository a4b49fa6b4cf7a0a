#include "bench/stats.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace vx::bench {

double recall(const Dataset& data, Metric metric, const ExactResults& exact, std::size_t query,
              std::span<const std::int64_t> found) {
    const std::size_t k = exact.k;
    if (k == 0) return 1;
    const double worst = exact.distances.at(query * k + k - 1);
    // One rounding of a float result, relative: equal vectors never differ by more.
    const double bound = worst + std::fabs(worst) * 1e-9;
    std::vector<std::int64_t> seen;
    std::size_t hits = 0;
    for (const std::int64_t id : found.first(std::min(found.size(), k))) {
        if (id == kNoRow) break;
        if (id < 0 || static_cast<std::size_t>(id) >= data.rows()) {
            throw std::runtime_error("the target returned id " + std::to_string(id) +
                                     ", which is no row number of the data set");
        }
        if (std::find(seen.begin(), seen.end(), id) != seen.end()) continue;
        seen.push_back(id);
        const auto row = data.row(static_cast<std::size_t>(id));
        if (distance(metric, data.query(query), row) <= bound) ++hits;
    }
    return static_cast<double>(hits) / static_cast<double>(k);
}

double percentile(std::span<const double> sorted, double part) {
    if (sorted.empty()) return 0;
    const double rank = part * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (rank - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double mean(std::span<const double> samples) {
    if (samples.empty()) return 0;
    return std::accumulate(samples.begin(), samples.end(), 0.0) /
           static_cast<double>(samples.size());
}

double median(std::vector<double> samples) {
    std::sort(samples.begin(), samples.end());
    return percentile(samples, 0.5);
}

}  // namespace vx::bench
