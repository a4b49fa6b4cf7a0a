// Scans that are complete: the executor may ask until every visible row was returned once.
//
// A scan goes through phases.  The graph phase returns the nearest ef_search nodes in order, then,
// if asked for more, resumes the search from what it left aside, with a larger pool each time. When
// the graph is exhausted, or has taken more memory or visits than allowed, the sweep phase sorts
// whatever was not returned by exact distance.  Rows without a direction and NULLs come last.
// Nothing is locked or pinned between calls.
#include "pg/index/scan.h"

#include "core/graph/search.h"
#include "core/paged/postings.h"
#include "pg/index/open_index.h"
#include "pg/index/options.h"
#include "pg/memory.h"

namespace vx::pg {
namespace {

enum class Phase : uint8_t { kStart, kGraph, kSweep, kZeros, kNulls, kDone };

constexpr size_t kLargestPool = 8192;

struct ScanState {
    MemoryContext context;  // reset by each rescan
    Phase phase;
    bool query_is_null;
    OpenIndex index;
    BufferPages* pages;
    PagedStore<BufferPages>* store;
    float* query;
    Pool* pool;
    Visited* visited;
    Visited* returned;
    Spill* spill;
    size_t next_in_pool;
    uint32_t id_limit;
    uint64_t visits;
    Tuplesortstate* sort;
    TupleTableSlot* slot;

