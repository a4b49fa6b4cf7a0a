// Posting lists: the rows of equal elements, rows whose vector is NULL, rows without a direction.
//
// A list is a chain of segments on P pages; new segments go in front, so appending costs the same
// however long the list is.  A segment carries its owner and the owner's generation: a reader that
// walks a list while its node dies notices and stops.
#pragma once

#include "core/filter/row_filter.h"
#include "core/paged/publish.h"

namespace vx {

/// Copies one segment, of its rows those that `filter` lets pass, if there is one; count is
/// bounded.  A place out of range is corruption.
template <class Pages, class Codec>
PostingSegment read_segment(PagedStore<Pages, Codec>& store, Place place,
                            const RowFilter* filter = nullptr) {
    const Geometry& g = store.geometry();
    if (place.index >= g.segments_per_page)
        store.pages().corrupt(place.block, CorruptReason::kBadPlace);
    return read_page(store.pages(), place.block, PageKind::kPostings, [&](const std::byte* bytes) {
        PostingSegment segment = *segment_at(bytes, g, place.index);
        if (segment.count > kTidsPerSegment) segment.count = kTidsPerSegment;
        if (filter == nullptr) return segment;
        const auto values = segment_filters(bytes, g, place.index);
        uint16_t passed = 0;
        for (uint16_t i = 0; i < segment.count; ++i)
            if (filter->passes(values.get(i))) segment.tids[passed++] = segment.tids[i];
        segment.count = passed;
        return segment;
    });
}

/// Notices a chain of segments that leads back into itself.
class ChainGuard {
public:
    /// False when `place` closes a circle.
    bool step(Place place) {
        if (place == remembered_) return false;
        if (++steps_ == limit_) {
            remembered_ = place;
            steps_ = 0;
            limit_ *= 2;
        }
        return true;
    }

private:
    Place remembered_ = kNowhere;
    uint64_t steps_ = 0;
    uint64_t limit_ = 1;
};

/// What a list belongs to: a node (head in its directory entry) or the index (head in the state
/// page).
struct ListOwner {
    NodeId id;  // kNullListOwner and kZeroListOwner for the index's own lists
    uint16_t generation = 0;
    bool mixed = false;  // the row to be added makes the node a mixed one

    bool is_node() const { return id != kNullListOwner && id != kZeroListOwner; }
};

inline Place* state_list(StateContent& state, NodeId owner) {
    return owner == kNullListOwner ? &state.null_list : &state.zero_list;
}

/// Adds a row to the segment at `head` if it has room and still belongs to the owner.
template <class Pages, class Codec>
bool append_to_segment(PagedStore<Pages, Codec>& store, ListOwner owner, Place head,
                       const IndexRow& row) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    if (read_segment(store, head).count == kTidsPerSegment) return false;
    EditSet set;
    set.add(head.block);
    if (owner.is_node()) set.add(g.directory_block(owner.id));
    return pages.edit(set, [&](const EditPages& edit) {
        DirectoryEntry* entry = nullptr;
        if (owner.is_node()) {
            entry = entry_at(
                edit_content(pages, edit, g.directory_block(owner.id), PageKind::kDirectory),
                g.directory_index(owner.id));
            if (entry->state != NodeState::kLive || entry->generation != owner.generation ||
                !has_postings(*entry) || !(posting_place(*entry) == head))
                return false;
        }
        std::byte* bytes = edit_content(pages, edit, head.block, PageKind::kPostings);
        PostingSegment& segment = *segment_at(bytes, g, head.index);
        if (segment.owner != owner.id || segment.count >= kTidsPerSegment) return false;
        if (owner.mixed) set_mixed(*entry);
        put_posting(bytes, g, head, segment.count++, row);
        return true;
    });
}

/// Where a new segment may go: a freed one or the next on the page being filled; kNowhere when a
/// page must be opened first.
inline Place next_segment(const Geometry& g, const StateContent& state) {
    if (!(state.free_segments == kNowhere)) return state.free_segments;
    if (state.postings_block == kNoPage || state.postings_used >= g.segments_per_page)
        return kNowhere;
    return {state.postings_block, static_cast<uint16_t>(state.postings_used), 0};
}

/// What a new segment of a list begins with: the row that its node had, if it had one only.
struct FirstRows {
    IndexRow rows[2];
    uint32_t count = 0;

    void add(const IndexRow& row) { rows[count++] = row; }
};

