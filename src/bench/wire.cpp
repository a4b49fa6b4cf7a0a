#include "bench/wire.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace vx::bench {

VectorFormat format_of_type(const std::string& type_name) {
    if (type_name == "vector") return VectorFormat::kVector;
    if (type_name == "halfvec") return VectorFormat::kHalfvec;
    return VectorFormat::kText;
}

void append_int16(std::string& out, std::uint16_t value) {
    out.push_back(static_cast<char>(value >> 8));
    out.push_back(static_cast<char>(value & 0xff));
}

void append_int32(std::string& out, std::uint32_t value) {
    append_int16(out, static_cast<std::uint16_t>(value >> 16));
    append_int16(out, static_cast<std::uint16_t>(value & 0xffff));
}

namespace {

void append_text(std::string& out, std::span<const float> vector) {
    std::array<char, 32> number{};
    out.push_back('[');
    for (std::size_t i = 0; i < vector.size(); ++i) {
        if (i > 0) out.push_back(',');
        const auto end = std::to_chars(number.data(), number.data() + number.size(), vector[i]).ptr;
        out.append(number.data(), end);
    }
    out.push_back(']');
}

void append_float(std::string& out, float value) {
    append_int32(out, std::bit_cast<std::uint32_t>(value));
}

void append_sparse(std::string& out, std::span<const float> vector) {
    const auto zeros = std::count(vector.begin(), vector.end(), 0.0F);
    append_int32(out, static_cast<std::uint32_t>(vector.size()));
    append_int32(out, static_cast<std::uint32_t>(vector.size() - static_cast<std::size_t>(zeros)));
    append_int32(out, 0);
    for (std::size_t i = 0; i < vector.size(); ++i) {
        if (vector[i] != 0) append_int32(out, static_cast<std::uint32_t>(i));
    }
    for (const float value : vector) {
        if (value != 0) append_float(out, value);
    }
}

void append_bits(std::string& out, std::span<const float> vector) {
    append_int32(out, static_cast<std::uint32_t>(vector.size()));
    const std::size_t start = out.size();
    out.append((vector.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < vector.size(); ++i) {
        if (vector[i] == 0) continue;
        char& byte = out[start + i / 8];
        byte = static_cast<char>(static_cast<unsigned char>(byte) | (0x80U >> (i % 8)));
    }
}

}  // namespace

void append_vector(std::string& out, VectorFormat format, std::span<const float> vector) {
    if (format == VectorFormat::kText) return append_text(out, vector);
    if (format == VectorFormat::kSparsevec) return append_sparse(out, vector);
    if (format == VectorFormat::kBit) return append_bits(out, vector);
    append_int16(out, static_cast<std::uint16_t>(vector.size()));
    append_int16(out, 0);
    for (const float value : vector) {
        if (format == VectorFormat::kHalfvec) {
            append_int16(out, half_of_float(value));
        } else {
            append_float(out, value);
        }
    }
}

std::uint16_t half_of_float(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000);
    const std::uint32_t magnitude = bits & 0x7fffffff;
    constexpr std::uint16_t kInfinity = 0x7c00;
    if (magnitude > 0x7f800000) return sign | kInfinity | 0x200;  // NaN stays NaN
    if (magnitude >= 0x477ff000) return sign | kInfinity;         // 65520 and up
    if (magnitude < 0x38800000) {
        // Subnormal half: adding 0.5 moves the bits that survive to the bottom of the fraction,
        // rounded by the hardware to nearest even.
        const float shifted = std::bit_cast<float>(magnitude) + 0.5F;
        const auto rounded =
            std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(0.5F);
        return sign | static_cast<std::uint16_t>(rounded);
    }
    const std::uint32_t odd = (magnitude >> 13) & 1;
    const std::uint32_t rebiased = magnitude - ((127U - 15U) << 23);
    return sign | static_cast<std::uint16_t>((rebiased + 0xfff + odd) >> 13);
}

float float_of_half(std::uint16_t half) {
    const int exponent = (half >> 10) & 0x1f;
    const int fraction = half & 0x3ff;
    float value = std::numeric_limits<float>::infinity();
    if (exponent == 0) {
        value = std::ldexp(static_cast<float>(fraction), -24);
    } else if (exponent < 31) {
        value = std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
    } else if (fraction != 0) {
        value = std::numeric_limits<float>::quiet_NaN();
    }
    return (half & 0x8000) != 0 ? -value : value;
}

CopyEncoder::CopyEncoder() {
    constexpr char kSignature[11] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', '\377', '\r', '\n', '\0'};
    buffer_.assign(kSignature, sizeof kSignature);
    append_int32(buffer_, 0);  // flags
    append_int32(buffer_, 0);  // length of the header extension
}

void CopyEncoder::add_int4(std::int32_t value) {
    append_int32(buffer_, 4);
    append_int32(buffer_, static_cast<std::uint32_t>(value));
}

void CopyEncoder::add_text(const std::string& value) {
    append_int32(buffer_, static_cast<std::uint32_t>(value.size()));
    buffer_ += value;
}

void CopyEncoder::add_vector(VectorFormat format, std::span<const float> vector) {
    if (format == VectorFormat::kText) {
        throw std::runtime_error("binary COPY needs a column of a vector type or of bits");
    }
    const std::size_t start = buffer_.size();
    append_int32(buffer_, 0);  // the length, which is known afterwards
    append_vector(buffer_, format, vector);
    std::string length;
    append_int32(length, static_cast<std::uint32_t>(buffer_.size() - start - 4));
    buffer_.replace(start, length.size(), length);
}

void CopyEncoder::end() { append_int16(buffer_, 0xffff); }

std::int64_t decode_integer(std::span<const char> bytes) {
    if (bytes.size() != 2 && bytes.size() != 4 && bytes.size() != 8) {
        throw std::runtime_error("the first column of the query must be an integer");
    }
    std::uint64_t value = (bytes[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : bytes) value = (value << 8) | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(value);
}

}  // namespace vx::bench
