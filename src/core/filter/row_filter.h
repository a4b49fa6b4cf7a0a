// Which rows a scan is to return, by their filter columns: a conjunction of conditions.
//
// A row that the filter turns away does not pass the statement's conditions.  Whether one that
// passes does, the executor checks where a column holds less than the value (FilterKind).
#pragma once

#include <algorithm>

#include "core/filter/filter_values.h"
#include "core/kernels/kernel_table.h"

namespace vx {

/// NULL passes kIsNull only.
enum class FilterTest : uint8_t {
    kBetween,   // low <= key <= high
    kOneOf,     // key is one of `keys`
    kOverlaps,  // some bit of `low` is set
    kContains,  // all bits of `low` are set
    kIsNull,
    kIsNotNull,
};

struct FilterCondition {
    uint8_t column = 0;  // from 0, the first after the vector
    FilterTest test = FilterTest::kIsNotNull;
    uint64_t low = 0;
    uint64_t high = 0;
    const uint64_t* keys = nullptr;  // ascending, none twice
    uint32_t key_count = 0;

    bool passes(uint64_t key, bool is_null) const {
        if (is_null) return test == FilterTest::kIsNull;
        switch (test) {
        case FilterTest::kBetween:
            return low <= key && key <= high;
        case FilterTest::kOneOf:
            return std::binary_search(keys, keys + key_count, key);
        case FilterTest::kOverlaps:
            return (key & low) != 0;
        case FilterTest::kContains:
            return (key & low) == low;
        case FilterTest::kIsNotNull:
            return true;
        case FilterTest::kIsNull:
            break;
        }
        return false;
    }

    /// Of `count` rows, 64 at most, those that pass, a bit each.  `nulls` has a byte a row.
    uint64_t passing(const uint64_t* column_keys, const uint8_t* nulls, uint32_t count) const {
        const uint64_t absent = absent_rows(nulls, count);
        if (test == FilterTest::kIsNull) return absent;
        return passing_keys(column_keys, count) & ~absent;
    }

private:
    /// The rows that are NULL in the column, a bit each.
    uint64_t absent_rows(const uint8_t* nulls, uint32_t count) const {
        uint64_t absent = 0;
        for (uint32_t i = 0; i < count; i += 8) {
            uint64_t rows = 0;
            std::memcpy(&rows, nulls + i, std::min(count - i, 8U));
            rows = rows >> column & 0x0101010101010101;
            // The products do not overlap: row i's bit comes to bit 56 + i.
            if (rows != 0) absent |= rows * 0x0102040810204080 >> 56 << i;
        }
        return absent;
    }

    uint64_t passing_keys(const uint64_t* column_keys, uint32_t count) const {
        constexpr uint32_t kFewKeys = 16;  // comparing all with each is less than a search of each
        const FilterKernels& kernels = *vx::kernels().filters;
        if (test == FilterTest::kBetween) return kernels.between(column_keys, count, low, high);
        if (test == FilterTest::kOverlaps) return kernels.overlapping(column_keys, count, low);
        if (test == FilterTest::kContains) return kernels.containing(column_keys, count, low);
        if (test != FilterTest::kOneOf) return ~uint64_t{0} >> (64 - count);
        uint64_t passing = 0;
        if (key_count <= kFewKeys)
            for (uint32_t i = 0; i < key_count; ++i)
                passing |= kernels.between(column_keys, count, keys[i], keys[i]);
        else
            for (uint32_t i = 0; i < count; ++i)
                passing |= static_cast<uint64_t>(passes(column_keys[i], false)) << i;
        return passing;
    }
};

/// All of `count` conditions; without any, every row passes.  Memory is the caller's.
struct RowFilter {
    const FilterCondition* conditions = nullptr;
    uint32_t count = 0;

    bool is_empty() const { return count == 0; }

    bool passes(const FilterValues& row) const {
        for (uint32_t i = 0; i < count; ++i) {
            const FilterCondition& condition = conditions[i];
            if (!condition.passes(row.keys[condition.column], row.is_null(condition.column)))
                return false;
        }
        return true;
    }

    /// Of `count` rows, 1 to 64, those that pass, a bit each.  `column(c)` gives their keys of a
    /// column.
    template <class Column>
    uint64_t passing(Column&& column, const uint8_t* nulls, uint32_t rows) const {
        uint64_t left = ~uint64_t{0} >> (64 - rows);
        for (uint32_t i = 0; i < count && left != 0; ++i)
            left &= conditions[i].passing(column(conditions[i].column), nulls, rows);
        return left;
    }
};

}  // namespace vx
