// The graph in plain memory: what a build grows before it writes pages, and what tests play with.
//
// Nodes have a fixed stride and are named by dense ids; chunks keep growth from moving anything.
// Several processes (or threads) may insert at once: what they share is GraphControl and the
// chunks, each has a MemoryStore of its own.  Satisfies GraphStore.
//
// A node is put, then linked or merged into that of an equal element (grow.h); in the end those
// that were not merged get places, which are their ids on pages (page_order.h).
//
// A node:  record | header | pinned lanes | pruned lanes | 2m ids | 2m distances
// Records of any length are in an array of their own, of which the node has the index.
// Its record never changes once the node can be met.  Ids are read without a lock, one by one: a
// list that changes meanwhile shows some old and some new neighbors.  All else is read and changed
// under the node's lock, two nodes' locks in ascending order.
#pragma once

#include <algorithm>
#include <cstring>
#include <new>

#include "core/base/hash.h"
#include "core/graph/graph_shape.h"
#include "core/graph/insert.h"

namespace vx {

template <class Codec>
class MemoryStore {
public:
    using Handle = typename Codec::Handle;
    using Record = const std::byte*;
    using PollFn = void (*)();

    /// Room for addresses of chunks comes from `arena`; `poll` answers interrupts.
    MemoryStore(Arena arena, GraphControl* control, const GraphShape& shape, ChunkSource source,
                const Codec& codec)
        : control_(control), shape_(shape), codec_(codec),
          nodes_(make_array(arena, source, kNodeArray)),
          uppers_(make_array(arena, source, kUpperArray)),
          rows_(make_array(arena, source, kRowArray)),
          records_(make_array(arena, source, kRecordArray)),
          order_(make_array(arena, source, kOrderArray)) {
        const uint32_t lanes = shape.params.max_degree(0);
        header_offset_ = (shape.record_bytes + 7) / 8 * 8;
        mask_bytes_ = (lanes + 63) / 64 * static_cast<uint32_t>(sizeof(uint64_t));
        mask_offset_ = header_offset_ + static_cast<uint32_t>(sizeof(MemoryNode));
        ids_offset_ = mask_offset_ + 2 * mask_bytes_;
        filters_offset_ =
            static_cast<uint32_t>(linked_node_bytes(shape.params, shape.record_bytes));
    }

    void set_poll(PollFn answer) { poll_ = answer; }

    // ---- what is known of the graph

    uint32_t size() const { return nodes_.size(); }
    NodeId root() const { return entry().id == kNoNode ? kNoNode : 0; }
    const GraphParams& params() const { return shape_.params; }
    /// Have records lengths of their own?
    bool variable() const { return codec_.variable(); }
    const std::byte* record(NodeId id) const { return record_of(nodes_.at(id)); }
    const MemoryNode& node(NodeId id) const { return *header(nodes_.at(id)); }
    MemoryNode& node(NodeId id) { return *header(nodes_.at(id)); }

    /// Calls f(IndexRow) for each row of a node.
    template <class F>
    void for_each_row(NodeId id, F&& f) const {
        for (NodeId with = id; with != kNoNode; with = node(with).equal) {
            f(first_row(with));
            for (uint32_t at = node(with).more_rows; at != kNoNode; at = row(at).next)
                f(IndexRow(row(at).tid,
                           get_filters(rows_.at(at) + kRowFiltersOffset, shape_.filter_columns)));
        }
    }
    /// The row that a node was put for.
    IndexRow first_row(NodeId id) const {
        return {node(id).tid, get_filters(nodes_.at(id) + filters_offset_, shape_.filter_columns)};
    }
    bool has_more_rows(NodeId id) const {
        return node(id).more_rows != kNoNode || node(id).equal != kNoNode;
    }
    uint32_t row_count(NodeId id) const {
        uint32_t count = 0;
        for_each_row(id, [&](const IndexRow&) { ++count; });
        return count;
    }

    // ---- searches

