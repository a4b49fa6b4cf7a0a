// Scans without an order as bitmaps, which the executor combines with those of other indexes of the
// table.
#pragma once

#include "pg/planner/measure.h"

namespace vx::pg {

/// The rows that an index finds by its conditions, whatever their order.
struct UnorderedScan {
    const Measure& measure;
    List* conditions;  // IndexClause: bounds of the distance, then those on filter columns
    Node* query;       // to which the distance is bounded; null: there is no bound
    Relids outer;      // other tables, for each of whose rows there is a scan; null: none
    double scans;      // how often
};

/// A path that reads the table by the scan's bitmap alone, and one for each bitmap of another index
/// by which it is cut.  None of a range where the catalog has no `@<@`.
void add_bitmaps(PlannerInfo* root, const UnorderedScan& scan);

/// Paths by bitmaps for each OR of the table's conditions that has a range among its sides, where
/// indexes serve all of them.
void add_unions(PlannerInfo* root, RelOptInfo* rel);

}  // namespace vx::pg