/// Lets the entry of the node that owns `segment` name its place, instead of what the node has,
/// which the segment or `first` gets; false when it is not a live node of that generation any more.
inline bool move_to_segment(std::byte* directory, const Geometry& g, Place place,
                            PostingSegment& segment, FirstRows& first) {
    const uint32_t index = g.directory_index(segment.owner);
    DirectoryEntry& entry = *entry_at(directory, index);
    if (entry.state != NodeState::kLive || entry.generation != segment.generation) return false;
    if (has_postings(entry)) {
        segment.next = posting_place(entry);
    } else {
        first.add({heap_tid(entry), directory_filters(directory, g).get(index)});
        // The list outlives that row.
        (void)erase_filters(directory, g, index);
    }
    set_posting_place(entry, place);
    put_list_bit(directory, g, index, true);
    return true;
}

/// Puts a new segment with a row in front of the owner's list; false: state changed, try again.
template <class Pages, class Codec>
bool prepend_segment(PagedStore<Pages, Codec>& store, ListOwner owner, Place place,
                     const IndexRow& row) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    EditSet set;
    set.add(kStateBlock);
    set.add(place.block);
    if (owner.is_node()) set.add(g.directory_block(owner.id));
    return pages.edit(set, [&](const EditPages& edit) {
        StateContent& state = *edit_state(pages, edit);
        if (!(next_segment(g, state) == place)) return false;
        std::byte* bytes = edit_content(pages, edit, place.block, PageKind::kPostings);
        const PostingSegment& segment = *segment_at(bytes, g, place.index);
        const Place next_free = segment.next;
        if (state.free_segments == place &&
            (segment.owner != kNoNode ||
             !(next_free == kNowhere || next_free.index < g.segments_per_page)))
            pages.corrupt(place.block, CorruptReason::kBadOwner);
        PostingSegment fresh{owner.id, owner.generation, 0, kNowhere, {}};
        FirstRows first;
        if (owner.is_node()) {
            std::byte* directory =
                edit_content(pages, edit, g.directory_block(owner.id), PageKind::kDirectory);
            if (!move_to_segment(directory, g, place, fresh, first)) return false;
            if (owner.mixed) set_mixed(*entry_at(directory, g.directory_index(owner.id)));
        } else {
            Place& head = *state_list(state, owner.id);
            fresh.next = head;
            head = place;
        }
        first.add(row);
        if (state.free_segments == place)
            state.free_segments = next_free;
        else
            ++state.postings_used;
        write_segment(bytes, g, place, fresh, {first.rows, first.count});
        pages.set_used(edit.page(place.block), g.segment_offset(place.index) + g.segment_bytes);
        return true;
    });
}

/// Adds a row to the list of `owner`; false only when the owner is a node that is no longer live.
template <class Pages, class Codec>
bool append_to_list(PagedStore<Pages, Codec>& store, ListOwner owner, const IndexRow& row) {
    for (;;) {
        store.poll();
        Place head = kNowhere;
        StateContent state = store.state();
        if (owner.is_node()) {
            const DirectoryEntry entry = store.directory(owner.id);
            if (entry.state != NodeState::kLive) return false;
            owner.generation = entry.generation;
            if (has_postings(entry)) head = posting_place(entry);
        } else {
            head = *state_list(state, owner.id);
        }
        if (!(head == kNowhere) && append_to_segment(store, owner, head, row)) return true;
        const Place place = next_segment(store.geometry(), state);
        if (place == kNowhere)
            open_aux_page(store, PageKind::kPostings, state.postings_block);
        else if (prepend_segment(store, owner, place, row))
            return true;
    }
}

/// Adds a row of the element bound for insertion to the node `id`, which has its code; false when
/// that is no longer live.
template <class Pages, class Codec>
bool append_row(PagedStore<Pages, Codec>& store, NodeId id, const IndexRow& row) {
    return append_to_list(store, {id, 0, !store.has_identity_of_query(id)}, row);
}

/// Makes the segment at `place` of a page a free one, of which nothing tells what it held.
inline void free_segment(std::byte* bytes, const Geometry& g, Place place, StateContent& state) {
    *segment_at(bytes, g, place.index) = {kNoNode, 0, 0, state.free_segments, {}};
    (void)erase_rows(bytes, g, place.index, 0);
    state.free_segments = place;
}

/// Gives the segments of a dead node's list back, one atomic step each.
template <class Pages, class Codec>
void release_segments(PagedStore<Pages, Codec>& store, NodeId owner, Place head) {
    Pages& pages = store.pages();
    while (!(head == kNowhere)) {
        const PostingSegment segment = read_segment(store, head);
        if (segment.owner != owner) return;  // given back by a vacuum that was interrupted here
        EditSet set;
        set.add(kStateBlock);
        set.add(head.block);
        (void)pages.edit(set, [&](const EditPages& edit) {
            StateContent& state = *edit_state(pages, edit);
            free_segment(edit_content(pages, edit, head.block, PageKind::kPostings),
                         store.geometry(), head, state);
            return true;
        });
        head = segment.next;
    }
}

}  // namespace vx
