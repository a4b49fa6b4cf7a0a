// Rows of a build that do not fit into its memory, sorted by where they lie.
#pragma once

#include <span>

#include "core/filter/filter_values.h"
#include "core/graph/node.h"
#include "pg/pg.h"

namespace vx::pg {

/// A row that waits to be inserted.
struct WaitingRow {
    NodeId pivot;  // rows with the same one are near each other
    IndexRow row;
    std::span<const std::byte> record;
};

/// Takes rows, then gives them back pivot by pivot.  Memory comes from the context of `begin`; what
/// does not fit goes to temporary files, which the server removes if an error ends the build.
class RowSort {
public:
    bool begun() const { return sort_ != nullptr; }
    /// With `work_memory` bytes, 64 kB at least, for rows with so many filter columns.
    void begin(size_t work_memory, uint32_t filter_columns);
    void put(const WaitingRow& row);
    /// All rows have been put.
    void sort();
    /// The next row, whose record lasts until the one after it; false after the last.
    bool next(WaitingRow* row);
    void end();

private:
    Tuplesortstate* sort_ = nullptr;
    TupleTableSlot* slot_ = nullptr;
    MemoryContext context_ = nullptr;
    std::byte* record_ = nullptr;  // of the last row, aligned
    size_t room_ = 0;
    uint32_t filter_columns_ = 0;
};

}  // namespace vx::pg
