// Scans that are complete: the executor may ask until every visible row was returned once.  Those
// without an order return the rows that pass their conditions as they come, or fill a bitmap with
// them.
//
// How a scan goes is decided in core/paged/scanner.h.  Here are the callbacks, and what the
// server's scan keys and settings ask of it.
#include "pg/index/scan.h"

#include "pg/fetch/heap_page.h"
#include "pg/filter/conditions.h"
#include "pg/index/inverted.h"
#include "pg/index/options.h"
#include "pg/index/row_limit.h"
#include "pg/index/scan_run.h"
#include "pg/index/strategies.h"

namespace vx::pg {
namespace {

/// A run whose codec the callbacks need not know.
struct ScanState {
    MemoryContext context;  // reset by each rescan
    void* run;
    bool (*next)(void* run, HeapTid* tid);
    void (*forget_row)(void* run);
    ScanReport (*report)(const void* run);
    void (*end)(void* run);
    ScanReport before;       // what the runs before this one did
    bool empty;              // no row can pass the scan keys
    bool recheck;            // the executor is to check the conditions on filter columns
    FilterColumns* filters;  // null: not looked up yet
    int64 rows_fetched;      // vx_rows_fetched when the last row was returned; -1: none was
};

ScanState* state_of(IndexScanDesc scan) { return static_cast<ScanState*>(scan->opaque); }

/// What `IS NULL` or `IS NOT NULL` of the vector asks for.
void read_null_test(const ScanKeyData& key, ScanRequest* request) {
    if ((key.sk_flags & SK_SEARCHNULL) != 0)
        request->nodes_wanted = request->zeros_wanted = false;
    else
        request->nulls_wanted = false;
}

/// What the scan keys say of the distance; false when no row can pass them.
bool read_keys(IndexScanDesc scan, const OpenIndex& index, double unit, ScanRequest* request) {
    for (int i = 0; i < scan->numberOfKeys; ++i) {
        const ScanKeyData& key = scan->keyData[i];
        if (key.sk_attno != 1) continue;
        if ((key.sk_flags & SK_SEARCHARRAY) != 0)
            ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("operator @< cannot be used with an array"),
                    errhint("Write conditions of distances with the distance operators."));
        if ((key.sk_flags & (SK_SEARCHNULL | SK_SEARCHNOTNULL)) != 0) {
            read_null_test(key, request);
            continue;
        }
        if ((request->unranked || key.sk_strategy == kQueryStrategy) &&
            key.sk_collation != kRangeCollation)
            refuse_statement_operator();
        if ((key.sk_flags & SK_ISNULL) != 0) return false;
        if (key.sk_strategy == kQueryStrategy) continue;
        request->nulls_wanted = false;
        if (key.sk_collation == kRangeCollation) request->all_within = !request->has_row_limit();
        const double distance = DatumGetFloat8(key.sk_argument);
        // Not a number is above all numbers, so it limits nothing.
        if (isnan(distance)) continue;
        if (key.sk_strategy != kWithinOrNanStrategy) request->zeros_wanted = false;
        if (distance == get_float8_infinity()) continue;
        const float limit = ranking_limit(index, distance, unit);
        if (limit < request->limit) request->limit = limit;
    }
    return true;
}

/// What the scan keys say of filter columns, in the scan's memory.
void read_filter_keys(ScanState& state, IndexScanDesc scan, ScanRequest* request) {
    if (state.filters == nullptr) {
        // The columns are the index's as long as the scan.
        const MemoryContext caller = MemoryContextSwitchTo(MemoryContextGetParent(state.context));
        state.filters = new (palloc(sizeof(FilterColumns)))
            FilterColumns(describe_filters(scan->indexRelation));
        MemoryContextSwitchTo(caller);
    }
    const ScanFilter read = read_conditions(*state.filters, scan->keyData, scan->numberOfKeys);
    state.empty = state.empty || read.none;
    state.recheck = read.recheck;
    // Rows that the executor turns away do not count towards a LIMIT.
    if (read.recheck) request->most_rows = UINT64_MAX;
    if (!read.filter.is_empty())
        request->filter = new (palloc(sizeof(RowFilter))) RowFilter(read.filter);
}

ScanRequest make_request(IndexScanDesc scan) {
    Relation index = scan->indexRelation;
    ScanRequest request;
    request.unranked = scan->numberOfOrderBys == 0;
    request.ef = static_cast<size_t>(scan_ef(index));
    request.whole = scans_all_rows(index);
    request.strict = scans_in_strict_order(index);
    if (!request.unranked) {
        request.zeros_first = scan->orderByData[0].sk_strategy == kNanFirstStrategy;
        add_row_limit(scan, &request);
    }
    request.memory_bytes = scan_memory_bytes();
    request.most_visits = static_cast<uint64_t>(max_scan_tuples());
    return request;
}

template <class Run>
void set_run(ScanState& state, Run* run) {
    state.next = [](void* self, HeapTid* tid) { return static_cast<Run*>(self)->next(tid); };
    state.forget_row = [](void* self) { static_cast<Run*>(self)->forget_row(); };
    state.report = [](const void* self) { return static_cast<const Run*>(self)->report(); };
    state.end = [](void* self) { static_cast<Run*>(self)->end(); };
    state.run = run;
}

void start_run(ScanState& state, IndexScanDesc scan) {
    const char* method = method_name(scan->indexRelation);
    if (!IsMVCCSnapshot(scan->xs_snapshot))
        elog(ERROR, "non-MVCC snapshots are not supported with %s", method);
    const OpenIndex opened = open_index(scan->indexRelation);
    ScanRequest request = make_request(scan);
    const QueryArgument query = query_argument(scan);
    const QueryScale scale = scale_query(opened, query);
    state.empty = !read_keys(scan, opened, scale.unit, &request);
    // Whoever wants all rows within a limit, in any order, compares them himself.
    request.unranked = request.unranked || request.all_within;
    state.recheck = false;
    if (opened.geometry.layout.filter_columns > 0) read_filter_keys(state, scan, &request);
    if (request.is_range() && scans_ranges_exactly()) request.whole = request.strict = true;
    pgstat_count_index_scan(scan->indexRelation);
    vx_count_index_search(scan);
    if (opened.storage == Storage::kInverted) {
        set_run(state, new (palloc(sizeof(InvertedRun))) InvertedRun(scan, opened, request, query));
        return;
    }
    with_codec(scan->indexRelation, opened, [&](const auto& codec) {
        using Run = ScanRun<std::decay_t<decltype(codec)>>;
        set_run(state, new (palloc(sizeof(Run))) Run(scan, opened, codec, request, scale, query));
        return true;
    });
}

/// Has the caller found that the row returned last is not there for its snapshot?  Such rows do not
/// count towards those whose order is a promise.  The server says so only of rows that are dead to
/// all, but it counts those that it found.
bool was_invisible(const ScanState& state, IndexScanDesc scan) {
    if (scan->kill_prior_tuple) return true;
    return state.rows_fetched >= 0 && vx_rows_fetched(scan->indexRelation) == state.rows_fetched;
}

void add(const ScanReport& report, ScanReport& to) {
    to.counts.add(report.counts);
    to.pages += report.pages;
}

void end_run(ScanState& state, Relation index) {
    if (state.run == nullptr) return;
    const ScanReport report = state.report(state.run);
    note_scan(RelationGetRelid(index), report);
    add(report, state.before);
    state.end(state.run);
    state.run = nullptr;
}

}  // namespace

