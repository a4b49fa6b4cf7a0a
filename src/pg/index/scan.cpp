// Scans that are complete: the executor may ask until every visible row was returned once.
//
// A scan goes through phases.  The graph phase returns the nearest ef_search nodes in order, then,
// if asked for more, resumes the search from what it left aside, with a larger pool each time. When
// the graph is exhausted, or has taken more memory or visits than allowed, the sweep phase sorts
// whatever was not returned.  Rows without a direction and NULLs come last.  Where the index holds
// codes, rows are read and returned in the order of their exact distance.
#include "pg/index/scan.h"

#include "pg/index/heap_page.h"
#include "pg/index/scan_run.h"

namespace vx::pg {
namespace {

/// A run whose codec the callbacks need not know.
struct ScanState {
    MemoryContext context;  // reset by each rescan
    void* run;
    bool (*next)(void* run, HeapTid* tid);
    void (*end)(void* run);
};

ScanState* state_of(IndexScanDesc scan) { return static_cast<ScanState*>(scan->opaque); }

void start_run(ScanState& state, IndexScanDesc scan) {
    const char* method = method_name(scan->indexRelation);
    if (scan->numberOfOrderBys == 0) elog(ERROR, "cannot scan %s index without order", method);
    if (!IsMVCCSnapshot(scan->xs_snapshot))
        elog(ERROR, "non-MVCC snapshots are not supported with %s", method);
    const OpenIndex opened = open_index(scan->indexRelation);
    pgstat_count_index_scan(scan->indexRelation);
    vx_count_index_search(scan);
    with_codec(scan->indexRelation, opened, [&](const auto& codec) {
        using Run = ScanRun<std::decay_t<decltype(codec)>>;
        state.next = [](void* run, HeapTid* tid) { return static_cast<Run*>(run)->next(tid); };
        state.end = [](void* run) { static_cast<Run*>(run)->end(); };
        state.run = new (palloc(sizeof(Run))) Run(scan, opened, codec);
        return true;
    });
}

void end_run(ScanState& state) {
    if (state.run != nullptr) state.end(state.run);
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
    end_run(state);
    MemoryContextReset(state.context);
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
    HeapTid tid;
    const bool found = state.next(state.run, &tid);
    MemoryContextSwitchTo(caller);
    if (!found) return false;
    scan->xs_heaptid = to_item_pointer(tid);
    pin_heap_page(scan->heapRelation, scan->xs_heapfetch, tid);
    scan->xs_recheck = false;
    scan->xs_recheckorderby = false;
    return true;
}

void end_scan(IndexScanDesc scan) {
    ScanState& state = *state_of(scan);
    end_run(state);
    MemoryContextDelete(state.context);
    pfree(scan->opaque);
    scan->opaque = nullptr;
}

}  // namespace vx::pg
