// CREATE INDEX: the graph grows in memory, then its pages are written and logged once.
//
// When maintenance_work_mem is used up, what is in memory is written and the remaining rows are
// inserted into the pages, still without WAL.  The phases show in pg_stat_progress_create_index.
#include "pg/index/build.h"

#include "core/graph/outliers.h"
#include "pg/index/insert.h"
#include "pg/index/options.h"
#include "pg/index/sample.h"
#include "pg/types/datum.h"

namespace vx::pg {
namespace {

// The second name is a contract: tools compare "building index: loading tuples" (ann-benchmarks).
enum BuildPhase : int64 {
    kInitializing = PROGRESS_CREATEIDX_SUBPHASE_INITIALIZE,
    kLoading,
    kWriting,
    kLogging,
};

// Large chunks are the reason a build may exceed its memory by one step; kept out of the budget.
constexpr size_t kMinimumMemory = size_t{64} * 1024;

/// An inserter into pages whose codec the build need not know.
struct PagedSink {
    void* inserter;
    void (*insert)(void* inserter, ElementKind kind, const float* element, HeapTid tid);
};

struct Build {
    Relation heap;
    Relation index;
    OpenIndex opened;
    MetaContent meta;
    BufferPages pages;
    MemoryContext graph_context;  // freed when the graph is written
    MemoryContext row_context;    // reset after each row
    MemoryStore* graph;           // null once it is written
    InsertScratch<MemoryStore>* scratch;
    const float* mean;  // null for storage plain
    PagedSink rest;     // where rows go once the graph is written
    SplitMix64 random;
    float* element;
    size_t memory_limit;
    ArenaList<HeapTid>* nulls;
    ArenaList<HeapTid>* zeros;
    uint32_t reserved_ids;  // room in the visited set
    double rows;

    Build(Relation heap_relation, Relation index_relation)
        : heap(heap_relation), index(index_relation), pages(index_relation, WriteMode::kBuild),
          random(0) {}
};

uint32_t column_dims(Relation index) {
    const int dims = TupleDescAttr(RelationGetDescr(index), 0)->atttypmod;
    if (dims < 0)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("column does not have dimensions"));
    if (dims > Vector::kMaxDims)
        ereport(
            ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
            errmsg("column cannot have more than %d dimensions for hnsw index", Vector::kMaxDims));
    return static_cast<uint32_t>(dims);
}

void check_options(Relation index) {
    if (index_ef_construction(index) < 2 * index_m(index))
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("ef_construction must be greater than or equal to 2 * m"));
}

/// Calls f(codec) with the codec of the index being built.
template <class F>
void with_build_codec(const Build& build, F&& f) {
    if (build.mean == nullptr)
        f(PlainCodec(build.opened.distance, build.opened.dims));
    else if (build.opened.storage == Storage::kFast)
        f(open_fast_codec(build.index, build.opened, build.mean));
    else
        f(open_code_codec(build.index, build.opened, build.mean));
}

void start_graph(Build& build) {
    build.graph_context =
        AllocSetContextCreate(CurrentMemoryContext, "vectorext build", ALLOCSET_DEFAULT_SIZES);
    build.row_context =
        AllocSetContextCreate(CurrentMemoryContext, "vectorext build row", ALLOCSET_DEFAULT_SIZES);
    Arena arena = context_arena(build.graph_context);
    const OpenIndex& opened = build.opened;
    build.graph = new (arena.allocate(sizeof(MemoryStore)))
        MemoryStore(arena, opened.params, opened.dims, opened.distance);
    build.scratch = static_cast<InsertScratch<MemoryStore>*>(
        arena.allocate(sizeof(InsertScratch<MemoryStore>)));
    build.scratch->pool = new (arena.allocate(sizeof(Pool)))
        Pool(arena.allocate_array<PoolEntry>(opened.params.ef_construction),
             opened.params.ef_construction);
    build.scratch->visited = new (arena.allocate(sizeof(Visited))) Visited(arena);
    build.element = static_cast<float*>(palloc(opened.dims * sizeof(float)));
    Arena lists = context_arena(CurrentMemoryContext);
    build.nulls = new (lists.allocate(sizeof(ArenaList<HeapTid>))) ArenaList<HeapTid>(lists);
    build.zeros = new (lists.allocate(sizeof(ArenaList<HeapTid>))) ArenaList<HeapTid>(lists);
    const size_t limit = static_cast<size_t>(maintenance_work_mem) * 1024;
    build.memory_limit = limit > kMinimumMemory ? limit : kMinimumMemory;
}

