// Writing a graph that was grown in memory to empty pages.
//
// A node's id on pages is its place (page_order.h): below, `id` is always that, `node` the graph's.
// Runs once per build, with the page source in a mode that logs nothing; the caller logs whole
// pages afterwards.
#pragma once

#include "core/graph/memory_store.h"
#include "core/paged/build_slots.h"
#include "core/paged/publish.h"
#include "core/paged/sketch_lanes.h"

namespace vx {

/// Writes the mean vector to its pages.
template <class Pages>
void write_mean(Pages& pages, const Geometry& g, const float* mean) {
    const uint32_t bytes = g.layout.dims * static_cast<uint32_t>(sizeof(float));
    pages.extend_to(g.first_extent_block);
    for (uint32_t i = 0; i < g.mean_pages; ++i) {
        const uint32_t first = i * g.usable_bytes;
        const uint32_t count = std::min(g.usable_bytes, bytes - first);
        EditSet set;
        set.add(g.mean_block + i);
        (void)pages.edit(set, [&](const EditPages& edit) {
            std::byte* to = fresh_content(pages, edit, g.mean_block + i, PageKind::kMean);
            std::memcpy(to, reinterpret_cast<const std::byte*>(mean) + first, count);
            pages.set_used(edit.page(g.mean_block + i), count);
            return true;
        });
    }
}

/// Reads the mean vector; `mean` has dims elements.
template <class Pages>
void read_mean(Pages& pages, const Geometry& g, float* mean) {
    const uint32_t bytes = g.layout.dims * static_cast<uint32_t>(sizeof(float));
    for (uint32_t i = 0; i < g.mean_pages; ++i) {
        const uint32_t first = i * g.usable_bytes;
        read_page(pages, g.mean_block + i, PageKind::kMean, [&](const std::byte* from) {
            std::memcpy(reinterpret_cast<std::byte*>(mean) + first, from,
                        std::min(g.usable_bytes, bytes - first));
            return 0;
        });
    }
}

/// Formats the first pages of an empty index.
template <class Pages>
void write_empty(Pages& pages, const Geometry& g, const MetaContent& meta) {
    pages.extend_to(g.first_extent_block);
    EditSet set;
    set.add(kMetaBlock);
    set.add(kStateBlock);
    (void)pages.edit(set, [&](const EditPages& edit) {
        *record_at<MetaContent>(fresh_content(pages, edit, kMetaBlock, PageKind::kMeta), 0) = meta;
        StateContent state{};
        state.root = kNoNode;
        state.aux_extent = state.upper_block = state.postings_block = kNoPage;
        state.overflow_block = kNoPage;
        state.free_segments = state.null_list = state.zero_list = state.free_overflow = kNowhere;
        for (EntryCandidate& candidate : state.entries) candidate = {kNoNode, 0};
        *record_at<StateContent>(fresh_content(pages, edit, kStateBlock, PageKind::kState), 0) =
            state;
        pages.set_used(edit.page(kMetaBlock), sizeof(MetaContent));
        pages.set_used(edit.page(kStateBlock), sizeof(StateContent));
        return true;
    });
}

/// Extents that `nodes` nodes take.
constexpr uint32_t extents_of(const Geometry& g, uint32_t nodes) {
    return (nodes + g.nodes_per_extent - 1) / g.nodes_per_extent;
}

/// Bytes of a node's record in the graph in memory, of which MemoryStore keeps the index only if it
/// is of any length.
inline uint32_t graph_record_bytes(const Geometry& g) {
    return g.layout.variable ? kRecordIndexBytes : g.layout.record_bytes;
}

/// Working memory of a flush: one Place a node of an extent, one state an extent and one more.
struct FlushMemory {
    Place* upper;
    Place* postings;
    Place* overflow;
    StateContent* starts;
};

/// Writes a graph of `Store` (MemoryStore) that no longer changes.
///
/// Where everything goes follows from the graph alone, so several processes can write at once: each
/// calls plan(), they write different extents in any order, and when all are written one of them
/// calls finish().
template <class Pages, class Codec, class Store>
class Flush {
public:
    Flush(Pages& pages, const Geometry& g, const Store& graph, const Codec& codec,
          FlushMemory memory)
        : pages_(pages), g_(g), graph_(graph), codec_(codec), upper_(memory.upper),
          postings_(memory.postings), overflow_(memory.overflow), starts_(memory.starts) {}

