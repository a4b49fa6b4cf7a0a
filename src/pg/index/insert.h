// Inserting one row into an index on pages; shared by aminsert and by builds that outgrow memory.
#pragma once

#include "core/paged/postings.h"
#include "pg/index/open_index.h"

namespace vx::pg {

/// Everything one insertion needs; memory from the current context at construction.
struct PagedInserter {
    OpenIndex index;
    BufferPages pages;
    PagedStore<BufferPages> store;
    InsertScratch<PagedStore<BufferPages>>* scratch;
    float* element;
    SplitMix64 random;

    PagedInserter(Relation relation, const OpenIndex& opened, WriteMode mode, uint64_t seed);

    /// Inserts a row; raises on differing dimensions or when the index is full.
    void insert(Datum value, bool is_null, const ItemPointerData& row);

private:
    void insert_element(HeapTid tid);
    bool add_to_equal(HeapTid tid);
};

bool insert_row(Relation index, Datum* values, bool* nulls, ItemPointer row, Relation heap,
                IndexUniqueCheck unique, bool unchanged, ::IndexInfo* info);

}  // namespace vx::pg
