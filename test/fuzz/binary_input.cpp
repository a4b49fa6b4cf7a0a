// Any bytes as the elements of a vector in binary form: what is found finite is finite, and
// encoding gives the same bytes back.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "core/text/vector_binary.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto* wire = reinterpret_cast<const char*>(data);
    std::vector<float> values(size / sizeof(float));
    const size_t bad = vx::decode_floats(wire, values);
    check(bad <= values.size());
    for (size_t i = 0; i < bad; ++i) check(std::isfinite(values[i]));
    check(bad == values.size() || !std::isfinite(values[bad]));

    std::vector<char> encoded(values.size() * sizeof(float));
    vx::encode_floats(values, encoded.data());
    check(encoded.empty() || std::memcmp(encoded.data(), wire, encoded.size()) == 0);
    return 0;
}
