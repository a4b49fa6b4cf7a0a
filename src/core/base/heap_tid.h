// The name of a table row, as the server writes it.
#pragma once

#include <cstdint>

namespace vx {

/// A heap TID in the bytes of an ItemPointerData.
struct HeapTid {
    uint16_t block_high;
    uint16_t block_low;
    uint16_t offset;

    constexpr uint32_t block() const { return static_cast<uint32_t>(block_high) << 16 | block_low; }
    constexpr bool operator==(const HeapTid& other) const = default;
};
static_assert(sizeof(HeapTid) == 6);

}  // namespace vx
