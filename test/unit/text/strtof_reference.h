// What libc's strtof makes of a text, in the terms of parse_float; for tests and fuzzers, which run
// in the C locale.
#pragma once

#include <bit>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/text/float_text.h"

namespace vx::test {

inline ParsedFloat strtof_reference(const std::string& text) {
    char* end = nullptr;
    errno = 0;
    const float value = std::strtof(text.c_str(), &end);
    const auto length = static_cast<size_t>(end - text.c_str());
    if (length == 0) return {};
    if (std::isnan(value)) return {NumberKind::kNaN, 0, length};
    if (std::isinf(value)) {
        return {errno == ERANGE ? NumberKind::kOverflow : NumberKind::kInfinity, 0, length};
    }
    const bool underflow = value == 0 && errno == ERANGE;
    return {underflow ? NumberKind::kUnderflow : NumberKind::kFinite, value, length};
}

/// strtof also skips white space, which parse_float leaves to its caller, and glibc (2.36) rounds
/// hexadecimal numbers in the range of subnormals wrongly: neither can be compared.
inline bool is_comparable(const std::string& text) {
    if (text.find('\0') != std::string::npos) return false;
    if (!text.empty() && std::isspace(static_cast<unsigned char>(text[0])) != 0) return false;
    if (text.find_first_of("xX") == std::string::npos) return true;
    const ParsedFloat reference = strtof_reference(text);
    if (reference.kind == NumberKind::kUnderflow) return false;
    return reference.kind != NumberKind::kFinite || std::fabs(reference.value) >= 0x1p-125F;
}

/// Bit for bit the same result?  The length of a NaN's name may differ: `nan(...)` is one for libc.
inline bool same_number(const ParsedFloat& a, const ParsedFloat& b) {
    if (a.kind != b.kind) return false;
    if (a.kind == NumberKind::kNaN) return true;
    return a.length == b.length &&
           std::bit_cast<uint32_t>(a.value) == std::bit_cast<uint32_t>(b.value);
}

}  // namespace vx::test
