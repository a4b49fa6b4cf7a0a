// The elements of the binary form: numbers in network byte order.
//
// The header before them (dimensions, a reserved word) is read by the type's receive function,
// which also makes sure that the bytes are there.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "core/base/half.h"

namespace vx {

template <class Word>
constexpr Word network_order(Word value) {
    if constexpr (std::endian::native == std::endian::big) return value;
    if constexpr (sizeof(Word) == 2) return __builtin_bswap16(value);
    return static_cast<Word>(__builtin_bswap32(static_cast<uint32_t>(value)));
}

/// The bits of an element as a number, and those of its exponent: all set in NaN and infinity.
template <class Element>
struct ElementBits {
    using Word = uint32_t;
    static constexpr Word kExponent = 0x7F800000;
};
template <>
struct ElementBits<Half> {
    using Word = uint16_t;
    static constexpr Word kExponent = 0x7C00;
};

/// Decodes `out.size()` integers, floats or halves from as many times their size at `wire`.
template <class Element>
void decode_words(const char* wire, std::span<Element> out) {
    typename ElementBits<Element>::Word bits;
    for (size_t i = 0; i < out.size(); ++i) {
        memcpy(&bits, wire + i * sizeof bits, sizeof bits);
        bits = network_order(bits);
        memcpy(&out[i], &bits, sizeof bits);
    }
}

/// The index of the first NaN or infinity, `values.size()` if all are finite.
template <class Element>
size_t find_not_finite(std::span<Element> values) {
    using Bits = ElementBits<std::remove_const_t<Element>>;
    const auto special = [&](size_t i) {
        const auto bits = std::bit_cast<typename Bits::Word>(values[i]);
        return (bits & Bits::kExponent) == Bits::kExponent;
    };
    // Without an exit from the loop the compiler vectorises it, and nearly always all are finite.
    bool found = false;
    for (size_t i = 0; i < values.size(); ++i) found |= special(i);
    size_t first = found ? 0 : values.size();
    while (first < values.size() && !special(first)) ++first;
    return first;
}

/// Encodes into `values.size()` times their size at `wire`.
template <class Element>
void encode_words(std::span<const Element> values, char* wire) {
    for (size_t i = 0; i < values.size(); ++i) {
        const auto bits =
            network_order(std::bit_cast<typename ElementBits<Element>::Word>(values[i]));
        memcpy(wire + i * sizeof bits, &bits, sizeof bits);
    }
}

}  // namespace vx
