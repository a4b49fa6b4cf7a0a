// Erasing: what rows that are gone have left on pages (README.md, "Erasure").
//
// Vacuum zeros what it gives back, in the edit that gives it back or before it.  `Eraser` looks
// through a whole index for what it could not: what a crash or an interrupt has left.
#pragma once

#include "core/paged/postings.h"

namespace vx {

/// Was the slot ever written?  Its first insertion may have failed before.
inline bool is_written(const SlotHeader& header) { return header.upper_block != 0; }

/// What tells of the element in a slot's first part; of one of any length, behind its head.
template <class Byte>
std::span<Byte> element_bytes(const SlotRef<Byte>& slot) {
    const Geometry& g = *slot.g;
    if (!g.layout.variable) return {slot.code(), g.first_record_bytes};
    return {slot.inline_part() + sizeof(RecordHead), g.inline_bytes() - sizeof(RecordHead)};
}

/// Leaves nothing in a slot but what its next life needs: level, generation, upper slots.  For
/// whoever still knows the id, on a standby, it has no links, and measures as a zero vector does.
template <class Codec>
void clear_slot(const Codec& codec, const Slot& slot) {
    const Geometry& g = *slot.g;
    SlotHeader& header = *slot.header();
    header.parent = kNoNode;
    header.flags = kSlotRetired;
    std::memset(slot.mask(), 0, size_t{4} * g.mask_words);
    set_marks(slot, {}, false);
    std::fill_n(slot.ids(), g.lanes, kNoNode);
    if constexpr (Codec::kSketches) codec.put_lanes(slot.sketches(), g.lanes, 0);
    (void)zero_out(element_bytes(slot));
    if (!g.layout.variable) return;
    *slot.overflow() = kNowhere;
    *record_at<RecordHead>(slot.inline_part(), 0) = {sizeof(RecordHead), 0};
}

/// Is the node one that nobody reads any more, or that vacuum has found to be ripe for that?
inline bool is_past(const DirectoryEntry& entry) {
    return entry.state == NodeState::kUnlinked || entry.state == NodeState::kFree;
}

/// Clears what is on one page of a slot that nobody knows any more; false when there is nothing.
template <class Codec>
bool clear_part(const Codec& codec, const Geometry& g, std::byte* bytes, NodeId id, uint32_t part) {
    if (part > 0) return zero_out({bytes, g.record_part_bytes(part)});
    const Slot slot = slot_at(bytes, g, id);
    if (!is_written(*slot.header())) return false;
    clear_slot(codec, slot);
    return true;
}

/// Clears the slots of nodes on one S page that nobody knows any more.
template <class Pages, class Codec>
void erase_slots(PagedStore<Pages, Codec>& store, std::span<const NodeId> ids) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    const uint32_t block = g.slot_block(ids[0]);
    const uint32_t directory_block = g.directory_block(ids[0]);
    for (uint32_t part = 0; part < g.pages_per_slot; ++part) {
        EditSet set;
        set.add(directory_block);
        set.add(block + part);
        (void)pages.edit(set, [&](const EditPages& edit) {
            // An insertion that failed may not have written it.
            if (page_kind(edit.page(block + part), pages.page_bytes()) != PageKind::kSlots)
                return false;
            const std::byte* directory =
                edit_content(pages, edit, directory_block, PageKind::kDirectory);
            std::byte* bytes = content(edit.page(block + part));
            bool changed = false;
            for (const NodeId id : ids)
                if (is_past(*entry_at(directory, g.directory_index(id))))
                    changed = clear_part(store.codec(), g, bytes, id, part) || changed;
            return changed;
        });
    }
}

/// Empties the lists of such a node on the levels above 0; it keeps their place.
template <class Pages, class Codec>
void erase_upper(PagedStore<Pages, Codec>& store, NodeId id, Level level) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    const Place place = pages.read(g.slot_block(id), [&](const std::byte* page) {
        if (page_kind(page, pages.page_bytes()) != PageKind::kSlots) return kNowhere;
        const SlotHeader& header = *slot_at(content(page), g, id).header();
        if (!is_written(header) || header.upper_block == kNoPage || header.level != level)
            return kNowhere;
        return Place{header.upper_block, header.upper_index, 0};
    });
    if (place == kNowhere || !upper_place_sane(g, place, level)) return;
    EditSet set;
    set.add(place.block);
    (void)pages.edit(set, [&](const EditPages& edit) {
        std::byte* bytes = edit_content(pages, edit, place.block, PageKind::kUpper);
        for (Level l = 1; l <= level; ++l) {
            const uint32_t index = static_cast<uint32_t>(place.index) + l - 1;
            if (upper_header(bytes, g, index)->node == id)
                std::fill_n(upper_ids(bytes, g, index), g.layout.m, kNoNode);
        }
        return true;
    });
}

/// Does the list of a node have the segment?  One of a list that a vacuum gave back in part, before
/// it was interrupted, belongs to none.
inline bool has_segment(const DirectoryEntry& entry, const PostingSegment& segment) {
    return (entry.state == NodeState::kLive || entry.state == NodeState::kDead) &&
           entry.generation == segment.generation && has_postings(entry);
}

/// Erasing in one index, with no vacuum beside it.
template <class Pages, class Codec>
class Eraser {
public:
    using Store = PagedStore<Pages, Codec>;

    explicit Eraser(Store& store) : store_(store), g_(store.geometry()) {}

