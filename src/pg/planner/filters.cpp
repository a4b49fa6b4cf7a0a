#include "pg/planner/filters.h"

#include "pg/filter/columns.h"

namespace vx::pg {
namespace {

/// A clause that may be a condition on a filter column.
struct Candidate {
    PlannerInfo* root;
    IndexOptInfo* index;
    RestrictInfo* info;
    int column;

    Oid family() const { return index->opfamily[column]; }
    bool is_column(Node* node) const { return match_index_to_operand(node, column, index); }
    bool has_collation(Oid collation) const {
        const Oid wanted = index->indexcollations[column];
        return !OidIsValid(wanted) || wanted == collation;
    }
    /// The same for all rows of the scan?
    bool is_fixed(Node* node) const {
        return bms_is_empty(pull_varnos(root, node)) && !contain_volatile_functions(node);
    }
    bool has_operator(Oid op) const { return OidIsValid(op) && op_in_opfamily(op, family()); }

    IndexClause* make(RestrictInfo* qual, bool lossy) const {
        IndexClause* clause = makeNode(IndexClause);
        clause->rinfo = info;
        clause->indexquals = list_make1(qual);
        clause->lossy = lossy;
        clause->indexcol = static_cast<AttrNumber>(column);
        return clause;
    }
    IndexClause* make(Oid op, Node* left, Node* right, Oid collation, bool lossy) const {
        Expr* qual = make_opclause(op, BOOLOID, false, reinterpret_cast<Expr*>(left),
                                   reinterpret_cast<Expr*>(right), InvalidOid, collation);
        set_opfuncid(reinterpret_cast<OpExpr*>(qual));
        return make(make_simple_restrictinfo(root, qual), lossy);
    }
};

IndexClause* match_comparison(const Candidate& candidate, const OpExpr* op) {
    if (list_length(op->args) != 2 || !candidate.has_collation(op->inputcollid)) return nullptr;
    auto* left = static_cast<Node*>(linitial(op->args));
    auto* right = static_cast<Node*>(lsecond(op->args));
    if (candidate.is_column(left) && candidate.is_fixed(right))
        return candidate.has_operator(op->opno) ? candidate.make(candidate.info, false) : nullptr;
    if (!candidate.is_column(right) || !candidate.is_fixed(left)) return nullptr;
    const Oid commuted = get_commutator(op->opno);
    return candidate.has_operator(commuted)
               ? candidate.make(commute_restrictinfo(candidate.info, commuted), false)
               : nullptr;
}

/// `value = ANY (column)`, by the equality that arrays contain by, is `column @> ARRAY[value]`.
/// Lossy because that is none when the value is NULL, and not NULL.
IndexClause* match_element(const Candidate& candidate, const ScalarArrayOpExpr* any) {
    auto* value = static_cast<Node*>(linitial(any->args));
    const Oid type = exprType(value);
    const Oid array_type = get_array_type(type);
    const Oid contains =
        get_opfamily_member(candidate.family(), ANYARRAYOID, ANYARRAYOID, kContainsStrategy);
    if (!OidIsValid(contains) || !OidIsValid(array_type) || !candidate.is_fixed(value) ||
        lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr != any->opno)
        return nullptr;
    ArrayExpr* array = makeNode(ArrayExpr);
    array->array_typeid = array_type;
    array->array_collid = any->inputcollid;
    array->element_typeid = type;
    array->elements = list_make1(copyObjectImpl(value));
    array->location = -1;
    Node* folded = eval_const_expressions(candidate.root, reinterpret_cast<Node*>(array));
    return candidate.make(contains, static_cast<Node*>(copyObjectImpl(lsecond(any->args))), folded,
                          any->inputcollid, true);
}

IndexClause* match_any(const Candidate& candidate, const ScalarArrayOpExpr* any) {
    if (!any->useOr || !candidate.has_collation(any->inputcollid)) return nullptr;
    auto* array = static_cast<Node*>(lsecond(any->args));
    if (candidate.is_column(array)) return match_element(candidate, any);
    return candidate.is_column(static_cast<Node*>(linitial(any->args))) &&
                   candidate.is_fixed(array) && candidate.has_operator(any->opno)
               ? candidate.make(candidate.info, false)
               : nullptr;
}

IndexClause* match_null_test(const Candidate& candidate, const NullTest* test) {
    return !test->argisrow && candidate.is_column(reinterpret_cast<Node*>(test->arg))
               ? candidate.make(candidate.info, false)
               : nullptr;
}

/// `column`, `NOT column` and the like, which the planner has made of `column = true`.
IndexClause* match_truth(const Candidate& candidate, Node* clause) {
    bool wanted = true;
    if (IsA(clause, BooleanTest)) {
        const auto* test = reinterpret_cast<const BooleanTest*>(clause);
        if (test->booltesttype != IS_TRUE && test->booltesttype != IS_FALSE) return nullptr;
        wanted = test->booltesttype == IS_TRUE;
        clause = reinterpret_cast<Node*>(test->arg);
    } else if (is_notclause(clause)) {
        wanted = false;
        clause = reinterpret_cast<Node*>(get_notclausearg(reinterpret_cast<Expr*>(clause)));
    }
    if (!candidate.has_operator(BooleanEqualOperator) || !candidate.is_column(clause))
        return nullptr;
    return candidate.make(BooleanEqualOperator, static_cast<Node*>(copyObjectImpl(clause)),
                          makeBoolConst(wanted, false), InvalidOid, false);
}

IndexClause* match(const Candidate& candidate) {
    auto* clause = reinterpret_cast<Node*>(candidate.info->clause);
    IndexClause* found = nullptr;
    if (IsA(clause, OpExpr))
        found = match_comparison(candidate, reinterpret_cast<const OpExpr*>(clause));
    else if (IsA(clause, ScalarArrayOpExpr))
        found = match_any(candidate, reinterpret_cast<const ScalarArrayOpExpr*>(clause));
    else if (IsA(clause, NullTest))
        found = match_null_test(candidate, reinterpret_cast<const NullTest*>(clause));
    return found != nullptr ? found : match_truth(candidate, clause);
}

bool has_clause(const List* given, const RestrictInfo* info) {
    const ListCell* cell = nullptr;
    foreach (cell, given)
        if (lfirst_node(IndexClause, cell)->rinfo == info) return true;
    return false;
}

/// Those of `given` on a column come first.
List* add_column(PlannerInfo* root, IndexOptInfo* index, int column, List* given, List* clauses) {
    List* all = NIL;
    ListCell* cell = nullptr;
    foreach (cell, given)
        if (lfirst_node(IndexClause, cell)->indexcol == column) all = lappend(all, lfirst(cell));
    if (column == 0) return all;
    foreach (cell, clauses) {
        auto* info = lfirst_node(RestrictInfo, cell);
        // As the server itself does: what a policy has to be tested before is no index condition.
        if (info->pseudoconstant || has_clause(given, info) ||
            !restriction_is_securely_promotable(info, index->rel))
            continue;
        IndexClause* found = match({root, index, info, column});
        if (found != nullptr) all = lappend(all, found);
    }
    return all;
}

}  // namespace

List* add_filters(PlannerInfo* root, const IndexOptInfo* index, List* given, List* clauses) {
    if (index->nkeycolumns == 1) return given;
    auto* changeable = const_cast<IndexOptInfo*>(index);
    List* all = NIL;
    for (int column = 0; column < index->nkeycolumns; ++column)
        all = list_concat(all, add_column(root, changeable, column, given, clauses));
    return all;
}

bool has_own_filter(const List* conditions) {
    const ListCell* cell = nullptr;
    foreach (cell, conditions) {
        const auto* condition = lfirst_node(IndexClause, cell);
        const Expr* clause = condition->rinfo->clause;
        if (condition->lossy ||
            (!IsA(clause, OpExpr) && !IsA(clause, ScalarArrayOpExpr) && !IsA(clause, NullTest)))
            return true;
    }
    return false;
}

}  // namespace vx::pg
