// The metrics and their facts.  Enum values are stored in index meta pages: never renumber.
#pragma once

#include <cstdint>

namespace vx {

/// What an index orders by.  The value a kernel returns is the *ranking distance*: smaller is
/// nearer, monotone in the SQL operator's result, without the final root.
enum class Metric : uint8_t {
    kL2 = 1,            // squared Euclidean distance
    kInnerProduct = 2,  // negative inner product
    kCosine = 3,        // negative inner product of unit vectors (callers normalize)
    kL1 = 4,            // sum of absolute differences
    kHamming = 5,       // bits that differ
    kJaccard = 6,       // bits in both, as a negative share of those in either
};
inline constexpr Metric kLastMetric = Metric::kJaccard;

constexpr bool needs_unit_vectors(Metric metric) { return metric == Metric::kCosine; }

/// Whether nothing is nearer to a vector than itself.  By inner product longer ones are.
constexpr bool is_own_nearest(Metric metric) { return metric != Metric::kInnerProduct; }

}  // namespace vx
