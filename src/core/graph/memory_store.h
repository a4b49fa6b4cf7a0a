// The graph in plain memory: what a build grows before it writes pages, and what tests play with.
//
// Nodes have a fixed stride and are named by dense ids, so that the array needs no pointers; chunks
// keep growth from moving anything.  Satisfies GraphStore; not for concurrent use.
#pragma once

#include <algorithm>

#include "core/base/heap_tid.h"
#include "core/graph/insert.h"
#include "core/kernels/kernel_table.h"

namespace vx {

class MemoryStore {
public:
    using Handle = const float*;

    struct Node {
        NodeId parent;
        uint32_t row_count;
        NodeId first_row;  // index into the row list
        Level level;
        bool dead;  // for tests of repair
        LaneMask pinned;
        Candidate* upper;  // level * m candidates, or null
        Candidate* base() { return reinterpret_cast<Candidate*>(this + 1); }
        const Candidate* base() const { return reinterpret_cast<const Candidate*>(this + 1); }
    };

    /// A row of a node; further rows of equal elements are chained.
    struct Row {
        HeapTid tid;
        uint32_t next;  // kNoNode = last
    };

    MemoryStore(Arena arena, const GraphParams& params, uint32_t dims, DistanceFn distance)
        : arena_(arena), params_(params), dims_(dims), distance_(distance), rows_(arena) {
        stride_ = sizeof(Node) + params.max_degree(0) * sizeof(Candidate) + dims * sizeof(float);
        stride_ = (stride_ + 63) / 64 * 64;
    }

    uint32_t size() const { return size_; }
    NodeId root() const { return size_ == 0 ? kNoNode : root_; }
    uint32_t dims() const { return dims_; }
    const GraphParams& params() const { return params_; }
    const Node& node(NodeId id) const { return *at(id); }
    const float* element(NodeId id) const { return element_of(at(id)); }
    const Row& row(uint32_t index) const { return rows_[index]; }
    size_t bytes() const { return bytes_; }

    /// Bytes that adding one more node may allocate at once.
    size_t next_allocation() const {
        return size_ % kChunkNodes == 0 ? stride_ * kChunkNodes : stride_;
    }

    void bind(const float* query) { query_ = query; }
    void poll() {}
    EntryPoint entry() const { return entry_; }
    float query_distance(NodeId id) const { return distance_(query_, element(id), dims_); }

    uint32_t expand(NodeId id, Level level, Visited& visited, Candidate* out) {
        const Candidate* list = lanes(at(id), level);
        const uint32_t degree = params_.max_degree(level);
        uint32_t fresh = 0;
        for (uint32_t i = 0; i < degree; ++i) {
            if (list[i].id == kNoNode || !visited.insert(list[i].id)) continue;
            prefetch(list[i].id);
            out[fresh++].id = list[i].id;
        }
        for (uint32_t i = 0; i < fresh; ++i) out[i].distance = query_distance(out[i].id);
        return fresh;
    }

    Handle hold(NodeId id, uint32_t) const { return element(id); }
    float between(Handle a, Handle b) const { return distance_(a, b, dims_); }

    bool load_links(NodeId id, Level level, Links& links) const {
        const Node* node = at(id);
        if (level > node->level) return false;
        links.lanes = params_.max_degree(level);
        const Candidate* list = lanes(node, level);
        for (uint32_t i = 0; i < links.lanes; ++i) {
            links.ids[i] = list[i].id;
            links.distances[i] = list[i].distance;
        }
        links.parent = level == 0 ? node->parent : kNoNode;
        links.pinned = level == 0 ? node->pinned : LaneMask{};
        return true;
    }
    /// Distances are stored with the links, so load_links has brought them.
    void link_distances(NodeId, Links&) const {}

    bool linkable(NodeId id, Level level) const { return !at(id)->dead && at(id)->level >= level; }

    bool apply(NodeId owner, Level level, const LinkEdit* edits, uint32_t count) {
        Node* node = at(owner);
        Candidate* list = lanes(node, level);
        for (uint32_t i = 0; i < count; ++i) {
            const uint32_t lane = edits[i].lane;
            if (list[lane].id != edits[i].expected) return false;
            if (level == 0 && node->pinned.test(lane) && !edits[i].unpin) return false;
        }
        for (uint32_t i = 0; i < count; ++i) {
            list[edits[i].lane] = edits[i].link;
            if (level == 0) node->pinned.reset(edits[i].lane);
        }
        return true;
    }

    bool attach(const TreeEdit& tree) {
        Node* parent = at(tree.parent);
        Node* child = at(tree.child);
        if (child->parent != kNoNode) {
            for (uint32_t i = 0; i < params_.max_degree(0); ++i)
                if (child->base()[i].id == child->parent) child->pinned.reset(i);
        }
        parent->base()[tree.at_parent.lane] = tree.at_parent.link;
        parent->pinned.set(tree.at_parent.lane);
        child->base()[tree.at_child.lane] = tree.at_child.link;
        child->pinned.set(tree.at_child.lane);
        child->parent = tree.parent;
        return true;
    }

