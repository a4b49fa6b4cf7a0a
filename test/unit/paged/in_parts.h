// Distances put together from parts of a record, as a store has them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/paged/codec.h"

namespace vx::test {

/// Distance from `from` to `to`, which is given in parts of `step` bytes, the first one shorter.
template <class Codec>
float in_parts(Codec codec, const std::vector<std::byte>& from, const std::vector<std::byte>& to,
               uint32_t first, uint32_t step) {
    codec.bind_record(codec.as_handle(from.data()));
    typename Codec::Sum sum{};
    const auto bytes = static_cast<uint32_t>(to.size());
    for (uint32_t at = 0; at < bytes;) {
        const uint32_t count = std::min(at == 0 ? first : step, bytes - at);
        codec.add(sum, {to.data() + at, at, count});
        at += count;
    }
    return codec.finish(sum);
}

}  // namespace vx::test