    void bind(const typename Codec::Element* query) {
        skips_pruned_ = false;
        codec_.bind(query);
    }
    /// The search for its links leaves out what lists were only filled up with, unless
    /// `follow_filled` was called.
    void bind_for_insert(const typename Codec::Element* element) {
        skips_pruned_ = !follows_filled();
        codec_.bind_for_insert(element);
    }
    void bind_node_for_insert(NodeId id) {
        skips_pruned_ = !follows_filled();
        codec_.bind_record_for_insert(codec_.as_handle(record(id)));
    }
    void follow_filled() { control_->follows_filled.store(true, std::memory_order_relaxed); }
    bool follows_filled() const { return control_->follows_filled.load(std::memory_order_relaxed); }
    void bind_node(NodeId id) {
        skips_pruned_ = false;
        codec_.bind_record(codec_.as_handle(record(id)));
    }
    void poll() { poll_(); }
    float self_distance() const { return codec_.self_distance(); }
    /// Of the record of the bound element.
    uint64_t bound_hash() const { return hash_bytes(codec_.bound_record(), codec_.bound_bytes()); }
    /// Has `id` the code of the bound element?
    bool equals_query(NodeId id) const {
        const std::byte* found = record(id);
        const uint32_t bytes = codec_.bound_bytes();
        return bytes_of(found) == bytes &&
               Codec::same_code({found, 0, bytes}, codec_.bound_record());
    }
    /// Is it that element?
    bool has_bound_element(NodeId id) const {
        return equals_query(id) && Codec::same_element(record(id), codec_.bound_record());
    }

    EntryPoint entry() const {
        const uint64_t packed = control_->entry.load(std::memory_order_acquire);
        if (packed == 0) return {};
        return {static_cast<NodeId>(packed), static_cast<Level>((packed >> 32) - 1)};
    }
    float query_distance(NodeId id) const { return distance_of(record(id)); }

    uint32_t expand(NodeId id, Level level, Visited& visited, Candidate* out) {
        NodeId ids[kMaxDegree];
        Record records[kMaxDegree];
        float distances[kMaxDegree];
        const uint32_t fresh = gather(id, level, visited, ids, records);
        measure(records, fresh, distances);
        for (uint32_t i = 0; i < fresh; ++i) out[i] = {distances[i], ids[i]};
        return fresh;
    }

    uint32_t gather(NodeId id, Level level, Visited& visited, NodeId* ids, Record* records) {
        std::byte* at = nodes_.at(id);
        const NodeId* lanes = list_of(at, level).ids;
        const uint32_t degree = params().max_degree(level);
        LaneMask skipped;
        if (level == 0 && skips_pruned_) skipped = pruned(at);
        // What is new cannot be predicted, so nothing branches on it.
        uint32_t fresh = 0;
        for (uint32_t first = 0; first < degree; first += 64) {
            const uint32_t lanes_left = degree - first;
            uint64_t wanted = ~skipped.words[first / 64];
            if (lanes_left < 64) wanted &= (uint64_t{1} << lanes_left) - 1;
            for (; wanted != 0; wanted &= wanted - 1) {
                const NodeId next =
                    __atomic_load_n(&lanes[first + static_cast<uint32_t>(__builtin_ctzll(wanted))],
                                    __ATOMIC_ACQUIRE);
                if (next == kNoNode) continue;
                ids[fresh] = next;
                fresh += static_cast<uint32_t>(visited.insert(next));
            }
        }
        for (uint32_t i = 0; i < fresh; ++i) {
            records[i] = record(ids[i]);
            prefetch(records[i]);
        }
        return fresh;
    }
    void measure(const Record* records, uint32_t count, float* distances) const {
        codec_.measure(records, count, distances);
    }
    void prefetch_links(NodeId id, Level level) const {
        if (level > 0) return;
        const std::byte* ids = nodes_.at(id) + ids_offset_;
        for (uint32_t i = 0; i < params().max_degree(0) * sizeof(NodeId); i += 64)
            __builtin_prefetch(ids + i);
    }

    // ---- changes

