// Writing a new node: an id, its directory entry, its slot.
//
// Three atomic steps, in this order, so that a crash between any two leaves a node that no search
// can meet and that vacuum frees: reserve (state + T: the entry is pending), write (S + U, and the
// further pages or segments of a large element), then the tree edge that makes it live
// (core/graph/tree.h).
#pragma once

#include "core/graph/insert.h"
#include "core/paged/overflow.h"

namespace vx {

/// An id for a new node; a used-up one brings its level along (its upper slots have that size).
struct IdChoice {
    NodeId id = kNoNode;  // kNoNode: the next new one, decided by `reserve`
    Level level = 0;
};

/// Advances `state` past one new node id; kNoNode when ids are exhausted.
inline NodeId choose_new_id(const Geometry& g, StateContent& state) {
    if (state.next_id % g.nodes_per_extent == 0) {
        const uint64_t first = uint64_t{state.extent_count} * g.nodes_per_extent;
        const uint64_t last_block =
            g.first_extent_block + (uint64_t{state.extent_count} + 1) * g.extent_pages;
        if (first + g.nodes_per_extent > kMaxNodes || last_block >= kNoPage) return kNoNode;
        state.next_id = static_cast<uint32_t>(first);
        ++state.extent_count;
    }
    return state.next_id++;
}

/// Upper slots that a node of `level` may have at `place`: all of them on one page.
inline bool upper_place_sane(const Geometry& g, Place place, Level level) {
    return static_cast<uint32_t>(place.index) + level <= g.upper_slots_per_page;
}

/// Looks for an id to use again, in a few directory pages at most; kNoNode when there is none.
template <class Pages, class Codec>
IdChoice find_free_id(PagedStore<Pages, Codec>& store) {
    constexpr uint32_t kMaxProbes = 16;
    const Geometry& g = store.geometry();
    const StateContent state = store.state();
    if (state.free_count == 0 || state.extent_count == 0) return {};
    for (uint32_t probe = 0; probe < kMaxProbes && probe < state.extent_count; ++probe) {
        const uint32_t extent = (state.free_cursor + probe) % state.extent_count;
        const IdChoice found =
            store.pages().read(g.extent_block(extent), [&](const std::byte* page) {
                if (page_kind(page, store.pages().page_bytes()) != PageKind::kDirectory)
                    return IdChoice{};
                for (uint32_t i = 0; i < g.nodes_per_extent; ++i) {
                    const DirectoryEntry& entry = *entry_at(content(page), i);
                    if (entry.state != NodeState::kFree) continue;
                    if (entry.level > g.max_level()) [[unlikely]]
                        store.pages().corrupt(g.extent_block(extent), CorruptReason::kBadPlace);
                    return IdChoice{extent * g.nodes_per_extent + i, entry.level};
                }
                return IdChoice{};
            });
        if (found.id != kNoNode) return found;
    }
    return {};
}

/// Reserves an id: its directory entry becomes pending with the row.  `choice.id` is updated;
/// kNoNode when the wanted free id is gone (choose again) or when ids are exhausted (`*full`).
template <class Pages, class Codec>
NodeId reserve_id(PagedStore<Pages, Codec>& store, IdChoice choice, const IndexRow& row,
                  bool* full) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    const bool reuse = choice.id != kNoNode;
    for (;;) {
        StateContent planned = store.state();
        const NodeId id = reuse ? choice.id : choose_new_id(g, planned);
        *full = id == kNoNode;
        if (*full) return kNoNode;
        pages.extend_to(g.slot_block(id) + g.pages_per_slot);
        EditSet set;
        set.add(kStateBlock);
        set.add(g.directory_block(id));
        bool lost = false;
        const bool done = pages.edit(set, [&](const EditPages& edit) {
            StateContent& state = *edit_state(pages, edit);
            StateContent now = state;
            if (!reuse && choose_new_id(g, now) != id) return false;
            std::byte* directory =
                fresh_content(pages, edit, g.directory_block(id), PageKind::kDirectory);
            const uint32_t index = g.directory_index(id);
            DirectoryEntry& entry = *entry_at(directory, index);
            lost = reuse && (entry.state != NodeState::kFree || entry.level != choice.level);
            if (lost) return false;
            state = now;
            ++state.live_count;
            if (reuse) {
                state.free_count -= state.free_count > 0 ? 1 : 0;
                state.free_cursor = g.extent_of(id);
                ++entry.generation;
            }
            entry.state = NodeState::kPending;
            entry.level = choice.level;
            set_heap_tid(entry, row.tid);
            directory_filters(directory, g).put(index, row.filters);
            put_list_bit(directory, g, index, false);
            return true;
        });
        if (done) return id;
        if (lost) return kNoNode;
        pages.poll();
    }
}

