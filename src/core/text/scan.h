// What the parsers of this folder do between numbers.
#pragma once

#include "core/text/float_text.h"
#include "core/text/text_fault.h"

namespace vx {

/// What isspace says in the C locale.
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr const char* skip_space(const char* p, const char* end) {
    while (p != end && is_space(*p)) ++p;
    return p;
}

/// What is wrong with a number of this kind as an element.
constexpr TextFault fault_of(NumberKind kind) {
    switch (kind) {
    case NumberKind::kFinite:
    case NumberKind::kUnderflow:
        return TextFault::kNone;
    case NumberKind::kNaN:
        return TextFault::kNaN;
    case NumberKind::kInfinity:
        return TextFault::kInfinite;
    case NumberKind::kOverflow:
        return TextFault::kOutOfRange;
    case NumberKind::kNone:
        break;
    }
    return TextFault::kSyntax;
}

}  // namespace vx
