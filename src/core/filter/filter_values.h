// What an index keeps of a row's filter columns, the key columns after the vector.
//
// Eight bytes a column, whatever its type: what a filter says of them is exact or, where values are
// longer, true of all rows that pass and of few others, which the reader checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/base/heap_tid.h"

namespace vx {

inline constexpr uint32_t kMaxFilterColumns = 8;

/// What the eight bytes of a column are.  On disk: never renumber.
enum class FilterKind : uint8_t {
    kNone = 0,     // no such column
    kOrdered = 1,  // a key: equal for equal values, and ordered as they are
    kHashed = 2,   // a hash: equal for equal values
    kLabels = 3,   // a bit for each label of a set, of 64
};
inline constexpr FilterKind kLastFilterKind = FilterKind::kLabels;

/// Of one row.  Keys of columns that are NULL, or that the index does not have, are 0.
struct FilterValues {
    uint64_t keys[kMaxFilterColumns] = {};
    uint8_t nulls = 0;  // a bit for each column

    bool is_null(uint32_t column) const { return (nulls >> column & 1) != 0; }
};

/// Bytes that the filter columns of a row take in memory: keys, and a word that says which of them
/// are NULL.
constexpr uint32_t row_filter_bytes(uint32_t columns) {
    return columns > 0 ? (columns + 1) * static_cast<uint32_t>(sizeof(uint64_t)) : 0;
}
inline void put_filters(std::byte* at, uint32_t columns, const FilterValues& values) {
    if (columns == 0) return;
    const uint64_t nulls = values.nulls;
    std::memcpy(at, values.keys, size_t{columns} * sizeof(uint64_t));
    std::memcpy(at + size_t{columns} * sizeof(uint64_t), &nulls, sizeof nulls);
}
inline FilterValues get_filters(const std::byte* at, uint32_t columns) {
    FilterValues values;
    if (columns == 0) return values;
    uint64_t nulls = 0;
    std::memcpy(values.keys, at, size_t{columns} * sizeof(uint64_t));
    std::memcpy(&nulls, at + size_t{columns} * sizeof(uint64_t), sizeof nulls);
    values.nulls = static_cast<uint8_t>(nulls);
    return values;
}

/// A row as an index has it; where it has no filter columns, an address alone is one.
struct IndexRow {
    HeapTid tid = {};
    FilterValues filters = {};

    IndexRow() = default;
    IndexRow(HeapTid address) : tid(address) {}  // NOLINT(google-explicit-constructor)
    IndexRow(HeapTid address, const FilterValues& values) : tid(address), filters(values) {}
};

}  // namespace vx
