// The graph on pages while it is built: what does not fit into memory is inserted here.
//
// The insertion is that of the graph in memory (core/graph/memory_store.h): it measures with the
// records, most of which a RecordCache has, remembers what pruning would drop, and leaves sketches
// for the end (settle.h).  Nothing is logged or deleted, no id is used again; what other
// processes of the build change is validated under the locks of the pages, as in PagedStore.
#pragma once

#include <span>

#include "core/paged/build_slots.h"
#include "core/paged/postings.h"
#include "core/paged/record_cache.h"

namespace vx {

/// What an element measures from itself, when its record is measured at once and in the parts in
/// which it lies on pages: the last bits of a sum of floats depend on that.
struct SelfDistances {
    float whole;
    float in_parts;

    friend bool operator==(float distance, const SelfDistances& self) {
        return distance == self.whole || distance == self.in_parts;
    }
};

/// Satisfies GraphStore and BatchStore.
template <class Pages, class Codec>
class BuildStore {
public:
    using Paged = PagedStore<Pages, Codec>;
    using Handle = typename Codec::Handle;
    /// A node met: where its record is, null when it must be read from its page.
    struct Record {
        const std::byte* bytes;
        NodeId id;
    };
    static_assert(!Codec::kSketches);

    /// `paged` has room for records (PagedStore's `scratch`) and outlives this.
    BuildStore(Paged& paged, const RecordCache& cache)
        : paged_(paged), g_(paged.geometry()), cache_(cache) {}

    Paged& paged() { return paged_; }
    const Geometry& geometry() const { return g_; }
    const GraphParams& params() const { return paged_.params(); }
    void poll() { paged_.poll(); }
    void bind_for_insert(const typename Codec::Element* element) {
        paged_.bind_for_insert(element);
    }
    void bind_record_for_insert(const std::byte* record) { paged_.bind_record_for_insert(record); }
    /// Of the bound element.
    std::span<const std::byte> bound_record() const {
        return {codec().bound_record(), codec().bound_bytes()};
    }
    /// Cached records are measured at once, others in parts: an equal one may be either.
    SelfDistances self_distance() const {
        return {codec().self_distance(), paged_.self_distance()};
    }
    bool equals_query(NodeId id) {
        const std::byte* record = cache_.at(id);
        if (record == nullptr) return paged_.equals_query(id);
        return Codec::same_code({record, 0, codec().bound_bytes()}, codec().bound_record());
    }

    // ---- searches

    EntryPoint entry() { return paged_.entry(); }

    float query_distance(NodeId id) {
        const std::byte* record = cache_.at(id);
        return record == nullptr ? paged_.query_distance(id) : cached_distance(record);
    }

    uint32_t expand(NodeId id, Level level, Visited& visited, Candidate* out) {
        NodeId ids[kMaxDegree];
        Record records[kMaxDegree];
        float distances[kMaxDegree];
        const uint32_t fresh = gather(id, level, visited, ids, records);
        measure(records, fresh, distances);
        for (uint32_t i = 0; i < fresh; ++i) out[i] = {distances[i], ids[i]};
        return fresh;
    }

    /// Links that pruning would drop are left out; cached records come first.
    uint32_t gather(NodeId id, Level level, Visited& visited, NodeId* ids, Record* records) {
        NodeId met[kMaxDegree];
        NodeId on_pages[kMaxDegree];
        const uint32_t count = copy_kept(id, level, met);
        uint32_t cached = 0;
        uint32_t read = 0;
        for (uint32_t i = 0; i < count; ++i) {
            if (!visited.insert(met[i])) continue;
            const std::byte* record = cache_.at(met[i]);
            if (record == nullptr) {
                on_pages[read++] = met[i];
                continue;
            }
            prefetch(record);
            ids[cached] = met[i];
            records[cached++] = {record, met[i]};
        }
        for (uint32_t i = 0; i < read; ++i) {
            if (i < kAhead) paged_.prefetch_record(on_pages[i]);
            ids[cached + i] = on_pages[i];
            records[cached + i] = {nullptr, on_pages[i]};
        }
        return cached + read;
    }

    void measure(const Record* records, uint32_t count, float* distances) {
        const std::byte* cached[kMaxDegree];
        uint32_t done = 0;
        for (; done < count && records[done].bytes != nullptr; ++done)
            cached[done] = records[done].bytes;
        if (done > 0) measure_cached(cached, done, distances);
        for (; done < count; ++done) {
            if (done + kAhead < count) paged_.prefetch_record(records[done + kAhead].id);
            distances[done] = paged_.query_distance(records[done].id);
        }
    }

