// Options are parsed by amoptions whenever an index is opened, so that is no place to say anything.
// The server calls object_access_hook when it has written the new ones and before it counts a
// command: the cache has the old row of pg_class, SnapshotSelf the new one.
#include "pg/index/option_notice.h"

#include "pg/index/build.h"
#include "pg/index/calibrated.h"
#include "pg/index/foreign.h"
#include "pg/index/options.h"

namespace vx::pg {
namespace {

object_access_hook_type previous_hook = nullptr;

HeapTuple read_class_row(Relation classes, Oid index) {
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(index));
    SysScanDesc scan = systable_beginscan(classes, ClassOidIndexId, true, SnapshotSelf, 1, &key);
    HeapTuple row = systable_getnext(scan);
    if (HeapTupleIsValid(row)) row = heap_copytuple(row);
    systable_endscan(scan);
    return row;
}

/// What is altered may be the name or the owner.
bool is_same(const bytea* a, const bytea* b) {
    if (a == nullptr || b == nullptr) return a == b;
    return VARSIZE(a) == VARSIZE(b) && std::memcmp(a, b, VARSIZE(a)) == 0;
}

const char* qualified_name(Relation index) {
    return quote_qualified_identifier(get_namespace_name(RelationGetNamespace(index)),
                                      RelationGetRelationName(index));
}

/// A recall is asked for by options that were altered; it waits where the index was not calibrated
/// for it, unless an ef_search of its own goes before that.
void compare_recall(Relation index, const bytea* now) {
    const double target = chosen_target_recall(now);
    if (target == 0 || target == chosen_target_recall(index->rd_options) || gives_ef_search(now))
        return;
    if (open_index(index).storage == Storage::kInverted) return;
    const Calibration calibration = read_calibration(index);
    if (is_calibrated_for(calibration, target)) return;
    ereport(NOTICE,
            errmsg("index \"%s\" is not calibrated for target_recall = %g",
                   RelationGetRelationName(index), target),
            calibration.ef_search > 0 ? errdetail("Its ef_search is %d, by which it reached %g.",
                                                  calibration.ef_search, calibration.target_recall)
                                      : errdetail("Its scans go by hnsw.ef_search."),
            errhint("Call vectorext_tune('%s', %g, store => true), or rebuild it: REINDEX INDEX "
                    "CONCURRENTLY %s;",
                    qualified_name(index), target, qualified_name(index)));
}

void compare_layout(Relation index, const bytea* now) {
    const bytea* before = index->rd_options;
    const bool m_changed = chosen_m(now) != chosen_m(before);
    const bool storage_given = gives_storage(now) || gives_storage(before);
    if (!m_changed && !storage_given) return;
    const OpenIndex built = open_index(index);
    const Storage storage =
        storage_given ? chosen_storage(now, resolve_opclass(index), built.dims) : built.storage;
    const bool m_waits = m_changed && static_cast<uint32_t>(chosen_m(now)) != built.params.m;
    const bool storage_waits = storage != built.storage;
    if (!m_waits && !storage_waits) return;
    ereport(NOTICE,
            errmsg("index \"%s\" has %s%s%s until it is rebuilt", RelationGetRelationName(index),
                   m_waits ? psprintf("m = %u", built.params.m) : "",
                   m_waits && storage_waits ? ", " : "",
                   storage_waits ? psprintf("storage = %s", storage_name(built.storage)) : ""),
            errhint("Rebuild it: REINDEX INDEX CONCURRENTLY %s;", qualified_name(index)));
}

void compare_options(Relation index, const bytea* now) {
    if (is_same(now, index->rd_options)) return;
    check_graph_options(now);
    if (is_foreign_file(index)) return;
    compare_layout(index, now);
    compare_recall(index, now);
}

void look_at_altered(Oid id) {
    const Relation classes = table_open(RelationRelationId, AccessShareLock);
    const HeapTuple row = read_class_row(classes, id);
    const Relation index = HeapTupleIsValid(row) ? try_relation_open(id, AccessShareLock) : nullptr;
    if (index != nullptr) {
        const IndexAmRoutine* method = index->rd_indam;
        if (method != nullptr && method->ambuild == build_index)
            compare_options(index,
                            extractRelOptions(row, RelationGetDescr(classes), method->amoptions));
        relation_close(index, AccessShareLock);
    }
    table_close(classes, AccessShareLock);
}

void on_access(ObjectAccessType access, Oid class_id, Oid id, int part, void* arg) {
    if (previous_hook != nullptr) previous_hook(access, class_id, id, part, arg);
    if (access == OAT_POST_ALTER && class_id == RelationRelationId && part == 0 &&
        get_rel_relkind(id) == RELKIND_INDEX)
        look_at_altered(id);
}

}  // namespace

void init_option_notice() {
    previous_hook = object_access_hook;
    object_access_hook = on_access;
}

}  // namespace vx::pg