/// Takes `level` consecutive upper slots for a new node.
template <class Pages, class Codec>
Place take_upper_slots(PagedStore<Pages, Codec>& store, Level level) {
    Pages& pages = store.pages();
    for (;;) {
        const StateContent before = store.state();
        if (before.upper_block != kNoPage &&
            before.upper_used + level <= store.geometry().upper_slots_per_page) {
            Place place = kNowhere;
            EditSet set;
            set.add(kStateBlock);
            const bool done = pages.edit(set, [&](const EditPages& edit) {
                StateContent& state = *edit_state(pages, edit);
                if (state.upper_block != before.upper_block ||
                    state.upper_used != before.upper_used)
                    return false;
                place = {state.upper_block, static_cast<uint16_t>(state.upper_used), 0};
                state.upper_used += level;
                return true;
            });
            if (done) return place;
        } else {
            open_aux_page(store, PageKind::kUpper, before.upper_block);
        }
        pages.poll();
    }
}

inline void write_upper(std::byte* bytes, const Geometry& g, NodeId id, Place place,
                        const InsertPlan& plan) {
    for (Level l = 1; l <= plan.level; ++l) {
        const uint32_t index = static_cast<uint32_t>(place.index) + l - 1;
        *upper_header(bytes, g, index) = {id, l, 0};
        uint32_t* ids = upper_ids(bytes, g, index);
        for (uint32_t lane = 0; lane < g.layout.m; ++lane)
            ids[lane] = lane < plan.count[l] ? plan.upper[l - 1][lane].id : kNoNode;
    }
}

/// Writes the bound record, or what of it belongs there, into a slot.
template <class Pages, class Codec>
void put_record(const PagedStore<Pages, Codec>& store, const Slot& slot, Place overflow) {
    const Geometry& g = store.geometry();
    const std::byte* record = store.codec().bound_record();
    if (store.codec().variable()) {
        *slot.overflow() = overflow;
        std::memcpy(slot.inline_part(), record,
                    std::min(store.codec().bound_bytes(), g.inline_bytes()));
    } else {
        std::memcpy(slot.code(), record, g.first_record_bytes);
    }
}

