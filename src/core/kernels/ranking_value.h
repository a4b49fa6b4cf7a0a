// Ranking distances of vectors whose sums leave the range of single precision: in the right order
// all the same.
//
// A graph compares distances and keeps them as floats.  Squares of elements of 1e20 or 1e-25 are no
// floats, so such sums are made in double (wide.h) and mapped to the floats at either end, of which
// ordinary distances have no need: what lies between 2^-100 and 2^100 is itself, and beyond, where
// a double has 200 octaves for the 27 of a float, each octave gets an eighth of a float's: the
// upper 20 bits of the mantissa, a part in a million.
#pragma once

#include <cstdint>

#include "core/kernels/metric.h"
#include "core/kernels/wide.h"

namespace vx {

inline constexpr float kLeastRanked = 0x1p-100F;
inline constexpr float kMostRanked = 0x1p+100F;

/// Is a sum of floats right but for rounding, and a ranking value?  What single terms have lost to
/// underflow is nothing beside it.  Not zero, which may be an underflow.
inline bool is_ranked(float sum) {
    const float size = __builtin_fabsf(sum);
    return size >= kLeastRanked && size <= kMostRanked;
}

/// The float that stands for a distance: the greater the one, the greater the other.
[[gnu::cold]] inline float ranking_value(double distance) {
    const double size = __builtin_fabs(distance);
    if (size == 0) return 0;
    if (size >= static_cast<double>(kLeastRanked) && size <= static_cast<double>(kMostRanked))
        return static_cast<float>(distance);
    const float edge = size < 1 ? kLeastRanked : kMostRanked;
    // Sign, exponent and 20 bits of the mantissa, as a number that grows with the double.
    const auto upper = [](double value) {
        return static_cast<int64_t>(__builtin_bit_cast(uint64_t, value) >> 32);
    };
    constexpr int64_t kGreatest = 0x7F7FFFFF;  // FLT_MAX
    int64_t bits =
        __builtin_bit_cast(uint32_t, edge) + upper(size) - upper(static_cast<double>(edge));
    // Infinite ones and what is no number come last.
    bits = bits < 1 ? 1 : bits > kGreatest ? kGreatest : bits;
    const auto value = __builtin_bit_cast(float, static_cast<uint32_t>(bits));
    return distance < 0 ? -value : value;
}

/// A ranking distance in double.
template <class Element>
using WideDistanceFn = double (*)(const Element* a, const Element* b, size_t dims);

/// The one that goes with ranking_kernel(metric); null where sums of floats do: of unit vectors.
inline WideDistanceFn<float> wide_ranking(Metric metric) {
    if (metric == Metric::kL2) return WideSums<float>::l2_squared;
    if (metric == Metric::kL1) return WideSums<float>::l1;
    return metric == Metric::kInnerProduct ? WideSums<float>::negative_dot : nullptr;
}

/// A sum of floats that goes on in double once it has left their range.
struct RankingSum {
    float value = 0;
    bool is_wide = false;
    double wide = 0;

    /// From now on in double.
    void widen() {
        if (!is_wide) wide = static_cast<double>(value);
        is_wide = true;
    }
    [[nodiscard]] float ranked() const { return is_wide ? ranking_value(wide) : value; }
};

}  // namespace vx
