// IEEE 754 binary16: a number of 11 significant bits in two bytes.
//
// Conversions here are plain integer and float arithmetic, the same on every machine, and the
// reference for the instructions that kernels use (src/core/kernels): the results are equal.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

namespace vx {

/// A half-precision number as it is stored.  Arithmetic is done in float; conversions are explicit,
/// because the one from float rounds (to nearest, ties to even) and turns what is beyond 65504 into
/// an infinity.
struct Half {
    uint16_t bits;

    Half() = default;
    constexpr explicit Half(float value) : bits(round(value)) {}
    constexpr explicit operator float() const { return widen(bits); }

    static constexpr Half from_bits(uint16_t bits) {
        Half half;
        half.bits = bits;
        return half;
    }

private:
    static constexpr uint16_t round(float value) {
        const auto word = std::bit_cast<uint32_t>(value);
        const auto sign = static_cast<uint16_t>(word >> 16 & 0x8000);
        const uint32_t magnitude = word & 0x7FFFFFFF;
        uint32_t result = 0;
        if (magnitude > 0x7F800000) {  // NaN: quiet, with the payload's upper bits
            result = 0x7E00 | (magnitude >> 13 & 0x03FF);
        } else if (magnitude >= 0x477FF000) {  // from 65520 on, halfway to the next power of two
            result = 0x7C00;
        } else if (magnitude >=
                   0x38800000) {  // normal: carry into bit 13, drop, shift the exponent
            const uint32_t even = magnitude >> 13 & 1;
            result = ((magnitude + 0x0FFF + even) >> 13) - (112 << 10);
        } else {  // subnormal: adding 1/2 leaves multiples of 2^-24 in the mantissa, rounded
            const float shifted = std::bit_cast<float>(magnitude) + 0.5F;
            result = std::bit_cast<uint32_t>(shifted) - std::bit_cast<uint32_t>(0.5F);
        }
        return static_cast<uint16_t>(sign | result);
    }

    static constexpr float widen(uint16_t half) {
        const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
        uint32_t magnitude = static_cast<uint32_t>(half & 0x7FFF) << 13;
        if (magnitude >= 0x0F800000) {
            magnitude |= 0x7F800000;
        } else {
            // The exponents' biases differ by 112; the product is exact, of subnormals too.
            magnitude = std::bit_cast<uint32_t>(std::bit_cast<float>(magnitude) * 0x1p112F);
        }
        return std::bit_cast<float>(sign | magnitude);
    }
};
static_assert(sizeof(Half) == 2 && std::is_trivial_v<Half>, "on disk: never change");

constexpr bool is_infinite(Half value) { return (value.bits & 0x7FFF) == 0x7C00; }

}  // namespace vx
