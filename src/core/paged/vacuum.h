// Deleting: three passes whose cost follows what was deleted (README.md, "Vacuum").
//
//   A  remove_rows: reads T and P pages only; a node whose last row is gone becomes DEAD
//   B  repair: retire the dead, move their children in the tree, take their in-links away
//   C  free: DEAD -> UNLINKED, and UNLINKED -> FREE once every process that might still know the
//   id is gone
//
// Pass A keeps the promise of ambulkdelete by itself.  B and C may be interrupted anywhere; the
// next vacuum does what is left.
#pragma once

#include <span>

#include "core/graph/repair.h"
#include "core/paged/postings.h"

namespace vx {

struct VacuumCounts {
    uint64_t rows_removed = 0;
    uint64_t rows_kept = 0;
    uint32_t nodes_died = 0;
};

/// A set of node ids, one bit each.
class IdSet {
public:
    /// False when memory is out.
    bool reserve(Arena arena, uint32_t ids) {
        words_ = static_cast<size_t>(ids) / 64 + 1;
        bits_ = arena.allocate_array<uint64_t>(words_);
        if (bits_ == nullptr) return false;
        std::memset(bits_, 0, words_ * sizeof(uint64_t));
        return true;
    }
    void insert(NodeId id) { bits_[id / 64] |= uint64_t{1} << (id % 64); }
    bool contains(NodeId id) const {
        return id / 64 < words_ && (bits_[id / 64] >> (id % 64) & 1) != 0;
    }

private:
    uint64_t* bits_ = nullptr;
    size_t words_ = 0;
};

/// Removes dead rows from one segment; returns how many rows remain.  Rows are asked about outside
/// the lock, so only those that were asked about are removed.
template <class Pages, class Codec, class RowIsDead>
uint32_t clean_segment(PagedStore<Pages, Codec>& store, Place place, const PostingSegment& seen,
                       RowIsDead&& row_is_dead, VacuumCounts& counts) {
    bool dead[kTidsPerSegment];
    uint32_t dead_count = 0;
    for (uint32_t i = 0; i < seen.count; ++i) {
        dead[i] = row_is_dead(seen.tids[i]);
        dead_count += dead[i] ? 1 : 0;
    }
    counts.rows_removed += dead_count;
    counts.rows_kept += seen.count - dead_count;
    if (dead_count == 0) return seen.count;
    Pages& pages = store.pages();
    EditSet set;
    set.add(place.block);
    uint32_t remain = 0;
    (void)pages.edit(set, [&](const EditPages& edit) {
        std::byte* bytes = edit_content(pages, edit, place.block, PageKind::kPostings);
        PostingSegment& segment = *segment_at(bytes, store.geometry(), place.index);
        const auto filters = segment_filters(bytes, store.geometry(), place.index);
        // Rows are only ever added behind those seen, and only vacuum removes any.
        const uint32_t count = segment.count <= kTidsPerSegment ? segment.count : kTidsPerSegment;
        remain = 0;
        for (uint32_t i = 0; i < count; ++i)
            if (i >= seen.count || !dead[i]) {
                filters.put(remain, filters.get(i));
                segment.tids[remain++] = segment.tids[i];
            }
        segment.count = static_cast<uint16_t>(remain);
        (void)erase_rows(bytes, store.geometry(), place.index, remain);
        return true;
    });
    return remain;
}

/// Removes dead rows from a whole list; returns how many remain.
template <class Pages, class Codec, class RowIsDead>
uint64_t clean_list(PagedStore<Pages, Codec>& store, NodeId owner, Place head,
                    RowIsDead&& row_is_dead, VacuumCounts& counts) {
    uint64_t remain = 0;
    ChainGuard guard;
    for (Place place = head; !(place == kNowhere);) {
        store.pages().vacuum_delay();
        if (!guard.step(place)) store.pages().corrupt(place.block, CorruptReason::kBadOwner);
        const PostingSegment segment = read_segment(store, place);
        if (segment.owner != owner) break;
        remain += clean_segment(store, place, segment, row_is_dead, counts);
        place = segment.next;
    }
    return remain;
}

/// Marks nodes dead whose directory entries are still as they were when their rows were found dead.
/// `*changed` when some are not: an equal element came in and moved the row to a posting list.
template <class Pages, class Codec>
uint32_t mark_dead(PagedStore<Pages, Codec>& store, uint32_t block, const DirectoryEntry* seen,
                   std::span<const uint16_t> indexes, bool* changed) {
    Pages& pages = store.pages();
    EditSet set;
    set.add(kStateBlock);
    set.add(block);
    const uint64_t now = pages.stamp();
    uint32_t died = 0;
    (void)pages.edit(set, [&](const EditPages& edit) {
        std::byte* directory = edit_content(pages, edit, block, PageKind::kDirectory);
        for (const uint16_t index : indexes) {
            DirectoryEntry& entry = *entry_at(directory, index);
            if (std::memcmp(entry.payload, seen[index].payload, sizeof entry.payload) != 0) {
                *changed = true;
                continue;
            }
            // A pending node is in no list (its insertion failed), so it is unlinked at once;
            // its slot may never have been written and must not be looked at.
            const bool pending = entry.state == NodeState::kPending;
            entry.state = pending ? NodeState::kUnlinked : NodeState::kDead;
            if (pending) set_stamp(entry, now);
            (void)erase_filters(directory, store.geometry(), index);
            ++died;
        }
        StateContent& state = *edit_state(pages, edit);
        state.live_count -= died < state.live_count ? died : state.live_count;
        state.dead_count += died;
        return died > 0;
    });
    return died;
}

/// A node with a posting list dies only if its head segment is still empty under the same locks
/// that an insert needs to add a row.
template <class Pages, class Codec>
bool mark_list_dead(PagedStore<Pages, Codec>& store, NodeId id, const DirectoryEntry& seen) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    const Place head = posting_place(seen);
    EditSet set;
    set.add(kStateBlock);
    set.add(g.directory_block(id));
    set.add(head.block);
    return pages.edit(set, [&](const EditPages& edit) {
        DirectoryEntry& entry =
            *entry_at(edit_content(pages, edit, g.directory_block(id), PageKind::kDirectory),
                      g.directory_index(id));
        const PostingSegment& segment =
            *segment_at(edit_content(pages, edit, head.block, PageKind::kPostings), g, head.index);
        if (entry.state != NodeState::kLive || entry.generation != seen.generation ||
            !has_postings(entry) || !(posting_place(entry) == head) || segment.count > 0)
            return false;
        entry.state = NodeState::kDead;
        StateContent& state = *edit_state(pages, edit);
        state.live_count -= state.live_count > 0 ? 1 : 0;
        ++state.dead_count;
        return true;
    });
}