    /// False when memory is out.
    bool run(Arena arena) {
        entries_ = arena.allocate_array<DirectoryEntry>(g_.nodes_per_extent);
        if (entries_ == nullptr) return false;
        const StateContent state = store_.state();
        id_limit_ = store_.id_limit(state);
        page_count_ = store_.pages().page_count();
        erase_aux(g_.first_aux_block, g_.fixed_aux_pages);
        for (uint32_t extent = 0; extent < state.extent_count; ++extent) {
            const uint32_t block = g_.extent_block(extent);
            const bool nodes = store_.copy_directory(extent, entries_);
            if (nodes) {
                erase_directory(block);
                erase_free(extent * g_.nodes_per_extent);
            }
            erase_aux(block + 1, nodes ? g_.aux_pages : g_.extent_pages - 1);
        }
        return true;
    }

    /// Free nodes that still had their elements.
    uint32_t nodes() const { return nodes_; }

private:
    /// Keys in filter columns are of nodes with one row.
    void erase_directory(uint32_t block) {
        if (g_.layout.filter_columns == 0) return;
        store_.poll();
        EditSet set;
        set.add(block);
        (void)store_.pages().edit(set, [&](const EditPages& edit) {
            std::byte* directory = edit_content(store_.pages(), edit, block, PageKind::kDirectory);
            bool changed = false;
            for (uint32_t i = 0; i < g_.nodes_per_extent; ++i) {
                const DirectoryEntry& entry = *entry_at(directory, i);
                const bool has_row =
                    entry.state == NodeState::kLive || entry.state == NodeState::kPending;
                if (!has_row || has_postings(entry))
                    changed = erase_filters(directory, g_, i) || changed;
            }
            return changed;
        });
    }

    void erase_free(NodeId first) {
        for (uint32_t i = 0; i < g_.nodes_per_extent; ++i) {
            if (entries_[i].state != NodeState::kFree || !tells_something(first + i)) continue;
            store_.poll();
            const NodeId id = first + i;
            erase_slots(store_, {&id, 1});
            ++nodes_;
        }
    }

    bool tells_something(NodeId id) {
        return store_.pages().read(g_.slot_block(id), [&](const std::byte* page) {
            if (page_kind(page, store_.pages().page_bytes()) != PageKind::kSlots) return false;
            const ConstSlot slot = slot_at(content(page), g_, id);
            const auto bytes = element_bytes(slot);
            return is_written(*slot.header()) &&
                   std::any_of(bytes.begin(), bytes.end(),
                               [](std::byte byte) { return byte != std::byte{0}; });
        });
    }

    void erase_aux(uint32_t first, uint32_t count) {
        for (uint32_t block = first; block < first + count && block < page_count_; ++block) {
            store_.poll();
            const PageKind kind = store_.pages().read(block, [&](const std::byte* page) {
                return page_kind(page, store_.pages().page_bytes());
            });
            if (kind == PageKind::kPostings) {
                for (uint16_t i = 0; i < g_.segments_per_page; ++i) free_if_lost({block, i, 0});
                edit_page(block, kind, [&](std::byte* bytes) { return erase_postings(bytes); });
            } else if (kind == PageKind::kOverflow) {
                edit_page(block, kind, [&](std::byte* bytes) { return erase_overflow(bytes); });
            }
        }
    }

    template <class F>
    void edit_page(uint32_t block, PageKind kind, F&& erase) {
        EditSet set;
        set.add(block);
        (void)store_.pages().edit(set, [&](const EditPages& edit) {
            return erase(edit_content(store_.pages(), edit, block, kind));
        });
    }

    bool erase_postings(std::byte* bytes) const {
        bool changed = false;
        for (uint32_t i = 0; i < g_.segments_per_page; ++i) {
            const PostingSegment& segment = *segment_at(bytes, g_, i);
            const bool free = segment.owner == kNoNode;
            changed = erase_rows(bytes, g_, i, free ? 0 : segment.count) || changed;
        }
        return changed;
    }

    bool erase_overflow(std::byte* bytes) const {
        bool changed = false;
        for (uint32_t i = 0; i < g_.overflow_segments_per_page; ++i) {
            OverflowSegment& segment = *overflow_at(bytes, g_, i);
            if (segment.owner != kNoNode) continue;
            auto* data = reinterpret_cast<std::byte*>(&segment + 1);
            changed = zero_out({data, g_.overflow_data_bytes}) || changed;
        }
        return changed;
    }

    /// A segment with rows that is in no list becomes a free one.
    void free_if_lost(Place place) {
        Pages& pages = store_.pages();
        const PostingSegment seen = read_segment(store_, place);
        if (seen.count == 0 || seen.owner >= id_limit_ ||
            has_segment(store_.directory(seen.owner), seen))
            return;
        const uint32_t directory_block = g_.directory_block(seen.owner);
        EditSet set;
        set.add(kStateBlock);
        set.add(place.block);
        set.add(directory_block);
        (void)pages.edit(set, [&](const EditPages& edit) {
            const std::byte* directory =
                edit_content(pages, edit, directory_block, PageKind::kDirectory);
            std::byte* bytes = edit_content(pages, edit, place.block, PageKind::kPostings);
            const PostingSegment& now = *segment_at(bytes, g_, place.index);
            if (now.owner != seen.owner || now.generation != seen.generation ||
                has_segment(*entry_at(directory, g_.directory_index(now.owner)), now))
                return false;
            free_segment(bytes, g_, place, *edit_state(pages, edit));
            return true;
        });
    }

    Store& store_;
    const Geometry& g_;
    DirectoryEntry* entries_ = nullptr;
    uint32_t id_limit_ = 0;
    uint32_t page_count_ = 0;
    uint32_t nodes_ = 0;
};

}  // namespace vx