    /// For a graph that is not all: others will be inserted into its pages (build_store.h), and
    /// their slots are settled in the end (settle.h).
    void leave_unfinished() { unfinished_ = true; }

    uint32_t extents() const { return extents_of(g_, graph_.placed()); }

    /// Finds out with which state of the aux pages each extent begins.
    void plan() {
        state_ = read_page(pages_, kStateBlock, PageKind::kState, [](const std::byte* bytes) {
            return *record_at<StateContent>(bytes, 0);
        });
        state_.extent_count = extents();
        state_.next_id = state_.live_count = graph_.placed();
        state_.root = id_of(graph_.root());
        // First of its level: from there all nodes were searched for (outliers.h).
        const EntryPoint entry = graph_.entry();
        if (entry.id != kNoNode) (void)insert_entry(state_.entries, {id_of(entry.id), entry.level});
        writing_ = false;
        for (uint32_t extent = 0; extent < extents(); ++extent) {
            pages_.poll();
            starts_[extent] = state_;
            place_nodes(extent);
        }
        starts_[extents()] = state_;
    }

    void write_extent(uint32_t extent) {
        const NodeId first = extent * g_.nodes_per_extent;
        const NodeId end = end_of(extent);
        state_ = starts_[extent];
        writing_ = true;
        // In ascending order of blocks as far as possible: the file grows as it is written.
        pages_.extend_to(g_.slot_block(end - 1) + g_.pages_per_slot);
        place_nodes(extent);
        write_directory(first, end);
        for (NodeId id = first; id < end; id += g_.slots_per_page) {
            pages_.poll();
            write_slots(id, std::min(end, id + g_.slots_per_page), first);
        }
    }

    void finish() {
        EditSet set;
        set.add(kStateBlock);
        (void)pages_.edit(set, [&](const EditPages& edit) {
            *edit_state(pages_, edit) = starts_[extents()];
            return true;
        });
    }

    /// All of it, by one process; `progress(done)` is called with the nodes written so far.
    template <class Progress>
    void run(Progress&& progress) {
        plan();
        for (uint32_t extent = 0; extent < extents(); ++extent) {
            write_extent(extent);
            progress(end_of(extent));
        }
        finish();
    }

private:
    NodeId end_of(uint32_t extent) const {
        const uint64_t end = (uint64_t{extent} + 1) * g_.nodes_per_extent;
        return end < graph_.placed() ? static_cast<NodeId>(end) : graph_.placed();
    }

    NodeId node_of(NodeId id) const { return graph_.ordered(id); }
    NodeId id_of(NodeId node) const { return node != kNoNode ? graph_.place_of(node) : kNoNode; }
    void copy_ids(NodeId* to, const NodeId* nodes, uint32_t count) const {
        for (uint32_t i = 0; i < count; ++i) to[i] = id_of(nodes[i]);
    }

    /// Takes an aux page; only the head of a new aux extent is written.
    uint32_t open_aux() {
        const AuxChoice aux = choose_aux(g_, state_);
        if (writing_ && aux.new_extent)
            edit_aux(aux.block - 1, PageKind::kAuxExtent, [](std::byte*) { return 0u; });
        return aux.block;
    }

    /// Changes an aux page, which may be new: f(content) returns the bytes in use.
    template <class F>
    void edit_aux(uint32_t block, PageKind kind, F&& f) {
        pages_.extend_to(block + 1);
        EditSet set;
        set.add(block);
        (void)pages_.edit(set, [&](const EditPages& edit) {
            const uint32_t used = f(fresh_content(pages_, edit, block, kind));
            if (used > 0) pages_.set_used(edit.page(block), used);
            return true;
        });
    }

