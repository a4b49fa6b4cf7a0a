// VACUUM: pass A in ambulkdelete, passes B and C once in amvacuumcleanup (core/paged/vacuum.h).
#include "pg/index/vacuum.h"

#include "core/paged/inserter.h"
#include "pg/errors.h"
#include "pg/index/codecs.h"
#include "pg/index/foreign.h"
#include "pg/index/inverted.h"

namespace vx::pg {
namespace {

MemoryContext make_context() {
    return AllocSetContextCreate(CurrentMemoryContext, "vectorext vacuum", ALLOCSET_DEFAULT_SIZES);
}

IndexBulkDeleteResult* new_stats() {
    return static_cast<IndexBulkDeleteResult*>(palloc0(sizeof(IndexBulkDeleteResult)));
}

/// Whether the statement that runs is VACUUM (VERBOSE).  From 15 on the server tells an index to
/// report at DEBUG2 in any case, and prints itself what all indexes have in common: pages.  All
/// that a parallel worker has of the statement is its text; autovacuum has none.
bool is_verbose() {
    if (debug_query_string == nullptr) return false;
    const List* statements = raw_parser(debug_query_string, RAW_PARSE_DEFAULT);
    if (list_length(statements) != 1) return false;
    const Node* parsed = linitial_node(RawStmt, statements)->stmt;
    if (!IsA(parsed, VacuumStmt)) return false;
    bool verbose = false;
    const auto* statement = reinterpret_cast<const VacuumStmt*>(parsed);
    for (int i = 0; i < list_length(statement->options); ++i) {
        auto* option = static_cast<DefElem*>(list_nth(statement->options, i));
        if (strcmp(option->defname, "verbose") == 0) verbose = defGetBoolean(option);
    }
    return verbose;
}

void report_nodes(const IndexVacuumInfo* info, const StateContent& state, double rows_removed) {
    ereport(is_verbose() ? INFO : info->message_level,
            errmsg("index \"%s\": nodes: %u live, %u dead, %u free",
                   RelationGetRelationName(info->index), state.live_count, state.dead_count,
                   state.free_count),
            errdetail("%.0f index row versions were removed.  The next VACUUMs free dead nodes; "
                      "insertions use free ones again.",
                      rows_removed));
}

void report_segments(const IndexVacuumInfo* info, const InvertedCounts& counts,
                     double rows_removed) {
    ereport(
        is_verbose() ? INFO : info->message_level,
        errmsg("index \"%s\": segments: %u, pages of rows that wait: %u, free pages: %u",
               RelationGetRelationName(info->index), counts.segments, counts.waiting_pages,
               counts.free_pages),
        errdetail("%.0f index row versions were removed; %.0f are left in segments that are not "
                  "worth writing anew.",
                  rows_removed, static_cast<double>(counts.dead)));
}

/// Without a pass over the index, the table's rows are all that is known.
IndexBulkDeleteResult* stats_from_table(const IndexVacuumInfo* info) {
    IndexBulkDeleteResult* stats = new_stats();
    stats->num_index_tuples = info->num_heap_tuples;
    // A partial index has fewer.
    stats->estimated_count =
        info->estimated_count ||
        !heap_attisnull(info->index->rd_indextuple, Anum_pg_index_indpred, nullptr);
    return stats;
}

}  // namespace

IndexBulkDeleteResult* bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                   IndexBulkDeleteCallback callback, void* callback_state) {
    if (stats == nullptr) stats = new_stats();
    if (is_foreign_file(info->index)) return retire_foreign_file(info->index), stats;
    const MemoryContext context = make_context();
    const MemoryContext caller = MemoryContextSwitchTo(context);
    const OpenIndex opened = open_index(info->index);
    if (opened.storage == Storage::kInverted) {
        delete_inverted(info, stats, callback, callback_state);
        MemoryContextSwitchTo(caller);
        MemoryContextDelete(context);
        return stats;
    }
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

StateContent reclaim_nodes(Relation index, Readers readers) {
    const MemoryContext context = make_context();
    const MemoryContext caller = MemoryContextSwitchTo(context);
    const OpenIndex opened = open_index(index);
    BufferPages pages(index);
    const StateContent state = with_codec(index, opened, [&](const auto& codec) {
        using Codec = std::decay_t<decltype(codec)>;
        PagedStore<BufferPages, Codec> store(
            pages, opened.geometry, codec, opened.params,
            make_edit_scratch(context_arena(context), opened.geometry));
        Reclaimer<BufferPages, Codec> reclaimer(store, context_arena(context));
        if (!reclaimer.run(readers)) raise({Errc::kOutOfMemory, 0, 0});
        return store.state();
    });
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    return state;
}

IndexBulkDeleteResult* vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats) {
    if (info->analyze_only || is_foreign_file(info->index)) return stats;
    const double removed = stats != nullptr ? stats->tuples_removed : 0;
    BlockNumber free_pages = 0;
    if (open_index(info->index).storage == Storage::kInverted) {
        const InvertedCounts counts = clean_inverted(info->index);
        report_segments(info, counts, removed);
        free_pages = counts.free_pages;
    } else {
        report_nodes(info, reclaim_nodes(info->index, Readers::kMayRemain), removed);
    }
    if (stats == nullptr) stats = stats_from_table(info);
    stats->num_pages = RelationGetNumberOfBlocks(info->index);
    stats->pages_free = free_pages;
    return stats;
}

}  // namespace vx::pg