    void prefetch_links(NodeId id, Level level) const {
        if (level > 0) return;
        paged_.pages().prefetch(g_.slot_block(id), kPageHeaderBytes + g_.slot_offset(id),
                                g_.sketch_offset);
    }

    /// Starts fetching the records of a list's nodes.
    void prefetch_records(const Links& links) {
        for (uint32_t lane = 0; lane < links.lanes; ++lane) {
            if (links.ids[lane] == kNoNode) continue;
            const std::byte* record = cache_.at(links.ids[lane]);
            if (record == nullptr)
                paged_.prefetch_record(links.ids[lane]);
            else
                prefetch(record);
        }
    }

    // ---- changes

    Handle hold(NodeId id, uint32_t scratch) {
        const std::byte* record = cache_.at(id);
        return record == nullptr ? paged_.hold(id, scratch) : codec().as_handle(record);
    }
    Handle hold_lane(NodeId id, uint32_t lane) {
        const std::byte* record = cache_.at(id);
        return record == nullptr ? paged_.hold_lane(id, lane) : codec().as_handle(record);
    }
    float between(Handle a, Handle b) const { return paged_.between(a, b); }

    bool load_links(NodeId id, Level level, Links& links) {
        if (level > 0) return paged_.load_links(id, level, links);
        paged_.read_slot(id, [&](ConstSlot slot) {
            copy_marked_links(slot, links);
            return 0;
        });
        return true;
    }

    void link_distances(NodeId id, Links& links) {
        if (links.keeps_marks && keeps_distances(g_)) return;  // load_links has brought them
        const Handle owner = hold(id, g_.lanes + 1);
        prefetch_records(links);
        for (uint32_t lane = 0; lane < links.lanes; ++lane)
            if (links.ids[lane] != kNoNode)
                links.distances[lane] = between(owner, hold(links.ids[lane], lane));
    }

    /// No node dies during a build, and a search of a level meets only nodes that reach it.
    bool linkable(NodeId, Level) const { return true; }

    bool apply(NodeId owner, Level level, const LinkEdit* edits, uint32_t count) {
        if (level > 0) return paged_.apply(owner, level, edits, count);
        EditSet set;
        set.add(g_.slot_block(owner));
        return paged_.pages().edit(set, [&](const EditPages& pages) {
            const Slot slot = paged_.edit_slot(pages, owner);
            for (uint32_t i = 0; i < count; ++i) {
                const LinkEdit& edit = edits[i];
                if (without_mark(slot.ids()[edit.lane]) != edit.expected ||
                    (slot.pinned(edit.lane) && !edit.unpin) ||
                    (edit.link.id != kNoNode && find_marked_lane(slot, edit.link.id) < g_.lanes))
                    return false;
            }
            for (uint32_t i = 0; i < count; ++i) write_lane(slot, edits[i], false);
            if (edits[count - 1].pruned != nullptr)
                mark_lanes(slot, *edits[count - 1].pruned, true);
            else
                slot.header()->flags &= static_cast<uint8_t>(~kSlotMarked);
            return true;
        });
    }

    /// The child is new: it has no parent yet.
    bool attach(const TreeEdit& tree) {
        EditSet set;
        set.add(g_.directory_block(tree.child));
        set.add(g_.slot_block(tree.child));
        set.add(g_.slot_block(tree.parent));
        return paged_.pages().edit(set, [&](const EditPages& pages) {
            const Slot parent = paged_.edit_slot(pages, tree.parent);
            const Slot child = paged_.edit_slot(pages, tree.child);
            if (child.header()->parent != kNoNode || parent.children() >= tree.most_children ||
                !lane_ready(parent, tree.at_parent) || !lane_ready(child, tree.at_child))
                return false;
            write_lane(parent, tree.at_parent, true);
            write_lane(child, tree.at_child, true);
            child.header()->parent = tree.parent;
            entry_at(edit_content(paged_.pages(), pages, g_.directory_block(tree.child),
                                  PageKind::kDirectory),
                     g_.directory_index(tree.child))
                ->state = NodeState::kLive;
            return true;
        });
    }

    /// Completes the slot of a new node that write_slot has written, and keeps its record.
    void complete_slot(NodeId id, const InsertPlan& plan) {
        EditSet set;
        set.add(g_.slot_block(id));
        (void)paged_.pages().edit(set, [&](const EditPages& pages) {
            const Slot slot = paged_.edit_slot(pages, id);
            for (uint32_t lane = 0; lane < plan.count[0]; ++lane) {
                if (lane >= plan.kept) slot.ids()[lane] |= kPrunedMark;
                if (keeps_distances(g_)) set_distance(slot, lane, plan.base[lane].distance);
            }
            if (plan.count[0] == g_.lanes) slot.header()->flags |= kSlotMarked;
            return true;
        });
        std::byte* record = cache_.at(id);
        if (record != nullptr) std::memcpy(record, codec().bound_record(), codec().bound_bytes());
    }

private:
    static constexpr uint32_t kAhead = 4;  // as PagedStore's

