// The nearest rows of each row, by walking a stored graph: a search begins at the row's own node,
// whose links are its neighborhood, so it needs neither a descent nor many candidates.
//
// The graph and the rows' vectors are in plain memory, which the caller has filled; distances are
// exact.  Nodes without rows (dead ones, or what the caller may not see) have no vector: a walk
// goes through them.
#pragma once

#include <algorithm>

#include "core/graph/params.h"
#include "core/graph/pool.h"
#include "core/kernels/kernel_table.h"

namespace vx {

/// The rows of a node: a range of all rows.
struct NodeRows {
    uint32_t first;
    uint32_t count;
    bool mixed;  // their vectors are not equal
};

struct RowGraph {
    const NodeId* links;  // `lanes` per node, kNoNode in empty ones
    uint32_t lanes;
    uint32_t nodes;
    const NodeRows* rows_of;  // per node
    const float* vectors;     // `dims` per row
    const NodeId* node_of;    // per row
    size_t dims;
    DistanceFn distance;
    NodeId entry;  // where each walk begins beside the row's own node; kNoNode: only there
};

/// A row and its ranking distance.
struct NearRow {
    float distance;
    uint32_t row;
};

constexpr bool nearer(const NearRow& a, const NearRow& b) {
    return a.distance < b.distance || (a.distance == b.distance && a.row < b.row);
}

/// `Poll` is called once an expansion and may leave by longjmp.
template <class Poll>
class NeighborWalk {
public:
    /// The graph outlives the walk; memory is the arena's.
    NeighborWalk(const RowGraph& graph, Arena arena, Poll& poll)
        : graph_(&graph), arena_(arena), found_(arena), poll_(&poll) {}

    /// False when memory is out.
    [[nodiscard]] bool start() {
        met_ = arena_.allocate_array<uint32_t>(graph_->nodes + 1);
        if (met_ == nullptr) return false;
        std::fill_n(met_, graph_->nodes + 1, 0U);
        return true;
    }

    /// The `count` rows nearest to a row, itself left out, nearest first: as many as were found.
    /// Null when memory is out.
    const ArenaList<NearRow>* nearest(uint32_t row, size_t count) {
        if (!search(row, entries_for(count), depth_for(count)) || !collect(row, count))
            return nullptr;
        const size_t kept = std::min(count, found_.size());
        std::partial_sort(found_.data(), found_.data() + kept, found_.data() + found_.size(),
                          [](const NearRow& a, const NearRow& b) { return nearer(a, b); });
        found_.resize_down(kept);
        return &found_;
    }

    /// All rows that the walk finds nearer than `limit` to a row, itself left out, and some that
    /// are farther.  Null when memory is out.
    const ArenaList<NearRow>* within(uint32_t row, float limit) {
        for (size_t entries = kLeastEntries;; entries *= 2) {
            if (!search(row, entries, entries)) return nullptr;
            // A pool full of near ones has lost others.
            if (!pool_.full() || !(pool_.worst() <= limit)) break;
        }
        return collect(row, SIZE_MAX) ? &found_ : nullptr;
    }

private:
    static constexpr size_t kLeastEntries = 24;
    static constexpr size_t kLeastDepth = 8;

    /// Pool entries for so many neighbors.
    static constexpr size_t entries_for(size_t count) {
        return std::max(kLeastDepth, count) * 3 / 2 + 1;
    }

    /// How many of them are expanded.  Ten neighbors on 100,000 clustered rows of 100 dimensions:
    /// 3 are expanded in half of the time with recall 0.953, 6: 0.977, 12: 0.990, 24: 0.995.
    static constexpr size_t depth_for(size_t count) { return std::max(kLeastDepth, count); }

    const float* vector(uint32_t row) const {
        return graph_->vectors + static_cast<size_t>(row) * graph_->dims;
    }
    uint32_t first_row(NodeId id) const { return graph_->rows_of[id].first; }

    float distance_of(uint32_t row) const {
        const float distance = graph_->distance(query_, vector(row), graph_->dims);
        // What overflows to no number is far.
        return distance == distance ? distance : __builtin_inff();
    }

    /// Was the node not met by this search before?  Searches are as many as rows and short, so
    /// nothing is cleared between them (Visited, made for few and long ones, took a third of the
    /// time).
    bool meet(NodeId id) {
        const bool fresh = met_[id] != search_;
        met_[id] = search_;
        return fresh;
    }