/// What pass A works with: room for the entries of one directory page, and for the dead of them.
struct ExtentScratch {
    DirectoryEntry* entries;
    uint16_t* dead;
};

/// Pass A over one extent; true when it must be looked at again.
template <class Pages, class Codec, class RowIsDead>
bool remove_rows_of_extent(PagedStore<Pages, Codec>& store, uint32_t extent,
                           const ExtentScratch& scratch, RowIsDead&& row_is_dead,
                           VacuumCounts& counts) {
    DirectoryEntry* entries = scratch.entries;
    uint16_t* dead = scratch.dead;
    const Geometry& g = store.geometry();
    const uint32_t block = g.extent_block(extent);
    if (!store.copy_directory(extent, entries)) return false;
    uint32_t dead_count = 0;
    for (uint32_t i = 0; i < g.nodes_per_extent; ++i) {
        const DirectoryEntry& entry = entries[i];
        if (entry.state != NodeState::kLive && entry.state != NodeState::kPending) continue;
        if (has_postings(entry)) {
            const NodeId id = extent * g.nodes_per_extent + i;
            if (clean_list(store, id, posting_place(entry), row_is_dead, counts) == 0 &&
                mark_list_dead(store, id, entry))
                ++counts.nodes_died;
        } else if (row_is_dead(heap_tid(entry))) {
            ++counts.rows_removed;
            dead[dead_count++] = static_cast<uint16_t>(i);
        } else {
            ++counts.rows_kept;
        }
    }
    bool changed = false;
    if (dead_count > 0)
        counts.nodes_died += mark_dead(store, block, entries, {dead, dead_count}, &changed);
    return changed;
}

/// Pass A.  `row_is_dead(HeapTid)` says which rows are gone; false when memory is out.
template <class Pages, class Codec, class RowIsDead>
bool remove_rows(PagedStore<Pages, Codec>& store, Arena arena, RowIsDead&& row_is_dead,
                 VacuumCounts& counts) {
    const Geometry& g = store.geometry();
    auto* entries = arena.allocate_array<DirectoryEntry>(g.nodes_per_extent);
    auto* dead = arena.allocate_array<uint16_t>(g.nodes_per_extent);
    if (entries == nullptr || dead == nullptr) return false;
    const StateContent state = store.state();
    (void)clean_list(store, kNullListOwner, state.null_list, row_is_dead, counts);
    (void)clean_list(store, kZeroListOwner, state.zero_list, row_is_dead, counts);
    for (uint32_t extent = 0; extent < state.extent_count; ++extent) {
        store.pages().vacuum_delay();
        const VacuumCounts before = counts;
        while (remove_rows_of_extent(store, extent, {entries, dead}, row_is_dead, counts)) {
            counts.rows_kept = before.rows_kept;  // the survivors will be counted again
        }
    }
    arena.release(entries);
    arena.release(dead);
    return true;
}

}  // namespace vx
