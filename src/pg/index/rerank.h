// Exact distances of rows, read from the table during an index scan.
#pragma once

#include "pg/fetch/fetched_values.h"
#include "pg/fetch/heap_page.h"
#include "pg/index/open_index.h"

namespace vx::pg {

/// Reads rows of one scan's table under its snapshot.  Holds a pin between calls, as the executor's
/// own fetching does; `release` gives it back.
class RowReader {
public:
    /// Memory from the current context.  `query` is the raw query, of the indexed type; distances
    /// are multiplied by `unit`.
    RowReader(IndexScanDesc scan, const OpenIndex& index, Datum query, double unit);

    /// The exact ranking distance of the row `tid` stands for; false when the snapshot does not see
    /// it.  Counts as a row fetched by the index (pg_stat_user_indexes.idx_tup_fetch).
    bool distance(HeapTid tid, double* out);

    /// Hints for rows that may be read soon, as core/paged/rows_ahead.h has them.
    void expect(HeapTid tid) { prefetch_heap_page(heap_, to_item_pointer(tid)); }
    void approach(HeapTid tid) { prefetch_heap_row(heap_, to_item_pointer(tid)); }

    /// Before a row is returned: a scan that is not asked for more for a while must not keep a page
    /// pinned that its cursor is not at.  VACUUM would wait for it, and a standby ends the session.
    void release() { table_index_fetch_reset(fetch_); }

    void close();

private:
    /// What the index covers of the row in the slot.
    Datum indexed_value(bool* is_null) const;
    double measure_value(Datum value) const;
    template <class T>
    double measure(Datum value) const;

    Relation heap_;
    Relation counted_;  // the index
    Snapshot snapshot_;
    IndexFetchTableData* fetch_;
    TupleTableSlot* slot_;
    AttrNumber column_;            // InvalidAttrNumber: the index covers an expression,
    ::IndexInfo* info_ = nullptr;  // and these evaluate it (a state costs every scan 2 us)
    EState* estate_ = nullptr;
    MemoryContext row_context_;
    OpenIndex index_;
    double unit_;
    const void* query_;  // its elements
    FetchedValues values_;
};

}  // namespace vx::pg
