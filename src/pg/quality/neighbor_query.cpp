#include "pg/quality/neighbor_query.h"

#include "pg/index/required.h"
#include "pg/index/strategies.h"
#include "pg/planner/index_choice.h"
#include "pg/planner/plan_scans.h"

namespace vx::pg {

void put_catalog_first() {
    const Oid catalog = get_namespace_oid("pg_catalog", false);
    ListCell* cell = nullptr;
    foreach (cell, fetch_search_path(true)) {
        const Oid schema = lfirst_oid(cell);
        if (schema == catalog) return;
        // No function or operator is looked for among temporary objects.
        if (!isTempNamespace(schema)) break;
    }
    set_meanwhile("search_path", psprintf("pg_catalog, %s", namespace_search_path));
}

namespace {

/// Before anything is locked: who may not look shall not wait in nobody's way.
void require_select(Oid table) {
    const Oid caller = GetUserId();
    if (pg_class_aclcheck(table, caller, ACL_SELECT) == ACLCHECK_OK ||
        pg_attribute_aclcheck_all(table, caller, ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK)
        return;
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(table));
}

const char* qualified_name(Relation relation) {
    return quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)),
                                      RelationGetRelationName(relation));
}

/// The operator as OPERATOR(schema.name).
const char* qualified_operator(Relation index) {
    const Oid type = index->rd_opcintype[0];
    const Oid op = get_opfamily_member(index->rd_opfamily[0], type, type, kDistanceStrategy);
    HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(op));
    if (!HeapTupleIsValid(tuple))
        elog(ERROR, "index \"%s\" has no distance operator", RelationGetRelationName(index));
    const auto* form = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple));
    const char* text =
        psprintf("OPERATOR(%s.%s)", quote_identifier(get_namespace_name(form->oprnamespace)),
                 NameStr(form->oprname));
    ReleaseSysCache(tuple);
    return text;
}

/// What the server writes of the index names what is not in pg_catalog with its schema: it sees no
/// other.
void write_expressions(Subject* subject) {
    const int level = NewGUCNestLevel();
    set_meanwhile("search_path", "pg_catalog, pg_temp");
    const Oid index = RelationGetRelid(subject->index);
    subject->element = TextDatumGetCString(DirectFunctionCall3(
        pg_get_indexdef_ext, ObjectIdGetDatum(index), Int32GetDatum(1), BoolGetDatum(false)));
    bool whole = false;
    const Datum predicate =
        SysCacheGetAttr(INDEXRELID, subject->index->rd_indextuple, Anum_pg_index_indpred, &whole);
    if (!whole)
        subject->where = TextDatumGetCString(DirectFunctionCall2(
            pg_get_expr, predicate, ObjectIdGetDatum(RelationGetRelid(subject->table))));
    AtEOXact_GUC(true, level);
}

/// The table and what of it is asked for.  Line ends keep a comment in the filter from more.
void append_source(StringInfo sql, const Subject& subject, const char* filter) {
    appendStringInfo(sql, " FROM ONLY %s WHERE true", subject.from);
    if (subject.where != nullptr) appendStringInfo(sql, " AND (%s)", subject.where);
    if (filter != nullptr) appendStringInfo(sql, " AND (\n%s\n)", filter);
}

SPIPlanPtr prepare_typed(const char* sql, std::span<Oid> types) {
    SPIPlanPtr plan = SPI_prepare_cursor(sql, static_cast<int>(types.size()), types.data(),
                                         CURSOR_OPT_GENERIC_PLAN | CURSOR_OPT_PARALLEL_OK);
    if (plan == nullptr) elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
    if (!SPI_is_cursor_plan(plan))
        ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR), errmsg("filter is not a condition"),
                errdetail("It must be what can follow WHERE, such as: category = 3"));
    return plan;
}

SPIPlanPtr prepare(const char* sql, Oid type) { return prepare_typed(sql, {&type, 1}); }

/// Makes the plan now; what is prepared keeps it.
CachedPlan* make_plan(SPIPlanPtr plan) {
    CachedPlan* made = SPI_plan_get_cached_plan(plan);
    if (made == nullptr) elog(ERROR, "SPI_plan_get_cached_plan failed");
    return made;
}

// Compilation would be paid for each query anew.
constexpr Setting kExactly[] = {{"jit", "off"}};

