// Sums in double, for vectors whose squares leave the range of single precision.
//
// Kernels and sparse.h add up in float, which is right as long as the sum is a number well within a
// float's range.  Squares of elements beyond 1e19 are infinite, those below 1e-23 are zero, though
// distances of such vectors are ordinary doubles.  Callers look at the sum, which shows it: what
// overflowed is infinite or NaN, and what single terms lose to underflow is little beside a sum
// that is not tiny.  The few that are out of range are computed once more here, by plain loops
// that are kept out of the callers' way: no instruction set, no inlining.
#pragma once

#include <cfloat>
#include <cstddef>
#include <cstdint>

#include "core/base/half.h"
#include "core/kernels/sparse.h"

namespace vx {

/// Sums below this are not trusted: each of 16,000 terms may have lost 2^-150 to underflow, which
/// is 2^-24 of it.
inline constexpr float kLeastSum = 0x1p-112F;

/// Is a sum of floats right but for rounding?  One of zero may be an underflow.
inline bool in_range(float sum) {
    const float size = __builtin_fabsf(sum);
    return size >= kLeastSum && size <= FLT_MAX;
}

/// The three sums behind a cosine.
struct WideCosineSums {
    double dot;
    double norm_a;  // squared
    double norm_b;  // squared
};

/// Sums of dense vectors of `Element` float or Half.
template <class Element>
struct WideSums {
    static double l2_squared(const Element* a, const Element* b, size_t dims);
    static double dot(const Element* a, const Element* b, size_t dims);
    static double negative_dot(const Element* a, const Element* b, size_t dims);
    static double l1(const Element* a, const Element* b, size_t dims);
    static WideCosineSums cosine(const Element* a, const Element* b, size_t dims);
};

extern template struct WideSums<float>;
extern template struct WideSums<Half>;

/// Sums of sparse vectors.
double wide_l2_squared(SparseView a, SparseView b);
double wide_dot(SparseView a, SparseView b);
double wide_l1(SparseView a, SparseView b);
WideCosineSums wide_cosine(SparseView a, SparseView b);

}  // namespace vx
