// ALTER TABLE ... ALTER e TYPE vector takes a column's dimensions away.  No row changes, so the
// server makes a new index of the old file and builds nothing; REINDEX, or a restore of a dump,
// would fail later.  So whatever the way in which an index of ours comes into being, it is looked
// at here.  The server has loaded this library by then: it has asked for the access method.
#include "pg/index/guard.h"

#include "pg/filter/columns.h"
#include "pg/index/build.h"

namespace vx::pg {
namespace {

object_access_hook_type next_hook = nullptr;

/// Calls f(row, descriptor) if the catalog has a row for `keys`, one that was made just now
/// included.
template <class F>
void with_new_row(Oid catalog, Oid by, std::span<ScanKeyData> keys, F&& f) {
    const Relation rows = table_open(catalog, AccessShareLock);
    SysScanDesc scan = systable_beginscan(rows, by, true, SnapshotSelf,
                                          static_cast<int>(keys.size()), keys.data());
    const HeapTuple row = systable_getnext(scan);
    if (HeapTupleIsValid(row)) f(row, RelationGetDescr(rows));
    systable_endscan(scan);
    table_close(rows, AccessShareLock);
}

/// Is the relation an index, perhaps of a partitioned table, that build_index would build?
bool is_ours(Oid relation) {
    Oid method = InvalidOid;
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(relation));
    with_new_row(RelationRelationId, ClassOidIndexId, {&key, 1}, [&](HeapTuple row, TupleDesc) {
        const auto& form = *reinterpret_cast<const FormData_pg_class*>(GETSTRUCT(row));
        if (form.relkind == RELKIND_INDEX || form.relkind == RELKIND_PARTITIONED_INDEX)
            method = form.relam;
    });
    return OidIsValid(method) && GetIndexAmRoutineByAmId(method, false)->ambuild == build_index;
}

/// Of the key columns; returns their number.
size_t read_opclasses(Oid index, KeyColumn* columns) {
    size_t count = 0;
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_index_indexrelid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(index));
    with_new_row(
        IndexRelationId, IndexRelidIndexId, {&key, 1}, [&](HeapTuple row, TupleDesc descriptor) {
            const auto& form = *reinterpret_cast<const FormData_pg_index*>(GETSTRUCT(row));
            bool is_null = false;
            const Datum classes = heap_getattr(row, Anum_pg_index_indclass, descriptor, &is_null);
            count = static_cast<size_t>(form.indnkeyatts);
            for (size_t i = 0; i < count; ++i)
                columns[i].opclass =
                    reinterpret_cast<const oidvector*>(DatumGetPointer(classes))->values[i];
        });
    return count;
}

/// Of column `number`, from 1, the rest; returns its typmod.
int read_attribute(Oid index, size_t number, KeyColumn* column) {
    int typmod = -1;
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(index));
    ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTEqualStrategyNumber, F_INT2EQ,
                Int16GetDatum(static_cast<int16>(number)));
    with_new_row(
        AttributeRelationId, AttributeRelidNumIndexId, keys, [&](HeapTuple row, TupleDesc) {
            const auto& form = *reinterpret_cast<const FormData_pg_attribute*>(GETSTRUCT(row));
            typmod = form.atttypmod;
            column->type = form.atttypid;
            column->collation = form.attcollation;
        });
    return typmod;
}

void check_new_index(Oid index) {
    KeyColumn columns[INDEX_MAX_KEYS] = {};
    const size_t count = read_opclasses(index, columns);
    if (count == 0) return;
    const int typmod = read_attribute(index, 1, &columns[0]);
    for (size_t i = 1; i < count; ++i) read_attribute(index, i + 1, &columns[i]);
    check_key_columns({columns, count});
    check_has_dims(typmod, format_type_be(columns[0].type));
}

void look(ObjectAccessType access, Oid catalog, Oid object, int part, void* argument) {
    if (next_hook != nullptr) next_hook(access, catalog, object, part, argument);
    if (access == OAT_POST_CREATE && catalog == RelationRelationId && part == 0 && is_ours(object))
        check_new_index(object);
}

}  // namespace

void init_index_guard() {
    next_hook = object_access_hook;
    object_access_hook = look;
}

}  // namespace vx::pg
