// Records of nodes on pages, kept in the memory that a graph leaves which outgrew it.
//
// A record is a third of a node in memory, so the chunks of the graph's nodes hold the records of
// three times as many; what a search of an insertion measures is then mostly here.
#pragma once

#include <cstring>

#include "core/graph/memory_store.h"

namespace vx {

/// Records of the nodes 0 to limit() - 1; one process's view of memory that all of them share.
///
/// Nothing is locked: a record is put here before any list leads to its node, and a process that
/// meets the node has read that list under the lock of a page.
class RecordCache {
public:
    /// Nothing is kept.
    RecordCache() = default;

    /// Over `count` chunks of `chunk_bytes` each; the table of their addresses outlives this.
    RecordCache(std::byte* const* chunks, uint32_t count, size_t chunk_bytes, uint32_t record_bytes)
        : chunks_(chunks), stride_((record_bytes + 7) / 8 * 8),
          in_chunk_(static_cast<uint32_t>(chunk_bytes / stride_)) {
        const uint64_t records = uint64_t{count} * in_chunk_;
        limit_ = records < kNoNode ? static_cast<uint32_t>(records) : kNoNode;
    }

    uint32_t limit() const { return limit_; }

    /// Where the record of `id` is or shall be; null when there is no room for it.
    std::byte* at(NodeId id) const {
        if (id >= limit_) return nullptr;
        return chunks_[id / in_chunk_] + size_t{id % in_chunk_} * stride_;
    }

private:
    std::byte* const* chunks_ = nullptr;
    uint32_t stride_ = 1;
    uint32_t in_chunk_ = 1;
    uint32_t limit_ = 0;
};

/// A cache in the chunks of a graph's nodes, empty where records have lengths of their own.  The
/// table comes from `arena`; without memory for it nothing is kept.
template <class Store>
RecordCache make_record_cache(const Store& graph, Arena arena) {
    if (graph.variable()) return {};
    const uint32_t count = graph.node_chunks();
    auto** table = arena.allocate_array<std::byte*>(size_t{count} + 1);
    if (table == nullptr) return {};
    for (uint32_t i = 0; i < count; ++i) table[i] = graph.node_chunk(i);
    return {table, count, graph.node_chunk_bytes(), graph.record_stride()};
}

/// Moves the records of a graph, whose nodes have places in order (place_in_order), to where the
/// cache has them, which ends the graph: its nodes are overwritten.  In ascending order, so that
/// nothing is overwritten before it has been moved: a record in the cache ends where the next node
/// begins, or before, and no node has a place after its own number.
template <class Store>
void keep_records(Store& graph, const RecordCache& cache) {
    constexpr uint32_t kBetweenPolls = 1024;
    const uint32_t nodes = graph.placed();
    for (NodeId id = 0; id < nodes && id < cache.limit(); ++id) {
        if (id % kBetweenPolls == 0) graph.poll();
        std::memmove(cache.at(id), graph.record(graph.ordered(id)), graph.record_stride());
    }
}

}  // namespace vx
