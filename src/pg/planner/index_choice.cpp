// Settings such as enable_indexscan would not do: they are for every index of every table, and a
// table may have several indexes on one vector.
#include "pg/planner/index_choice.h"

#include "pg/planner/measure.h"

namespace vx::pg {
namespace {

get_relation_info_hook_type previous_relation_hook = nullptr;
const IndexChoice* current = nullptr;

bool may_use(const IndexOptInfo* index, Oid table) {
    if (!OidIsValid(current->index)) return !is_vector_index(index);
    return table != current->table || index->indexoid == current->index;
}

void relation_hook(PlannerInfo* root, Oid table, bool inherits, RelOptInfo* rel) {
    if (previous_relation_hook != nullptr) previous_relation_hook(root, table, inherits, rel);
    if (current == nullptr) return;
    ListCell* cell = nullptr;
    foreach (cell, rel->indexlist)
        if (!may_use(static_cast<IndexOptInfo*>(lfirst(cell)), table))
            rel->indexlist = foreach_delete_current(rel->indexlist, cell);
}

}  // namespace

void init_index_choice() {
    previous_relation_hook = get_relation_info_hook;
    get_relation_info_hook = relation_hook;
}

const IndexChoice* choose_indexes(const IndexChoice* choice) {
    const IndexChoice* before = current;
    current = choice;
    return before;
}

}  // namespace vx::pg
