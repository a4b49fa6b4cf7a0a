#include "core/text/vector_text.h"

#include "core/base/half.h"
#include "core/text/scan.h"

namespace vx {
namespace {

// Finite numbers that an element turns into an infinity.
bool overflows(float, float) { return false; }
bool overflows(float, Half element) { return is_infinite(element); }

}  // namespace

size_t count_elements(std::span<const char> text) {
    size_t commas = 0;
    for (const char c : text) commas += c == ',';
    return commas + 1;
}

template <class Element>
VectorText parse_vector(std::span<const char> text, size_t max_elements, Element* out) {
    const char* end = text.data() + text.size();
    const char* p = skip_space(text.data(), end);
    if (p == end || *p != '[') return {TextFault::kNoOpening};
    p = skip_space(p + 1, end);
    if (p != end && *p == ']') return {TextFault::kNoElements};
    for (size_t count = 0;;) {
        if (count == max_elements) return {TextFault::kTooMany, count};
        p = skip_space(p, end);
        const ParsedFloat number = parse_float(p, end);
        const std::span<const char> where(p, number.length);
        const TextFault fault = fault_of(number.kind);
        if (fault != TextFault::kNone) return {fault, count, where};
        out[count] = static_cast<Element>(number.value);
        if (overflows(number.value, out[count])) return {TextFault::kOutOfRange, count, where};
        ++count;
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

template VectorText parse_vector(std::span<const char> text, size_t max_elements, float* out);
template VectorText parse_vector(std::span<const char> text, size_t max_elements, Half* out);

}  // namespace vx
