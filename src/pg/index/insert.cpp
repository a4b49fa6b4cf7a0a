// aminsert: search, publish, connect (core/paged/publish.h), each step atomic.
#include "pg/index/insert.h"

#include "pg/errors.h"
#include "pg/memory.h"

namespace vx::pg {

PagedInserter::PagedInserter(Relation relation, const OpenIndex& opened, WriteMode mode,
                             uint64_t seed)
    : index(opened), pages(relation, mode),
      store(pages, opened.geometry, opened.distance, opened.params, make_edit_scratch(opened)),
      scratch(make_insert_scratch(opened.params.ef_construction)),
      element(static_cast<float*>(palloc(opened.dims * sizeof(float)))), random(seed) {}

void PagedInserter::insert(Datum value, bool is_null, const ItemPointerData& row) {
    const HeapTid tid = to_heap_tid(row);
    switch (read_element(index, value, is_null, element)) {
    case ElementKind::kNull:
        (void)append_tid(store, kNullListOwner, tid);
        return;
    case ElementKind::kZero:
        (void)append_tid(store, kZeroListOwner, tid);
        return;
    case ElementKind::kNormal:
        insert_element(tid);
    }
}

bool PagedInserter::add_to_equal(HeapTid tid) {
    const float self = index.distance(element, element, index.dims);
    const Pool& pool = *scratch->pool;
    for (size_t i = 0; i < pool.size(); ++i)
        if (pool[i].distance == self && store.equals_query(pool[i].id) &&
            append_tid(store, pool[i].id, tid))
            return true;
    return false;
}

void PagedInserter::insert_element(HeapTid tid) {
    store.bind(element);
    for (;;) {
        pages.poll();
        IdChoice choice = find_free_id(store);
        if (choice.id == kNoNode)
            choice.level = std::min(draw_level(random, index.params.m), index.geometry.max_level());
        (void)scratch->visited->reserve(store.id_limit(store.state()));
        plan_insert(store, choice.level, *scratch);
        if (add_to_equal(tid)) return;
        bool full = false;
        if (publish(store, choice, element, tid, *scratch, &full) != kNoNode) return;
        if (full) raise({Errc::kIndexFull, kMaxNodes, 0});
    }
}

bool insert_row(Relation relation, Datum* values, bool* nulls, ItemPointer row, Relation,
                IndexUniqueCheck, bool, ::IndexInfo*) {
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "vectorext insert", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(context);
    PagedInserter inserter(relation, open_index(relation), WriteMode::kLogged,
                           pg_prng_uint64(&pg_global_prng_state));
    inserter.insert(values[0], nulls[0], *row);
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    return false;
}

}  // namespace vx::pg
