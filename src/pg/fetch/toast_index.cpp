// Pages are visited one at a time under a share lock, from the root down; a search that meets a
// page that was split meanwhile moves on to the right, as the server's own searches do.
#include "pg/fetch/toast_index.h"

namespace vx::pg {
namespace {

// Levels and moves to the right; more are not met in a tree that is sound.
constexpr int kMostSteps = 64;

template <class F>
auto read_block(Relation index, BlockNumber block, F&& f) {
    const Buffer buffer = BufferHints::get().pin(index, block);
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    const auto result = f(BufferGetPage(buffer));
    UnlockReleaseBuffer(buffer);
    return result;
}

/// A page has fewer entries than its number may say: the macro of PG 15 is of the type of sizes.
OffsetNumber last_entry(Page page) {
    return static_cast<OffsetNumber>(PageGetMaxOffsetNumber(page));
}

IndexTuple entry_at(Page page, OffsetNumber at) {
    return reinterpret_cast<IndexTuple>(PageGetItem(page, PageGetItemId(page, at)));
}

}  // namespace

void ToastIndex::open(Relation index) {
    index_ = index;
    root_ = InvalidBlockNumber;
    if (RelationUsesLocalBuffers(index)) return;
    root_ = read_block(index, BTREE_METAPAGE, [](Page page) {
        const BTMetaPageData* meta = BTPageGetMeta(page);
        const bool known = meta->btm_magic == BTREE_MAGIC && meta->btm_version == BTREE_VERSION;
        return known && meta->btm_fastroot != P_NONE ? meta->btm_fastroot : InvalidBlockNumber;
    });
}

bool ToastIndex::find(Oid value, uint32 count, ItemPointerData* places) const {
    if (count > kMostChunks) return false;
    Wanted wanted{value, 0, count, places};
    BlockNumber block = root_;
    for (int step = 0; step < kMostSteps && BlockNumberIsValid(block); ++step) {
        block = read_block(index_, block, [&](Page page) { return visit(page, wanted); });
        if (wanted.number == count) return true;
    }
    return false;
}

/// Is the entry before (negative), at or after the chunk that is looked for?  An inner entry may be
/// cut short; what it lacks comes before everything.
int ToastIndex::compare(IndexTuple entry, const Wanted& wanted) const {
    struct Key {
        Oid value;
        int32 number;
    } key;
    std::memcpy(&key, reinterpret_cast<const char*>(entry) + sizeof(IndexTupleData), sizeof key);
    if (key.value != wanted.value) return key.value < wanted.value ? -1 : 1;
    if (BTreeTupleGetNAtts(entry, index_) < 2) return -1;
    const auto number = static_cast<int32>(wanted.number);
    return key.number < number ? -1 : key.number > number ? 1 : 0;
}

/// The page to visit next; none when the search ends here.
BlockNumber ToastIndex::visit(Page page, Wanted& wanted) const {
    if (PageIsNew(page)) return InvalidBlockNumber;
    const BTPageOpaque opaque = BTPageGetOpaque(page);
    if (P_IGNORE(opaque) || P_ISMETA(opaque)) return InvalidBlockNumber;
    if (!P_RIGHTMOST(opaque) && compare(entry_at(page, P_HIKEY), wanted) <= 0)
        return opaque->btpo_next;
    // An inner page's first entry stands for all that is less; the search is for the last entry
    // that is not after the key there, for the first that is not before it on a leaf.
    const bool leaf = P_ISLEAF(opaque);
    const int after = leaf ? 0 : 1;
    const OffsetNumber lowest = P_FIRSTDATAKEY(opaque);
    OffsetNumber first = leaf ? lowest : OffsetNumberNext(lowest);
    OffsetNumber end = OffsetNumberNext(last_entry(page));
    while (first < end) {
        const auto middle = static_cast<OffsetNumber>(first + (end - first) / 2);
        if (compare(entry_at(page, middle), wanted) < after)
            first = OffsetNumberNext(middle);
        else
            end = middle;
    }
    if (leaf) return collect(page, first, wanted);
    if (first <= lowest) return InvalidBlockNumber;
    return BTreeTupleGetDownLink(entry_at(page, OffsetNumberPrev(first)));
}

/// Takes the chunks that are on a leaf, from an entry on.
BlockNumber ToastIndex::collect(Page page, OffsetNumber at, Wanted& wanted) const {
    const OffsetNumber last = last_entry(page);
    for (; at <= last && wanted.number < wanted.count; ++at) {
        const IndexTuple entry = entry_at(page, at);
        if (ItemIdIsDead(PageGetItemId(page, at)) || BTreeTupleIsPosting(entry) ||
            IndexTupleHasNulls(entry) || compare(entry, wanted) != 0)
            return InvalidBlockNumber;
        wanted.places[wanted.number++] = entry->t_tid;
    }
    const BTPageOpaque opaque = BTPageGetOpaque(page);
    return P_RIGHTMOST(opaque) ? InvalidBlockNumber : opaque->btpo_next;
}

}  // namespace vx::pg