/// Writes the slot of a reserved node: element, links, upper links.  `overflow`: the rest of the
/// element, if that is written already.
template <class Pages, class Codec>
void write_slot(PagedStore<Pages, Codec>& store, NodeId id, const InsertPlan& plan,
                Place overflow) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    const uint32_t block = g.slot_block(id);
    uint32_t first = g.first_record_bytes;
    for (uint32_t part = 1; part < g.pages_per_slot; ++part) {
        const uint32_t bytes = g.record_part_bytes(part);
        EditSet set;
        set.add(block + part);
        (void)pages.edit(set, [&](const EditPages& edit) {
            std::byte* page = fresh_content(pages, edit, block + part, PageKind::kSlots);
            std::memcpy(page, store.codec().bound_record() + first, bytes);
            pages.set_used(edit.page(block + part), bytes);
            return true;
        });
        first += bytes;
    }
    const DirectoryEntry entry = store.directory(id);
    Place upper = kNowhere;
    if (plan.level > 0) {
        // A used-up id still owns its upper slots, unless a crash came between its steps.
        upper = pages.read(block, [&](const std::byte* page) {
            if (page_fault(page, pages.page_bytes(), PageKind::kSlots) != 0) return kNowhere;
            const SlotHeader& old = *slot_at(content(page), g, id).header();
            if (old.level != plan.level || old.upper_block == kNoPage || old.upper_block == 0)
                return kNowhere;
            return Place{old.upper_block, old.upper_index, 0};
        });
        if (upper == kNowhere) upper = take_upper_slots(store, plan.level);
        if (!upper_place_sane(g, upper, plan.level)) pages.corrupt(block, CorruptReason::kBadPlace);
    }
    if constexpr (Codec::kSketches) store.prepare_new(plan.base, plan.count[0]);
    EditSet set;
    set.add(block);
    if (plan.level > 0) set.add(upper.block);
    (void)pages.edit(set, [&](const EditPages& edit) {
        const Slot slot = slot_at(fresh_content(pages, edit, block, PageKind::kSlots), g, id);
        pages.set_used(edit.page(block), g.slot_offset(id) + g.slot_bytes);
        *slot.header() = {entry.generation, plan.level, 0, kNoNode, upper.block, upper.index, 0};
        std::memset(slot.mask(), 0, size_t{4} * g.mask_words);
        set_marks(slot, plan.filled(), plan.count[0] == g.lanes);
        for (uint32_t lane = 0; lane < g.lanes; ++lane)
            slot.ids()[lane] = lane < plan.count[0] ? plan.base[lane].id : kNoNode;
        put_record(store, slot, overflow);
        if constexpr (Codec::kSketches)
            store.codec().put_lanes(slot.sketches(), g.lanes, plan.count[0]);
        if (plan.level == 0) return true;
        std::byte* bytes = edit_content(pages, edit, upper.block, PageKind::kUpper);
        pages.set_used(edit.page(upper.block),
                       (static_cast<uint32_t>(upper.index) + plan.level) * g.upper_slot_bytes);
        write_upper(bytes, g, id, upper, plan);
        return true;
    });
}

/// Makes the pending node `id` the root of an empty graph; false when there is a root already.
template <class Pages, class Codec>
bool become_root(PagedStore<Pages, Codec>& store, NodeId id, Level level) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    EditSet set;
    set.add(kStateBlock);
    set.add(g.directory_block(id));
    return pages.edit(set, [&](const EditPages& edit) {
        StateContent& state = *edit_state(pages, edit);
        if (state.root != kNoNode) return false;
        state.root = id;
        for (EntryCandidate& candidate : state.entries) candidate = {kNoNode, 0};
        state.entries[0] = {id, level};
        entry_at(edit_content(pages, edit, g.directory_block(id), PageKind::kDirectory),
                 g.directory_index(id))
            ->state = NodeState::kLive;
        return true;
    });
}

/// Makes the pending node `id` the parent of the root `root` and thereby the root; false when the
/// root is another one by now or a list changed.
///
/// What becomes of a node that finds no live node to be its parent: all that it knows died and no
/// vacuum has moved their children yet.  The tree below stays as it is.
template <class Pages, class Codec>
bool become_parent_of_root(PagedStore<Pages, Codec>& store, NodeId id, NodeId root,
                           EditScratch<PagedStore<Pages, Codec>>& scratch) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    LinkEdit lanes[2] = {{0, 0, {0, root}}, {0, 0, {0, id}}};  // of `id`, of `root`
    lanes[0].link.distance = lanes[1].link.distance =
        store.between(store.hold(id, 0), store.hold(root, 1));
    for (uint32_t i = 0; i < 2; ++i) {
        Links& links = scratch.links;
        const NodeId owner = i == 0 ? id : root;
        if (!store.load_links(owner, 0, links)) return false;
        lanes[i].lane = lane_for_pin(store, owner, links, lanes[i].link, scratch.selection);
        if (lanes[i].lane == links.lanes) return false;
        lanes[i].expected = links.ids[lanes[i].lane];
    }
    store.prepare_pair(id, root);
    EditSet set;
    set.add(kStateBlock);
    set.add(g.directory_block(id));
    set.add(g.slot_block(id));
    set.add(g.slot_block(root));
    return pages.edit(set, [&](const EditPages& edit) {
        StateContent& state = *edit_state(pages, edit);
        const Slot above = store.edit_slot(edit, id);
        const Slot below = store.edit_slot(edit, root);
        if (state.root != root || !store.lane_ready(above, lanes[0], g.lanes) ||
            !store.lane_ready(below, lanes[1], g.lanes))
            return false;
        store.write_pinned(above, lanes[0], 0);
        store.write_pinned(below, lanes[1], 1);
        below.header()->parent = id;
        state.root = id;
        entry_at(edit_content(pages, edit, g.directory_block(id), PageKind::kDirectory),
                 g.directory_index(id))
            ->state = NodeState::kLive;
        return true;
    });
}

