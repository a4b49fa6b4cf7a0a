// Inserting one row into an index on pages.
#pragma once

#include "core/paged/postings.h"
#include "pg/errors.h"
#include "pg/index/codecs.h"

namespace vx::pg {

/// What the level of a row's node is drawn from: no two rows have the same, and the same rows
/// inserted in the same order make the same index again, if its seed is given.
inline SplitMix64 level_source(uint64_t seed, HeapTid tid) {
    const uint64_t row = uint64_t{tid.block()} << 16 | tid.offset;
    return SplitMix64(SplitMix64(seed ^ row).next());
}

/// Everything insertions of one codec need; memory from the current context at construction.
template <class Codec>
class PagedInserter {
public:
    using Store = PagedStore<BufferPages, Codec>;

    PagedInserter(Relation relation, const OpenIndex& opened, const Codec& codec)
        : index_(opened), pages_(relation),
          store_(pages_, opened.geometry, codec, opened.params, make_edit_scratch(opened)),
          scratch_(make_insert_scratch<Store>(opened.params.ef_construction)) {}

    /// Inserts a row whose element has been read; raises when the index is full.
    void insert(ElementKind kind, const std::byte* element, HeapTid tid) {
        switch (kind) {
        case ElementKind::kNull:
            (void)append_tid(store_, {kNullListOwner}, tid);
            return;
        case ElementKind::kZero:
            (void)append_tid(store_, {kZeroListOwner}, tid);
            return;
        case ElementKind::kNormal:
            insert_element(reinterpret_cast<const typename Codec::Element*>(element), tid);
        }
    }

private:
    void insert_element(const typename Codec::Element* element, HeapTid tid) {
        store_.bind_for_insert(element);
        SplitMix64 random = level_source(index_.seed, tid);
        for (;;) {
            pages_.poll();
            IdChoice choice = find_free_id(store_);
            if (choice.id == kNoNode)
                choice.level =
                    std::min(draw_level(random, index_.params.m), index_.geometry.max_level());
            (void)scratch_->visited->reserve(store_.id_limit(store_.state()));
            plan_insert(store_, choice.level, *scratch_);
            // The row joins the node of an equal element, if the search met one.
            if (for_equal_nodes(store_, *scratch_->pool,
                                [&](NodeId id) { return append_row(store_, id, tid); }))
                return;
            bool full = false;
            if (publish(store_, choice, tid, *scratch_, &full) != kNoNode) return;
            if (full) raise({Errc::kIndexFull, kMaxNodes, 0});
        }
    }

    OpenIndex index_;
    BufferPages pages_;
    Store store_;
    InsertScratch<Store>* scratch_;
};

bool insert_row(Relation index, Datum* values, bool* nulls, ItemPointer row, Relation heap,
                IndexUniqueCheck unique, bool unchanged, ::IndexInfo* info);

}  // namespace vx::pg
