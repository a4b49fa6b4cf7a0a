// The random rotation that makes every vector look alike to the codes (FHT-Kac).
//
// Four rounds, each of: (1) negate the elements whose sign bit is set; (2) the normalized
// Walsh-Hadamard transform of the first `power` elements (rounds 0 and 2) or of the last (1 and 3);
// (3) unless power = dims, (a, b) becomes (a + b, a - b) / sqrt(2) for elements half the length
// apart. power is the largest power of two <= dims. Linear, orthogonal, and the same bits on every
// machine: additions, subtractions and scalings in an order that is part of the definition.
//
// The sign bits: bit number i * dims + j belongs to round i, element j; bit b of the stream is bit
// b % 64 of output b / 64 of SplitMix64(seed). Source: RaBitQ-Library's FhtKacRotator, but with
// power from the padded length (theirs, from the unpadded one, leaves 100 dimensions badly mixed).
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernels/code_kernels.h"

namespace vx {

/// Dimensions after padding with zeros; `multiple` is a multiple of 16 (64 keeps codes on lines).
constexpr size_t padded_dims(size_t dims, size_t multiple) {
    return (dims + multiple - 1) / multiple * multiple;
}

/// Words of 16 sign bits that a rotation of `padded` dimensions needs.
constexpr size_t rotation_words(size_t padded) { return padded / 4; }

/// A vector, the mean to be taken off it (nullptr: none), and the power of two that multiplies what
/// is left.
struct CenteredVector {
    const float* vector;
    const float* mean;
    float factor = 1;
};

/// An orthogonal map of vectors of `padded` elements (a multiple of 16, at least 16).
class Rotation {
public:
    Rotation() = default;

    /// Fills `words` (rotation_words(padded) of them), which must live as long as the rotation.
    Rotation(size_t padded, uint64_t seed, uint16_t* words);

    [[nodiscard]] size_t dims() const { return plan_.dims; }

    /// In place. 0.7 us at 768 dimensions (AVX-512, Sapphire Rapids), 0.15 us at 128.
    void rotate(float* values) const;
    /// The inverse of `rotate`, up to rounding.
    void rotate_back(float* values) const;

    /// The rotated, zero-padded vector (of `dims` elements) minus the mean, times the factor.
    void rotate_centered(CenteredVector vector, size_t dims, float* rotated) const;

private:
    RotationPlan plan_ = {};
};

}  // namespace vx
