// An index scan for a bitmap has no ORDER BY, which says what distances are taken to: here a
// condition does, `column @<@ query`.
#include "pg/planner/bitmaps.h"

#include "pg/planner/bounds.h"
#include "pg/planner/filters.h"

namespace vx::pg {
namespace {

/// The tables' conditions that a bitmap is made by.
List* conditions_of(List* found, const Path* bitmap) {
    const List* parts = NIL;
    ListCell* cell = nullptr;
    switch (nodeTag(bitmap)) {
    case T_IndexPath:
        foreach (cell, reinterpret_cast<const IndexPath*>(bitmap)->indexclauses)
            found = lappend(found, lfirst_node(IndexClause, cell)->rinfo);
        return found;
    case T_BitmapAndPath:
        parts = reinterpret_cast<const BitmapAndPath*>(bitmap)->bitmapquals;
        break;
    case T_BitmapOrPath:
        parts = reinterpret_cast<const BitmapOrPath*>(bitmap)->bitmapquals;
        break;
    default:
        break;
    }
    foreach (cell, parts) found = conditions_of(found, static_cast<const Path*>(lfirst(cell)));
    return found;
}

/// Two bitmaps by one condition are no smaller together than the planner takes them for.
bool share_conditions(const Path* left, const Path* right) {
    const List* conditions = conditions_of(NIL, left);
    const ListCell* cell = nullptr;
    foreach (cell, conditions_of(NIL, right))
        if (list_member_ptr(conditions, lfirst(cell))) return true;
    return false;
}

/// What a path reads the table by, if that can be a bitmap of one scan of the table; null: not.
Path* find_bitmap(Path* path) {
    if (path->param_info != nullptr) return nullptr;
    if (IsA(path, BitmapHeapPath)) return reinterpret_cast<BitmapHeapPath*>(path)->bitmapqual;
    if (!IsA(path, IndexPath)) return nullptr;
    const auto* by_index = reinterpret_cast<const IndexPath*>(path);
    return by_index->indexinfo->amhasgetbitmap && by_index->indexorderbys == NIL &&
                   by_index->indexclauses != NIL
               ? path
               : nullptr;
}

/// Bitmaps that the server makes by `indexes` of a table.  Those that it made are gone where it
/// knows a path that is less work than the bitmap alone, so it makes them once more.
List* make_bitmaps(PlannerInfo* root, RelOptInfo* rel, List* indexes) {
    // A node is no more than its bytes.
    const RelOptInfo before = *rel;
    rel->pathlist = NIL;
    rel->indexlist = indexes;
    rel->joininfo = NIL;
    rel->has_eclass_joins = false;
    rel->consider_parallel = false;
    create_index_paths(root, rel);
    List* bitmaps = NIL;
    ListCell* cell = nullptr;
    foreach (cell, rel->pathlist) {
        Path* bitmap = find_bitmap(static_cast<Path*>(lfirst(cell)));
        if (bitmap != nullptr) bitmaps = lappend(bitmaps, bitmap);
    }
    rel->pathlist = before.pathlist;
    rel->indexlist = before.indexlist;
    rel->joininfo = before.joininfo;
    rel->has_eclass_joins = before.has_eclass_joins;
    rel->consider_parallel = before.consider_parallel;
    return bitmaps;
}

/// The same for conditions of which the table's rows need not meet all.
List* make_bitmaps_of(PlannerInfo* root, RelOptInfo* rel, List* clauses) {
    List* const table_clauses = rel->baserestrictinfo;
    List* index_clauses = NIL;
    ListCell* cell = nullptr;
    foreach (cell, rel->indexlist) {
        auto* index = lfirst_node(IndexOptInfo, cell);
        index_clauses = lappend(index_clauses, index->indrestrictinfo);
        index->indrestrictinfo = clauses;
    }
    rel->baserestrictinfo = clauses;
    List* bitmaps = make_bitmaps(root, rel, rel->indexlist);
    rel->baserestrictinfo = table_clauses;
    ListCell* before = nullptr;
    forboth(cell, rel->indexlist, before, index_clauses) lfirst_node(IndexOptInfo, cell)
        ->indrestrictinfo = static_cast<List*>(lfirst(before));
    return bitmaps;
}

/// Bitmaps by indexes of the table other than the scan's.
List* find_other_bitmaps(PlannerInfo* root, const UnorderedScan& scan) {
    const IndexOptInfo* index = scan.measure.index;
    RelOptInfo* rel = index->rel;
    // What a scan for each row of another table has is no condition of the table alone.
    const int own = scan.outer == nullptr ? 1 : 0;
    if (list_length(rel->indexlist) < 2 || list_length(rel->baserestrictinfo) <= own) return NIL;
    return make_bitmaps(
        root, rel, list_delete_ptr(list_copy(rel->indexlist), const_cast<IndexOptInfo*>(index)));
}

/// What the table is read by.
struct HeapScan {
    Path* bitmap;
    Relids outer;  // as UnorderedScan has them
    double scans;
};

void add_heap_path(PlannerInfo* root, RelOptInfo* rel, const HeapScan& scan) {
    add_path(rel, reinterpret_cast<Path*>(
                      create_bitmap_heap_path(root, rel, scan.bitmap, scan.outer, scan.scans, 0)));
    if (rel->consider_parallel && scan.outer == nullptr)
        create_partial_bitmap_paths(root, rel, scan.bitmap);
}

/// The scan's bitmap; null where the catalog has no `@<@`.
Path* make_bitmap(PlannerInfo* root, const UnorderedScan& scan) {
    List* conditions = scan.query != nullptr
                           ? add_query(root, scan.measure, scan.conditions, scan.query)
                           : scan.conditions;
    if (conditions == NIL) return nullptr;
    auto* index = const_cast<IndexOptInfo*>(scan.measure.index);
    return reinterpret_cast<Path*>(create_index_path(root, index, conditions, NIL, NIL, NIL,
                                                     ForwardScanDirection, false, scan.outer,
                                                     scan.scans, false));
}

/// The same for a bitmap of ours that is cut by another.  Where the first is empty, the executor
/// asks for no other: ours takes longest.
void add_cut(PlannerInfo* root, RelOptInfo* rel, Path* other, const HeapScan& ours) {
    if (share_conditions(other, ours.bitmap)) return;
    List* parts = IsA(other, BitmapAndPath)
                      ? list_copy(reinterpret_cast<BitmapAndPath*>(other)->bitmapquals)
                      : list_make1(other);
    auto* both =
        reinterpret_cast<Path*>(create_bitmap_and_path(root, rel, lappend(parts, ours.bitmap)));
    add_heap_path(root, rel, {both, ours.outer, ours.scans});
}

/// The conditions of one side of an OR.
List* clauses_of(Node* side) {
    return is_andclause(side) ? list_copy(reinterpret_cast<BoolExpr*>(side)->args)
                              : list_make1(side);
}

/// Ours for one side of an OR, by `measure`: null where it does not bound the distance.
Path* make_range(PlannerInfo* root, const Measure& measure, List* clauses) {
    ListCell* cell = nullptr;
    foreach (cell, clauses) {
        Node* query = find_bounded_query(measure, lfirst_node(RestrictInfo, cell));
        if (query == nullptr) continue;
        List* bounds = find_bounds(root, measure, clauses, query, kRangeCollation);
        if (bounds == NIL) continue;
        bounds = add_filters(root, measure.index, bounds, clauses);
        return make_bitmap(root, {measure, bounds, query, nullptr, 1});
    }
    return nullptr;
}

/// Bitmaps of ours for one side of an OR.
List* make_ranges(PlannerInfo* root, RelOptInfo* rel, List* clauses) {
    List* ranges = NIL;
    ListCell* cell = nullptr;
    foreach (cell, rel->indexlist) {
        const auto* index = lfirst_node(IndexOptInfo, cell);
        Measure measure;
        if ((index->indpred != NIL && !index->predOK) || !find_measure(index, &measure)) continue;
        Path* range = make_range(root, measure, clauses);
        if (range != nullptr) ranges = lappend(ranges, range);
    }
    return ranges;
}

Path* cheapest(PlannerInfo* root, RelOptInfo* rel, const List* bitmaps) {
    Path* best = nullptr;
    Cost least = 0;
    const ListCell* cell = nullptr;
    foreach (cell, bitmaps) {
        auto* bitmap = static_cast<Path*>(lfirst(cell));
        const Cost cost =
            create_bitmap_heap_path(root, rel, bitmap, nullptr, 1, 0)->path.total_cost;
        if (best != nullptr && cost >= least) continue;
        best = bitmap;
        least = cost;
    }
    return best;
}

/// A bitmap of the rows that meet an OR with a range among its sides; null: there is none, or a
/// side that no index serves.
Path* make_union(PlannerInfo* root, RelOptInfo* rel, const RestrictInfo* info) {
    const auto* sides = reinterpret_cast<const BoolExpr*>(info->orclause)->args;
    List* of_sides = NIL;  // of each, a list of ranges
    bool any = false;
    const ListCell* cell = nullptr;
    foreach (cell, sides) {
        List* ranges = make_ranges(root, rel, clauses_of(static_cast<Node*>(lfirst(cell))));
        of_sides = lappend(of_sides, ranges);
        any = any || ranges != NIL;
    }
    if (!any) return nullptr;
    List* parts = NIL;
    const ListCell* of_side = nullptr;
    forboth(cell, sides, of_side, of_sides) {
        List* clauses = clauses_of(static_cast<Node*>(lfirst(cell)));
        List* bitmaps = list_concat_copy(static_cast<List*>(lfirst(of_side)),
                                         make_bitmaps_of(root, rel, clauses));
        if (bitmaps == NIL) return nullptr;
        parts = lappend(parts, cheapest(root, rel, bitmaps));
    }
    return reinterpret_cast<Path*>(create_bitmap_or_path(root, rel, parts));
}

}  // namespace

void add_bitmaps(PlannerInfo* root, const UnorderedScan& scan) {
    const IndexOptInfo* index = scan.measure.index;
    RelOptInfo* rel = index->rel;
    Path* ours = make_bitmap(root, scan);
    if (ours == nullptr) return;
    add_heap_path(root, rel, {ours, scan.outer, scan.scans});
    ListCell* cell = nullptr;
    foreach (cell, find_other_bitmaps(root, scan))
        add_cut(root, rel, static_cast<Path*>(lfirst(cell)), {ours, scan.outer, scan.scans});
}

void add_unions(PlannerInfo* root, RelOptInfo* rel) {
    List* const clauses = rel->baserestrictinfo;
    ListCell* cell = nullptr;
    foreach (cell, clauses) {
        const auto* info = lfirst_node(RestrictInfo, cell);
        if (info->orclause == nullptr || info->pseudoconstant) continue;
        Path* bitmap = make_union(root, rel, info);
        if (bitmap == nullptr) continue;
        add_heap_path(root, rel, {bitmap, nullptr, 1});
        if (list_length(clauses) < 2) continue;
        ListCell* other = nullptr;
        foreach (other, make_bitmaps(root, rel, rel->indexlist))
            add_cut(root, rel, static_cast<Path*>(lfirst(other)), {bitmap, nullptr, 1});
    }
}

}  // namespace vx::pg
