// One ranking made of several: what a place or a score in a list is worth, and the order of sums.
//
// Ids are numbers here, from 0 in the order in which they first come; whoever knows the ids
// themselves numbers them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>

namespace vx {

/// What rank `rank`, from 1, is worth (Cormack, Clarke, Buettcher: "Reciprocal Rank Fusion
/// outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009).
inline double reciprocal_rank(double rank, double k) { return 1 / (k + rank); }

/// Scales finite scores so that the least is 0 and the greatest 1.  False, and nothing is done, if
/// they are all equal.
inline bool scale_to_unit(std::span<double> scores) {
    if (scores.empty()) return false;
    const auto [least, greatest] = std::minmax_element(scores.begin(), scores.end());
    const double low = *least;
    const double high = *greatest;
    if (low == high) return false;
    // A difference that is no finite number is one of halves.
    const bool is_wide = std::isinf(high - low);
    for (double& score : scores)
        score =
            is_wide ? (score / 2 - low / 2) / (high / 2 - low / 2) : (score - low) / (high - low);
    return true;
}

/// Relative score fusion, as Weaviate has it: from 0 to 1; each is 1 where all are equal, because a
/// list of one row must not lose it.
inline void scale_by_extremes(std::span<double> scores) {
    if (!scale_to_unit(scores)) std::fill(scores.begin(), scores.end(), 1.0);
}

/// Distribution-based score fusion, as Qdrant has it: 0 is three standard deviations (of a sample)
/// below the mean, 1 as many above it; what lies farther out is not cut off.  Each is 0.5 where all
/// are equal.
inline void scale_by_deviation(std::span<double> scores) {
    // Scores from 0 to 1 have the same result, and their squares are numbers.
    if (!scale_to_unit(scores)) {
        std::fill(scores.begin(), scores.end(), 0.5);
        return;
    }
    const auto count = static_cast<double>(scores.size());
    const double mean = std::accumulate(scores.begin(), scores.end(), 0.0) / count;
    double squares = 0;
    for (const double score : scores) squares += (score - mean) * (score - mean);
    const double deviation = std::sqrt(squares / (count - 1));
    for (double& score : scores) score = 0.5 + (score - mean) / (6 * deviation);
}

/// Adds a few numbers, the smallest first, and leaves them sorted: ids with the same places in
/// different lists have the same sum to the last bit, and tie.
inline double sum_ascending(std::span<double> parts) {
    double sum = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
        size_t least = i;
        for (size_t j = i + 1; j < parts.size(); ++j)
            if (parts[j] < parts[least]) least = j;
        std::swap(parts[i], parts[least]);
        sum += parts[i];
    }
    return sum;
}

/// Numbers `order` from 0 by score: the greatest first, of equal ones the lower number.
inline void order_best_first(std::span<const double> scores, std::span<uint32_t> order) {
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [scores](uint32_t a, uint32_t b) {
        return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
    });
}

}  // namespace vx