    // The posting list being returned: its next segment and what is left of the current one.
    NodeId list_owner;
    PostingSegment segment;
    uint32_t next_in_segment;
    Place next_segment;
};

ScanState* state_of(IndexScanDesc scan) { return static_cast<ScanState*>(scan->opaque); }

template <class T, class... Args>
T* make(Args&&... args) {
    return new (palloc(sizeof(T))) T(static_cast<Args&&>(args)...);
}

void set_pool(ScanState& scan, size_t capacity) {
    Arena arena = context_arena(scan.context);
    *scan.pool = Pool(arena.allocate_array<PoolEntry>(capacity), capacity);
}

/// First search: descend, then fill the pool.
void search_first(ScanState& scan) {
    PagedStore<BufferPages>& store = *scan.store;
    const StateContent state = store.state();
    scan.id_limit = store.id_limit(state);
    (void)scan.visited->reserve(scan.id_limit);
    (void)scan.returned->reserve(scan.id_limit);
    set_pool(scan, static_cast<size_t>(ef_search()));
    const Candidate start = descend(store, store.entry(), 0, *scan.visited);
    if (start.id == kNoNode) return;
    scan.visited->insert(start.id);
    (void)scan.pool->offer({start.distance, start.id, false});
    (void)search_layer(store, 0, *scan.pool, *scan.visited, scan.spill);
}

/// Continues the search where it stopped; false when the graph has nothing more, or the scan's
/// limits say that sorting the rest is better.
bool search_more(ScanState& scan) {
    if (scan.spill->size() * sizeof(PoolEntry) > scan_memory_bytes() ||
        scan.visits > static_cast<uint64_t>(max_scan_tuples()))
        return false;
    set_pool(scan, std::min(scan.pool->capacity() * 2, kLargestPool));
    if (!refill(*scan.pool, *scan.spill)) return false;
    (void)search_layer(*scan.store, 0, *scan.pool, *scan.visited, scan.spill);
    return true;
}

void start_list(ScanState& scan, NodeId owner, Place head) {
    scan.list_owner = owner;
    scan.next_segment = head;
    scan.segment.count = 0;
    scan.next_in_segment = 0;
}

/// Next row of the current posting list.
bool next_in_list(ScanState& scan, HeapTid* tid) {
    while (scan.next_in_segment >= scan.segment.count) {
        if (scan.next_segment == kNowhere) return false;
        scan.store->poll();
        scan.segment = read_segment(*scan.store, scan.next_segment);
        // The list died and its segments serve another one: it had no visible rows left.
        if (scan.segment.owner != scan.list_owner)
            scan.segment.count = 0, scan.segment.next = kNowhere;
        scan.next_segment = scan.segment.next;
        scan.next_in_segment = 0;
    }
    *tid = scan.segment.tids[scan.next_in_segment++];
    return true;
}

/// Starts returning the rows of a node; true when `*tid` is the first and only one.
bool start_node(ScanState& scan, NodeId id, HeapTid* tid) {
    scan.returned->insert(id);
    const DirectoryEntry entry = scan.store->directory(id);
    // Dead, pending or reused in the meantime: none of its rows can be visible.
    if (entry.state != NodeState::kLive) return false;
    if (!has_postings(entry)) {
        *tid = heap_tid(entry);
        return true;
    }
    start_list(scan, id, posting_place(entry));
    return next_in_list(scan, tid);
}

/// Next row from the graph; false when the graph phase is over.
bool next_from_graph(ScanState& scan, HeapTid* tid) {
    for (;;) {
        while (scan.next_in_pool < scan.pool->size()) {
            ++scan.visits;
            if (start_node(scan, (*scan.pool)[scan.next_in_pool++].id, tid)) return true;
        }
        if (!search_more(scan)) return false;
        scan.next_in_pool = 0;
    }
}

TupleDesc sort_descriptor() {
    TupleDesc descriptor = CreateTemplateTupleDesc(2);
    TupleDescInitEntry(descriptor, 1, "distance", FLOAT8OID, -1, 0);
    TupleDescInitEntry(descriptor, 2, "node", INT8OID, -1, 0);
    return descriptor;
}

void sort_extent(ScanState& scan, uint32_t extent, DirectoryEntry* entries) {
    const Geometry& g = scan.index.geometry;
    const bool directory = scan.pages->read(g.extent_block(extent), [&](const std::byte* page) {
        if (page_kind(page, BLCKSZ) != PageKind::kDirectory) return false;
        std::memcpy(entries, content(page), g.nodes_per_extent * sizeof(DirectoryEntry));
        return true;
    });
    if (!directory) return;
    for (uint32_t i = 0; i < g.nodes_per_extent; ++i) {
        const NodeId id = extent * g.nodes_per_extent + i;
        if (entries[i].state != NodeState::kLive || scan.returned->contains(id)) continue;
        scan.pages->poll();
        ExecClearTuple(scan.slot);
        const double distance = scan.query_is_null ? 0 : scan.store->query_distance(id);
        scan.slot->tts_values[0] = Float8GetDatum(distance);
        scan.slot->tts_values[1] = Int64GetDatum(id);
        scan.slot->tts_isnull[0] = scan.slot->tts_isnull[1] = false;
        ExecStoreVirtualTuple(scan.slot);
        tuplesort_puttupleslot(scan.sort, scan.slot);
    }
}

/// Sorts everything that was not returned yet; spills to disk beyond work_mem.
void start_sweep(ScanState& scan) {
    const TupleDesc descriptor = sort_descriptor();
    scan.slot = MakeSingleTupleTableSlot(descriptor, &TTSOpsMinimalTuple);
    TupleTableSlot* minimal = scan.slot;
    scan.slot = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
    AttrNumber column = 1;
    Oid order = Float8LessOperator;
    Oid collation = InvalidOid;
    bool nulls_first = false;
    scan.sort = tuplesort_begin_heap(descriptor, 1, &column, &order, &collation, &nulls_first,
                                     work_mem, nullptr, TUPLESORT_NONE);
    const StateContent state = scan.store->state();
    auto* entries = context_arena(scan.context)
                        .allocate_array<DirectoryEntry>(scan.index.geometry.nodes_per_extent);
    const uint32_t known = scan.id_limit / scan.index.geometry.nodes_per_extent;
    for (uint32_t extent = 0; extent < state.extent_count && extent < known; ++extent)
        sort_extent(scan, extent, entries);
    tuplesort_performsort(scan.sort);
    ExecDropSingleTupleTableSlot(scan.slot);
    scan.slot = minimal;
}

bool next_from_sweep(ScanState& scan, HeapTid* tid) {
    while (tuplesort_gettupleslot(scan.sort, true, false, scan.slot, nullptr)) {
        bool is_null = false;
        const auto id = static_cast<NodeId>(DatumGetInt64(slot_getattr(scan.slot, 2, &is_null)));
        if (start_node(scan, id, tid)) return true;
    }
    return false;
}

void begin_phase(ScanState& scan, Phase phase) {
    scan.phase = phase;
    switch (phase) {
    case Phase::kGraph:
        search_first(scan);
        break;
    case Phase::kSweep:
        start_sweep(scan);
        break;
    case Phase::kZeros:
        start_list(scan, kZeroListOwner, scan.store->state().zero_list);
        break;
    case Phase::kNulls:
        start_list(scan, kNullListOwner, scan.store->state().null_list);
        break;
    case Phase::kStart:
    case Phase::kDone:
        break;
    }
}

/// Next row in the current phase.
bool next_in_phase(ScanState& scan, HeapTid* tid) {
    if (next_in_list(scan, tid)) return true;
    switch (scan.phase) {
    case Phase::kGraph:
        // Without a query there are no distances to search by: all rows tie.
        return !scan.query_is_null && next_from_graph(scan, tid);
    case Phase::kSweep:
        return next_from_sweep(scan, tid);
    default:
        return false;
    }
}

void prepare(ScanState& scan, IndexScanDesc desc) {
    if (desc->numberOfOrderBys == 0) elog(ERROR, "cannot scan hnsw index without order");
    if (!IsMVCCSnapshot(desc->xs_snapshot))
        elog(ERROR, "non-MVCC snapshots are not supported with hnsw");
    const MemoryContext caller = MemoryContextSwitchTo(scan.context);
    scan.index = open_index(desc->indexRelation);
    scan.pages = make<BufferPages>(desc->indexRelation);
    scan.store = make<PagedStore<BufferPages>>(*scan.pages, scan.index.geometry,
                                               scan.index.distance, scan.index.params, nullptr);
    const Arena arena = context_arena(scan.context);
    scan.visited = make<Visited>(arena);
    scan.returned = make<Visited>(arena);
    scan.spill = make<Spill>(arena);
    scan.pool = make<Pool>(nullptr, size_t{1});
    scan.query = static_cast<float*>(palloc(scan.index.dims * sizeof(float)));
    const ScanKeyData& key = desc->orderByData[0];
    const ElementKind kind =
        read_query(scan.index, key.sk_argument, (key.sk_flags & SK_ISNULL) != 0, scan.query);
    scan.query_is_null = kind != ElementKind::kNormal;
    scan.store->bind(scan.query);
    start_list(scan, kNoNode, kNowhere);
    begin_phase(scan, Phase::kGraph);
    pgstat_count_index_scan(desc->indexRelation);
    MemoryContextSwitchTo(caller);
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
    if (state.sort != nullptr) tuplesort_end(state.sort);
    if (state.slot != nullptr) ExecDropSingleTupleTableSlot(state.slot);
    const MemoryContext context = state.context;
    MemoryContextReset(context);
    state = {};
    state.context = context;
    state.phase = Phase::kStart;
    if (keys != nullptr && scan->numberOfKeys > 0)
        std::memmove(scan->keyData, keys, scan->numberOfKeys * sizeof(ScanKeyData));
    if (orderbys != nullptr && scan->numberOfOrderBys > 0)
        std::memmove(scan->orderByData, orderbys, scan->numberOfOrderBys * sizeof(ScanKeyData));
}

bool next_row(IndexScanDesc scan, ScanDirection) {
    ScanState& state = *state_of(scan);
    if (state.phase == Phase::kStart) prepare(state, scan);
    const MemoryContext caller = MemoryContextSwitchTo(state.context);
    HeapTid tid;
    bool found = false;
    while (state.phase != Phase::kDone && !(found = next_in_phase(state, &tid)))
        begin_phase(state, static_cast<Phase>(static_cast<uint8_t>(state.phase) + 1));
    MemoryContextSwitchTo(caller);
    if (!found) return false;
    scan->xs_heaptid = to_item_pointer(tid);
    scan->xs_recheck = false;
    scan->xs_recheckorderby = false;
    return true;
}

void end_scan(IndexScanDesc scan) {
    ScanState& state = *state_of(scan);
    if (state.sort != nullptr) tuplesort_end(state.sort);
    if (state.slot != nullptr) ExecDropSingleTupleTableSlot(state.slot);
    MemoryContextDelete(state.context);
    pfree(scan->opaque);
    scan->opaque = nullptr;
}

}  // namespace vx::pg
