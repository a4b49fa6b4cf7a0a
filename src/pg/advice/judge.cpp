// The first reason that is found is told; what else would have to change in the statement is noted,
// so that one suggestion has all of it.
#include "pg/advice/judge.h"

#include "pg/advice/candidates.h"
#include "pg/index/open_index.h"
#include "pg/planner/bounds.h"

namespace vx::pg {
namespace {

void say(Finding* finding, const char* reason) {
    if (finding->reason == nullptr) finding->reason = reason;
}

const char* qualified_name(Oid relation) {
    return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)),
                                      get_rel_name(relation));
}

/// An expression over the place's table alone as SQL.
const char* text_of(const Place& place, Node* node) {
    if (!bms_equal(pull_varnos(place.root, node), place.rel->relids)) return "an expression";
    Node* copy = static_cast<Node*>(copyObjectImpl(node));
    if (place.rel->relid != 1) ChangeVarNodes(copy, static_cast<int>(place.rel->relid), 1, 0);
    List* context = deparse_context_for(get_rel_name(place.table), place.table);
    return deparse_expression(copy, context, false, false);
}

const char* index_text(const Candidate& candidate) {
    return TextDatumGetCString(DirectFunctionCall3(pg_get_indexdef_ext,
                                                   ObjectIdGetDatum(candidate.index),
                                                   Int32GetDatum(1), BoolGetDatum(false)));
}

const char* reindex_command(const Candidate& candidate) {
    return psprintf("REINDEX INDEX %s", qualified_name(candidate.index));
}

const char* index_name(const Candidate& candidate) { return get_rel_name(candidate.index); }

/// CREATE INDEX for the distance of `operand`; null where its dimensions are not declared.
const char* index_definition(const Place& place, const DistanceKind& kind, Node* operand) {
    if (exprTypmod(operand) < 0 || !bms_equal(pull_varnos(place.root, operand), place.rel->relids))
        return nullptr;
    const char* text = text_of(place, operand);
    return psprintf(IsA(operand, Var) ? "CREATE INDEX ON %s USING hnsw (%s %s)"
                                      : "CREATE INDEX ON %s USING hnsw ((%s) %s)",
                    qualified_name(place.named), text, generate_opclass_name(kind.opclass));
}

/// The operand that is of the table, or null where both or neither are; `query`: the other.
Node* split_call(const Place& place, const DistanceCall& call, Node** query) {
    const bool left = has_columns(place, call.left);
    if (left == has_columns(place, call.right)) return nullptr;
    *query = left ? call.right : call.left;
    return left ? call.left : call.right;
}

constexpr const char* kForEachRow =
    "the query vector comes from a subquery that depends on each row";
constexpr const char* kOfOtherTable =
    "the query vector is a column of another table, and a scan of an index is for one vector: "
    "ORDER BY and LIMIT in a subquery that is joined by LATERAL are asked for each row of that "
    "table";

/// Why a query vector is not one for a whole scan; null where it is.  In a range it may come from
/// another table.
const char* judge_query(const Place& place, Node* query, bool is_range) {
    if (contain_volatile_functions(query))
        return "the query vector is computed by a volatile function, anew for each row: take it "
               "from a parameter, or from a subquery (SELECT ...), which is computed once";
    if (contain_subplans(query)) return kForEachRow;
    return is_range || bms_is_empty(pull_varnos(place.root, query)) ? nullptr : kOfOtherTable;
}

/// Whether the operator would raise an error for the query vector.
bool has_other_dims(const Candidate& candidate, Node* query) {
    if (candidate.fit > Fit::kHidden || !IsA(query, Const)) return false;
    const auto* value = reinterpret_cast<const Const*>(query);
    if (value->constisnull) return false;
    Relation index = index_open(candidate.index, NoLock);
    const bool has_dims = has_index_dims(open_index(index), value->constvalue);
    index_close(index, NoLock);
    return !has_dims;
}

