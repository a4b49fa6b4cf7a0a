// The unit of an index's codes, for vectors that are far from length 1.
//
// Codes work with squared lengths in single precision, between 1e-30 and 1e38.  Vectors of 1e-20 or
// 1e20 are multiplied by a power of two before anything is squared.  That is exact, and the same
// for all vectors of an index, so that their distances can be compared.
#pragma once

#include "core/quantize/code.h"

namespace vx {

inline constexpr int kMostScale = 126;  // 2^126 and 2^-126 are both floats

/// Lengths for which nothing need be done: they leave twelve decades to either end, nine at least.
inline constexpr double kLeastLength = 0x1p-20;
inline constexpr double kMostLength = 0x1p+30;

/// The exponent of the power of two that brings a length near to 1; zero for ordinary ones, for
/// zero and for what is no number.
inline int choose_scale(double length) {
    if (!(length > 0) || (length >= kLeastLength && length <= kMostLength)) return 0;
    if (length > 1e300) return -kMostScale;
    const int exponent = -__builtin_ilogb(length);
    return exponent > kMostScale ? kMostScale : exponent < -kMostScale ? -kMostScale : exponent;
}

inline float scale_factor(int exponent) {
    return static_cast<float>(__builtin_ldexp(1.0, exponent));
}

/// The nearest float within what distances may be; what is no number becomes the greatest.
inline float clamped(double value) {
    constexpr auto kLimit = static_cast<double>(kHugeNorm);
    if (value < -kLimit) return -kHugeNorm;
    return value < kLimit ? static_cast<float>(value) : kHugeNorm;
}

}  // namespace vx
