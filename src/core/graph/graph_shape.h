// What a graph in memory is made of: its arrays, their sizes, what is kept of a node, and what
// the processes that grow it share.
#pragma once

#include <algorithm>
#include <atomic>

#include "core/base/chunks.h"
#include "core/base/spin_lock.h"
#include "core/filter/filter_values.h"
#include "core/graph/asked_nodes.h"
#include "core/graph/params.h"

namespace vx {

/// The arrays that a graph is made of.
enum GraphArray : uint32_t {
    kNodeArray,
    kUpperArray,
    kRowArray,
    kRecordArray,
    kOrderArray,
    kGraphArrays
};

/// What the processes that grow a graph share; outlives their stores.
struct GraphControl {
    ChunkCount counts[kGraphArrays];
    std::atomic<uint64_t> entry{0};  // level + 1 and id; 0: the graph is empty
    std::atomic<uint32_t> placed{0};
    // Do searches for an insertion follow the links too that only fill lists (grow.h)?
    std::atomic<bool> follows_filled{false};
    AskedNodes asked;  // by outliers.h
};

/// A row of a node beyond its first; rows of equal elements are chained.  Its filter columns
/// follow.
struct MemoryRow {
    HeapTid tid;
    uint32_t next;  // kNoNode = last
};
/// Where its filter columns are.
inline constexpr uint32_t kRowFiltersOffset = (sizeof(MemoryRow) + 7) / 8 * 8;

/// Bytes of a row beyond a node's first.
constexpr uint32_t memory_row_bytes(uint32_t columns) {
    const uint32_t filters = row_filter_bytes(columns);
    return filters > 0 ? kRowFiltersOffset + filters : static_cast<uint32_t>(sizeof(MemoryRow));
}

/// What is fixed of a graph: the same in every process.
struct GraphShape {
    GraphParams params;
    uint32_t record_bytes;  // in a node
    uint32_t filter_columns;
    ChunkShape arrays[kGraphArrays];
};

/// Links of a node on one level: where they are.
struct MemoryList {
    NodeId* ids;
    float* distances;
};

/// What is kept of a node beside its record and its links.
struct MemoryNode {
    NodeId parent;
    HeapTid tid;
    Level level;
    mutable SpinLock lock;
    uint32_t more_rows;  // the latest row added, kNoNode: there is only the first
    NodeId equal;        // the latest node merged into it, which has the one before, and so on
    uint32_t upper;      // list of level 1; those of further levels follow
    // In turn: pivot (grow.h), count of in-links (outliers.h), place (page_order.h).
    std::atomic<uint32_t> note;
    bool marked;  // the pruned lanes are known
    bool merged;  // into another node: has only rows
    bool mixed;   // has rows of other elements with its code
    bool dead;    // for tests of repair
};

/// Bytes of a node without the filter columns of its row, which come last.
constexpr size_t linked_node_bytes(const GraphParams& params, uint32_t record_bytes) {
    const size_t mask = (params.max_degree(0) + 63) / 64 * sizeof(uint64_t);
    const size_t head = (size_t{record_bytes} + 7) / 8 * 8 + sizeof(MemoryNode) + 2 * mask;
    return head + size_t{params.max_degree(0)} * sizeof(Candidate);
}

/// Bytes of a node.
constexpr size_t node_stride(const GraphParams& params, uint32_t record_bytes,
                             uint32_t filter_columns = 0) {
    const size_t bytes = linked_node_bytes(params, record_bytes) + row_filter_bytes(filter_columns);
    // Records begin where a line of the cache does.
    return (bytes + 63) / 64 * 64;
}

/// Unit in which records of any length take memory, and as many of them as the longest takes, as a
/// power of two: a record lies in one chunk.
inline constexpr uint32_t kRecordUnit = 64;
inline constexpr uint32_t kRecordUnitsShift = 11;

/// Bytes in a node of a record of any length: its index.
inline constexpr uint32_t kRecordIndexBytes = sizeof(uint32_t);

/// Memory in chunks of a 64th of `budget` at most, so that little is left unused at its end.
constexpr GraphShape make_graph_shape(const GraphParams& params, uint32_t record_bytes,
                                      size_t budget, uint32_t filter_columns = 0) {
    constexpr size_t kSmallest = size_t{16} << 10, kLargest = size_t{1} << 20, kMostChunks = 16384;
    size_t target = std::clamp(budget / 64, kSmallest, kLargest);
    if (budget / target > kMostChunks && budget < SIZE_MAX / 2) target = budget / kMostChunks;
    GraphShape shape{params, record_bytes, filter_columns, {}};
    const size_t strides[] = {node_stride(params, record_bytes, filter_columns),
                              params.m * sizeof(Candidate), memory_row_bytes(filter_columns),
                              kRecordUnit, sizeof(NodeId)};
    const uint32_t least[] = {0, 5, 0, kRecordUnitsShift, 0};
    for (uint32_t i = 0; i < kGraphArrays; ++i) {
        ChunkShape& array = shape.arrays[i];
        array = {i, static_cast<uint32_t>(strides[i]), chunk_shift(target, strides[i], least[i]),
                 0};
        // Ids stay clear of kNoNode and its like.
        const size_t most = (0xFFFFFF00u >> array.shift);
        array.chunks = static_cast<uint32_t>(
            std::min({most, budget / array.chunk_bytes() + 1, 4 * kMostChunks}));
    }
    return shape;
}

}  // namespace vx
