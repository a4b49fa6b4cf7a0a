// Writing a graph that was grown in memory to empty pages.
//
// Node ids stay what they were, so links are copied as they are.  Runs once per build, with the
// page source in a mode that logs nothing; the caller logs whole pages afterwards.
#pragma once

#include "core/graph/memory_store.h"
#include "core/paged/publish.h"

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

/// Working memory of a flush: each has room for one Place a node of an extent.
struct FlushMemory {
    Place* upper;
    Place* postings;
};

template <class Pages, class Codec = PlainCodec>
class Flush {
public:
    Flush(Pages& pages, const Geometry& g, const MemoryStore& graph, const Codec& codec,
          FlushMemory memory)
        : pages_(pages), g_(g), graph_(graph), codec_(codec), upper_(memory.upper),
          postings_(memory.postings) {}

    /// Writes all nodes; `progress(done)` is called with the nodes written so far.
    template <class Progress>
    void run(Progress&& progress) {
        load_state();
        state_.extent_count = (graph_.size() + g_.nodes_per_extent - 1) / g_.nodes_per_extent;
        state_.next_id = state_.live_count = graph_.size();
        state_.root = graph_.root();
        for (NodeId first = 0; first < graph_.size(); first += g_.nodes_per_extent) {
            pages_.poll();
            const NodeId end = std::min(graph_.size(), first + g_.nodes_per_extent);
            // In ascending order of blocks as far as possible: the file grows as it is written.
            pages_.extend_to(g_.slot_block(end - 1) + g_.pages_per_slot);
            for (NodeId id = first; id < end; ++id) place_node(id, id - first);
            write_directory(first, end);
            for (NodeId id = first; id < end; id += g_.slots_per_page) {
                pages_.poll();
                write_slots(id, std::min(end, id + g_.slots_per_page), first);
            }
            progress(end);
        }
        store_state();
    }

private:
    void load_state() {
        state_ = read_page(pages_, kStateBlock, PageKind::kState, [](const std::byte* bytes) {
            return *record_at<StateContent>(bytes, 0);
        });
    }

    void store_state() {
        EditSet set;
        set.add(kStateBlock);
        (void)pages_.edit(set, [&](const EditPages& edit) {
            *edit_state(pages_, edit) = state_;
            return true;
        });
    }

    /// Opens an aux page of `kind` and returns its block.
    uint32_t open_aux(PageKind kind) {
        const AuxChoice aux = choose_aux(g_, state_);
        pages_.extend_to(aux.block + 1);
        EditSet set;
        set.add(aux.block);
        if (aux.new_extent) set.add(aux.block - 1);
        (void)pages_.edit(set, [&](const EditPages& edit) {
            (void)fresh_content(pages_, edit, aux.block, kind);
            if (aux.new_extent)
                (void)fresh_content(pages_, edit, aux.block - 1, PageKind::kAuxExtent);
            return true;
        });
        return aux.block;
    }

    void place_node(NodeId id, uint32_t local) {
        const MemoryStore::Node& node = graph_.node(id);
        upper_[local] = kNowhere;
        postings_[local] = kNowhere;
        if (node.level > 0) {
            upper_[local] = write_upper_lists(id, node);
            (void)insert_entry(state_.entries, {id, node.level});
        } else if (id == 0) {
            (void)insert_entry(state_.entries, {id, 0});
        }
        if (node.row_count > 1) postings_[local] = write_rows(id, node);
    }

    Place write_upper_lists(NodeId id, const MemoryStore::Node& node) {
        if (state_.upper_block == kNoPage ||
            state_.upper_used + node.level > g_.upper_slots_per_page) {
            state_.upper_block = open_aux(PageKind::kUpper);
            state_.upper_used = 0;
        }
        const Place place{state_.upper_block, static_cast<uint16_t>(state_.upper_used), 0};
        EditSet set;
        set.add(place.block);
        (void)pages_.edit(set, [&](const EditPages& edit) {
            std::byte* bytes = edit_content(pages_, edit, place.block, PageKind::kUpper);
            for (Level l = 1; l <= node.level; ++l) {
                const uint32_t index = static_cast<uint32_t>(place.index) + l - 1;
                *upper_header(bytes, g_, index) = {id, l, 0};
                uint32_t* ids = upper_ids(bytes, g_, index);
                for (uint32_t lane = 0; lane < g_.layout.m; ++lane)
                    ids[lane] = node.upper[static_cast<size_t>(l - 1) * g_.layout.m + lane].id;
            }
            state_.upper_used += node.level;
            pages_.set_used(edit.page(place.block), state_.upper_used * g_.upper_slot_bytes);
            return true;
        });
        return place;
    }