/// Writes the graph to pages and frees it.
void write_graph(Build& build) {
    (void)connect_outliers(*build.graph, build.graph->size(), context_arena(build.graph_context),
                           *build.scratch, [&](NodeId id) {
                               CHECK_FOR_INTERRUPTS();
                               build.graph->bind(build.graph->element(id));
                           });
    pgstat_progress_update_param(PROGRESS_CREATEIDX_SUBPHASE, kWriting);
    const Geometry& g = build.opened.geometry;
    Arena arena = context_arena(build.graph_context);
    const FlushMemory memory{arena.allocate_array<Place>(g.nodes_per_extent),
                             arena.allocate_array<Place>(g.nodes_per_extent)};
    with_build_codec(build, [&](const auto& codec) {
        Flush flush(build.pages, g, *build.graph, codec, memory);
        flush.run([&](uint32_t done) {
            pgstat_progress_update_param(PROGRESS_CREATEIDX_TUPLES_DONE, done);
        });
    });
    MemoryContextDelete(build.graph_context);
    build.graph = nullptr;
}

void leave_memory(Build& build) {
    ereport(
        NOTICE,
        errmsg("hnsw graph no longer fits into maintenance_work_mem after %.0f tuples", build.rows),
        errdetail("Building will take significantly more time."),
        errhint("Increase maintenance_work_mem to speed up builds."));
    write_graph(build);
    pgstat_progress_update_param(PROGRESS_CREATEIDX_SUBPHASE, kLoading);
    with_build_codec(build, [&](const auto& codec) {
        using Inserter = PagedInserter<std::decay_t<decltype(codec)>>;
        build.rest.inserter = new (palloc(sizeof(Inserter)))
            Inserter(build.index, build.opened, codec, WriteMode::kBuild);
        build.rest.insert = [](void* self, ElementKind kind, const float* element, HeapTid tid) {
            static_cast<Inserter*>(self)->insert(kind, element, tid);
        };
    });
}

void add_to_graph(Build& build, HeapTid tid) {
    MemoryStore& graph = *build.graph;
    InsertScratch<MemoryStore>& scratch = *build.scratch;
    graph.bind(build.element);
    if (graph.size() + 1 >= build.reserved_ids) {
        build.reserved_ids = build.reserved_ids == 0 ? 16384 : build.reserved_ids * 2;
        (void)scratch.visited->reserve(build.reserved_ids);
    }
    const Level level = std::min(draw_level(build.random, build.opened.params.m),
                                 build.opened.geometry.max_level());
    plan_insert(graph, level, scratch);
    const float self = build.opened.distance(build.element, build.element, build.opened.dims);
    for (size_t i = 0; i < scratch.pool->size(); ++i) {
        const PoolEntry& found = (*scratch.pool)[i];
        if (found.distance == self && graph.equals_query(found.id)) {
            (void)graph.add_row(found.id, tid);
            return;
        }
    }
    const NodeId id = graph.add(build.element, scratch.plan, tid);
    if (id == kNoNode) raise({Errc::kIndexFull, kMaxNodes, 0});
    if (id > 0 && !attach_new(graph, id, scratch)) elog(ERROR, "hnsw node has no parent");
    link_neighbors(graph, id, scratch);
    graph.offer_entry(id, level);
}