    /// Adds the nodes that the links of one lead to and that the search has not met.  Which ones
    /// these are cannot be predicted, so nothing branches on it.
    uint32_t gather(NodeId id, NodeId* ids, uint32_t count) {
        const NodeId* links = graph_->links + static_cast<size_t>(id) * graph_->lanes;
        for (uint32_t lane = 0; lane < graph_->lanes && count < kMaxDegree; ++lane) {
            if (links[lane] >= graph_->nodes) continue;
            ids[count] = links[lane];
            count += static_cast<uint32_t>(meet(links[lane]));
        }
        for (uint32_t i = 0; i < count; ++i) __builtin_prefetch(&graph_->rows_of[ids[i]]);
        return count;
    }

    /// The nodes with rows that the links of one lead to and that the search has not met, measured.
    uint32_t expand(NodeId id, Candidate* out) {
        NodeId ids[kMaxDegree];
        uint32_t count = gather(id, ids, 0);
        // In place of a node without rows come its own links, as far as there is room.
        for (uint32_t i = 0; i < count;) {
            if (graph_->rows_of[ids[i]].count > 0) {
                __builtin_prefetch(vector(first_row(ids[i++])));
                continue;
            }
            const NodeId empty = ids[i];
            ids[i] = ids[--count];
            count = gather(empty, ids, count);
        }
        for (uint32_t i = 0; i < count; ++i) out[i] = {distance_of(first_row(ids[i])), ids[i]};
        return count;
    }

    bool search(uint32_t row, size_t entries, size_t depth) {
        if (entries > capacity_) {
            arena_.release(memory_);
            capacity_ = 0;
            memory_ = arena_.allocate_array<PoolEntry>(entries);
            if (memory_ == nullptr) return false;
            capacity_ = entries;
        }
        pool_ = Pool(memory_, entries);
        if (++search_ == 0) {
            std::fill_n(met_, graph_->nodes + 1, 0U);
            search_ = 1;
        }
        query_ = vector(row);
        begin_at(graph_->node_of[row]);
        if (graph_->entry != kNoNode) begin_at(graph_->entry);
        search_nearest(depth);
        return true;
    }

    /// Expands the nearest entry until the `depth` nearest are expanded: what their links lead to
    /// is the answer, so the pool has more entries than that.
    void search_nearest(size_t depth) {
        Candidate met[kMaxDegree];
        for (;;) {
            const Candidate next = pool_.next_unexpanded(depth);
            if (next.id == kNoNode) return;
            (*poll_)();
            const uint32_t count = expand(next.id, met);
            const float worst = pool_.worst();
            uint32_t near = 0;
            for (uint32_t i = 0; i < count; ++i) {
                const Candidate candidate = met[i];
                met[near] = candidate;
                near += static_cast<uint32_t>(candidate.distance <= worst);
            }
            for (uint32_t i = 0; i < near; ++i) pool_.admit(met[i]);
        }
    }

    void begin_at(NodeId id) {
        if (meet(id) && graph_->rows_of[id].count > 0)
            pool_.admit({distance_of(first_row(id)), id});
    }

    /// The rows of the pool's nodes, but for `row`: of a node with equal ones no more than are
    /// wanted, and none of nodes beyond as many.
    bool collect(uint32_t row, size_t wanted) {
        found_.resize_down(0);
        for (size_t i = 0; i < pool_.size(); ++i) {
            const PoolEntry entry = pool_[i];
            const NodeRows& rows = graph_->rows_of[entry.id];
            size_t left = rows.mixed ? rows.count : wanted;
            for (uint32_t at = rows.first; at < rows.first + rows.count && left > 0; ++at) {
                if (at == row) continue;
                const float distance = rows.mixed ? distance_of(at) : entry.distance;
                if (!found_.push({distance, at})) return false;
                --left;
            }
        }
        return true;
    }

    const RowGraph* graph_;
    Arena arena_;
    ArenaList<NearRow> found_;
    Poll* poll_;
    Pool pool_;
    PoolEntry* memory_ = nullptr;
    size_t capacity_ = 0;
    const float* query_ = nullptr;
    uint32_t* met_ = nullptr;  // per node, the latest search that met it
    uint32_t search_ = 0;
};

}  // namespace vx
