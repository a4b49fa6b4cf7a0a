// Builds with parallel workers: how they are started, and the memory in which they grow one graph.
//
// The graph lies in dynamic shared memory that is taken as it grows (shared_chunks.cpp), so a build
// needs no more than it uses and a small /dev/shm does for a small index.
#include <algorithm>

#include "core/paged/flush.h"
#include "pg/index/build.h"
#include "pg/index/build_shared.h"

namespace vx::pg {
namespace {

// Keys of what workers find in the shared memory of a build.
constexpr uint64 kSharedKey = 0xB000000000000001;
constexpr uint64 kScanKey = 0xB000000000000002;
constexpr uint64 kPlacesKey = 0xB000000000000003;
constexpr uint64 kQueryKey = 0xB000000000000004;

// A build with less memory is over before a worker has started.
constexpr size_t kLeastMemory = size_t{2} << 20;
// What the server needs to start workers.
constexpr size_t kLeastOffer = size_t{1} << 20;

/// May expressions and predicate of the index be computed in a worker?
bool parallel_safe(Relation index) {
    PlannerInfo* root = makeNode(PlannerInfo);
    root->glob = makeNode(PlannerGlobal);
    root->glob->maxParallelHazard = PROPARALLEL_UNSAFE;
    return is_parallel_safe(root, reinterpret_cast<Node*>(RelationGetIndexExpressions(index))) &&
           is_parallel_safe(root, reinterpret_cast<Node*>(RelationGetIndexPredicate(index)));
}

/// Pages of a table with what is stored out of line, where most vectors are.
BlockNumber pages_with_toast(Relation heap) {
    uint64 pages = RelationGetNumberOfBlocks(heap);
    if (OidIsValid(heap->rd_rel->reltoastrelid)) {
        const Relation toast = table_open(heap->rd_rel->reltoastrelid, AccessShareLock);
        pages += RelationGetNumberOfBlocks(toast);
        table_close(toast, AccessShareLock);
    }
    return pages < MaxBlockNumber ? static_cast<BlockNumber>(pages) : MaxBlockNumber;
}

Size places_bytes(const GraphShape& shape) { return chunk_places(shape) * sizeof(uint64); }

/// The leader's handles.
struct Leader {
    ParallelContext* context;
    Snapshot snapshot;
    GraphShape shape;
    BuildTask task;
    SharedChunks chunks;
};

void estimate(Leader& leader) {
    shm_toc_estimator* estimator = &leader.context->estimator;
    shm_toc_estimate_chunk(estimator, sizeof(BuildShared));
    shm_toc_estimate_chunk(estimator,
                           table_parallelscan_estimate(leader.task.heap, leader.snapshot));
    shm_toc_estimate_chunk(estimator, places_bytes(leader.shape));
    shm_toc_estimate_keys(estimator, 3);
    if (debug_query_string == nullptr) return;
    shm_toc_estimate_chunk(estimator, strlen(debug_query_string) + 1);
    shm_toc_estimate_keys(estimator, 1);
}

/// Puts everything that workers need into shared memory.
void share(Leader& leader) {
    shm_toc* toc = leader.context->toc;
    const BuildShared& local = *leader.task.shared;
    auto* shared = new (shm_toc_allocate(toc, sizeof(BuildShared))) BuildShared{};
    shared->heap = local.heap;
    shared->index = local.index;
    shared->concurrent = local.concurrent;
    shared->held = local.held;
    shared->parallel = true;
    shared->shape = leader.shape;
    shared->memory_limit = local.memory_limit;
    BarrierInit(&shared->barrier, 0);
    LWLockInitialize(&shared->memory.lock, LWTRANCHE_PARALLEL_QUERY_DSA);
    auto* places = static_cast<uint64*>(shm_toc_allocate(toc, places_bytes(leader.shape)));
    std::memset(places, 0, places_bytes(leader.shape));

    const Size scan_bytes = table_parallelscan_estimate(leader.task.heap, leader.snapshot);
    auto* scan = static_cast<ParallelTableScanDesc>(shm_toc_allocate(toc, scan_bytes));
    table_parallelscan_initialize(leader.task.heap, scan, leader.snapshot);
    shm_toc_insert(toc, kSharedKey, shared);
    shm_toc_insert(toc, kPlacesKey, places);
    shm_toc_insert(toc, kScanKey, scan);
    if (debug_query_string != nullptr) {
        const size_t bytes = strlen(debug_query_string) + 1;
        void* query = shm_toc_allocate(toc, bytes);
        std::memcpy(query, debug_query_string, bytes);
        shm_toc_insert(toc, kQueryKey, query);
    }
    leader.chunks = {shared, places, {}};
    leader.task.shared = shared;
    leader.task.chunks = &leader.chunks;
    leader.task.source = shared_chunk_source(&leader.chunks);
    leader.task.scan = scan;
}

void end_parallel(Leader& leader) {
    release_shared_chunks(&leader.chunks);
    if (leader.snapshot != SnapshotAny) UnregisterSnapshot(leader.snapshot);
    DestroyParallelContext(leader.context);
    ExitParallelMode();
}

}  // namespace

// A worker each min_parallel_table_scan_size: to insert 8 MB of vectors takes seconds, to start a
// worker some milliseconds.
int wanted_workers(Relation heap, size_t memory_limit) {
    if (max_parallel_maintenance_workers == 0 || memory_limit < kLeastMemory ||
        heap->rd_rel->relpersistence == RELPERSISTENCE_TEMP)
        return 0;
    const int most = max_parallel_maintenance_workers;
    const int chosen = RelationGetParallelWorkers(heap, -1);
    if (chosen >= 0) return chosen < most ? chosen : most;
    const BlockNumber each = min_parallel_table_scan_size > 0
                                 ? static_cast<BlockNumber>(min_parallel_table_scan_size)
                                 : 1;
    const BlockNumber workers = pages_with_toast(heap) / each;
    return workers < static_cast<BlockNumber>(most) ? static_cast<int>(workers) : most;
}

bool build_in_parallel(const BuildTask& task) {
    const int wanted = wanted_workers(task.heap, task.shared->memory_limit);
    if (wanted == 0 || !parallel_safe(task.index)) return false;
    // Chunks that are small beside what there is.
    const size_t offered = offered_shared_memory();
    const GraphShape shape = make_graph_shape(
        task.opened.params, graph_record_bytes(task.opened.geometry),
        std::min(offered, task.shared->memory_limit), task.opened.geometry.layout.filter_columns);
    if (offered < kLeastOffer + places_bytes(shape)) return false;
    EnterParallelMode();
    auto* leader = static_cast<Leader*>(palloc0(sizeof(Leader)));
    leader->task = task;
    leader->shape = shape;
    leader->context = CreateParallelContext("vectorext", "vectorext_build_worker", wanted);
    leader->snapshot =
        task.shared->concurrent ? RegisterSnapshot(GetTransactionSnapshot()) : SnapshotAny;
    estimate(*leader);
    InitializeParallelDSM(leader->context);
    if (leader->context->seg == nullptr) {
        end_parallel(*leader);
        return false;
    }
    share(*leader);
    LaunchParallelWorkers(leader->context);
    // Without workers the leader does it all alone, in the same memory.
    BuildShared& shared = *leader->task.shared;
    run_build(leader->task, BarrierAttach(&shared.barrier));
    WaitForParallelWorkersToFinish(leader->context);
    task.shared->rows.store(shared.rows.load());
    task.shared->heap_rows.store(shared.heap_rows.load());
    task.shared->broken_hot_chain.store(shared.broken_hot_chain.load());
    end_parallel(*leader);
    return true;
}

/// What a worker runs.
void run_worker(shm_toc* toc) {
    auto* shared = static_cast<BuildShared*>(shm_toc_lookup(toc, kSharedKey, false));
    debug_query_string = static_cast<const char*>(shm_toc_lookup(toc, kQueryKey, true));
    pgstat_report_activity(STATE_RUNNING, debug_query_string);
    // The locks that the leader has (index.c).
    const LOCKMODE heap_lock = shared->concurrent ? ShareUpdateExclusiveLock : ShareLock;
    const LOCKMODE index_lock = shared->concurrent ? RowExclusiveLock : AccessExclusiveLock;
    const Relation heap = table_open(shared->heap, heap_lock);
    const Relation index = index_open(shared->index, index_lock);
    ::IndexInfo* info = BuildIndexInfo(index);
    info->ii_Concurrent = shared->concurrent;
    SharedChunks chunks{shared, static_cast<uint64*>(shm_toc_lookup(toc, kPlacesKey, false)), {}};
    const OpenIndex opened = open_index(index);
    const uint64_t seed = opened.seed + 1 + static_cast<uint64_t>(ParallelWorkerNumber);
    const BuildTask task{heap,
                         index,
                         info,
                         opened,
                         shared,
                         shared_chunk_source(&chunks),
                         static_cast<ParallelTableScanDesc>(shm_toc_lookup(toc, kScanKey, false)),
                         &chunks,
                         seed,
                         false};
    run_build(task, BarrierAttach(&shared->barrier));
    release_shared_chunks(&chunks);
    index_close(index, index_lock);
    table_close(heap, heap_lock);
}

}  // namespace vx::pg

extern "C" {
PGDLLEXPORT void vectorext_build_worker(dsm_segment* segment, shm_toc* toc);
void vectorext_build_worker(dsm_segment*, shm_toc* toc) { vx::pg::run_worker(toc); }
}