/// Says what is wrong with the index that comes nearest.
void judge_candidate(const Place& place, const Candidate& candidate, const DistanceCall& call,
                     Node* operand, Finding* finding) {
    const char* text = text_of(place, operand);
    const char* op = get_opname(call.kind->op);
    finding->index = candidate.index;
    switch (candidate.fit) {
    case Fit::kUsable:
        return;
    case Fit::kPredicate:
        say(finding, psprintf("index \"%s\" is partial, and the query's conditions do not imply "
                              "its own",
                              index_name(candidate)));
        finding->edits |= kAddCondition;
        return;
    case Fit::kHidden:
        say(finding, psprintf("the planner is not given index \"%s\"", index_name(candidate)));
        return;
    case Fit::kTooNew:
        say(finding, psprintf("index \"%s\" was built while older transactions were running, and "
                              "is used by those that begin when they have ended",
                              index_name(candidate)));
        return;
    case Fit::kForeign:
        say(finding, psprintf("index \"%s\" was built by pgvector", index_name(candidate)));
        finding->definition = reindex_command(candidate);
        return;
    case Fit::kInvalid:
        say(finding, psprintf("index \"%s\" is not valid: a build of it has failed, or goes on",
                              index_name(candidate)));
        finding->definition = reindex_command(candidate);
        return;
    case Fit::kExpression:
        say(finding, psprintf("index \"%s\" is on %s, and the query has %s", index_name(candidate),
                              index_text(candidate), text));
        finding->edits |= kByIndex;
        break;
    case Fit::kOperator:
        say(finding, psprintf("index \"%s\" is for %s, and the query has %s", index_name(candidate),
                              get_opname(candidate.measure.distance), op));
        break;
    case Fit::kNone:
        say(finding, psprintf("no index is on %s for %s", text, op));
        break;
    }
    finding->definition = index_definition(place, *call.kind, operand);
    if (finding->definition == nullptr && finding->edits == 0)
        finding->reason = psprintf("%s, and for one its dimensions must be declared, as in %s(3)",
                                   finding->reason, format_type_be(call.kind->type));
}

struct OtherColumns {
    const Node* call;
};

/// Finds a column outside of the call.
bool visit_other_columns(Node* node, void* context) {
    if (node == nullptr || node == static_cast<const OtherColumns*>(context)->call) return false;
    return IsA(node, Var) || vx_walk_expression(node, visit_other_columns, context);
}

/// What stands between the table and the order.
const char* judge_level(const Query* query, Node* expression) {
    if (contain_agg_clause(expression) || query->groupClause != NIL || query->hasAggs)
        return "rows are grouped before they are ordered: ORDER BY the distance with a LIMIT in a "
               "subquery, and GROUP BY around it";
    if (query->distinctClause != NIL)
        return "DISTINCT needs all rows before the first is returned: ORDER BY the distance with a "
               "LIMIT in a subquery, and DISTINCT around it";
    if (query->hasWindowFuncs)
        return "window functions are computed for all rows before LIMIT: ORDER BY the distance "
               "with a LIMIT in a subquery, and the window functions around it";
    return nullptr;
}

/// Of an order by what the planner does not know to be one by the distance.
void judge_expression(const DistanceCall& call, Node* expression, Finding* finding) {
    OtherColumns others{call.node};
    if (visit_other_columns(expression, &others)) {
        say(finding,
            "the order depends on other columns besides the distance: ORDER BY the distance with a "
            "larger LIMIT in a subquery, and by the expression around it");
        return;
    }
    say(finding, "the planner does not know that the expression grows or falls with the distance: "
                 "ORDER BY the distance itself");
    finding->edits |= kByDistance;
}

bool may_have_nulls(const Place& place, const Measure& measure) {
    const auto column = static_cast<AttrNumber>(measure.index->indexkeys[0]);
    return !find_absent(measure).nulls &&
           (column <= 0 || !vx_is_not_null(place.rel, place.table, column));
}