    const Codec& codec() const { return paged_.codec(); }

    void measure_cached(const std::byte* const* records, uint32_t count, float* distances) const {
        codec().measure(records, count, distances);
    }

    float cached_distance(const std::byte* record) const {
        float distance = 0;
        codec().measure(&record, 1, &distance);
        return distance;
    }

    void prefetch(const std::byte* record) const {
        // The hardware goes on by itself after the first lines of something longer.
        constexpr uint32_t kMost = 512;
        const uint32_t bytes = std::min(kMost, g_.layout.record_bytes);
        for (uint32_t i = 0; i < bytes; i += 64) __builtin_prefetch(record + i);
    }

    /// Copies the links of a list that pruning would keep; returns how many.
    uint32_t copy_kept(NodeId id, Level level, NodeId* out) {
        uint32_t count = 0;
        if (level > 0) {
            Links links;
            if (!paged_.load_links(id, level, links)) return 0;
            for (uint32_t lane = 0; lane < links.lanes; ++lane)
                if (links.ids[lane] != kNoNode) out[count++] = links.ids[lane];
            return count;
        }
        return paged_.read_slot(id, [&](ConstSlot slot) {
            // Empty lanes have the bit of the mark too.
            for (uint32_t lane = 0; lane < g_.lanes; ++lane) {
                out[count] = slot.ids()[lane];
                count += static_cast<uint32_t>((slot.ids()[lane] & kPrunedMark) == 0);
            }
            return count;
        });
    }

    /// Can the lane take a tree edge?  As PagedStore's.
    bool lane_ready(const Slot& slot, const LinkEdit& edit) const {
        const uint32_t at = find_marked_lane(slot, edit.link.id);
        if (at < g_.lanes) return at == edit.lane;
        return without_mark(slot.ids()[edit.lane]) == edit.expected && !slot.pinned(edit.lane);
    }

    void write_lane(const Slot& slot, const LinkEdit& edit, bool pinned) const {
        slot.ids()[edit.lane] = edit.link.id;
        set_pinned(slot, edit.lane, pinned);
        if (keeps_distances(g_)) set_distance(slot, edit.lane, edit.link.distance);
    }

    Paged& paged_;
    Geometry g_;
    RecordCache cache_;
};

/// Makes a written node live: below a node that it found, or as the first one of all.
template <class Pages, class Codec>
bool make_live(BuildStore<Pages, Codec>& store, NodeId id, Level level,
               InsertScratch<BuildStore<Pages, Codec>>& scratch) {
    if (scratch.pool->size() > 0) return attach_new(store, id, scratch);
    return become_root(store.paged(), id, level);
}

/// Inserts the element that the store is bound to; false when there are no more ids.
template <class Pages, class Codec>
bool insert_in_build(BuildStore<Pages, Codec>& store, Level level, const IndexRow& row,
                     InsertScratch<BuildStore<Pages, Codec>>& scratch) {
    constexpr int kAttempts = 64;  // lost races; only pages that make no sense lose them all
    PagedStore<Pages, Codec>& paged = store.paged();
    (void)scratch.visited->reserve(paged.id_limit(paged.state()));
    plan_insert(store, level, scratch);
    if (for_equal_nodes(store, *scratch.pool,
                        [&](NodeId id) { return append_row(paged, id, row); }))
        return true;
    bool full = false;
    const NodeId id = reserve_id(paged, {kNoNode, level}, row, &full);
    if (id >= kMostMarkedNodes) return false;
    Place overflow = kNowhere;
    for (int attempt = 0;; ++attempt) {
        write_slot(paged, id, scratch.plan, overflow);
        if (paged.codec().variable())
            if (attempt == 0) overflow = write_overflow(paged, id);
        store.complete_slot(id, scratch.plan);
        if (make_live(store, id, level, scratch)) break;
        if (attempt == kAttempts)
            paged.pages().corrupt(store.geometry().slot_block(id), CorruptReason::kBadOwner);
        store.poll();
        (void)scratch.visited->reserve(paged.id_limit(paged.state()));
        plan_insert(store, level, scratch);
    }
    link_neighbors(store, id, scratch);
    offer_entry(paged, id, level);
    return true;
}

}  // namespace vx
