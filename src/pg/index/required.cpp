#include "pg/index/required.h"

#include "pg/index/build.h"

namespace vx::pg {

void require_vector_index(Relation index, const char* verb) {
    const char* name = RelationGetRelationName(index);
    // The handler decides, not the name: catalogs may call the access method anything.
    if (index->rd_indam == nullptr || index->rd_indam->ambuild != build_index)
        ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
                errmsg("\"%s\" is not an hnsw index", name));
    if (index->rd_rel->relkind == RELKIND_PARTITIONED_INDEX)
        ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
                errmsg("index \"%s\" is partitioned and has no pages", name),
                errdetail("Each partition has an index of its own."),
                errhint("Name one of those that pg_partition_tree('%s') lists.",
                        quote_qualified_identifier(get_namespace_name(RelationGetNamespace(index)),
                                                   name)));
    if (RELATION_IS_OTHER_TEMP(index))
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("cannot access temporary tables of other sessions"));
    if (!index->rd_index->indisvalid)
        ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                errmsg("cannot %s index \"%s\"", verb, name), errdetail("Index is not valid."));
    if (RecoveryInProgress() && !RelationNeedsWAL(index))
        ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                errmsg("cannot %s unlogged index \"%s\" during recovery", verb, name));
}

bool has_policies(Oid table) {
    return DatumGetBool(DirectFunctionCall1(row_security_active, ObjectIdGetDatum(table)));
}

void require_no_policies(Relation table, const char* detail, const char* hint) {
    if (!has_policies(RelationGetRelid(table))) return;
    ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
            errmsg("row-level security applies to table \"%s\"", RelationGetRelationName(table)),
            errdetail_internal("%s", detail), errhint("%s", hint));
}

}  // namespace vx::pg
