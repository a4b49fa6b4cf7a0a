// Segments of dynamic shared memory for the graph of a parallel build, and what becomes of them
// when the system has no more.
//
// Not a dsa_area: that raises an error, with its locks held, when the system refuses a segment, and
// asks for no smaller one.  Containers have 64 MB of shared memory unless told otherwise.
#include <algorithm>

#include "core/base/checked.h"
#include "pg/attempt.h"
#include "pg/index/build_shared.h"

namespace vx::pg {
namespace {

constexpr size_t kPageBytes = 4096;
// Segments smaller than this are not worth their places.
constexpr size_t kLeastSegment = size_t{64} << 10;
// Chunks begin where a line of the cache does.
constexpr size_t kAlignment = 64;
// A place in a segment: its number, from one, above its offset.
constexpr int kOffsetBits = 48;

constexpr size_t kMostReserve = size_t{64} << 20;

/// Where the system keeps dynamic shared memory, if that is files.
const char* shared_memory_path() {
    switch (dynamic_shared_memory_type) {
    case DSM_IMPL_POSIX:
        return "/dev/shm";
    case DSM_IMPL_MMAP:
        return PG_DYNSHMEM_DIR;
    default:
        return nullptr;
    }
}

bool is_refusal(const ErrorData& error) {
    return ERRCODE_TO_CATEGORY(error.sqlerrcode) == ERRCODE_INSUFFICIENT_RESOURCES;
}

/// A segment of the current resource owner, or null when the system refuses it.
dsm_segment* try_create(size_t bytes) {
    dsm_segment* volatile made = nullptr;
    const ResourceOwner owner = CurrentResourceOwner;
    (void)attempt(is_refusal, [&] {
        dsm_segment* segment = dsm_create(bytes, DSM_CREATE_NULL_IF_MAXSEGMENTS);
        if (segment == nullptr) return;
        dsm_pin_mapping(segment);
        CurrentResourceOwner = owner;
        dsm_unpin_mapping(segment);
        made = segment;
    });
    return made;
}

/// A new segment that `bytes` fit into, as large as the next one should be or as large as there is
/// memory for.  False when there is none.
bool add_segment(SharedChunks& chunks, size_t bytes) {
    SharedMemory& memory = chunks.shared->memory;
    const size_t least = std::max(bytes, kLeastSegment);
    const size_t left = remaining(chunks.shared->memory_limit, memory.bytes);
    if (left < least || memory.segments == kMostSegments) return false;
    const size_t wanted = std::max(next_segment_bytes(memory.bytes), least);
    size_t size = std::min({wanted, left, offered_shared_memory()}) / kPageBytes * kPageBytes;
    for (; size >= least; size = size / 2 / kPageBytes * kPageBytes) {
        dsm_segment* made = try_create(size);
        if (made == nullptr) continue;
        chunks.mapped[memory.segments] = made;
        memory.segment[memory.segments++] = {dsm_segment_handle(made), size, 0};
        memory.bytes += size;
        return true;
    }
    memory.system_refused = true;
    return false;
}

/// A place for `bytes`; 0 when there is none.
uint64 take(SharedChunks& chunks, size_t bytes) {
    SharedMemory& memory = chunks.shared->memory;
    bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    // Chunks differ in size: what is left at the end of a segment may be enough for a small one.
    uint32_t at = 0;
    while (at < memory.segments && memory.segment[at].bytes - memory.segment[at].used < bytes) ++at;
    if (at == memory.segments && !add_segment(chunks, bytes)) return 0;
    const uint64 place = (uint64{at} + 1) << kOffsetBits | memory.segment[at].used;
    memory.segment[at].used += bytes;
    return place;
}

std::byte* address_of(SharedChunks& chunks, uint64 place) {
    const auto at = static_cast<uint32_t>(place >> kOffsetBits) - 1;
    if (chunks.mapped[at] == nullptr)
        chunks.mapped[at] = dsm_attach(chunks.shared->memory.segment[at].handle);
    if (chunks.mapped[at] == nullptr)
        ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                errmsg("could not map dynamic shared memory segment"));
    return static_cast<std::byte*>(dsm_segment_address(chunks.mapped[at])) +
           (place & ((uint64{1} << kOffsetBits) - 1));
}

std::byte* obtain_chunk(void* source, uint32_t array, uint32_t chunk) {
    auto& chunks = *static_cast<SharedChunks*>(source);
    SharedMemory& memory = chunks.shared->memory;
    const GraphShape& shape = chunks.shared->shape;
    uint64* places = chunks.places;
    for (uint32_t i = 0; i < array; ++i) places += shape.arrays[i].chunks;
    LWLockAcquire(&memory.lock, LW_EXCLUSIVE);
    while (!memory.refused && memory.made[array] <= chunk) {
        const uint64 place = take(chunks, shape.arrays[array].chunk_bytes());
        memory.refused = place == 0;
        if (!memory.refused) places[memory.made[array]++] = place;
    }
    const uint64 found = chunk < memory.made[array] ? places[chunk] : 0;
    LWLockRelease(&memory.lock);
    return found == 0 ? nullptr : address_of(chunks, found);
}

}  // namespace

// An eighth is left to others, but no more than kMostReserve: queries need shared memory for their
// workers.  What min_dynamic_shared_memory set aside is not the system's to give: nothing is known
// of it here, so the attempt must show.
size_t offered_shared_memory() {
    const char* path = shared_memory_path();
    struct statvfs system {};
    if (path == nullptr || min_dynamic_shared_memory > 0 || statvfs(path, &system) != 0 ||
        system.f_blocks == 0)
        return SIZE_MAX;
    const size_t all = size_t{system.f_blocks} * system.f_frsize;
    return remaining(size_t{system.f_bavail} * system.f_frsize, std::min(all / 8, kMostReserve));
}

double shared_memory_for(double megabytes) {
    return megabytes + std::min(megabytes / 7, static_cast<double>(kMostReserve >> 20));
}

size_t chunk_places(const GraphShape& shape) {
    size_t places = 0;
    for (const ChunkShape& array : shape.arrays) places += array.chunks;
    return places;
}

ChunkSource shared_chunk_source(SharedChunks* chunks) { return {&obtain_chunk, chunks}; }

void release_shared_chunks(SharedChunks* chunks) {
    for (dsm_segment*& segment : chunks->mapped) {
        if (segment != nullptr) dsm_detach(segment);
        segment = nullptr;
    }
}

}  // namespace vx::pg
