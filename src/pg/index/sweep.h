// What a scan does when the graph is exhausted or too expensive: sort whatever is left.
#pragma once

#include "core/graph/visited.h"
#include "core/paged/paged_store.h"
#include "pg/index/pages.h"

namespace vx::pg {

/// Live nodes that were not returned, in the order of their distance; spills to disk past work_mem.
class Sweep {
public:
    explicit Sweep(Arena arena) : arena_(arena) {}

    /// Collects and sorts.  Nodes from `id_limit` on came after the scan began.
    template <class Store>
    void start(Store& store, const Visited& returned, uint32_t id_limit, bool has_query) {
        begin();
        const Geometry& g = store.geometry();
        auto* entries = arena_.allocate_array<DirectoryEntry>(g.nodes_per_extent);
        const StateContent state = store.state();
        for (uint32_t extent = 0; extent < state.extent_count; ++extent) {
            if (!store.copy_directory(extent, entries)) continue;
            for (uint32_t i = 0; i < g.nodes_per_extent; ++i) {
                const NodeId id = extent * g.nodes_per_extent + i;
                if (entries[i].state != NodeState::kLive) continue;
                if (has_query && (id >= id_limit || returned.contains(id))) continue;
                store.poll();
                put(has_query ? store.query_distance(id) : 0, id);
            }
        }
        arena_.release(entries);
        sorted();
    }

    /// The next node without taking it; false at the end.
    bool peek(NodeId* id);
    void take() { ahead_ = kNoNode; }
    void end();

private:
    void begin();
    void put(float distance, NodeId id);
    void sorted();

    Arena arena_;
    Tuplesortstate* sort_ = nullptr;
    TupleTableSlot* slot_ = nullptr;
    NodeId ahead_ = kNoNode;
    bool done_ = false;
};

}  // namespace vx::pg
