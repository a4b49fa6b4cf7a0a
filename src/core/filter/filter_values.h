// What an index keeps of a row's filter columns, the key columns after the vector.
//
// Eight bytes a column, whatever its type: what a filter says of them is exact or, where values are
// longer, true of all rows that pass and of few others, which the reader checks.
#pragma once

#include <cstdint>

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

/// A row as an index has it.
struct IndexRow {
    HeapTid tid;
    FilterValues filters = {};
};

}  // namespace vx
