// What WHERE says of a distance.
#pragma once

#include "pg/planner/linear.h"

namespace vx::pg {

/// Index conditions `column @< bound` for the clauses that bound the distance to `query`: a list of
/// IndexClause.  Each is lossy: the clause stays as a filter, since the bound may be a little wide.
List* find_bounds(PlannerInfo* root, const Measure& measure, Node* query);

/// What the rows that WHERE lets pass have not.
struct Absent {
    bool nulls;  // in the indexed column
    bool nans;   // among its distances
};

Absent find_absent(const Measure& measure);

}  // namespace vx::pg