    Handle hold(NodeId id, uint32_t) const { return codec_.as_handle(record(id)); }
    float between(Handle a, Handle b) const { return codec_.between(a, b); }
    /// The element bound for insertion, where it is not what `query_distance` measures from.
    Handle bound_handle() const requires(!Codec::kExact) {
        return codec_.as_handle(codec_.bound_record());
    }

    bool load_links(NodeId id, Level level, Links& links) const {
        std::byte* at = nodes_.at(id);
        MemoryNode& node = *header(at);
        if (level > node.level) return false;
        const MemoryList list = list_of(at, level);
        links.lanes = params().max_degree(level);
        node.lock.lock();
        std::memcpy(links.ids, list.ids, links.lanes * sizeof(NodeId));
        std::memcpy(links.distances, list.distances, links.lanes * sizeof(float));
        links.parent = level == 0 ? node.parent : kNoNode;
        links.pinned = level == 0 ? pinned(at) : LaneMask{};
        links.keeps_marks = level == 0;
        links.marked = links.keeps_marks && node.marked;
        if (links.marked) links.pruned = pruned(at);
        node.lock.unlock();
        return true;
    }
    /// Distances are stored with the links, so load_links has brought them.
    void link_distances(NodeId, Links&) const {}

    bool linkable(NodeId id, Level level) const {
        const MemoryNode& at = node(id);
        return !at.dead && at.level >= level;
    }

    bool apply(NodeId owner, Level level, const LinkEdit* edits, uint32_t count) {
        std::byte* at = nodes_.at(owner);
        const MemoryList list = list_of(at, level);
        MemoryNode& node = *header(at);
        node.lock.lock();
        LaneMask pins = level == 0 ? pinned(at) : LaneMask{};
        bool valid = true;
        for (uint32_t i = 0; i < count; ++i) {
            const uint32_t lane = edits[i].lane;
            valid = valid && list.ids[lane] == edits[i].expected &&
                    (!pins.test(lane) || edits[i].unpin);
        }
        for (uint32_t i = 0; valid && i < count; ++i) {
            write_lane(list, edits[i]);
            pins.reset(edits[i].lane);
        }
        if (valid && level == 0) {
            set_pinned(at, pins);
            const LaneMask* known = edits[count - 1].pruned;
            node.marked = known != nullptr;
            LaneMask marks = node.marked ? *known : pruned(at);
            for (uint32_t i = 0; known == nullptr && i < count; ++i) marks.reset(edits[i].lane);
            set_pruned(at, marks);
        }
        node.lock.unlock();
        return valid;
    }

    bool attach(const TreeEdit& tree) {
        std::byte* parent = nodes_.at(tree.parent);
        std::byte* child = nodes_.at(tree.child);
        SpinLock& first = header(tree.parent < tree.child ? parent : child)->lock;
        SpinLock& second = header(tree.parent < tree.child ? child : parent)->lock;
        first.lock();
        second.lock();
        const bool done = attach_locked(tree, parent, child);
        second.unlock();
        first.unlock();
        return done;
    }

    /// Adds a node with the bound element; nothing leads to it yet, nor it anywhere.  kNoNode when
    /// memory is out.
    NodeId put(Level level, const IndexRow& row) {
        uint32_t upper = 0;
        if (level > 0) {
            upper = uppers_.add(level);
            if (upper == ChunkedArray::kNone) return kNoNode;
            for (uint32_t i = 0; i < level; ++i) (void)uppers_.at(upper + i);
        }
        uint32_t outside = 0;
        if (codec_.variable()) {
            outside = records_.add((codec_.bound_bytes() + kRecordUnit - 1) / kRecordUnit);
            if (outside == ChunkedArray::kNone) return kNoNode;
        }
        // There is room for the order of nodes if there is for the nodes.
        if (order_.add(1) == ChunkedArray::kNone) return kNoNode;
        const uint32_t id = nodes_.add(1);
        if (id == ChunkedArray::kNone) return kNoNode;
        std::byte* at = nodes_.at(id);
        if (codec_.variable()) std::memcpy(at, &outside, kRecordIndexBytes);
        std::memcpy(record_of(at), codec_.bound_record(), codec_.bound_bytes());
        new (header(at)) MemoryNode{kNoNode, row.tid, level, {},    kNoNode, kNoNode,
                                    upper,   0,       false, false, false,   false};
        put_filters(at + filters_offset_, shape_.filter_columns, row.filters);
        std::memset(at + mask_offset_, 0, size_t{2} * mask_bytes_);
        InsertPlan none;
        none.level = level;
        std::fill_n(none.count, level + 1, 0);
        write_lists(at, none);
        return id;
    }

