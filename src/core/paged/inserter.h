// Inserting rows into an index on pages: search, publish, connect (publish.h), each step atomic.
#pragma once

#include "core/paged/postings.h"
#include "core/paged/publish.h"

namespace vx {

/// Room for the records that pruning compares, for a store that is used for edits.
inline std::byte* make_edit_scratch(Arena arena, const Geometry& g) {
    return arena.allocate_array<std::byte>(size_t{g.lanes + 4} * g.record_limit());
}

/// What inserts rows one after the other.
template <class Pages, class Codec>
class Inserter {
public:
    using Store = PagedStore<Pages, Codec>;
    using Element = typename Codec::Element;

    /// The store outlives the inserter; memory is the arena's.  `seed` is the index's.
    Inserter(Store& store, Arena arena, uint64_t seed)
        : store_(store),
          scratch_(make_insert_scratch<Store>(arena, store.params().ef_construction)), seed_(seed) {
    }

    /// Inserts a row; `element` as the codec binds it, where there is one.  False when the index is
    /// full.
    bool insert(ElementKind kind, const Element* element, const IndexRow& row) {
        if (kind == ElementKind::kNormal)
            return insert_element(element, row, level_of(row.tid)) != kNoNode;
        (void)append_to_list(store_, {kind == ElementKind::kNull ? kNullListOwner : kZeroListOwner},
                             row);
        return true;
    }

    /// Inserts a row with an element, as a node of `level` where no node of an equal element takes
    /// it and no freed id is used again.  The node that has it, kNoNode when the index is full.
    NodeId insert_element(const Element* element, const IndexRow& row, Level level) {
        store_.bind_for_insert(element);
        // What has an equal element is found within few hops: an UPDATE that leaves the vector as
        // it was comes here too.
        scratch_->stops_at_equal = true;
        for (;;) {
            store_.poll();
            IdChoice choice = find_free_id(store_);
            if (choice.id == kNoNode) choice.level = level;
            (void)scratch_->visited->reserve(store_.id_limit(store_.state()));
            plan_insert(store_, choice.level, *scratch_);
            // The row joins the node of an equal element, if the search met one.
            NodeId taken = kNoNode;
            if (for_equal_nodes(store_, *scratch_->pool, [&](NodeId id) {
                    taken = id;
                    return append_row(store_, id, row);
                }))
                return taken;
            scratch_->stops_at_equal = false;
            if (scratch_->met_equal) continue;  // it takes no row any more
            bool full = false;
            const NodeId id = publish(store_, choice, row, *scratch_, &full);
            if (id != kNoNode || full) return id;
        }
    }

    /// What a row's node draws its level from is a row's own: no two rows have the same, and the
    /// same rows inserted in the same order make the same index again, if its seed is given.
    Level level_of(HeapTid tid) const {
        const uint64_t row = uint64_t{tid.block()} << 16 | tid.offset;
        SplitMix64 random(SplitMix64(seed_ ^ row).next());
        return std::min(draw_level(random, store_.params().m), store_.geometry().max_level());
    }

private:
    Store& store_;
    InsertScratch<Store>* scratch_;
    uint64_t seed_;
};

}  // namespace vx