IndexScanDesc begin_scan(Relation index, int keys, int orderbys) {
    IndexScanDesc scan = RelationGetIndexScan(index, keys, orderbys);
    auto* state = static_cast<ScanState*>(palloc0(sizeof(ScanState)));
    state->context =
        AllocSetContextCreate(CurrentMemoryContext, "vectorext scan", ALLOCSET_DEFAULT_SIZES);
    scan->opaque = state;
    return scan;
}

void start_scan(IndexScanDesc scan, ScanKey keys, int, ScanKey orderbys, int) {
    ScanState& state = *state_of(scan);
    end_run(state, scan->indexRelation);
    MemoryContextReset(state.context);
    state.rows_fetched = -1;
    if (keys != nullptr && scan->numberOfKeys > 0)
        std::memmove(scan->keyData, keys,
                     static_cast<size_t>(scan->numberOfKeys) * sizeof(ScanKeyData));
    if (orderbys != nullptr && scan->numberOfOrderBys > 0)
        std::memmove(scan->orderByData, orderbys,
                     static_cast<size_t>(scan->numberOfOrderBys) * sizeof(ScanKeyData));
}

bool next_row(IndexScanDesc scan, ScanDirection) {
    ScanState& state = *state_of(scan);
    const MemoryContext caller = MemoryContextSwitchTo(state.context);
    if (state.run == nullptr) start_run(state, scan);
    if (was_invisible(state, scan)) state.forget_row(state.run);
    HeapTid tid;
    const bool found = !state.empty && state.next(state.run, &tid);
    MemoryContextSwitchTo(caller);
    if (!found) return false;
    scan->xs_heaptid = to_item_pointer(tid);
    pin_heap_page(scan->heapRelation, scan->xs_heapfetch, scan->xs_heaptid);
    state.rows_fetched = vx_rows_fetched(scan->indexRelation);
    scan->xs_recheck = state.recheck;
    scan->xs_recheckorderby = false;
    return true;
}

int64 fill_bitmap(IndexScanDesc scan, TIDBitmap* bitmap) {
    ScanState& state = *state_of(scan);
    const MemoryContext caller = MemoryContextSwitchTo(state.context);
    start_run(state, scan);
    int64 rows = 0;
    HeapTid tid;
    for (; !state.empty && state.next(state.run, &tid); ++rows) {
        CHECK_FOR_INTERRUPTS();
        ItemPointerData row = to_item_pointer(tid);
        tbm_add_tuples(bitmap, &row, 1, state.recheck);
    }
    end_run(state, scan->indexRelation);
    MemoryContextSwitchTo(caller);
    MemoryContextReset(state.context);
    return rows;
}

void end_scan(IndexScanDesc scan) {
    ScanState& state = *state_of(scan);
    end_run(state, scan->indexRelation);
    MemoryContextDelete(state.context);
    pfree(scan->opaque);
    scan->opaque = nullptr;
}

ScanReport report_of(IndexScanDesc scan) {
    const ScanState& state = *state_of(scan);
    ScanReport all = state.before;
    if (state.run != nullptr) add(state.report(state.run), all);
    return all;
}

bool is_vector_index(Relation index) { return index->rd_indam->amgettuple == next_row; }

}  // namespace vx::pg