    /// Decides where upper lists and row lists of an extent's nodes lie and, when writing, writes
    /// them.
    void place_nodes(uint32_t extent) {
        const NodeId first = extent * g_.nodes_per_extent;
        for (NodeId id = first; id < end_of(extent); ++id) {
            const MemoryNode& node = graph_.node(node_of(id));
            upper_[id - first] = postings_[id - first] = kNowhere;
            if (node.level > 0) upper_[id - first] = place_upper_lists(id, node);
            if (node.level > 0 || id == 0) (void)insert_entry(state_.entries, {id, node.level});
            if (graph_.has_more_rows(node_of(id))) postings_[id - first] = place_rows(id);
            if (graph_.variable()) overflow_[id - first] = place_overflow(id);
        }
    }

    Place place_upper_lists(NodeId id, const MemoryNode& node) {
        if (state_.upper_block == kNoPage ||
            state_.upper_used + node.level > g_.upper_slots_per_page) {
            state_.upper_block = open_aux();
            state_.upper_used = 0;
        }
        const Place place{state_.upper_block, static_cast<uint16_t>(state_.upper_used), 0};
        state_.upper_used += node.level;
        if (writing_) write_upper_lists(id, node, place);
        return place;
    }

    void write_upper_lists(NodeId id, const MemoryNode& node, Place place) {
        edit_aux(place.block, PageKind::kUpper, [&](std::byte* bytes) {
            for (Level l = 1; l <= node.level; ++l) {
                const uint32_t index = static_cast<uint32_t>(place.index) + l - 1;
                *upper_header(bytes, g_, index) = {id, l, 0};
                copy_ids(upper_ids(bytes, g_, index), graph_.upper_ids(node, l), g_.layout.m);
            }
            return (static_cast<uint32_t>(place.index) + node.level) * g_.upper_slot_bytes;
        });
    }

    /// The rest of a record that is longer than its slot, as write_overflow (overflow.h) has it.
    Place place_overflow(NodeId id) {
        const std::byte* record = graph_.record(node_of(id));
        Place head = kNowhere;
        for (uint32_t end = record_length(record); end > g_.inline_bytes();) {
            const uint32_t last = (end - g_.inline_bytes() - 1) % g_.overflow_data_bytes + 1;
            if (state_.overflow_block == kNoPage ||
                state_.overflow_used >= g_.overflow_segments_per_page) {
                state_.overflow_block = open_aux();
                state_.overflow_used = 0;
            }
            const Place place{state_.overflow_block, static_cast<uint16_t>(state_.overflow_used++),
                              0};
            end -= last;
            if (writing_)
                edit_aux(place.block, PageKind::kOverflow, [&](std::byte* bytes) {
                    OverflowSegment& segment = *overflow_at(bytes, g_, place.index);
                    segment = {id, 0, 0, head};
                    std::memcpy(&segment + 1, record + end, last);
                    return g_.overflow_offset(place.index) + g_.overflow_segment_bytes;
                });
            head = place;
        }
        return head;
    }

    Place place_rows(NodeId id) {
        IndexRow rows[kTidsPerSegment];
        uint32_t count = 0;
        Place next = kNowhere;
        graph_.for_each_row(node_of(id), [&](const IndexRow& row) {
            if (count == kTidsPerSegment) {
                next = place_segment(id, {rows, count}, next);
                count = 0;
            }
            rows[count++] = row;
        });
        return place_segment(id, {rows, count}, next);
    }

    Place place_segment(NodeId owner, std::span<const IndexRow> rows, Place next) {
        if (state_.postings_block == kNoPage || state_.postings_used >= g_.segments_per_page) {
            state_.postings_block = open_aux();
            state_.postings_used = 0;
        }
        const Place place{state_.postings_block, static_cast<uint16_t>(state_.postings_used++), 0};
        if (writing_)
            edit_aux(place.block, PageKind::kPostings, [&](std::byte* bytes) {
                write_segment(bytes, g_, place, {owner, 0, 0, next, {}}, rows);
                return g_.segment_offset(place.index) + g_.segment_bytes;
            });
        return place;
    }

