// VACUUM: pass A in ambulkdelete, passes B and C once in amvacuumcleanup (core/paged/vacuum.h).
#include "pg/index/vacuum.h"

#include "core/paged/reclaim.h"
#include "pg/errors.h"
#include "pg/index/codecs.h"
#include "pg/index/foreign.h"

namespace vx::pg {
namespace {

MemoryContext make_context() {
    return AllocSetContextCreate(CurrentMemoryContext, "vectorext vacuum", ALLOCSET_DEFAULT_SIZES);
}

IndexBulkDeleteResult* new_stats() {
    return static_cast<IndexBulkDeleteResult*>(palloc0(sizeof(IndexBulkDeleteResult)));
}

}  // namespace

IndexBulkDeleteResult* bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                   IndexBulkDeleteCallback callback, void* callback_state) {
    if (stats == nullptr) stats = new_stats();
    if (is_foreign_file(info->index)) return retire_foreign_file(info->index), stats;
    const MemoryContext context = make_context();
    const MemoryContext caller = MemoryContextSwitchTo(context);
    const OpenIndex opened = open_index(info->index);
    BufferPages pages(info->index);
    // Pass A looks at no element: any codec will do.
    PagedStore<BufferPages> store(pages, opened.geometry, PlainCodec(), opened.params, nullptr);
    VacuumCounts counts;
    (void)remove_rows(
        store, context_arena(context),
        [&](HeapTid tid) {
            ItemPointerData pointer = to_item_pointer(tid);
            return callback(&pointer, callback_state);
        },
        counts);
    stats->tuples_removed += static_cast<double>(counts.rows_removed);
    stats->num_index_tuples = static_cast<double>(counts.rows_kept);
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    return stats;
}

IndexBulkDeleteResult* vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats) {
    if (info->analyze_only || is_foreign_file(info->index)) return stats;
    const MemoryContext context = make_context();
    const MemoryContext caller = MemoryContextSwitchTo(context);
    const OpenIndex opened = open_index(info->index);
    BufferPages pages(info->index);
    with_codec(info->index, opened, [&](const auto& codec) {
        using Codec = std::decay_t<decltype(codec)>;
        PagedStore<BufferPages, Codec> store(pages, opened.geometry, codec, opened.params,
                                             make_edit_scratch(opened));
        Reclaimer<BufferPages, Codec> reclaimer(store, context_arena(context));
        if (!reclaimer.run()) raise({Errc::kOutOfMemory, 0, 0});
        return true;
    });
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    if (stats == nullptr) {
        // No row was removed: what the table has is what the index has.
        stats = new_stats();
        stats->num_index_tuples = info->num_heap_tuples;
        stats->estimated_count = info->estimated_count;
    }
    stats->num_pages = RelationGetNumberOfBlocks(info->index);
    return stats;
}

}  // namespace vx::pg
