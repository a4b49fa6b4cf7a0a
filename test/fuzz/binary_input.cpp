// Any bytes as the elements of a vector in binary form: what is found finite is finite, and
// encoding gives the same bytes back; whatever is checked as indices of a sparse vector ascends.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include "core/text/sparse_text.h"
#include "core/text/vector_binary.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

template <class Element>
std::vector<Element> decode(const char* wire, size_t size) {
    std::vector<Element> values(size / sizeof(Element));
    vx::decode_words(wire, std::span(values));
    std::vector<char> encoded(values.size() * sizeof(Element));
    vx::encode_words<Element>(values, encoded.data());
    check(encoded.empty() || std::memcmp(encoded.data(), wire, encoded.size()) == 0);
    return values;
}

template <class Element>
void check_elements(const char* wire, size_t size) {
    const std::vector<Element> values = decode<Element>(wire, size);
    const size_t bad = vx::find_not_finite(std::span(values));
    check(bad <= values.size());
    for (size_t i = 0; i < bad; ++i) check(std::isfinite(static_cast<float>(values[i])));
    check(bad == values.size() || !std::isfinite(static_cast<float>(values[bad])));
}

void check_indices(const char* wire, size_t size) {
    constexpr int32_t kDims = 1000000000;
    int32_t previous = -1;
    for (const int32_t index : decode<int32_t>(wire, size)) {
        if (vx::check_index(previous, index, kDims) != vx::IndexFault::kNone) return;
        check(index > previous && index < kDims);
        previous = index;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto* wire = reinterpret_cast<const char*>(data);
    check_elements<float>(wire, size);
    check_elements<vx::Half>(wire, size);
    check_indices(wire, size);
    return 0;
}