    void write_directory(NodeId first, NodeId end) {
        const uint32_t block = g_.directory_block(first);
        EditSet set;
        set.add(block);
        (void)pages_.edit(set, [&](const EditPages& edit) {
            std::byte* directory = fresh_content(pages_, edit, block, PageKind::kDirectory);
            const auto filters = directory_filters(directory, g_);
            for (NodeId id = first; id < end; ++id) {
                DirectoryEntry& entry = *entry_at(directory, id - first);
                const MemoryNode& node = graph_.node(node_of(id));
                entry.state = NodeState::kLive;
                entry.level = node.level;
                if (postings_[id - first] == kNowhere)
                    set_heap_tid(entry, node.tid);
                else
                    set_posting_place(entry, postings_[id - first]);
                if (node.mixed) set_mixed(entry);
                if (g_.layout.filter_columns == 0) continue;
                // Of rows in a list the list has them.
                if (!has_postings(entry))
                    filters.put(id - first, graph_.first_row(node_of(id)).filters);
                put_list_bit(directory, g_, id - first, has_postings(entry));
            }
            return true;
        });
    }

    /// Writes the slots [id, end) of one S page (and the further pages of a large element).
    void write_slots(NodeId id, NodeId end, NodeId first) {
        const uint32_t block = g_.slot_block(id);
        EditSet set;
        set.add(block);
        (void)pages_.edit(set, [&](const EditPages& edit) {
            std::byte* bytes = fresh_content(pages_, edit, block, PageKind::kSlots);
            for (NodeId at = id; at < end; ++at)
                fill_slot(slot_at(bytes, g_, at), node_of(at), at - first);
            pages_.set_used(edit.page(block), g_.slot_offset(end - 1) + g_.slot_bytes);
            return true;
        });
        uint32_t done = g_.first_record_bytes;
        for (uint32_t part = 1; part < g_.pages_per_slot; ++part) {
            const uint32_t count = g_.record_part_bytes(part);
            EditSet next;
            next.add(block + part);
            (void)pages_.edit(next, [&](const EditPages& edit) {
                std::memcpy(fresh_content(pages_, edit, block + part, PageKind::kSlots),
                            graph_.record(node_of(id)) + done, count);
                pages_.set_used(edit.page(block + part), count);
                return true;
            });
            done += count;
        }
    }

    void sketch_lanes(const Slot& slot, NodeId node) {
        const NodeId* nodes = graph_.base_ids(node);
        const auto hold = [&](NodeId of) { return codec_.as_handle(graph_.record(of)); };
        put_sketches(codec_, slot, nodes,
                     prepare_sketches(codec_, hold(node), nodes, g_.lanes, hold));
    }

    /// What insertions into pages go on with (build_slots.h).
    void write_marks(const Slot& slot, NodeId node) {
        if (keeps_distances(g_))
            std::memcpy(slot.sketches(), graph_.base_distances(node), g_.lanes * sizeof(float));
        mark_lanes(slot, graph_.pruned_lanes(node), graph_.node(node).marked);
    }

    void fill_slot(const Slot& slot, NodeId node, uint32_t local) {
        const MemoryNode& about = graph_.node(node);
        const LaneMask pins = graph_.pinned_lanes(node);
        *slot.header() = {
            0, about.level, 0, id_of(about.parent), upper_[local].block, upper_[local].index, 0};
        copy_ids(slot.ids(), graph_.base_ids(node), g_.lanes);
        for (uint32_t lane = 0; lane < g_.lanes; ++lane) set_pinned(slot, lane, pins.test(lane));
        set_marks(slot, graph_.pruned_lanes(node), about.marked);
        if (unfinished_)
            write_marks(slot, node);
        else if constexpr (Codec::kSketches)
            sketch_lanes(slot, node);
        const std::byte* record = graph_.record(node);
        if (graph_.variable()) {
            *slot.overflow() = overflow_[local];
            std::memcpy(slot.inline_part(), record,
                        std::min(record_length(record), g_.inline_bytes()));
        } else {
            std::memcpy(slot.code(), record, g_.first_record_bytes);
        }
    }

    Pages& pages_;
    const Geometry& g_;
    const Store& graph_;
    Codec codec_;
    Place* upper_;
    Place* postings_;
    Place* overflow_;
    StateContent* starts_;
    StateContent state_{};
    bool writing_ = false;
    bool unfinished_ = false;
};

}  // namespace vx
