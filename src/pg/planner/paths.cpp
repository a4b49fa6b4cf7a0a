// The hook.  It is called for each table of a query, after the server has made its own paths.
//
// The server uses an ordering index for `ORDER BY column <=> query` alone, ascending, and gives no
// condition to it.  Here are added: a path for an order that is that of the distance by SQL's
// rules, ties, NULL and NaN included, though it is written otherwise; a path for the first of
// several sort keys (before PostgreSQL 17), above which the executor sorts the ties; to each path
// by a distance the bounds that WHERE sets to it and conditions on filter columns; and paths for
// such bounds alone, or such conditions, by the index or by a bitmap (bitmaps.cpp).
#include "pg/planner/paths.h"

#include "pg/planner/bitmaps.h"
#include "pg/planner/bounds.h"
#include "pg/planner/filters.h"
#include "pg/planner/row_estimate.h"

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

/// How often a path is scanned, as the server counts it: as often as the smallest of the other
/// tables has rows.
double count_scans(PlannerInfo* root, Relids outer) {
    double scans = 0;
    for (int id = bms_next_member(outer, -1); id >= 0; id = bms_next_member(outer, id)) {
        if (id >= root->simple_rel_array_size) continue;
        const RelOptInfo* rel = root->simple_rel_array[id];
        if (rel != nullptr && rel->rows > 0 && (scans == 0 || rel->rows < scans)) scans = rel->rows;
    }
    return scans > 1 ? scans : 1;
}

/// `outer`: other tables, for each of whose rows the path is scanned; null: none.
IndexPath* make_path(PlannerInfo* root, const IndexOptInfo* index, List* clauses, Expr* order,
                     List* pathkeys, Relids outer) {
    return create_index_path(root, const_cast<IndexOptInfo*>(index), clauses, list_make1(order),
                             list_make1_int(0), pathkeys, ForwardScanDirection, false, outer,
                             count_scans(root, outer), false);
}

/// A path with all conditions in place of each without: it returns the same rows and does less.
void add_conditions(PlannerInfo* root, RelOptInfo* rel) {
    List* bounded = NIL;
    ListCell* cell = nullptr;
    foreach (cell, rel->pathlist) {
        auto* path = static_cast<Path*>(lfirst(cell));
        Measure measure;
        Node* query = nullptr;
        if (!find_distance_path(path, &measure, &query)) continue;
        List* clauses = measure.index->indrestrictinfo;
        auto* by_index = reinterpret_cast<IndexPath*>(path);
        List* conditions = list_concat(
            find_bounds(root, measure, clauses, query, kNearestCollation), by_index->indexclauses);
        conditions = add_filters(root, measure.index, conditions, clauses);
        if (list_length(conditions) == list_length(by_index->indexclauses)) continue;
        bounded = lappend(bounded, make_path(root, by_index->indexinfo, conditions,
                                             static_cast<Expr*>(linitial(by_index->indexorderbys)),
                                             path->pathkeys, nullptr));
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
        add_path(rel, reinterpret_cast<Path*>(make_path(root, measure.index, NIL,
                                                        make_order(measure, op, linear.query),
                                                        list_make1(key), nullptr)));
        return;
    }
}

/// Paths for the rows within a bound of the distance, which nobody wants in any order.  `bound` is
/// one of `clauses`; those that bound the same distance go with it.
void add_range(PlannerInfo* root, const Measure& measure, const RestrictInfo* bound,
               List* clauses) {
    Node* query = find_bounded_query(measure, bound);
    List* bounds =
        query != nullptr ? find_bounds(root, measure, clauses, query, kRangeCollation) : NIL;
    if (bounds == NIL) return;
    RelOptInfo* rel = measure.index->rel;
    bounds = add_filters(root, measure.index, bounds, measure.index->indrestrictinfo);
    Relids outer = bms_difference(bound->clause_relids, rel->relids);
    if (bms_is_empty(outer)) outer = nullptr;
    add_path(rel, reinterpret_cast<Path*>(make_path(root, measure.index, bounds,
                                                    make_order(measure, measure.distance, query),
                                                    NIL, outer)));
    add_bitmaps(root, {measure, bounds, query, outer, count_scans(root, outer)});
}

/// Paths for ranges, of the table itself and of its joins by distance: there each row of the other
/// table asks for those within the bound of it.
void add_ranges(PlannerInfo* root, RelOptInfo* rel, const Measure& measure) {
    ListCell* cell = nullptr;
    foreach (cell, measure.index->indrestrictinfo) {
        auto* info = static_cast<RestrictInfo*>(lfirst(cell));
        if (find_bounded_query(measure, info) == nullptr) continue;
        add_range(root, measure, info, measure.index->indrestrictinfo);
        break;
    }
    foreach (cell, rel->joininfo) {
        auto* info = static_cast<RestrictInfo*>(lfirst(cell));
        if (join_clause_is_movable_to(info, rel)) add_range(root, measure, info, list_make1(info));
    }
}

/// Paths by conditions on filter columns alone, where the server does not see all of them.
void add_unordered(PlannerInfo* root, RelOptInfo* rel, const Measure& measure) {
    auto* index = const_cast<IndexOptInfo*>(measure.index);
    List* conditions = add_filters(root, index, NIL, index->indrestrictinfo);
    if (!has_own_filter(conditions)) return;
    add_path(rel, reinterpret_cast<Path*>(create_index_path(root, index, conditions, NIL, NIL, NIL,
                                                            ForwardScanDirection, false, nullptr, 1,
                                                            false)));
    add_bitmaps(root, {measure, conditions, nullptr, nullptr, 1});
}

bool is_usable(const IndexOptInfo* index) { return index->indpred == NIL || index->predOK; }

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
        if (!is_usable(index)) continue;
        if (root->query_pathkeys != NIL) add_order(root, rel, measure);
    }
    if (!found) return;
    if (rel->baserestrictinfo != NIL) add_conditions(root, rel);
    foreach (cell, rel->indexlist) {
        auto* index = static_cast<IndexOptInfo*>(lfirst(cell));
        Measure measure;
        if (!is_usable(index) || !find_measure(index, &measure)) continue;
        add_ranges(root, rel, measure);
        add_unordered(root, rel, measure);
    }
    add_unions(root, rel);
    estimate_rows_within(root, rel);
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
