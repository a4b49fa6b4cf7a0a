// An index of storage `plain` with a store of its own, for tests of what users of an index do step
// by step, and its records as they are on pages.
#pragma once

#include "core/paged/inserter.h"
#include "support/paged_index.h"

namespace vx::test {

struct StoredIndex : PagedIndex {
    using Store = PagedStore<FakePages, PlainCodec>;

    explicit StoredIndex(const IndexOptions& chosen = {}) : PagedIndex(chosen) {}

    StateContent& state() { return *record_at<StateContent>(content(pages.image(kStateBlock)), 0); }
    DirectoryEntry& entry(NodeId id) {
        return *entry_at(content(pages.image(g.directory_block(id))), g.directory_index(id));
    }
    Slot slot(NodeId id) { return slot_at(content(pages.image(g.slot_block(id))), g, id); }
    PostingSegment& segment(Place place) {
        return *segment_at(content(pages.image(place.block)), g, place.index);
    }

    /// Vacuums until the ids of what was deleted are free.
    void free_removed() {
        (void)vacuum();
        pages.advance_clock();
        (void)vacuum();
    }

    const Geometry& g = user.geometry();
    TestArena memory;
    PlainHolder holder{options};
    Store store{pages,
                g,
                holder.codec,
                {options.m, options.ef_construction},
                make_edit_scratch(memory.arena(), g)};
};

}  // namespace vx::test
