#include "core/text/vector_text.h"

#include "core/text/float_text.h"

namespace vx {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

const char* skip_space(const char* p, const char* end) {
    while (p != end && is_space(*p)) ++p;
    return p;
}

TextFault fault_of(NumberKind kind) {
    switch (kind) {
    case NumberKind::kFinite:
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

}  // namespace

size_t count_elements(std::span<const char> text) {
    size_t commas = 0;
    for (const char c : text) commas += c == ',';
    return commas + 1;
}

VectorText parse_vector(std::span<const char> text, size_t max_elements, float* out) {
    const char* end = text.data() + text.size();
    const char* p = skip_space(text.data(), end);
    if (p == end || *p != '[') return {TextFault::kNoOpening};
    p = skip_space(p + 1, end);
    if (p != end && *p == ']') return {TextFault::kNoElements};
    for (size_t count = 0;;) {
        if (count == max_elements) return {TextFault::kTooMany, count};
        p = skip_space(p, end);
        const ParsedFloat number = parse_float(p, end);
        const TextFault fault = fault_of(number.kind);
        if (fault != TextFault::kNone) return {fault, count, {p, number.length}};
        out[count++] = number.value;
        p = skip_space(p + number.length, end);
        if (p == end) return {TextFault::kSyntax, count};
        const char separator = *p++;
        if (separator == ']') {
            if (skip_space(p, end) != end) return {TextFault::kTrailing, count};
            return {TextFault::kNone, count};
        }
        if (separator != ',') return {TextFault::kSyntax, count};
    }
}

}  // namespace vx