/// Makes the plan with a choice of indexes and under settings, neither of which its execution sees.
void plan_meanwhile(SPIPlanPtr plan, const IndexChoice& choice, std::span<const Setting> settings) {
    with_indexes(choice, [&] {
        with_settings(settings, [&] { ReleaseCachedPlan(make_plan(plan), nullptr); });
    });
}

/// Executes a plan in the caller's snapshot: SPI takes no other for what only reads.
void execute_with(SPIPlanPtr plan, Datum* arguments) {
    const int result = SPI_execute_plan(plan, arguments, nullptr, true, 0);
    if (result != SPI_OK_SELECT)
        elog(ERROR, "SPI_execute_plan failed: %s", SPI_result_code_string(result));
}

void execute(SPIPlanPtr plan, Datum argument) { execute_with(plan, &argument); }

/// Executes what reads no vector index, once, with a vector and another argument.
void execute_exactly(const char* sql, const Subject& subject, Oid type, Datum vector, Datum other) {
    Oid types[] = {subject.type, type};
    Datum arguments[] = {vector, other};
    SPIPlanPtr plan = prepare_typed(sql, types);
    plan_meanwhile(plan, {InvalidOid, InvalidOid}, kExactly);
    execute_with(plan, arguments);
    SPI_freeplan(plan);
}

Datum value_of(uint64 row, int column, bool* is_null) {
    return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, is_null);
}

ItemPointerData row_address(uint64 row, int column) {
    bool is_null = false;
    return *reinterpret_cast<ItemPointer>(DatumGetPointer(value_of(row, column, &is_null)));
}

bool reads_index(SPIPlanPtr plan, const Subject& subject) {
    CachedPlan* made = make_plan(plan);
    const auto* statement = linitial_node(PlannedStmt, made->stmt_list);
    const bool reads =
        list_member_oid(find_index_scans(statement), RelationGetRelid(subject.index));
    ReleaseCachedPlan(made, nullptr);
    return reads;
}

ItemPointerData* new_addresses(uint64 count) {
    return static_cast<ItemPointerData*>(palloc((count + 1) * sizeof(ItemPointerData)));
}

}  // namespace

Subject open_subject(Oid index) {
    Subject subject{};
    const Oid table = IndexGetRelation(index, true);
    // The table first, as everywhere; an index that is none fails in index_open.
    if (OidIsValid(table)) {
        require_select(table);
        subject.table = table_open(table, AccessShareLock);
    }
    subject.index = index_open(index, AccessShareLock);
    if (subject.table == nullptr || table != IndexGetRelation(index, false))
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
                errmsg("could not open parent table of index \"%s\"",
                       RelationGetRelationName(subject.index)));
    require_vector_index(subject.index, "measure");
    subject.type = subject.index->rd_opcintype[0];
    subject.from = qualified_name(subject.table);
    subject.op = qualified_operator(subject.index);
    write_expressions(&subject);
    return subject;
}

void close_subject(const Subject& subject) {
    index_close(subject.index, AccessShareLock);
    table_close(subject.table, AccessShareLock);
}

SPIPlanPtr prepare_by_index(const Subject& subject, const NeighborRequest& request) {
    StringInfoData sql;
    initStringInfo(&sql);
    appendStringInfo(&sql, "SELECT %s %s $1%s", subject.element, subject.op,
                     request.with_rows ? ", ctid" : "");
    append_source(&sql, subject, request.filter);
    appendStringInfo(&sql, " ORDER BY %s %s $1 LIMIT %d", subject.element, subject.op,
                     request.limit);
    SPIPlanPtr plan = prepare(sql.data, subject.type);
    plan_meanwhile(plan, {RelationGetRelid(subject.table), RelationGetRelid(subject.index)},
                   kByIndexAlone);
    return plan;
}

SPIPlanPtr prepare_exact(const Subject& subject, const NeighborRequest& request) {
    StringInfoData sql;
    initStringInfo(&sql);
    // OFFSET keeps the planner from taking the subquery apart.
    appendStringInfo(&sql, "SELECT * FROM (SELECT %s %s $1 AS distance%s", subject.element,
                     subject.op, request.with_rows ? ", ctid AS address" : "");
    append_source(&sql, subject, request.filter);
    appendStringInfo(&sql, " OFFSET 0) AS measured ORDER BY distance LIMIT %d", request.limit);
    SPIPlanPtr plan = prepare(sql.data, subject.type);
    plan_meanwhile(plan, {InvalidOid, InvalidOid}, kExactly);
    return plan;
}