/// Of the order's direction and ends, where the planner would have an index to order by.
void judge_form(const Place& place, const Measure& measure, const DistanceCall& call,
                Node* expression, const SortGroupClause& key, Finding* finding) {
    Linear linear;
    if (!find_linear(measure, expression, &linear) || !linear.is_constant()) {
        judge_expression(call, expression, finding);
        return;
    }
    const bool descends =
        get_op_opfamily_strategy(key.sortop, measure.sort_family) == BTGreaterStrategyNumber;
    if (linear.direction() != (descends ? -1 : 1)) {
        say(finding,
            "the order is from the farthest to the nearest, and an index gives the nearest "
            "first");
        finding->edits |= kByDistance;
        return;
    }
    if (key.nulls_first && may_have_nulls(place, measure)) {
        say(finding, descends ? "DESC has NULLs first, and an index has them last"
                              : "NULLS FIRST, and an index has them last");
        finding->edits |= kNullsLast;
    }
    if (descends && measure.may_be_nan && !find_absent(measure).nans &&
        !OidIsValid(measure.nan_first))
        say(finding, "the catalog lacks the order that has NaN first: ALTER EXTENSION ... UPDATE "
                     "brings it");
}

bool lacks_limit(const PlannerInfo* root) {
    return root->parse->limitCount == nullptr &&
           (root->parent_root == nullptr || root->parent_root->parse->limitCount == nullptr);
}

/// What orders and ranges have in common; false where there is nothing more to say.
bool judge_call(const Place& place, const DistanceCall& call, bool is_range, Finding* finding,
                Candidate* candidate) {
    Node* query = nullptr;
    Node* operand = split_call(place, call, &query);
    if (operand == nullptr) {
        say(finding, contain_subplans(call.node)
                         ? kForEachRow
                         : "the distance is between columns of one table, and a scan of an index "
                           "is for one vector");
        return false;
    }
    *candidate = find_candidate(place.rel, place.table, *call.kind, operand);
    if (has_other_dims(*candidate, query)) {
        finding->index = candidate->index;
        finding->fails = true;
        say(finding, "the query vector does not have the dimensions of the indexed ones: the query "
                     "raises an error");
        return false;
    }
    const char* reason = judge_query(place, query, is_range);
    if (reason != nullptr) {
        finding->index = candidate->index;
        // Of the two tables, the one that has an index is told of.
        finding->is_weak = reason == kOfOtherTable && candidate->fit == Fit::kNone;
        say(finding, reason);
        return false;
    }
    judge_candidate(place, *candidate, call, operand, finding);
    return candidate->fit <= Fit::kPredicate;
}

}  // namespace

bool has_columns(const Place& place, Node* node) {
    Bitmapset* columns = nullptr;
    pull_varattnos(node, place.rel->relid, &columns);
    return !bms_is_empty(columns);
}

void judge_order(const Place& place, const DistanceCall& call, Node* expression,
                 const SortGroupClause& key, Finding* finding) {
    finding->lacks_limit = lacks_limit(place.root);
    const char* reason = judge_level(place.root->parse, expression);
    if (reason != nullptr) {
        say(finding, reason);
        return;
    }
    Candidate candidate;
    if (judge_call(place, call, false, finding, &candidate))
        judge_form(place, candidate.measure, call, expression, key, finding);
}

void judge_range(const Place& place, const DistanceCall& call, const RestrictInfo* condition,
                 Finding* finding) {
    Candidate candidate;
    if (!judge_call(place, call, true, finding, &candidate) ||
        find_bounded_query(candidate.measure, condition) != nullptr)
        return;
    say(finding, "the condition does not end the distances upward, as distance < threshold and "
                 "1 - distance > threshold do, with a threshold that is the same for all rows");
}

}  // namespace vx::pg
