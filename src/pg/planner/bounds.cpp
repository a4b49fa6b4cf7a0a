// Clauses that compare an expression over a distance with something fixed.
#include "pg/planner/bounds.h"

namespace vx::pg {
namespace {

/// `linear` on the left of a comparison.
struct Comparison {
    Linear linear;
    int strategy;  // of a B-tree
    Node* threshold;

    bool is_less() const { return strategy <= BTLessEqualStrategyNumber; }
    bool is_greater() const { return strategy >= BTGreaterEqualStrategyNumber; }

    /// Does it end distances upward?
    bool is_bound() const { return linear.direction() > 0 ? is_less() : is_greater(); }

    /// NaN is greater than all numbers, and equal to itself.
    bool rejects_nan() const {
        if (strategy == BTLessStrategyNumber) return true;
        if (strategy != BTLessEqualStrategyNumber || !IsA(threshold, Const)) return false;
        const auto* value = reinterpret_cast<const Const*>(threshold);
        return value->constisnull ||
               (value->consttype == FLOAT8OID && !isnan(DatumGetFloat8(value->constvalue)));
    }
};

int commuted(int strategy) { return BTMaxStrategyNumber + 1 - strategy; }

bool find_comparison(const Measure& measure, Node* clause, Comparison* comparison) {
    if (!IsA(clause, OpExpr)) return false;
    const auto* op = reinterpret_cast<const OpExpr*>(clause);
    if (list_length(op->args) != 2) return false;
    const int strategy = get_op_opfamily_strategy(op->opno, measure.sort_family);
    if (strategy == 0) return false;
    auto* left = static_cast<Node*>(linitial(op->args));
    auto* right = static_cast<Node*>(lsecond(op->args));
    if (is_fixed(measure, right)) {
        comparison->strategy = strategy;
        comparison->threshold = right;
        return find_linear(measure, left, &comparison->linear);
    }
    comparison->strategy = commuted(strategy);
    comparison->threshold = left;
    return is_fixed(measure, left) && find_linear(measure, right, &comparison->linear);
}

/// The indexed column or expression.
Expr* indexed(const Measure& measure) {
    const auto* entry = static_cast<TargetEntry*>(linitial(measure.index->indextlist));
    return static_cast<Expr*>(copyObjectImpl(entry->expr));
}

IndexClause* make_bound(PlannerInfo* root, const Measure& measure, RestrictInfo* source,
                        const Comparison& comparison, Oid collation) {
    const Oid op = comparison.is_less() ? measure.within : measure.within_or_nan;
    if (!OidIsValid(op)) return nullptr;
    Expr* bound = invert(root, measure, comparison.linear, as_float8(comparison.threshold));
    if (bound == nullptr) return nullptr;
    Expr* qual = make_opclause(op, BOOLOID, false, indexed(measure), bound, InvalidOid, collation);
    set_opfuncid(reinterpret_cast<OpExpr*>(qual));
    IndexClause* clause = makeNode(IndexClause);
    clause->rinfo = source;
    clause->indexquals = list_make1(make_simple_restrictinfo(root, qual));
    clause->lossy = true;
    clause->indexcol = 0;
    return clause;
}

bool is_not_null_test(const Measure& measure, Node* clause) {
    if (!IsA(clause, NullTest)) return false;
    const auto* test = reinterpret_cast<const NullTest*>(clause);
    if (test->nulltesttype != IS_NOT_NULL || test->argisrow) return false;
    auto* arg = reinterpret_cast<Node*>(test->arg);
    Linear linear;
    return match_index_to_operand(arg, 0, const_cast<IndexOptInfo*>(measure.index)) ||
           find_linear(measure, arg, &linear);
}

}  // namespace

Node* find_bounded_query(const Measure& measure, const RestrictInfo* info) {
    Comparison comparison;
    return !info->pseudoconstant &&
                   find_comparison(measure, reinterpret_cast<Node*>(info->clause), &comparison) &&
                   comparison.is_bound()
               ? comparison.linear.query
               : nullptr;
}

// A clause of a row security policy must be evaluated before a user's, unless the user's cannot
// leak what it sees.  That holds for these: what becomes an index condition is evaluated once a
// scan and sees no row, and the distances that the index compares with it are those by which it
// orders in any case.  The user's clause itself waits in the filter, behind the policy.
List* find_bounds(PlannerInfo* root, const Measure& measure, List* clauses, Node* query,
                  Oid collation) {
    List* bounds = NIL;
    ListCell* cell = nullptr;
    foreach (cell, clauses) {
        auto* info = static_cast<RestrictInfo*>(lfirst(cell));
        Comparison comparison;
        if (info->pseudoconstant ||
            !find_comparison(measure, reinterpret_cast<Node*>(info->clause), &comparison) ||
            !comparison.is_bound() || !equal(comparison.linear.query, query))
            continue;
        IndexClause* bound = make_bound(root, measure, info, comparison, collation);
        if (bound != nullptr) bounds = lappend(bounds, bound);
    }
    return bounds;
}

List* add_query(PlannerInfo* root, const Measure& measure, const List* conditions, Node* query) {
    if (!OidIsValid(measure.query)) return NIL;
    Expr* qual =
        make_opclause(measure.query, BOOLOID, false, indexed(measure),
                      static_cast<Expr*>(copyObjectImpl(query)), InvalidOid, kRangeCollation);
    set_opfuncid(reinterpret_cast<OpExpr*>(qual));
    IndexClause* first = makeNode(IndexClause);
    *first = *linitial_node(IndexClause, conditions);
    first->indexquals = lappend(list_copy(first->indexquals), make_simple_restrictinfo(root, qual));
    List* all = list_copy(conditions);
    linitial(all) = first;
    return all;
}

Absent find_absent(const Measure& measure) {
    Absent absent{false, !measure.may_be_nan};
    ListCell* cell = nullptr;
    // All of them: what a partial index's predicate implies is true as well.
    foreach (cell, measure.index->rel->baserestrictinfo) {
        auto* clause = reinterpret_cast<Node*>(static_cast<RestrictInfo*>(lfirst(cell))->clause);
        Comparison comparison;
        if (find_comparison(measure, clause, &comparison)) {
            // A distance to NULL is NULL, and passes no comparison.
            absent.nulls = true;
            absent.nans = absent.nans || comparison.rejects_nan();
        } else if (is_not_null_test(measure, clause)) {
            absent.nulls = true;
        }
    }
    return absent;
}

}  // namespace vx::pg