void build_row(Relation, ItemPointer row, Datum* values, bool* nulls, bool, void* state) {
    Build& build = *static_cast<Build*>(state);
    const MemoryContext caller = MemoryContextSwitchTo(build.row_context);
    const ElementKind kind = read_element(build.opened, values[0], nulls[0], build.element);
    const HeapTid tid = to_heap_tid(*row);
    if (build.graph != nullptr && kind == ElementKind::kNormal &&
        build.graph->bytes() + build.graph->next_allocation() > build.memory_limit &&
        build.graph->size() > 0) {
        MemoryContextSwitchTo(caller);
        leave_memory(build);
        MemoryContextSwitchTo(build.row_context);
    }
    if (kind == ElementKind::kNull)
        (void)build.nulls->push(tid);
    else if (kind == ElementKind::kZero)
        (void)build.zeros->push(tid);
    else if (build.graph != nullptr)
        add_to_graph(build, tid);
    else
        build.rest.insert(build.rest.inserter, kind, build.element, tid);
    build.rows += 1;
    pgstat_progress_update_param(PROGRESS_CREATEIDX_TUPLES_DONE, static_cast<int64>(build.rows));
    MemoryContextSwitchTo(caller);
    MemoryContextReset(build.row_context);
}

void write_lists(Build& build) {
    // Lists of rows know nothing of elements: any codec will do.
    PagedStore<BufferPages> store(build.pages, build.opened.geometry, PlainCodec(),
                                  build.opened.params, nullptr);
    for (size_t i = 0; i < build.nulls->size(); ++i)
        (void)append_tid(store, kNullListOwner, (*build.nulls)[i]);
    for (size_t i = 0; i < build.zeros->size(); ++i)
        (void)append_tid(store, kZeroListOwner, (*build.zeros)[i]);
}

void log_pages(Build& build) {
    if (!RelationNeedsWAL(build.index)) return;
    pgstat_progress_update_param(PROGRESS_CREATEIDX_SUBPHASE, kLogging);
    log_newpage_range(build.index, MAIN_FORKNUM, 0, build.pages.page_count(), true);
}

}  // namespace

IndexBuildResult* build_index(Relation heap, Relation index, ::IndexInfo* info) {
    check_options(index);
    auto* build = new (palloc0(sizeof(Build))) Build(heap, index);
    build->meta = make_meta(index, column_dims(index), pg_prng_uint64(&pg_global_prng_state));
    build->opened = describe_index(build->meta);
    build->random = SplitMix64(build->meta.seed);
    write_empty(build->pages, build->opened.geometry, build->meta);
    if (build->opened.geometry.mean_pages > 0) {
        build->mean = sample_mean(heap, index, info, build->opened);
        write_mean(build->pages, build->opened.geometry, build->mean);
    }
    start_graph(*build);
    pgstat_progress_update_param(PROGRESS_CREATEIDX_SUBPHASE, kLoading);
    const double heap_rows =
        table_index_build_scan(heap, index, info, true, true, build_row, build, nullptr);
    if (build->graph != nullptr) write_graph(*build);
    write_lists(*build);
    log_pages(*build);
    auto* result = static_cast<IndexBuildResult*>(palloc(sizeof(IndexBuildResult)));
    result->heap_tuples = heap_rows;
    result->index_tuples = build->rows;
    return result;
}

void build_empty_index(Relation index) {
    check_options(index);
    const MetaContent meta =
        make_meta(index, column_dims(index), pg_prng_uint64(&pg_global_prng_state));
    BufferPages pages(index, WriteMode::kInit);
    const OpenIndex opened = describe_index(meta);
    write_empty(pages, opened.geometry, meta);
    // Nothing is known of the rows to come; a mean of zero is as good as any.
    write_mean(pages, opened.geometry,
               static_cast<const float*>(palloc0(opened.dims * sizeof(float))));
}

char* build_phase_name(int64 phase) {
    switch (phase) {
    case kInitializing:
        return pstrdup("initializing");
    case kLoading:
        return pstrdup("loading tuples");
    case kWriting:
        return pstrdup("writing pages");
    case kLogging:
        return pstrdup("logging pages");
    default:
        return nullptr;
    }
}

}  // namespace vx::pg