    /// Gives a node that was put the plan's links.
    void link(NodeId id, const InsertPlan& plan) {
        std::byte* at = nodes_.at(id);
        set_pruned(at, plan.filled());
        header(at)->marked = plan.count[0] == params().max_degree(0);
        write_lists(at, plan);
    }

    /// Gives the rows of a node that was put to `equal`, which is linked and has its code.
    void merge(NodeId id, NodeId equal) {
        MemoryNode& from = node(id);
        MemoryNode& owner = node(equal);
        from.merged = true;
        const bool same = Codec::same_element(record(id), record(equal));
        owner.lock.lock();
        if (!same) owner.mixed = true;
        from.equal = owner.equal;
        owner.equal = id;
        owner.lock.unlock();
    }

    /// One more row with the element of `id`; false when memory is out.
    bool add_row(NodeId id, const IndexRow& row) {
        const uint32_t index = rows_.add(1);
        if (index == ChunkedArray::kNone) return false;
        auto* added = reinterpret_cast<MemoryRow*>(rows_.at(index));
        MemoryNode& owner = node(id);
        owner.lock.lock();
        *added = {row.tid, owner.more_rows};
        put_filters(rows_.at(index) + kRowFiltersOffset, shape_.filter_columns, row.filters);
        owner.more_rows = index;
        owner.lock.unlock();
        return true;
    }

    /// Lets searches start at `id` if that is higher than where they start now.
    void offer_entry(NodeId id, Level level) {
        const uint64_t offered = (uint64_t{level} + 1) << 32 | id;
        uint64_t now = control_->entry.load();
        while (now >> 32 < offered >> 32 && !control_->entry.compare_exchange_weak(now, offered)) {
        }
    }

    void mark_dead(NodeId id) { node(id).dead = true; }
    AskedNodes& asked() { return control_->asked; }
    std::atomic<uint32_t>& in_links(NodeId id) { return node(id).note; }
    std::atomic<uint32_t>& pivot(NodeId id) { return node(id).note; }

    /// Ids of a node on an upper level, m of them; for a graph that is no longer changed.
    const NodeId* upper_ids(const MemoryNode& of, Level level) const {
        return reinterpret_cast<const NodeId*>(uppers_.at(of.upper + level - 1));
    }
    /// Ids on the base level.
    const NodeId* base_ids(NodeId id) const {
        return reinterpret_cast<const NodeId*>(nodes_.at(id) + ids_offset_);
    }
    LaneMask pinned_lanes(NodeId id) const { return pinned(nodes_.at(id)); }
    LaneMask pruned_lanes(NodeId id) const { return pruned(nodes_.at(id)); }
    /// Links of the base list that do not only fill it.
    uint32_t kept_links(NodeId id) const {
        const LaneMask fill_neighbors = pruned_lanes(id);
        const NodeId* ids = base_ids(id);
        uint32_t kept = 0;
        for (uint32_t lane = 0; lane < params().max_degree(0); ++lane)
            kept += ids[lane] != kNoNode && !fill_neighbors.test(lane) ? 1 : 0;
        return kept;
    }
    /// Distances on the base level, one per lane.
    const float* base_distances(NodeId id) const { return list_of(nodes_.at(id), 0).distances; }

    // ---- orders of the nodes

    /// All of a node but its upper lists, its record of any length and its further rows.
    std::byte* node_at(NodeId id) const { return nodes_.at(id); }
    size_t node_bytes() const { return shape_.arrays[kNodeArray].stride; }

