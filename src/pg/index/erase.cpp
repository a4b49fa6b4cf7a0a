// vectorext_erase(regclass): what VACUUM leaves of deleted rows in an index, zeroed.
//
// VACUUM zeros a node when it frees it, and that it does not before every snapshot of the time when
// it took the node out of the graph has gone.  Here is waited for instead: scans and insertions
// hold a lock on the index as long as they may know a node, so when all who hold one have ended,
// nobody does.  Nothing of it is undone when the transaction fails, as nothing of VACUUM is.
#include "core/paged/erase.h"

#include "pg/errors.h"
#include "pg/fmgr.h"
#include "pg/index/codecs.h"
#include "pg/index/foreign.h"
#include "pg/index/inverted.h"
#include "pg/index/required.h"
#include "pg/index/vacuum.h"

namespace vx::pg {
namespace {

/// Before anything is locked.
void require_maintenance(Oid index) {
    const Oid table = IndexGetRelation(index, true);
    if (vx_owns_relation(index, GetUserId())) return;
    if (OidIsValid(table) && vx_may_maintain(table, GetUserId())) return;
    aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_INDEX, get_rel_name(index));
}

void require_name(Oid relation) {
    if (get_rel_name(relation) == nullptr)
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
                errmsg("relation with OID %u does not exist", relation));
}

/// A scan of our own, of a cursor for instance, knows nodes too, and is not waited for.
void require_unused(Relation index) {
    if (index->rd_refcnt == 1) return;
    ereport(ERROR, errcode(ERRCODE_OBJECT_IN_USE),
            errmsg("cannot erase from index \"%s\" because it is being used by active queries in "
                   "this session",
                   RelationGetRelationName(index)));
}

/// Waits for whoever holds a lock on the index, which is whoever reads it or writes to it.
void wait_for_users(Relation index) {
    LOCKTAG tag;
    const LockRelId& id = index->rd_lockInfo.lockRelId;
    SET_LOCKTAG_RELATION(tag, id.dbId, id.relId);
    WaitForLockers(tag, AccessExclusiveLock, false);
}

uint32_t dead_nodes(Relation index) {
    const OpenIndex opened = open_index(index);
    BufferPages pages(index);
    return PagedStore<BufferPages>(pages, opened.geometry, PlainCodec(), opened.params, nullptr)
        .state()
        .dead_count;
}

/// Frees all nodes that have no row any more; returns how many.  Insertions that are faster, again
/// and again, may keep some.
uint32_t free_nodes(Relation index) {
    constexpr int kAttempts = 8;
    const uint32_t before = dead_nodes(index);
    uint32_t left = reclaim_nodes(index, Readers::kMayRemain).dead_count;
    for (int attempt = 0; attempt < kAttempts && left > 0; ++attempt) {
        wait_for_users(index);
        left = reclaim_nodes(index, Readers::kGone).dead_count;
    }
    if (left > 0)
        ereport(NOTICE,
                errmsg("%u vectors in index \"%s\" could not be erased", left,
                       RelationGetRelationName(index)),
                errdetail("Insertions kept changing the links to them."),
                errhint("Call vectorext_erase() again."));
    return before - left;
}

/// What a look at all pages finds beside; returns how many nodes.
uint32_t erase_remains(Relation index) {
    const OpenIndex opened = open_index(index);
    BufferPages pages(index);
    return with_codec(index, opened, [&](const auto& codec) {
        using Codec = std::decay_t<decltype(codec)>;
        PagedStore<BufferPages, Codec> store(pages, opened.geometry, codec, opened.params, nullptr);
        Eraser<BufferPages, Codec> eraser(store);
        if (!eraser.run(context_arena(CurrentMemoryContext))) raise({Errc::kOutOfMemory, 0, 0});
        return eraser.nodes();
    });
}

/// Rows that VACUUM has not removed from the table are rows of the index.  A page that holds one is
/// not all-visible; nor is one that was written to since.
void notice_unvacuumed(Relation heap, Relation index) {
    if (heap->rd_tableam != GetHeapamTableAmRoutine()) return;
    BlockNumber visible = 0;
    visibilitymap_count(heap, &visible, nullptr);
    const BlockNumber all = RelationGetNumberOfBlocks(heap);
    if (visible >= all) return;
    const char* table = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(heap)),
                                                   RelationGetRelationName(heap));
    ereport(NOTICE,
            errmsg("table \"%s\" may have deleted rows that index \"%s\" still holds",
                   RelationGetRelationName(heap), RelationGetRelationName(index)),
            errdetail("%u of its %u pages have changed since VACUUM last cleaned them.",
                      all - visible, all),
            errhint("Where rows were deleted since, run VACUUM (INDEX_CLEANUP ON) %s and call "
                    "vectorext_erase() again.",
                    table));
}

Datum erase(FunctionCallInfo fcinfo) {
    constexpr const char* kName = "vectorext_erase()";
    PreventCommandIfReadOnly(kName);
    PreventCommandDuringRecovery(kName);
    const Oid index_oid = PG_GETARG_OID(0);
    require_name(index_oid);
    require_maintenance(index_oid);
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "vectorext erase", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(context);
    const Oid heap_oid = IndexGetRelation(index_oid, true);
    // VACUUM's locks, which keep VACUUM away; an index that is none fails in index_open.
    Relation heap = OidIsValid(heap_oid) ? table_open(heap_oid, ShareUpdateExclusiveLock) : nullptr;
    Relation index = index_open(index_oid, RowExclusiveLock);
    require_vector_index(index, "erase from");
    if (is_foreign_file(index)) raise_foreign_file(index);
    require_unused(index);
    // Whoever reads pages of segments notices that they are others' (core/inverted).
    const int64 erased = open_index(index).storage == Storage::kInverted
                             ? static_cast<int64>(erase_inverted(index))
                             : int64{free_nodes(index)} + erase_remains(index);
    notice_unvacuumed(heap, index);
    index_close(index, RowExclusiveLock);
    table_close(heap, NoLock);
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    PG_RETURN_INT64(erased);
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(vectorext_erase, vx::pg::erase)
