// A clause has its selectivity noted with it, so what is noted here counts in all that is planned
// later.  The paths that are there already have their number of rows, which follows.
#include "pg/planner/row_estimate.h"

#include "pg/index/within_share.h"
#include "pg/planner/measure.h"

namespace vx::pg {
namespace {

struct BoundedPath {
    List* bounds = NIL;  // clauses of the query that bound the distance
    double within = 1;   // the share of rows that they leave
};

/// What a path by distance says of its bounds.
BoundedPath describe(PlannerInfo* root, const IndexPath* path) {
    BoundedPath found;
    List* filters = NIL;
    ListCell* cell = nullptr;
    foreach (cell, path->indexclauses) {
        const auto* clause = lfirst_node(IndexClause, cell);
        List** list = is_distance_bound(clause) ? &found.bounds : &filters;
        *list = list_append_unique_ptr(*list, clause->rinfo);
    }
    const double passing = clauselist_selectivity(
        root, filters, static_cast<int>(path->indexinfo->rel->relid), JOIN_INNER, nullptr);
    found.within = passing > 0 ? path->indexselectivity / passing : 1;
    if (found.within > 1) found.within = 1;
    return found;
}

/// One of `paths`, of the table alone, with a bound; one is as good as the other, since they have
/// what bounds the same query.  Of a bitmap's conditions all must hold.
bool find_bounded_path(PlannerInfo* root, List* paths, BoundedPath* found) {
    ListCell* cell = nullptr;
    foreach (cell, paths) {
        auto* path = static_cast<Path*>(lfirst(cell));
        if (path->param_info != nullptr) continue;
        if (IsA(path, BitmapHeapPath)) path = reinterpret_cast<BitmapHeapPath*>(path)->bitmapqual;
        if (IsA(path, BitmapAndPath)) {
            auto* both = reinterpret_cast<const BitmapAndPath*>(path);
            if (find_bounded_path(root, both->bitmapquals, found)) return true;
        }
        if (!IsA(path, IndexPath)) continue;
        const auto* by_index = reinterpret_cast<const IndexPath*>(path);
        if (!is_vector_index(by_index->indexinfo)) continue;
        *found = describe(root, by_index);
        if (found->bounds != NIL) return true;
    }
    return false;
}

void note_selectivity(const BoundedPath& path) {
    double within = path.within;
    ListCell* cell = nullptr;
    foreach (cell, path.bounds) {
        lfirst_node(RestrictInfo, cell)->norm_selec = within;
        within = 1;  // of the first
    }
}

void scale_rows(List* paths, double factor) {
    ListCell* cell = nullptr;
    foreach (cell, paths) {
        auto* path = static_cast<Path*>(lfirst(cell));
        if (path->param_info == nullptr) path->rows = clamp_row_est(path->rows * factor);
    }
}

}  // namespace

void estimate_rows_within(PlannerInfo* root, RelOptInfo* rel) {
    BoundedPath path;
    if (rel->rows <= 0 || !find_bounded_path(root, rel->pathlist, &path)) return;
    note_selectivity(path);
    const double share =
        clauselist_selectivity(root, rel->baserestrictinfo, 0, JOIN_INNER, nullptr);
    const double before = rel->rows;
    rel->rows = clamp_row_est(rel->tuples * share);
    scale_rows(rel->pathlist, rel->rows / before);
    scale_rows(rel->partial_pathlist, rel->rows / before);
}

}  // namespace vx::pg