    NodeId ordered(uint32_t position) const {
        return *reinterpret_cast<const NodeId*>(order_.at(position));
    }
    void set_ordered(uint32_t position, NodeId id) {
        *reinterpret_cast<NodeId*>(order_.at(position)) = id;
    }

    /// Begins to give out places, in the order that has been until now.
    void clear_places() {
        for (NodeId id = 0; id < size(); ++id) node(id).note.store(kNoNode);
        control_->placed.store(0);
    }
    bool wants_place(NodeId id) const { return place_of(id) == kNoNode && !node(id).merged; }
    void place(NodeId id) {
        const uint32_t place = control_->placed.load();
        set_ordered(place, id);
        node(id).note.store(place);
        control_->placed.store(place + 1);
    }
    /// Nodes that have places: 0 to placed() - 1.
    uint32_t placed() const { return control_->placed.load(std::memory_order_relaxed); }
    uint32_t place_of(NodeId id) const { return node(id).note.load(std::memory_order_relaxed); }

    // ---- the memory of the nodes, to be used when the graph is no longer wanted

    uint32_t node_chunks() const { return nodes_.used_chunks(); }
    std::byte* node_chunk(uint32_t chunk) const { return nodes_.chunk(chunk); }
    size_t node_chunk_bytes() const { return shape_.arrays[kNodeArray].chunk_bytes(); }
    /// Bytes of a record, or of its index, in a node.
    uint32_t record_stride() const { return shape_.record_bytes; }

private:
    ChunkedArray make_array(Arena arena, ChunkSource source, GraphArray which) {
        auto** table = static_cast<std::byte**>(
            arena.allocate(shape_.arrays[which].chunks * sizeof(std::byte*)));
        std::fill_n(table, shape_.arrays[which].chunks, nullptr);
        return {source, shape_.arrays[which], &control_->counts[which], table};
    }

    /// Where the record of the node at `at` is.
    std::byte* record_of(std::byte* at) const {
        if (codec_.variable()) {
            uint32_t outside = 0;
            std::memcpy(&outside, at, kRecordIndexBytes);
            return records_.at(outside);
        }
        return at;
    }
    uint32_t bytes_of(const std::byte* record) const {
        return codec_.record_bytes(codec_.as_handle(record));
    }
    MemoryNode* header(std::byte* at) const {
        return reinterpret_cast<MemoryNode*>(at + header_offset_);
    }
    const MemoryRow& row(uint32_t index) const {
        return *reinterpret_cast<const MemoryRow*>(rows_.at(index));
    }
    MemoryList list_of(std::byte* at, Level level) const {
        const uint32_t degree = params().max_degree(level);
        auto* ids = reinterpret_cast<NodeId*>(
            level == 0 ? at + ids_offset_ : uppers_.at(header(at)->upper + level - 1));
        return {ids, reinterpret_cast<float*>(ids + degree)};
    }
    LaneMask pinned(const std::byte* at) const {
        LaneMask mask;
        std::memcpy(mask.words, at + mask_offset_, mask_bytes_);
        return mask;
    }
    uint32_t pruned_offset() const { return mask_offset_ + mask_bytes_; }
    /// Searches read it without a lock: it may be a moment old, or half new.
    LaneMask pruned(const std::byte* at) const {
        LaneMask mask;
        const auto* words = reinterpret_cast<const uint64_t*>(at + pruned_offset());
        for (uint32_t i = 0; i < mask_bytes_ / sizeof(uint64_t); ++i)
            mask.words[i] = __atomic_load_n(&words[i], __ATOMIC_RELAXED);
        return mask;
    }
    void set_pruned(std::byte* at, const LaneMask& mask) const {
        auto* words = reinterpret_cast<uint64_t*>(at + pruned_offset());
        for (uint32_t i = 0; i < mask_bytes_ / sizeof(uint64_t); ++i)
            __atomic_store_n(&words[i], mask.words[i], __ATOMIC_RELAXED);
    }
    void set_pinned(std::byte* at, const LaneMask& mask) const {
        std::memcpy(at + mask_offset_, mask.words, mask_bytes_);
    }

