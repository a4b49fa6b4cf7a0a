// Any bytes as the text of a dense vector, of floats and of halves: no access out of bounds,
// numbers as strtof reads them, and what was accepted survives being printed and read again.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/half.h"
#include "core/text/float_text.h"
#include "core/text/vector_text.h"
#include "text/strtof_reference.h"

namespace {

constexpr size_t kMaxElements = 16;

void check(bool holds) {
    if (!holds) std::abort();
}

void check_number(const std::string& text) {
    const vx::ParsedFloat ours = vx::parse_float(text.data(), text.data() + text.size());
    check(ours.length <= text.size());
    if (vx::test::is_comparable(text)) {
        check(vx::test::same_number(ours, vx::test::strtof_reference(text)));
    }
}

/// Parses into an allocation of exactly the promised size, so that the sanitizer sees one too many.
template <class Element>
std::vector<float> parse(std::span<const char> text, vx::TextFault* fault) {
    const size_t room = std::min(vx::count_elements(text), kMaxElements);
    const std::unique_ptr<Element[]> out(new Element[room]);
    const vx::VectorText parsed = vx::parse_vector(text, kMaxElements, out.get());
    check(parsed.count <= room);
    *fault = parsed.fault;
    std::vector<float> values;
    for (size_t i = 0; i < parsed.count; ++i) values.push_back(static_cast<float>(out[i]));
    return values;
}

template <class Element>
void check_round_trip(const std::vector<float>& values) {
    std::string text = "[";
    for (const float value : values) {
        check(std::isfinite(value));
        char digits[40];
        std::snprintf(digits, sizeof digits, "%.9g", static_cast<double>(value));
        text += digits;
        text += ',';
    }
    text.back() = ']';
    vx::TextFault fault{};
    const std::vector<float> again = parse<Element>(text, &fault);
    check(fault == vx::TextFault::kNone && again.size() == values.size());
    for (size_t i = 0; i < values.size(); ++i) {
        check(std::bit_cast<uint32_t>(again[i]) == std::bit_cast<uint32_t>(values[i]));
    }
}

template <class Element>
vx::TextFault check_text(std::span<const char> text) {
    vx::TextFault fault{};
    const std::vector<float> values = parse<Element>(text, &fault);
    if (fault == vx::TextFault::kNone) check_round_trip<Element>(values);
    return fault;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span<const char> text(reinterpret_cast<const char*>(data), size);
    check_number(std::string(text.begin(), text.end()));
    const vx::TextFault of_floats = check_text<float>(text);
    const vx::TextFault of_halves = check_text<vx::Half>(text);
    // Halves refuse what floats refuse, and what is too large for them.
    check(of_halves == of_floats || of_halves == vx::TextFault::kOutOfRange);
    return 0;
}
