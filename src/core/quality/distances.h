// What an approximate answer is worth beside the exact one, by distances alone: rows at equal
// distances stand for each other.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

namespace vx {

/// Whether a row at distance `a` is no farther than one at distance `b`, in the order of SQL: NaN
/// comes after all numbers.
inline bool is_within(double a, double b) { return std::isnan(b) || a <= b; }

/// How many of `found` are right: no farther than the last of `exact`, which are the nearest there
/// are, in order; at most as many as these.
inline size_t count_right(std::span<const double> found, std::span<const double> exact) {
    if (exact.empty()) return 0;
    size_t right = 0;
    for (const double distance : found)
        if (right < exact.size() && is_within(distance, exact.back())) ++right;
    return right;
}

/// The value below which a share of `sorted` lies, between two of them in proportion, as
/// percentile_cont has it; NaN of none.
inline double percentile(std::span<const double> sorted, double share) {
    if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
    const double at = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<size_t>(at);
    const size_t above = below + 1 < sorted.size() ? below + 1 : below;
    return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace vx
