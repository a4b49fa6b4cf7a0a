#include "core/text/sparse_text.h"

#include <algorithm>
#include <limits>

#include "core/text/scan.h"

namespace vx {
namespace {

/// Reads a decimal integer that starts at `p`, kept within the range of int32_t; returns its end,
/// `p` if there is none.
const char* parse_integer(const char* p, const char* end, int32_t* out) {
    constexpr int64_t kLargest = std::numeric_limits<int32_t>::max();
    const char* digit = p;
    bool negative = false;
    if (digit != end && (*digit == '+' || *digit == '-')) negative = *digit++ == '-';
    const char* first = digit;
    int64_t value = 0;
    for (; digit != end && *digit >= '0' && *digit <= '9'; ++digit) {
        if (value <= kLargest) value = value * 10 + (*digit - '0');
    }
    if (digit == first) return p;
    if (value > kLargest) value = kLargest + (negative ? 1 : 0);
    *out = static_cast<int32_t>(negative ? -value : value);
    return digit;
}

/// Reads `index:value` from *place on and moves it behind.
VectorText parse_element(const char** place, const char* end, IndexedValue* out) {
    int32_t index = 0;
    const char* p = skip_space(*place, end);
    const char* stop = parse_integer(p, end, &index);
    if (stop == p) return {TextFault::kSyntax};
    p = skip_space(stop, end);
    if (p == end || *p != ':') return {TextFault::kSyntax};
    p = skip_space(p + 1, end);
    const ParsedFloat number = parse_float(p, end);
    TextFault fault = fault_of(number.kind);
    // Unlike in a dense vector: this element would vanish.
    if (number.kind == NumberKind::kUnderflow) fault = TextFault::kOutOfRange;
    if (fault != TextFault::kNone) return {fault, 0, {p, number.length}};
    *place = p + number.length;
    // No dimension has this index, so the lowest number needs not be told from the next.
    out->index = index == std::numeric_limits<int32_t>::min() ? index : index - 1;
    out->value = number.value;
    return {};
}

/// Reads what is between the braces and the closing one.
VectorText parse_elements(const char** place, const char* end, IndexedValue* out) {
    size_t count = 0;
    *place = skip_space(*place, end);
    if (*place != end && **place == '}') {
        ++*place;
        return {};
    }
    for (;;) {
        const VectorText parsed = parse_element(place, end, out + count);
        if (parsed.fault != TextFault::kNone) return parsed;
        count += out[count].value != 0;
        *place = skip_space(*place, end);
        if (*place == end) return {TextFault::kSyntax, count};
        const char separator = *(*place)++;
        if (separator == '}') return {TextFault::kNone, count};
        if (separator != ',') return {TextFault::kSyntax, count};
    }
}

}  // namespace

SparseText parse_sparse(std::span<const char> text, int32_t max_dims, IndexedValue* out) {
    const char* end = text.data() + text.size();
    const char* p = skip_space(text.data(), end);
    if (p == end || *p != '{') return {{TextFault::kNoBrace}};
    ++p;
    SparseText result{parse_elements(&p, end, out)};
    if (result.text.fault != TextFault::kNone) return result;
    p = skip_space(p, end);
    if (p == end || *p != '/') return {{TextFault::kNoSlash}};
    p = skip_space(p + 1, end);
    const char* stop = parse_integer(p, end, &result.dims);
    if (stop == p) return {{TextFault::kSyntax}};
    if (skip_space(stop, end) != end) return {{TextFault::kTrailingDims}};
    if (result.dims < 1) return {{TextFault::kNoElements}};
    if (result.dims > max_dims) return {{TextFault::kTooMany, static_cast<size_t>(max_dims)}};
    return result;
}

void sort_by_index(std::span<IndexedValue> elements) {
    std::sort(elements.begin(), elements.end(),
              [](const IndexedValue& a, const IndexedValue& b) { return a.index < b.index; });
}

}  // namespace vx
