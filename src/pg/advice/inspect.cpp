// The hook, and which expressions of a query it looks at.  What is said of them is in judge.cpp.
#include "pg/advice/inspect.h"

#include "pg/advice/judge.h"

namespace vx::pg {
namespace {

set_rel_pathlist_hook_type previous_hook = nullptr;
planner_hook_type previous_planner = nullptr;

struct Inspection {
    const Query* query;  // the statement
    List* distances;
    List* findings;
};
Inspection* current = nullptr;

/// Whether `expression` has a distance of a column of the place's table.
bool find_call(const Place& place, Node* expression, DistanceCall* call) {
    return find_distance_call(current->distances, expression, call) &&
           (has_columns(place, call->left) || has_columns(place, call->right));
}

/// The sort key that decides first: the planner leaves out those that are the same for all rows.
const SortGroupClause* first_sort_key(const PlannerInfo* root) {
    const List* keys = root->parse->sortClause;
    if (root->sort_pathkeys != NIL) {
        const Index number = linitial_node(PathKey, root->sort_pathkeys)->pk_eclass->ec_sortref;
        ListCell* cell = nullptr;
        foreach (cell, keys)
            if (lfirst_node(SortGroupClause, cell)->tleSortGroupRef == number)
                return lfirst_node(SortGroupClause, cell);
    }
    return linitial_node(SortGroupClause, keys);
}

/// The expressions that rows are ordered by, as they are of the place's table.
Node* key_expression(const Place& place, const SortGroupClause* key) {
    Node* expression =
        get_sortgroupclause_expr(const_cast<SortGroupClause*>(key), place.root->parse->targetList);
    return place.is_child ? vx_translate_to_child(place.root, expression, place.rel) : expression;
}

bool inspect_order(const Place& place, Finding* finding) {
    const Query* query = place.root->parse;
    if (query->sortClause == NIL) return false;
    const SortGroupClause* first = first_sort_key(place.root);
    DistanceCall call;
    Node* expression = key_expression(place, first);
    if (find_call(place, expression, &call)) {
        finding->sort_number = first->tleSortGroupRef;
        judge_order(place, call, expression, *first, finding);
        return true;
    }
    ListCell* cell = nullptr;
    foreach (cell, query->sortClause) {
        if (!find_call(place, key_expression(place, lfirst_node(SortGroupClause, cell)), &call))
            continue;
        finding->reason =
            "ORDER BY has the distance behind another key, and an index gives rows in "
            "the order of the distance alone: make the distance the first key";
        return true;
    }
    return false;
}

bool inspect_conditions(const Place& place, List* conditions, Finding* finding) {
    ListCell* cell = nullptr;
    foreach (cell, conditions) {
        const auto* condition = lfirst_node(RestrictInfo, cell);
        DistanceCall call;
        if (!find_call(place, reinterpret_cast<Node*>(condition->clause), &call)) continue;
        judge_range(place, call, condition, finding);
        return true;
    }
    return false;
}

/// A distance that is computed, and decides nothing at this level.
bool inspect_targets(const Place& place, Finding* finding) {
    ListCell* cell = nullptr;
    foreach (cell, place.root->parse->targetList) {
        auto* target = reinterpret_cast<Node*>(lfirst_node(TargetEntry, cell)->expr);
        if (place.is_child) target = vx_translate_to_child(place.root, target, place.rel);
        DistanceCall call;
        if (!find_call(place, target, &call)) continue;
        finding->is_weak = true;
        finding->reason =
            "no ORDER BY and no condition goes by the distance in the SELECT that reads the "
            "table: ORDER BY the distance there, with a LIMIT; what groups, combines or filters "
            "further can be around it";
        return true;
    }
    return false;
}

void inspect(PlannerInfo* root, RelOptInfo* rel, const RangeTblEntry* entry) {
    Place place{root,         rel,        entry->relid,
                entry->relid, rel->relid, rel->reloptkind == RELOPT_OTHER_MEMBER_REL};
    if (place.is_child) {
        const auto top = static_cast<Index>(bms_singleton_member(rel->top_parent_relids));
        const RangeTblEntry* parent = planner_rt_fetch(top, root);
        if (parent->rtekind == RTE_RELATION) {
            place.named = parent->relid;
            place.position = top;
        }
    }
    auto* finding = static_cast<Finding*>(palloc0(sizeof(Finding)));
    finding->table = entry->relid;
    finding->at_top = root->parent_root == nullptr;
    finding->position = finding->at_top ? place.position : 0;
    if (inspect_order(place, finding) ||
        inspect_conditions(place, rel->baserestrictinfo, finding) ||
        inspect_conditions(place, rel->joininfo, finding) || inspect_targets(place, finding))
        current->findings = lappend(current->findings, finding);
}

void hook(PlannerInfo* root, RelOptInfo* rel, Index index, RangeTblEntry* entry) {
    if (previous_hook != nullptr) previous_hook(root, rel, index, entry);
    if (current == nullptr || entry->rtekind != RTE_RELATION || entry->inh ||
        entry->relkind == RELKIND_FOREIGN_TABLE || IS_DUMMY_REL(rel))
        return;
    inspect(root, rel, entry);
}

PlannedStmt* call_planner(Query* query, const char* text, int options, ParamListInfo parameters) {
    return previous_planner != nullptr ? previous_planner(query, text, options, parameters)
                                       : standard_planner(query, text, options, parameters);
}

/// A function that is evaluated to plan a statement may plan others, which are not asked about.
PlannedStmt* plan(Query* query, const char* text, int options, ParamListInfo parameters) {
    if (current == nullptr || current->query == query)
        return call_planner(query, text, options, parameters);
    Inspection* volatile before = current;
    PlannedStmt* volatile made = nullptr;
    current = nullptr;
    PG_TRY();
    { made = call_planner(query, text, options, parameters); }
    PG_FINALLY();
    { current = before; }
    PG_END_TRY();
    return made;
}

}  // namespace

void init_advice() {
    previous_hook = set_rel_pathlist_hook;
    set_rel_pathlist_hook = hook;
    previous_planner = planner_hook;
    planner_hook = plan;
}

PlannedStmt* plan_and_inspect(Query* query, const char* text, List** findings) {
    Inspection inspection{query, load_distances(), NIL};
    Inspection* volatile before = current;
    PlannedStmt* volatile made = nullptr;
    current = &inspection;
    PG_TRY();
    { made = pg_plan_query(query, text, CURSOR_OPT_PARALLEL_OK, nullptr); }
    PG_FINALLY();
    { current = before; }
    PG_END_TRY();
    *findings = inspection.findings;
    return made;
}

}  // namespace vx::pg
