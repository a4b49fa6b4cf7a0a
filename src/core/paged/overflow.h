// The rest of elements that are longer than their slot has room for: chains of segments on O pages.
//
// The slot names the first segment.  Segments are put in front of the chain, last part first, and
// taken from its front, each in one edit with the slot: whatever happens in between, every segment
// hangs off its slot or is free.  A chain is written before its node is live and given back when
// no process can know the node any more, so readers meet whole chains.
#pragma once

#include <span>

#include "core/paged/aux_pages.h"

namespace vx {

/// Where a new overflow segment may go; kNowhere when a page must be opened first.
inline Place next_overflow(const Geometry& g, const StateContent& state) {
    if (!(state.free_overflow == kNowhere)) return state.free_overflow;
    if (state.overflow_block == kNoPage || state.overflow_used >= g.overflow_segments_per_page)
        return kNowhere;
    return {state.overflow_block, static_cast<uint16_t>(state.overflow_used), 0};
}

/// Takes `place`, which next_overflow has named, out of what is free.
inline void take_overflow(StateContent& state, Place place, const OverflowSegment& segment) {
    if (state.free_overflow == place)
        state.free_overflow = segment.next;
    else
        ++state.overflow_used;
}

/// Puts a segment with these bytes in front of the chain of `id`; false: state changed, try again.
template <class Pages, class Codec>
bool prepend_overflow(PagedStore<Pages, Codec>& store, NodeId id, Place place,
                      std::span<const std::byte> bytes) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    EditSet set;
    set.add(kStateBlock);
    set.add(place.block);
    set.add(g.slot_block(id));
    return pages.edit(set, [&](const EditPages& edit) {
        StateContent& state = *edit_state(pages, edit);
        if (!(next_overflow(g, state) == place)) return false;
        OverflowSegment& segment = *overflow_at(
            edit_content(pages, edit, place.block, PageKind::kOverflow), g, place.index);
        const bool reused = state.free_overflow == place;
        if (reused && (segment.owner != kNoNode ||
                       (!(segment.next == kNowhere) && !overflow_place_sane(g, segment.next))))
            pages.corrupt(place.block, CorruptReason::kBadOwner);
        take_overflow(state, place, segment);
        const Slot slot = store.edit_slot(edit, id);
        segment = {id, slot.header()->generation, 0, *slot.overflow()};
        std::memcpy(&segment + 1, bytes.data(), bytes.size());
        *slot.overflow() = place;
        pages.set_used(edit.page(place.block),
                       g.overflow_offset(place.index) + g.overflow_segment_bytes);
        return true;
    });
}

/// Writes what of the bound element does not fit the slot of the pending node `id`, which has been
/// written.  Returns where the chain begins.
template <class Pages, class Codec>
Place write_overflow(PagedStore<Pages, Codec>& store, NodeId id) {
    const Geometry& g = store.geometry();
    const uint32_t bytes = store.codec().bound_bytes();
    Place head = kNowhere;
    uint32_t end = bytes;
    while (end > g.inline_bytes()) {
        store.poll();
        const StateContent state = store.state();
        const Place place = next_overflow(g, state);
        if (place == kNowhere) {
            open_aux_page(store, PageKind::kOverflow, state.overflow_block);
            continue;
        }
        const uint32_t rest = end - g.inline_bytes();
        const uint32_t last = (rest - 1) % g.overflow_data_bytes + 1;
        if (!prepend_overflow(store, id, place, {store.codec().bound_record() + end - last, last}))
            continue;
        head = place;
        end -= last;
    }
    return head;
}

/// Gives the segments of a node that no process knows any more back, one edit each.  A node that
/// was never written has none: its slot is new, or of a life whose segments were given back.
template <class Pages, class Codec>
void release_overflow(PagedStore<Pages, Codec>& store, NodeId id) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    for (;;) {
        store.poll();
        const Place head = pages.read(g.slot_block(id), [&](const std::byte* page) {
            if (page_fault(page, pages.page_bytes(), PageKind::kSlots) != 0) return kNowhere;
            const ConstSlot slot = slot_at(content(page), g, id);
            // Zeros: the page was formatted for another slot.
            return slot.overflow()->block == 0 ? kNowhere : *slot.overflow();
        });
        if (head == kNowhere) return;
        if (!overflow_place_sane(g, head))
            pages.corrupt(g.slot_block(id), CorruptReason::kBadPlace);
        EditSet set;
        set.add(kStateBlock);
        set.add(head.block);
        set.add(g.slot_block(id));
        (void)pages.edit(set, [&](const EditPages& edit) {
            StateContent& state = *edit_state(pages, edit);
            OverflowSegment& segment = *overflow_at(
                edit_content(pages, edit, head.block, PageKind::kOverflow), g, head.index);
            if (segment.owner != id) pages.corrupt(head.block, CorruptReason::kBadOwner);
            *store.edit_slot(edit, id).overflow() = segment.next;
            segment = {kNoNode, 0, 0, state.free_overflow};
            std::memset(&segment + 1, 0, g.overflow_data_bytes);
            state.free_overflow = head;
            return true;
        });
    }
}

}  // namespace vx
