// vectorext_check and vectorext_index_info: looking at an index as a whole, in SQL.
#pragma once

#include "core/paged/verify.h"
#include "pg/filter/columns.h"
#include "pg/index/open_index.h"

namespace vx::pg {

/// Pages as the verifier reads them: with what their headers declare as in use.
struct CheckedPages : BufferPages {
    using BufferPages::BufferPages;

    static int64_t used_bytes(const std::byte* page) {
        PageHeaderData header;
        std::memcpy(&header, page, SizeOfPageHeaderData);
        const bool sound = header.pd_lower >= SizeOfPageHeaderData &&
                           header.pd_lower <= header.pd_upper &&
                           header.pd_upper == header.pd_special &&
                           header.pd_special == BLCKSZ - sizeof(PageTrailer);
        return sound ? int64_t{header.pd_lower} - int64_t{SizeOfPageHeaderData} : -1;
    }
};

/// Turns findings into rows of vectorext_check's result, and hands rows of the index to the
/// comparison.
class RowComparison;
struct CheckSink {
    ReturnSetInfo* result;
    RowComparison* rows;

    void finding(const Finding& finding);
    void element(const StoredRecord& stored);
    void row(NodeId owner, bool live, const IndexRow& row);
};

/// Compares the rows of an index with those of its table (invariants I11 to I13).
class RowComparison {
public:
    /// Allocates in the current context.  Uses up to maintenance_work_mem, then disk.
    RowComparison(Relation index, const OpenIndex& opened);

    /// What the index has; the element of a live node comes before its rows.
    void add_element(const StoredRecord& stored);
    void add_index_row(NodeId owner, bool live, const IndexRow& row);

    /// What the table has under `snapshot`: the rows that the index covers.
    void add_table_rows(Relation heap, Relation index, Snapshot snapshot);

    /// Reports every difference and ends the comparison.
    void compare(CheckSink& sink);

private:
    // Sorts the index's rows before the table's, within one TID.
    enum Source : int64 { kFromIndex, kFromPending, kFromTable };
    struct Entry {
        int64 tid;
        Source source;
        NodeId owner;        // kNoNode: some node, for rows of the table
        uint64 hash;         // of the element's code, and its identity; 0 = not known
        uint64 filters = 0;  // hash of the filter columns
    };

    static void add_table_row(Relation, ItemPointer row, Datum* values, bool* nulls, bool alive,
                              void* self);
    static bool differ(uint64 a, uint64 b);
    uint64 hash_of(const std::byte* record, uint32_t bytes) const;
    uint64 hash_of_element();
    void use_codec(Relation index, const OpenIndex& opened);
    void put(const Entry& entry);
    bool next(Entry* entry);

    OpenIndex index_;
    FilterColumns filters_;
    // Makes the record of an element, with whatever codec the index has.
    void* codec_;
    std::span<const std::byte> (*record_)(void* codec, const std::byte* element);
    uint32_t identity_offset_;
    std::byte* element_;
    MemoryContext row_context_;
    TupleTableSlot* slot_;
    TupleTableSlot* sorted_;
    Tuplesortstate* sort_;
    NodeId hashed_ = kNoNode;  // node whose element was given last
    uint64 hash_ = 0;
};

}  // namespace vx::pg
