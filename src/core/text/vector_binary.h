// The elements of the binary form: floats in network byte order.
//
// The header before them (dimensions, a reserved word) is read by the type's receive function,
// which also makes sure that the bytes are there.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace vx {

constexpr uint32_t network_order(uint32_t value) {
    return std::endian::native == std::endian::big ? value : __builtin_bswap32(value);
}

/// Decodes `out.size()` floats from as many times 4 bytes at `wire`.  Returns the index of the
/// first NaN or infinity, `out.size()` if all are finite.
inline size_t decode_floats(const char* wire, std::span<float> out) {
    constexpr uint32_t kExponent = 0x7F800000;
    bool finite = true;
    for (size_t i = 0; i < out.size(); ++i) {
        uint32_t bits;
        memcpy(&bits, wire + i * sizeof bits, sizeof bits);
        bits = network_order(bits);
        finite &= (bits & kExponent) != kExponent;
        memcpy(&out[i], &bits, sizeof bits);
    }
    size_t first = out.size();
    for (size_t i = 0; !finite && first == out.size(); ++i) {
        if ((std::bit_cast<uint32_t>(out[i]) & kExponent) == kExponent) first = i;
    }
    return first;
}

/// Encodes into `values.size()` times 4 bytes at `wire`.
inline void encode_floats(std::span<const float> values, char* wire) {
    for (size_t i = 0; i < values.size(); ++i) {
        const uint32_t bits = network_order(std::bit_cast<uint32_t>(values[i]));
        memcpy(wire + i * sizeof bits, &bits, sizeof bits);
    }
}

}  // namespace vx
