// `SELECT ... FROM (SELECT ..., vectorext_occurrence(...) OVER (ORDER BY distance) AS nth ...) s
// WHERE nth <= 2 ORDER BY distance LIMIT 10` is quick where the index gives the window's order: the
// LIMIT then ends the scan.  But below an ORDER BY, or a join, the server plans a subquery as if
// all of its rows were wanted, and keeps no path that is dear as a whole and quick to begin with.
#include "pg/planner/grouped.h"

#include "pg/planner/measure.h"

namespace vx::pg {
namespace {

get_relation_info_hook_type previous_hook = nullptr;

bool has_vector_index(const RelOptInfo* rel) {
    ListCell* cell = nullptr;
    foreach (cell, rel->indexlist)
        if (is_vector_index(static_cast<IndexOptInfo*>(lfirst(cell)))) return true;
    return false;
}

/// Is this a subquery with a window, of which the query around it may take but a few rows?
bool may_stop_early(const PlannerInfo* root) {
    return root->parent_root != nullptr && root->parse->hasWindowFuncs &&
           root->tuple_fraction <= 0 && root->parent_root->tuple_fraction > 0;
}

/// Has the planner keep paths that are quick to begin with, also for what is planned later: the
/// window itself.  Which is used is for the query around it to decide, by its own costs.
void consider_startup(PlannerInfo* root, RelOptInfo* latest) {
    root->tuple_fraction = root->parent_root->tuple_fraction;
    latest->consider_startup = true;
    for (int i = 1; i < root->simple_rel_array_size; ++i)
        if (root->simple_rel_array[i] != nullptr)
            root->simple_rel_array[i]->consider_startup = true;
}

void hook(PlannerInfo* root, Oid table, bool inherits, RelOptInfo* rel) {
    if (previous_hook != nullptr) previous_hook(root, table, inherits, rel);
    if (may_stop_early(root) && has_vector_index(rel)) consider_startup(root, rel);
}

}  // namespace

void init_grouped() {
    previous_hook = get_relation_info_hook;
    get_relation_info_hook = hook;
}

}  // namespace vx::pg
