// Decimal text to float, correctly rounded, without locale, allocation or a terminating zero.
//
// libc's strtof follows the locale and needs a terminator; std::from_chars for float lives in the
// C++ runtime library, which the server module must not need.  Accepts what strtof accepts in the C
// locale: decimal and hexadecimal numbers, infinity and NaN in any case.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vx {

enum class NumberKind : uint8_t {
    kNone,  // no number starts here
    kFinite,
    kUnderflow,  // not zero, but nearer to it than to the smallest float: a signed zero
    kOverflow,   // a number beyond the largest float
    kInfinity,   // spelled out
    kNaN,        // spelled out
};

struct ParsedFloat {
    NumberKind kind = NumberKind::kNone;
    float value = 0;    // meaningful when finite or an underflow
    size_t length = 0;  // characters consumed
};

/// Reads the longest number that starts at `begin` (no white space is skipped) and ends at or
/// before `end`; rounds to nearest, ties to even.
ParsedFloat parse_float(const char* begin, const char* end);

}  // namespace vx
