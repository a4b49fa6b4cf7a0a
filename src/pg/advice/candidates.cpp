// The planner has no index that is not valid, or not to be used yet; so the catalog is asked.
#include "pg/advice/candidates.h"

#include "pg/index/cost.h"
#include "pg/index/foreign.h"
#include "pg/planner/linear.h"

namespace vx::pg {
namespace {

/// The planner's description of an index; null where it has none.
IndexOptInfo* find_known(const RelOptInfo* rel, Oid index) {
    ListCell* cell = nullptr;
    foreach (cell, rel->indexlist) {
        auto* known = static_cast<IndexOptInfo*>(lfirst(cell));
        if (known->indexoid == index) return known;
    }
    return nullptr;
}

/// As much of a description as expressions are compared by.
IndexOptInfo* describe(RelOptInfo* rel, Relation index) {
    IndexOptInfo* info = makeNode(IndexOptInfo);
    info->indexoid = RelationGetRelid(index);
    info->rel = rel;
    info->ncolumns = info->nkeycolumns = 1;
    info->indexkeys = static_cast<int*>(palloc(sizeof(int)));
    info->indexkeys[0] = index->rd_index->indkey.values[0];
    info->opfamily = index->rd_opfamily;
    info->opcintype = index->rd_opcintype;
    info->indexprs = RelationGetIndexExpressions(index);
    if (info->indexprs != NIL && rel->relid != 1)
        ChangeVarNodes(reinterpret_cast<Node*>(info->indexprs), 1, static_cast<int>(rel->relid), 0);
    // What tells an index of ours.
    info->amcostestimate = reinterpret_cast<decltype(info->amcostestimate)>(
        reinterpret_cast<void (*)()>(index->rd_indam->amcostestimate));
    return info;
}

/// What is under casts.
Node* strip_casts(Node* node) {
    for (;;) {
        node = strip_relabel(node);
        if (!IsA(node, FuncExpr)) return node;
        const auto* function = reinterpret_cast<const FuncExpr*>(node);
        if (function->funcformat == COERCE_EXPLICIT_CALL || function->args == NIL) return node;
        node = static_cast<Node*>(linitial(function->args));
    }
}

bool differ_by_casts(Node* a, Node* b) {
    a = strip_casts(a);
    b = strip_casts(b);
    if (!IsA(a, Var) || !IsA(b, Var)) return equal(a, b);
    const auto* column = reinterpret_cast<const Var*>(a);
    const auto* other = reinterpret_cast<const Var*>(b);
    return column->varno == other->varno && column->varattno == other->varattno;
}

/// How an index fits that is of the distance and the expression.
Fit fit_of_state(Relation index, const IndexOptInfo* known) {
    if (!index->rd_index->indisvalid) return Fit::kInvalid;
    if (index->rd_amcache == nullptr && is_foreign_file(index)) return Fit::kForeign;
    if (known != nullptr)
        return known->indpred == NIL || known->predOK ? Fit::kUsable : Fit::kPredicate;
    return index->rd_index->indcheckxmin ? Fit::kTooNew : Fit::kHidden;
}

Candidate judge(RelOptInfo* rel, Relation index, const DistanceKind& kind, Node* operand) {
    Candidate candidate;
    candidate.index = RelationGetRelid(index);
    const IndexOptInfo* known = find_known(rel, candidate.index);
    IndexOptInfo* info = known != nullptr ? const_cast<IndexOptInfo*>(known) : describe(rel, index);
    if (!find_measure(info, &candidate.measure)) return {};
    const Oid op = candidate.measure.distance;
    if (match_index_to_operand(operand, 0, info)) {
        candidate.fit = op == kind.op ? fit_of_state(index, known) : Fit::kOperator;
    } else if (strcmp(get_opname(op), get_opname(kind.op)) == 0 &&
               differ_by_casts(indexed_operand(index, static_cast<int>(rel->relid)), operand)) {
        candidate.fit = Fit::kExpression;
    } else {
        return {};
    }
    return candidate;
}

}  // namespace

Candidate find_candidate(RelOptInfo* rel, Oid table, const DistanceKind& kind, Node* operand) {
    // The planner holds a lock already.
    Relation relation = table_open(table, NoLock);
    List* indexes = RelationGetIndexList(relation);
    table_close(relation, NoLock);
    Candidate best;
    ListCell* cell = nullptr;
    foreach (cell, indexes) {
        Relation index = index_open(lfirst_oid(cell), AccessShareLock);
        if (index->rd_indam->amcostestimate == estimate_cost) {
            const Candidate candidate = judge(rel, index, kind, operand);
            if (candidate.fit < best.fit) best = candidate;
        }
        // The lock stays, as the planner's do.
        index_close(index, NoLock);
    }
    return best;
}

Node* indexed_operand(Relation index, int position) {
    const AttrNumber column = index->rd_index->indkey.values[0];
    if (column == 0) {
        auto* expression = static_cast<Node*>(linitial(RelationGetIndexExpressions(index)));
        if (position != 1) ChangeVarNodes(expression, 1, position, 0);
        return expression;
    }
    Oid type = InvalidOid;
    Oid collation = InvalidOid;
    int32 typmod = -1;
    get_atttypetypmodcoll(index->rd_index->indrelid, column, &type, &typmod, &collation);
    return reinterpret_cast<Node*>(makeVar(position, column, type, typmod, collation, 0));
}

}  // namespace vx::pg
