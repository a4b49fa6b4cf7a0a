// What the processes of one CREATE INDEX share, and what each of them has.
//
// A build without workers uses the same structures, with memory of its own and none to wait for.
#pragma once

#include <algorithm>

#include "core/graph/build_steps.h"
#include "core/graph/memory_store.h"
#include "core/quality/calibration.h"
#include "pg/index/open_index.h"

namespace vx::pg {

/// A segment of dynamic shared memory, filled from its beginning.
struct SharedSegment {
    dsm_handle handle;
    size_t bytes;
    size_t used;
};

/// More than a build can want: each is half as large as all before it together.
inline constexpr uint32_t kMostSegments = 64;

/// What the next segment should have when there are `taken` bytes.
constexpr size_t next_segment_bytes(size_t taken) {
    constexpr size_t kFirst = size_t{1} << 20;
    return taken / 2 > kFirst ? taken / 2 : kFirst;
}

/// The memory of a parallel build's graph; what changes does so under the lock.
struct SharedMemory {
    LWLock lock;
    bool refused;         // there is no more, by the limit or
    bool system_refused;  // by the system
    size_t bytes;         // of all segments
    uint32_t segments;
    SharedSegment segment[kMostSegments];
    uint32_t made[kGraphArrays];  // chunks
};

/// Rows that a build leaves out, to ask for them when it is done (calibrate.h).
struct HeldTids {
    uint32_t count = 0;
    uint64_t keys[kMostCalibrationQueries];  // ascending

    static uint64_t key_of(HeapTid tid) { return uint64_t{tid.block()} << 16 | tid.offset; }
    bool contains(HeapTid tid) const {
        return count > 0 && std::binary_search(keys, keys + count, key_of(tid));
    }
};

/// In shared memory when there are workers.
struct BuildShared {
    Oid heap;
    Oid index;
    bool concurrent;
    bool parallel;
    HeldTids held;
    GraphShape shape;
    size_t memory_limit;
    Barrier barrier;  // of a parallel build
    GraphControl graph;
    std::atomic<uint64_t> rows{0};       // taken from the table
    std::atomic<uint64_t> heap_rows{0};  // as table_index_build_scan counts them
    std::atomic<uint64_t> list_rows{0};  // kept for later: NULLs and vectors without a direction
    std::atomic<uint64_t> waiting{0};    // that memory had no room for
    std::atomic<uint64_t> full_at{0};    // rows when memory was full; 0: it never was
    std::atomic<uint32_t> next[kBuildSteps] = {};  // work that no process has taken yet
    std::atomic<uint32_t> done[kBuildSteps] = {};  // work that is finished
    std::atomic<bool> broken_hot_chain{false};
    SharedMemory memory;  // of a parallel build
};

/// One process's view of chunks in dynamic shared memory.
struct SharedChunks {
    BuildShared* shared;
    uint64* places;  // of chunks, those of an array after those of the one before; shared
    dsm_segment* mapped[kMostSegments];
};
/// How many places there are.
size_t chunk_places(const GraphShape& shape);
ChunkSource shared_chunk_source(SharedChunks* chunks);
/// Forgets the chunks; the memory is the system's again when all have.
void release_shared_chunks(SharedChunks* chunks);
/// Shared memory that a build may ask the system for now.
size_t offered_shared_memory();
/// Megabytes that the system must have to offer as many.
double shared_memory_for(double megabytes);

/// One process's part in a build.
struct BuildTask {
    Relation heap;
    Relation index;
    ::IndexInfo* info;
    OpenIndex opened;
    BuildShared* shared;
    ChunkSource source;
    ParallelTableScanDesc scan;  // null without workers; each process begins it
    SharedChunks* chunks;        // null without workers
    uint64_t seed;
    bool leader;
};

/// Phases as pg_stat_progress_create_index shows them.  The second name is a contract: tools
/// compare "building index: loading tuples" (ann-benchmarks).
enum BuildPhase : int64 {
    kInitializing = PROGRESS_CREATEIDX_SUBPHASE_INITIALIZE,
    kLoading,
    kGrowing,
    kConnecting,
    kWriting,
    kInserting,
    kLogging,
    kCalibrating,
};

/// Takes part in a build from `step` on, until its end.
void run_build(const BuildTask& task, int step);

/// Builds with workers, as many as the settings want and the server has.  False when there are
/// none; nothing has been done then.
bool build_in_parallel(const BuildTask& task);

}  // namespace vx::pg
