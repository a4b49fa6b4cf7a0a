#include "pg/filter/enum_labels.h"

namespace vx::pg {

EnumLabels read_enum_labels(Oid type) {
    const Relation rows = table_open(EnumRelationId, AccessShareLock);
    const Relation by_order = index_open(EnumTypIdSortOrderIndexId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_enum_enumtypid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(type));
    SysScanDesc scan = systable_beginscan_ordered(rows, by_order, nullptr, 1, &key);
    size_t room = 16;
    size_t count = 0;
    auto* oids = static_cast<Oid*>(palloc(room * sizeof(Oid)));
    while (const HeapTuple row = systable_getnext_ordered(scan, ForwardScanDirection)) {
        if (count == room) {
            room *= 2;
            oids = static_cast<Oid*>(repalloc(oids, room * sizeof(Oid)));
        }
        oids[count++] = reinterpret_cast<const FormData_pg_enum*>(GETSTRUCT(row))->oid;
    }
    systable_endscan_ordered(scan);
    index_close(by_order, AccessShareLock);
    table_close(rows, AccessShareLock);
    return {oids, count};
}

}  // namespace vx::pg
