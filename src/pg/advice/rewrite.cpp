#include "pg/advice/rewrite.h"

#include "pg/advice/candidates.h"

namespace vx::pg {
namespace {

constexpr int32 kLimit = 10;  // where the statement has none

bool has_table_columns(Node* node, Index position) {
    Bitmapset* columns = nullptr;
    pull_varattnos(node, position, &columns);
    return !bms_is_empty(columns);
}

SortGroupClause* find_key(const Query* query, Index number) {
    ListCell* cell = nullptr;
    foreach (cell, query->sortClause)
        if (lfirst_node(SortGroupClause, cell)->tleSortGroupRef == number)
            return lfirst_node(SortGroupClause, cell);
    return nullptr;
}

/// A new target, which is not shown, to sort by; returns its number.
Index add_target(Query* query, Expr* expression) {
    Index number = 0;
    ListCell* cell = nullptr;
    foreach (cell, query->targetList) {
        const Index other = lfirst_node(TargetEntry, cell)->ressortgroupref;
        if (other > number) number = other;
    }
    const auto place = static_cast<AttrNumber>(list_length(query->targetList) + 1);
    TargetEntry* target = makeTargetEntry(expression, place, nullptr, true);
    target->ressortgroupref = number + 1;
    query->targetList = lappend(query->targetList, target);
    return target->ressortgroupref;
}

void sort_by(Query* query, SortGroupClause* key, Expr* distance) {
    const TypeCacheEntry* type = lookup_type_cache(FLOAT8OID, TYPECACHE_LT_OPR | TYPECACHE_EQ_OPR);
    key->tleSortGroupRef = add_target(query, distance);
    key->sortop = type->lt_opr;
    key->eqop = type->eq_opr;
    key->nulls_first = false;
}

Relation open_position(const Query* query, const Finding& finding) {
    if (!OidIsValid(finding.index) || finding.position == 0 ||
        finding.position > static_cast<Index>(list_length(query->rtable)) ||
        rt_fetch(finding.position, query->rtable)->relid != finding.table)
        return nullptr;
    return index_open(finding.index, AccessShareLock);
}

/// The distance by the index's operator, of what the index is on and the call's other operand.
Expr* distance_by_index(const Query* query, const Finding& finding, const DistanceCall& call) {
    Relation index = open_position(query, finding);
    if (index == nullptr) return nullptr;
    const Oid type = index->rd_opcintype[0];
    const Oid op = get_opfamily_member(index->rd_opfamily[0], type, type, kDistanceStrategy);
    Node* indexed = indexed_operand(index, static_cast<int>(finding.position));
    index_close(index, NoLock);
    Node* other = has_table_columns(call.left, finding.position) ? call.right : call.left;
    Node* cast = coerce_to_target_type(nullptr, other, exprType(other), type, -1, COERCION_EXPLICIT,
                                       COERCE_EXPLICIT_CAST, -1);
    if (cast == nullptr) return nullptr;
    return make_opclause(op, FLOAT8OID, false, reinterpret_cast<Expr*>(indexed),
                         reinterpret_cast<Expr*>(cast), InvalidOid, InvalidOid);
}

bool edit_order(Query* query, const Finding& finding) {
    SortGroupClause* key = find_key(query, finding.sort_number);
    if (key == nullptr) return false;
    if ((finding.edits & kNullsLast) != 0) key->nulls_first = false;
    if ((finding.edits & (kByDistance | kByIndex)) == 0) return true;
    DistanceCall call;
    if (!find_distance_call(load_distances(), get_sortgroupclause_expr(key, query->targetList),
                            &call))
        return false;
    Expr* distance = nullptr;
    if ((finding.edits & kByIndex) != 0)
        distance = distance_by_index(query, finding, call);
    else
        distance =
            make_opclause(call.kind->op, FLOAT8OID, false, reinterpret_cast<Expr*>(call.left),
                          reinterpret_cast<Expr*>(call.right), InvalidOid, InvalidOid);
    if (distance == nullptr) return false;
    sort_by(query, key, distance);
    return true;
}

bool add_predicate(Query* query, const Finding& finding) {
    Relation index = open_position(query, finding);
    if (index == nullptr) return false;
    auto* predicate = reinterpret_cast<Node*>(make_ands_explicit(RelationGetIndexPredicate(index)));
    index_close(index, NoLock);
    if (finding.position != 1) ChangeVarNodes(predicate, 1, static_cast<int>(finding.position), 0);
    query->jointree->quals = make_and_qual(query->jointree->quals, predicate);
    return true;
}

void add_limit(Query* query) {
    Const* number =
        makeConst(INT4OID, -1, InvalidOid, sizeof(int32), Int32GetDatum(kLimit), false, true);
    query->limitCount = reinterpret_cast<Node*>(makeFuncExpr(
        F_INT8_INT4, INT8OID, list_make1(number), InvalidOid, InvalidOid, COERCE_IMPLICIT_CAST));
    query->limitOption = LIMIT_OPTION_COUNT;
}

}  // namespace

const char* rewrite_statement(const Query* query, const Finding& finding) {
    if (!finding.at_top || finding.edits == 0) return nullptr;
    auto* copy = static_cast<Query*>(copyObjectImpl(query));
    const unsigned of_order = finding.edits & (kNullsLast | kByDistance | kByIndex);
    if (of_order != 0 && !edit_order(copy, finding)) return nullptr;
    if ((finding.edits & kAddCondition) != 0 && !add_predicate(copy, finding)) return nullptr;
    if ((finding.edits & kAddLimit) != 0 || finding.lacks_limit) add_limit(copy);
    const char* text = pg_get_querydef(copy, false);
    return text + strspn(text, " ");
}

}  // namespace vx::pg
