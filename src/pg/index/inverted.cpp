// Insertion, VACUUM and counting of storage `inverted`.
//
// Whoever makes segments holds a lock on the meta page's number, as GIN does for its pending list:
// the server gives it back when an error ends the work, and the next one goes on from what the
// state page says.
#include "pg/index/inverted.h"

#include "core/inverted/vacuum.h"
#include "pg/errors.h"
#include "pg/memory.h"

namespace vx::pg {
namespace {

using inverted::InvertedState;
using inverted::Maintainer;
using inverted::NewRow;
using inverted::WaitingRows;

void lock_maintenance(Relation index) { LockPage(index, kMetaBlock, ExclusiveLock); }
bool try_lock_maintenance(Relation index) {
    return ConditionalLockPage(index, kMetaBlock, ExclusiveLock);
}
/// For rows that cannot wait.  Not in the lock's queue: the server cancels an autovacuum that
/// somebody is queued behind.  Who holds the lock waits for no transaction, so there is no deadlock
/// to find.
void await_maintenance(Relation index) {
    constexpr long kNap = 1000;  // us
    while (!try_lock_maintenance(index)) {
        CHECK_FOR_INTERRUPTS();
        pg_usleep(kNap);
    }
}
void unlock_maintenance(Relation index) { UnlockPage(index, kMetaBlock, ExclusiveLock); }

void require_memory(bool had) {
    if (!had) raise({Errc::kOutOfMemory, 0, 0});
}

Arena current_arena() { return context_arena(CurrentMemoryContext); }

}  // namespace

void require_no_filters(const MetaContent& meta) {
    if (static_cast<Storage>(meta.storage) != Storage::kInverted || filter_columns(meta) == 0)
        return;
    ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
            errmsg("storage \"inverted\" does not support filter columns"),
            errhint("Leave out the columns after the vector, or use storage \"plain\"."));
}

void insert_inverted(Relation index, const OpenIndex& opened, Datum value, bool is_null,
                     ItemPointer row) {
    auto* element = static_cast<std::byte*>(palloc(element_bytes(opened)));
    NewRow added{to_heap_tid(*row), is_null, {}};
    if (read_element(opened, value, is_null, element) == ElementKind::kNormal)
        added.pairs = sparse_pairs(element);
    BufferPages pages(index);
    WaitingRows<BufferPages> waiting(pages);
    const bool waits = waiting.fits(added);
    if (waits) {
        // Another process may be at it, or VACUUM.
        if (waiting.add(added) <= inverted::kMostWaiting || !try_lock_maintenance(index)) return;
    } else {
        await_maintenance(index);
        waiting.close();
    }
    Maintainer<BufferPages> maintainer(pages, current_arena());
    require_memory(maintainer.flush(waits ? nullptr : &added) &&
                   maintainer.merge_alike(inverted::kMostMergedByInsertion));
    unlock_maintenance(index);
}

InvertedCounts count_inverted(Relation index, bool waiting) {
    BufferPages pages(index);
    const InvertedState state = inverted::read_state(pages);
    InvertedCounts counts;
    counts.segments = state.segment_count;
    counts.waiting_pages = state.waiting.pages;
    counts.free_pages = state.free_pages;
    for (uint32_t i = 0; i < state.segment_count; ++i) {
        counts.live += state.segments[i].rows - state.segments[i].dead;
        counts.dead += state.segments[i].dead;
    }
    if (!waiting) return counts;
    auto* scratch = static_cast<std::byte*>(palloc(BLCKSZ));
    inverted::WaitingReader<BufferPages> reader(pages, state.waiting, scratch);
    while (reader.next())
        reader.for_each([&](const NewRow& row, uint32_t) {
            ++(inverted::is_dead(row.tid) ? counts.dead : counts.live);
        });
    return counts;
}

void delete_inverted(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                     IndexBulkDeleteCallback callback, void* callback_state) {
    BufferPages pages(info->index);
    lock_maintenance(info->index);
    inverted::Vacuum<BufferPages> vacuum(pages, current_arena());
    inverted::RemovedRows counts;
    require_memory(vacuum.remove_rows(
        [&](HeapTid tid) {
            ItemPointerData pointer = to_item_pointer(tid);
            return callback(&pointer, callback_state);
        },
        &counts));
    unlock_maintenance(info->index);
    stats->tuples_removed += static_cast<double>(counts.removed);
    stats->num_index_tuples = static_cast<double>(counts.kept);
}

InvertedCounts clean_inverted(Relation index) {
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "vectorext vacuum", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(context);
    BufferPages pages(index);
    lock_maintenance(index);
    require_memory(inverted::Vacuum<BufferPages>(pages, current_arena()).clean());
    unlock_maintenance(index);
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    return count_inverted(index, false);
}

uint64_t erase_inverted(Relation index) {
    BufferPages pages(index);
    uint64_t rows = 0;
    lock_maintenance(index);
    require_memory(inverted::Vacuum<BufferPages>(pages, current_arena()).erase(&rows));
    unlock_maintenance(index);
    return rows;
}

double count_postings(Relation index, const OpenIndex& opened, Datum query) {
    auto* element = static_cast<std::byte*>(palloc(element_bytes(opened)));
    (void)read_query(opened, query, false, element);
    BufferPages pages(index);
    const InvertedState state = inverted::read_state(pages);
    inverted::Segment<BufferPages> segment(pages, current_arena());
    double postings = 0;
    for (uint32_t i = 0; i < state.segment_count; ++i) {
        // One that is merged meanwhile is no matter here.
        if (segment.open(state.segments[i]) == inverted::Reading::kStale) continue;
        for (const SparsePair& term : sparse_pairs(element)) {
            inverted::TermEntry entry;
            if (segment.find(term.index, &entry) == inverted::Reading::kDone)
                postings += entry.count;
        }
    }
    return postings;
}

}  // namespace vx::pg