    /// Searches read ids without a lock, and must find what the id names filled in.
    static void write_lane(const MemoryList& list, const LinkEdit& edit) {
        list.distances[edit.lane] = edit.link.distance;
        __atomic_store_n(&list.ids[edit.lane], edit.link.id, __ATOMIC_RELEASE);
    }

    void write_lists(std::byte* at, const InsertPlan& plan) const {
        for (int l = plan.level; l >= 0; --l) {
            const auto level = static_cast<Level>(l);
            const MemoryList list = list_of(at, level);
            for (uint32_t i = 0; i < params().max_degree(level); ++i) {
                const bool used = i < plan.count[l];
                list.ids[i] = used ? plan.links(level)[i].id : kNoNode;
                list.distances[i] = used ? plan.links(level)[i].distance : 0;
            }
        }
    }

    float distance_of(const std::byte* record) const {
        float distance = 0;
        codec_.measure(&record, 1, &distance);
        return distance;
    }
    void prefetch(const std::byte* record) const {
        // The hardware goes on by itself after the first lines of something longer.
        constexpr uint32_t kMost = 512;
        const uint32_t bytes = codec_.variable() ? kMost : std::min(kMost, shape_.record_bytes);
        for (uint32_t i = 0; i < bytes; i += 64) __builtin_prefetch(record + i);
    }

    /// Can the lane take a tree edge?  Either it holds that link already, or it is as planned and
    /// not pinned (or `freed` by the same edit), and the link is not elsewhere in the list.
    bool lane_ready(const MemoryList& list, const LaneMask& pins, const LinkEdit& edit,
                    NodeId freed) const {
        for (uint32_t i = 0; i < params().max_degree(0); ++i)
            if (list.ids[i] == edit.link.id) return i == edit.lane;
        return list.ids[edit.lane] == edit.expected &&
               (!pins.test(edit.lane) || (freed != kNoNode && edit.expected == freed));
    }

    bool attach_locked(const TreeEdit& tree, std::byte* parent, std::byte* child) {
        const MemoryList above = list_of(parent, 0), below = list_of(child, 0);
        LaneMask parent_pins = pinned(parent), child_pins = pinned(child);
        MemoryNode& node = *header(child);
        const uint32_t children = parent_pins.count() - (header(parent)->parent == kNoNode ? 0 : 1);
        if (children >= tree.most_children ||
            !lane_ready(above, parent_pins, tree.at_parent, kNoNode) ||
            !lane_ready(below, child_pins, tree.at_child, node.parent))
            return false;
        for (uint32_t i = 0; node.parent != kNoNode && i < params().max_degree(0); ++i)
            if (below.ids[i] == node.parent) child_pins.reset(i);
        write_lane(above, tree.at_parent);
        write_lane(below, tree.at_child);
        parent_pins.set(tree.at_parent.lane);
        child_pins.set(tree.at_child.lane);
        set_pinned(parent, parent_pins);
        set_pinned(child, child_pins);
        LaneMask marks = pruned(parent);
        marks.reset(tree.at_parent.lane);
        set_pruned(parent, marks);
        marks = pruned(child);
        marks.reset(tree.at_child.lane);
        set_pruned(child, marks);
        node.parent = tree.parent;
        return true;
    }

    GraphControl* control_;
    GraphShape shape_;
    Codec codec_;
    ChunkedArray nodes_;
    ChunkedArray uppers_;
    ChunkedArray rows_;
    ChunkedArray records_;
    ChunkedArray order_;  // of ids
    uint32_t header_offset_ = 0;
    uint32_t mask_bytes_ = 0;
    uint32_t mask_offset_ = 0;
    uint32_t filters_offset_ = 0;
    uint32_t ids_offset_ = 0;
    bool skips_pruned_ = false;
    PollFn poll_ = [] {};
};

}  // namespace vx
