// Exact distances of rows, read from the table during an index scan.
#pragma once

#include "pg/index/open_index.h"

namespace vx::pg {

/// Reads rows of one scan's table under its snapshot.  Holds a pin between calls, as the executor's
/// own fetching does; `close` gives it back.
class RowReader {
public:
    /// Memory from the current context.  `query` is the raw query, of the indexed type.
    RowReader(IndexScanDesc scan, const OpenIndex& index, Datum query);

    /// The exact ranking distance of the row `tid` stands for; false when the snapshot does not see
    /// it.  Adds to the count of reads.
    bool distance(HeapTid tid, double* out);

    void close();

private:
    template <class T>
    double measure(Datum row) const;

    Relation heap_;
    Snapshot snapshot_;
    IndexFetchTableData* fetch_;
    TupleTableSlot* slot_;
    ::IndexInfo* info_;
    EState* estate_;
    MemoryContext row_context_;
    OpenIndex index_;
    const void* query_;  // its elements
};

}  // namespace vx::pg
