// Own codes: a vector's direction as a point of a small lattice, its length as a factor (RaBitQ).
//
// x is a vector after centering and rotation. Each element becomes a code u of `bits` bits; y = u -
// middle, middle = (2^bits - 1) / 2, points as nearly as possible in the direction of x. What
// estimates need of x is then y and three numbers: |x|^2, g = |x|^2 / <x, y> (g * y is the unbiased
// stand-in for x in an inner product with something else) and scale = |x| / |y| (scale * y has the
// length of x: the stand-in where both sides are codes). Sources: RaBitQ (Gao, Long, SIGMOD 2024)
// and its extension to several bits (SIGMOD 2025), sections 3; layout and errors: README.md.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernels/code_kernels.h"

namespace vx {

/// Bits per dimension that exist: 1, 2, 4 (packed), 7 and 8 (a byte each; 7 for AVX2's sake).
constexpr bool valid_code_bits(unsigned bits) {
    return bits == 1 || bits == 2 || bits == 4 || bits == 7 || bits == 8;
}

/// Bytes of a code; `dims` is padded: a multiple of 16.
constexpr size_t code_bytes(size_t dims, unsigned bits) {
    return bits >= 7 ? dims : dims * bits / 8;
}

constexpr float code_middle(unsigned bits) { return static_cast<float>((1u << bits) - 1) * 0.5f; }

/// What belongs to a code. All zero, but for `sum`: x is zero, and estimates are exact. Only
/// norm_sq is not zero: x is too long for its square to be a float; the estimate says "very far".
struct CodeFactors {
    float norm_sq = 0;  // |x|^2
    float g = 0;        // |x|^2 / <x, y>
    float scale = 0;    // |x| / |y|
    int32_t sum = 0;    // of u over all padded dimensions
};

/// Squared lengths above this are taken for it, and below kTinyNorm for zero: a float's range.
constexpr float kHugeNorm = 3.40282347e+38F / 4;
constexpr float kTinyNorm = 1e-30F;

/// Encodes x into code_bytes(dims, bits) bytes.  Any x: zero, huge and not finite ones as above.
CodeFactors encode(const float* x, size_t dims, unsigned bits, uint8_t* code);

/// Codes one byte each from a code of any bits.
void unpack(const uint8_t* code, size_t dims, unsigned bits, uint8_t* bytes);

/// factor * y: the stand-in for x, with g or scale as the factor.
void decode(const uint8_t* code, size_t dims, unsigned bits, float factor, float* values);

/// The dot product of codes of `bits` with a query of one signed byte per dimension.
int32_t dot_code(const uint8_t* code, const int8_t* query, size_t dims, unsigned bits);

/// Variance of the estimate of <x, r> / (|x| |r|) for r orthogonal to x, over rotations:
/// (|x|^2 |y|^2 / <x, y>^2 - 1) / (dims - 1); infinity for a vector that was too long.  A sweep
/// asks it of every node, so it is compiled where it is used.
inline double code_variance(const CodeFactors& factors, size_t dims) {
    if (factors.g == 0) return factors.norm_sq == 0 ? 0 : __builtin_inf();
    // g / scale = |x| |y| / <x, y>, the inverse of the cosine between x and y.
    const double inverse = static_cast<double>(factors.g) / static_cast<double>(factors.scale);
    const double rest = inverse * inverse - 1;
    return rest <= 0 ? 0 : rest / static_cast<double>(dims - 1);
}

/// Step of the lattice before it is fitted, for a unit vector of `dims` dimensions: mean of the
/// best one over random directions, divided by sqrt(dims); for bits <= 5.
constexpr float lattice_ratio(unsigned bits) {
    return bits == 1 ? 1.0F : bits == 2 ? 0.99F : bits == 3 ? 1.69F : bits == 4 ? 3.01F : 5.4F;
}

}  // namespace vx
