// The hook.  It is called for each table of a query, after the server has made its own paths.
//
// The server uses an ordering index for `ORDER BY column <=> query` alone, ascending, and gives no
// condition to it.  Here are added: a path for an order that is that of the distance by SQL's
// rules, ties, NULL and NaN included, though it is written otherwise; a path for the first of
// several sort keys (before PostgreSQL 17), above which the executor sorts the ties; and to each
// path by a distance the bounds that WHERE sets to it.
#include "pg/planner/paths.h"

#include "pg/planner/bounds.h"

namespace vx::pg {
namespace {

set_rel_pathlist_hook_type previous_hook = nullptr;

/// The path's measure and what it takes the distance to; false for what is not by a distance.
bool find_distance_path(Path* path, Measure* measure, Node** query) {
    if (!IsA(path, IndexPath) || path->param_info != nullptr) return false;
    const auto* by_index = reinterpret_cast<const IndexPath*>(path);
    if (list_length(by_index->indexorderbys) != 1 || !find_measure(by_index->indexinfo, measure))
        return false;
    const auto* order = static_cast<OpExpr*>(linitial(by_index->indexorderbys));
    *query = static_cast<Node*>(lsecond(order->args));
    return true;
}

IndexPath* make_path(PlannerInfo* root, IndexOptInfo* index, List* clauses, List* orders,
                     List* pathkeys) {
    return create_index_path(root, index, clauses, orders, list_make1_int(0), pathkeys,
                             ForwardScanDirection, false, nullptr, 1.0, false);
}

/// A path with bounds in place of each without: it returns the same rows and does less.
void add_bounds(PlannerInfo* root, RelOptInfo* rel) {
    List* bounded = NIL;
    ListCell* cell = nullptr;
    foreach (cell, rel->pathlist) {
        auto* path = static_cast<Path*>(lfirst(cell));
        Measure measure;
        Node* query = nullptr;
        if (!find_distance_path(path, &measure, &query)) continue;
        List* bounds = find_bounds(root, measure, query);
        if (bounds == NIL) continue;
        auto* by_index = reinterpret_cast<IndexPath*>(path);
        bounded = lappend(bounded, make_path(root, by_index->indexinfo,
                                             list_concat_copy(by_index->indexclauses, bounds),
                                             by_index->indexorderbys, path->pathkeys));
        rel->pathlist = foreach_delete_current(rel->pathlist, cell);
    }
    foreach (cell, bounded) add_path(rel, static_cast<Path*>(lfirst(cell)));
}

bool has_path(const RelOptInfo* rel, const IndexOptInfo* index, const PathKey* key) {
    ListCell* cell = nullptr;
    foreach (cell, rel->pathlist) {
        auto* path = static_cast<Path*>(lfirst(cell));
        if (IsA(path, IndexPath) && reinterpret_cast<IndexPath*>(path)->indexinfo == index &&
            path->pathkeys != NIL && linitial(path->pathkeys) == key)
            return true;
    }
    return false;
}

bool is_null_free(PlannerInfo* root, const Measure& measure, const Absent& absent) {
    const IndexOptInfo* index = measure.index;
    const auto column = static_cast<AttrNumber>(index->indexkeys[0]);
    return absent.nulls ||
           (column > 0 &&
            vx_is_not_null(index->rel, planner_rt_fetch(index->rel->relid, root)->relid, column));
}

/// The operator by which the index gives an expression's order; InvalidOid: by none.
Oid find_order(PlannerInfo* root, const Measure& measure, const Linear& linear,
               const PathKey* key) {
    const bool descends = vx_pathkey_descends(key);
    if (linear.direction() != (descends ? -1 : 1)) return InvalidOid;
    const Absent absent = find_absent(measure);
    // The index has NULLs at its end.
    if (key->pk_nulls_first && !is_null_free(root, measure, absent)) return InvalidOid;
    // NaN, too, which is where it belongs unless the order is descending.
    return descends && !absent.nans ? measure.nan_first : measure.distance;
}

Expr* make_order(const Measure& measure, Oid op, Node* query) {
    const auto* entry = static_cast<TargetEntry*>(linitial(measure.index->indextlist));
    Expr* order =
        make_opclause(op, FLOAT8OID, false, static_cast<Expr*>(copyObjectImpl(entry->expr)),
                      static_cast<Expr*>(copyObjectImpl(query)), InvalidOid, InvalidOid);
    set_opfuncid(reinterpret_cast<OpExpr*>(order));
    return order;
}

/// A path for the first sort key of the query, when an index has that order and the server has not
/// seen it.
void add_order(PlannerInfo* root, RelOptInfo* rel, const Measure& measure) {
    auto* key = static_cast<PathKey*>(linitial(root->query_pathkeys));
    EquivalenceClass* equal_expressions = key->pk_eclass;
    if (equal_expressions->ec_has_volatile || key->pk_opfamily != measure.sort_family ||
        has_path(rel, measure.index, key))
        return;
    ListCell* cell = nullptr;
    foreach (cell, vx_members(equal_expressions, rel->relids)) {
        const auto* member = static_cast<EquivalenceMember*>(lfirst(cell));
        Linear linear;
        if (!bms_equal(member->em_relids, rel->relids) ||
            !find_linear(measure, reinterpret_cast<Node*>(member->em_expr), &linear) ||
            !linear.is_constant())
            continue;
        const Oid op = find_order(root, measure, linear, key);
        if (!OidIsValid(op)) continue;
        add_path(rel, reinterpret_cast<Path*>(make_path(
                          root, const_cast<IndexOptInfo*>(measure.index), NIL,
                          list_make1(make_order(measure, op, linear.query)), list_make1(key))));
        return;
    }
}

void add_paths(PlannerInfo* root, RelOptInfo* rel, Index, RangeTblEntry* entry) {
    // What the planner knows to be empty is left so: a path would bring its rows back.
    if (entry->rtekind != RTE_RELATION || entry->inh || entry->tablesample != nullptr ||
        rel->lateral_relids != nullptr || IS_DUMMY_REL(rel))
        return;
    bool found = false;
    ListCell* cell = nullptr;
    foreach (cell, rel->indexlist) {
        auto* index = static_cast<IndexOptInfo*>(lfirst(cell));
        Measure measure;
        if (!find_measure(index, &measure)) continue;
        found = true;
        if (root->query_pathkeys != NIL && (index->indpred == NIL || index->predOK))
            add_order(root, rel, measure);
    }
    if (found && rel->baserestrictinfo != NIL) add_bounds(root, rel);
}

void hook(PlannerInfo* root, RelOptInfo* rel, Index index, RangeTblEntry* entry) {
    if (previous_hook != nullptr) previous_hook(root, rel, index, entry);
    if (rel->indexlist != NIL) add_paths(root, rel, index, entry);
}

}  // namespace

void init_planner() {
    previous_hook = set_rel_pathlist_hook;
    set_rel_pathlist_hook = hook;
}

}  // namespace vx::pg