    Place write_rows(NodeId id, const MemoryStore::Node& node) {
        Place head = kNowhere;
        for (uint32_t row = node.first_row; row != kNoNode;) {
            if (state_.postings_block == kNoPage || state_.postings_used >= g_.segments_per_page) {
                state_.postings_block = open_aux(PageKind::kPostings);
                state_.postings_used = 0;
            }
            PostingSegment segment{id, 0, 0, head, {}};
            for (; row != kNoNode && segment.count < kTidsPerSegment; row = graph_.row(row).next)
                segment.tids[segment.count++] = graph_.row(row).tid;
            const Place place{state_.postings_block, static_cast<uint16_t>(state_.postings_used),
                              0};
            EditSet set;
            set.add(place.block);
            (void)pages_.edit(set, [&](const EditPages& edit) {
                *segment_at(edit_content(pages_, edit, place.block, PageKind::kPostings),
                            place.index) = segment;
                ++state_.postings_used;
                pages_.set_used(edit.page(place.block),
                                state_.postings_used *
                                    static_cast<uint32_t>(sizeof(PostingSegment)));
                return true;
            });
            head = place;
        }
        return head;
    }

    void write_directory(NodeId first, NodeId end) {
        const uint32_t block = g_.directory_block(first);
        EditSet set;
        set.add(block);
        (void)pages_.edit(set, [&](const EditPages& edit) {
            std::byte* directory = fresh_content(pages_, edit, block, PageKind::kDirectory);
            for (NodeId id = first; id < end; ++id) {
                const MemoryStore::Node& node = graph_.node(id);
                DirectoryEntry& entry = *entry_at(directory, id - first);
                entry.state = NodeState::kLive;
                entry.level = node.level;
                if (postings_[id - first] == kNowhere)
                    set_heap_tid(entry, graph_.row(node.first_row).tid);
                else
                    set_posting_place(entry, postings_[id - first]);
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
            for (NodeId at = id; at < end; ++at) fill_slot(slot_at(bytes, g_, at), at, at - first);
            pages_.set_used(edit.page(block), g_.slot_offset(end - 1) + g_.slot_bytes);
            return true;
        });
        uint32_t done = g_.first_code_bytes;
        for (uint32_t part = 1; part < g_.pages_per_slot; ++part) {
            const uint32_t count = g_.code_part_bytes(part);
            EditSet next;
            next.add(block + part);
            (void)pages_.edit(next, [&](const EditPages& edit) {
                std::memcpy(fresh_content(pages_, edit, block + part, PageKind::kSlots),
                            codec_.bound_record() + done, count);
                pages_.set_used(edit.page(block + part), count);
                return true;
            });
            done += count;
        }
    }

    void sketch_lanes(const Slot& slot, NodeId id) {
        const MemoryStore::Node& node = graph_.node(id);
        codec_.set_centre_element(graph_.element(id));
        uint32_t used = 0;  // lanes up to the last one in use; empty ones among them stay dead
        for (uint32_t lane = 0; lane < g_.lanes; ++lane) {
            if (node.base()[lane].id == kNoNode) continue;
            codec_.prepare_lane_element(lane, graph_.element(node.base()[lane].id));
            used = lane + 1;
        }
        codec_.put_lanes(slot.sketches(), g_.lanes, used);
        for (uint32_t lane = 0; lane < used; ++lane)
            if (node.base()[lane].id == kNoNode) codec_.clear_lane(slot.sketches(), lane);
    }

    void fill_slot(const Slot& slot, NodeId id, uint32_t local) {
        const MemoryStore::Node& node = graph_.node(id);
        *slot.header() = {0, node.level, 0, node.parent, upper_[local].block, upper_[local].index,
                          0};
        for (uint32_t lane = 0; lane < g_.lanes; ++lane) {
            slot.ids()[lane] = node.base()[lane].id;
            set_pinned(slot, lane, node.pinned.test(lane));
        }
        if constexpr (Codec::kSketches) sketch_lanes(slot, id);
        // A record on several pages stays bound for its further parts.
        codec_.bind_for_insert(graph_.element(id));
        std::memcpy(slot.code(), codec_.bound_record(), g_.first_code_bytes);
    }

    Pages& pages_;
    const Geometry& g_;
    const MemoryStore& graph_;
    Codec codec_;
    Place* upper_;
    Place* postings_;
    StateContent state_{};
};

}  // namespace vx