void require_index(SPIPlanPtr plan, const Subject& subject, bool has_answers) {
    if (!has_answers || reads_index(plan, subject)) return;
    ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
            errmsg("the planner does not use index \"%s\"", RelationGetRelationName(subject.index)),
            errdetail("An index that this transaction has built, or that does not suit the "
                      "search_path, may not be usable for its queries."));
}

Neighbors find_neighbors(SPIPlanPtr plan, Datum vector, bool with_rows) {
    execute(plan, vector);
    Neighbors found{};
    found.count = SPI_processed;
    found.distances = static_cast<double*>(palloc((SPI_processed + 1) * sizeof(double)));
    found.rows = with_rows ? new_addresses(SPI_processed) : nullptr;
    for (uint64 i = 0; i < SPI_processed; ++i) {
        bool is_null = false;
        const Datum distance = value_of(i, 1, &is_null);
        found.distances[i] = is_null ? get_float8_nan() : DatumGetFloat8(distance);
        if (with_rows) found.rows[i] = row_address(i, 2);
    }
    SPI_freetuptable(SPI_tuptable);
    return found;
}

SampledRows sample_rows(const Subject& subject, int count, int64 seed) {
    StringInfoData sql;
    initStringInfo(&sql);
    appendStringInfo(&sql, "SELECT %s, ctid", subject.element);
    append_source(&sql, subject, nullptr);
    appendStringInfo(&sql,
                     " AND %s IS NOT NULL ORDER BY pg_catalog.hashtidextended(ctid, $1) LIMIT %d",
                     subject.element, count);
    SPIPlanPtr plan = prepare(sql.data, INT8OID);
    with_indexes({InvalidOid, InvalidOid}, [&] { execute(plan, Int64GetDatum(seed)); });
    // Their table of rows lives until SPI ends, and so do the vectors in it.
    SampledRows sampled{};
    sampled.count = SPI_processed;
    sampled.vectors = static_cast<Datum*>(palloc((SPI_processed + 1) * sizeof(Datum)));
    sampled.rows = new_addresses(SPI_processed);
    for (uint64 i = 0; i < SPI_processed; ++i) {
        bool is_null = false;
        sampled.vectors[i] = PointerGetDatum(PG_DETOAST_DATUM_COPY(value_of(i, 1, &is_null)));
        sampled.rows[i] = row_address(i, 2);
    }
    SPI_freetuptable(SPI_tuptable);
    return sampled;
}

RowFound find_row(const Subject& subject, Datum vector, const ItemPointerData& row) {
    StringInfoData sql;
    initStringInfo(&sql);
    // Of rows that the index does not cover its expression may not be one without an error.
    const char* covered = subject.where != nullptr ? subject.where : "true";
    appendStringInfo(&sql,
                     "SELECT (%s) IS TRUE, CASE WHEN %s THEN %s IS NULL END, CASE WHEN %s THEN "
                     "%s %s $1 END FROM ONLY %s WHERE ctid OPERATOR(pg_catalog.=) $2",
                     covered, covered, subject.element, covered, subject.element, subject.op,
                     subject.from);
    execute_exactly(sql.data, subject, TIDOID, vector, PointerGetDatum(&row));
    RowFound found{};
    found.distance = get_float8_nan();
    found.visible = SPI_processed > 0;
    if (found.visible) {
        bool is_null = false;
        found.covered = DatumGetBool(value_of(0, 1, &is_null));
        const bool has_none = DatumGetBool(value_of(0, 2, &is_null));
        found.has_none = !is_null && has_none;
        const Datum distance = value_of(0, 3, &is_null);
        if (!is_null) found.distance = DatumGetFloat8(distance);
    }
    SPI_freetuptable(SPI_tuptable);
    return found;
}

int64 count_nearer(const Subject& subject, Datum vector, double distance) {
    StringInfoData sql;
    initStringInfo(&sql);
    appendStringInfoString(&sql, "SELECT pg_catalog.count(*)");
    append_source(&sql, subject, nullptr);
    appendStringInfo(&sql, " AND (%s %s $1) OPERATOR(pg_catalog.<) $2", subject.element,
                     subject.op);
    execute_exactly(sql.data, subject, FLOAT8OID, vector, Float8GetDatum(distance));
    bool is_null = false;
    const int64 count = DatumGetInt64(value_of(0, 1, &is_null));
    SPI_freetuptable(SPI_tuptable);
    return count;
}

}  // namespace vx::pg