/// Makes the written node `id` live: below a node that it found, or on top of the tree.
template <class Pages, class Codec>
bool make_live(PagedStore<Pages, Codec>& store, NodeId id, Level level,
               InsertScratch<PagedStore<Pages, Codec>>& scratch) {
    if (scratch.pool->size() > 0 && attach_new(store, id, scratch)) return true;
    const NodeId root = store.state().root;
    if (root == kNoNode) return become_root(store, id, level);
    return scratch.pool->size() > 0 && become_parent_of_root(store, id, root, scratch.edit);
}

/// Puts a candidate into its place by level; false when it does not get in.
inline bool insert_entry(EntryCandidate (&entries)[kEntryCandidates], EntryCandidate candidate) {
    uint32_t at = 0;
    while (at < kEntryCandidates && entries[at].id != kNoNode &&
           entries[at].level >= candidate.level) {
        if (entries[at].id == candidate.id) return false;
        ++at;
    }
    if (at == kEntryCandidates) return false;
    for (uint32_t i = kEntryCandidates - 1; i > at; --i) entries[i] = entries[i - 1];
    entries[at] = candidate;
    return true;
}

/// Offers a linked node as an entry point.
template <class Pages, class Codec>
void offer_entry(PagedStore<Pages, Codec>& store, NodeId id, Level level) {
    StateContent now = store.state();
    if (!insert_entry(now.entries, {id, level})) return;
    // A node of the base level is worth an entry only where there is nothing better.
    if (level == 0 && now.entries[0].id != id) return;
    EditSet set;
    set.add(kStateBlock);
    (void)store.pages().edit(set, [&](const EditPages& edit) {
        return insert_entry(edit_state(store.pages(), edit)->entries, {id, level});
    });
}

/// Inserts one element: everything after the caller has bound it to the store and has made sure
/// that no equal element exists.  `scratch.plan` is the result of plan_insert for `choice.level`.
/// kNoNode when the reservation failed (see reserve_id).
template <class Pages, class Codec>
NodeId publish(PagedStore<Pages, Codec>& store, IdChoice choice, const IndexRow& row,
               InsertScratch<PagedStore<Pages, Codec>>& scratch, bool* full) {
    const NodeId id = reserve_id(store, choice, row, full);
    if (id == kNoNode) return kNoNode;
    constexpr int kAttempts = 64;  // lost races; only pages that make no sense lose them all
    Place overflow = kNowhere;
    for (int attempt = 0;; ++attempt) {
        write_slot(store, id, scratch.plan, overflow);
        if (store.codec().variable())
            if (attempt == 0) overflow = write_overflow(store, id);
        if (make_live(store, id, choice.level, scratch)) break;
        if (attempt == kAttempts)
            store.pages().corrupt(store.geometry().slot_block(id), CorruptReason::kBadOwner);
        // The graph changed under us, for instance from empty to not empty: look again.
        store.poll();
        (void)scratch.visited->reserve(store.id_limit(store.state()));
        plan_insert(store, choice.level, scratch);
    }
    link_neighbors(store, id, scratch);
    offer_entry(store, id, choice.level);
    return id;
}

}  // namespace vx