    /// Adds a node with the plan's links, not yet linked to; kNoNode when memory is out.
    NodeId add(const float* element, const InsertPlan& plan, HeapTid tid) {
        if (size_ >= kMaxSize || (size_ % kChunkNodes == 0 && !grow())) return kNoNode;
        const NodeId id = size_;
        Node* node = at(id);
        *node = {kNoNode, 0, kNoNode, plan.level, false, {}, nullptr};
        if (plan.level > 0) {
            node->upper =
                arena_.allocate_array<Candidate>(static_cast<size_t>(plan.level) * params_.m);
            if (node->upper == nullptr) return kNoNode;
            bytes_ += static_cast<size_t>(plan.level) * params_.m * sizeof(Candidate);
        }
        for (int l = plan.level; l >= 0; --l) {
            const auto level = static_cast<Level>(l);
            const uint32_t degree = params_.max_degree(level);
            Candidate* list = lanes(node, level);
            std::copy_n(plan.links(level), plan.count[l], list);
            std::fill(list + plan.count[l], list + degree, Candidate{0, kNoNode});
        }
        std::memcpy(element_of(node), element, dims_ * sizeof(float));
        if (!add_row(id, tid)) return kNoNode;
        ++size_;
        if (entry_.id == kNoNode) root_ = id;
        return id;
    }

    /// Lets searches start at `id` if that is higher than where they start now.
    void offer_entry(NodeId id, Level level) {
        if (entry_.id == kNoNode || level > entry_.level) entry_ = {id, level};
    }

    /// One more row with the element of `id`; false when memory is out.
    bool add_row(NodeId id, HeapTid tid) {
        Node* node = at(id);
        if (!rows_.push({tid, node->first_row})) return false;
        node->first_row = static_cast<uint32_t>(rows_.size() - 1);
        ++node->row_count;
        bytes_ += sizeof(Row);
        return true;
    }

    bool equals_query(NodeId id) const {
        return std::memcmp(element(id), query_, dims_ * sizeof(float)) == 0;
    }

    void mark_dead(NodeId id) { at(id)->dead = true; }

private:
    static constexpr uint32_t kChunkNodes = 1024;
    static constexpr uint32_t kMaxSize = 0xFFFFFF00;  // ids stay clear of kNoNode and its like

    Node* at(NodeId id) const {
        return reinterpret_cast<Node*>(chunks_[id / kChunkNodes] + id % kChunkNodes * stride_);
    }
    float* element_of(Node* node) const {
        return reinterpret_cast<float*>(node->base() + params_.max_degree(0));
    }
    const float* element_of(const Node* node) const {
        return reinterpret_cast<const float*>(node->base() + params_.max_degree(0));
    }
    Candidate* lanes(Node* node, Level level) const {
        return level == 0 ? node->base() : node->upper + static_cast<size_t>(level - 1) * params_.m;
    }
    const Candidate* lanes(const Node* node, Level level) const {
        return level == 0 ? node->base() : node->upper + static_cast<size_t>(level - 1) * params_.m;
    }
    void prefetch(NodeId id) const {
        const auto* bytes = reinterpret_cast<const std::byte*>(element(id));
        for (size_t i = 0; i < dims_ * sizeof(float) && i < 512; i += 64)
            __builtin_prefetch(bytes + i);
    }

    bool grow() {
        const size_t index = size_ / kChunkNodes;
        if (index == chunk_capacity_) {
            const size_t capacity = chunk_capacity_ == 0 ? 64 : chunk_capacity_ * 2;
            auto** chunks =
                static_cast<std::byte**>(arena_.allocate(capacity * sizeof(std::byte*)));
            if (chunks == nullptr) return false;
            if (index > 0) std::memcpy(chunks, chunks_, index * sizeof(std::byte*));
            arena_.release(chunks_);
            chunks_ = chunks;
            chunk_capacity_ = capacity;
        }
        chunks_[index] = static_cast<std::byte*>(arena_.allocate(stride_ * kChunkNodes));
        if (chunks_[index] == nullptr) return false;
        bytes_ += stride_ * kChunkNodes;
        return true;
    }

    Arena arena_;
    GraphParams params_;
    uint32_t dims_;
    DistanceFn distance_;
    size_t stride_;
    std::byte** chunks_ = nullptr;
    size_t chunk_capacity_ = 0;
    uint32_t size_ = 0;
    NodeId root_ = kNoNode;
    EntryPoint entry_;
    ArenaList<Row> rows_;
    size_t bytes_ = 0;
    const float* query_ = nullptr;
};

}  // namespace vx
