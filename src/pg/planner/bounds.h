// What WHERE says of a distance.
#pragma once

#include "pg/planner/linear.h"

namespace vx::pg {

/// The query to which a clause bounds the distance; null where it does not.
Node* find_bounded_query(const Measure& measure, const RestrictInfo* info);

/// Index conditions `column @< bound` for those of `clauses` that bound the distance to `query`: a
/// list of IndexClause.  Each is lossy: the clause stays as a filter, since the bound may be a
/// little wide.  `collation`: what the scan is to return (strategies.h).
List* find_bounds(PlannerInfo* root, const Measure& measure, List* clauses, Node* query,
                  Oid collation);

/// The conditions of a scan without an order, of which the first is a bound of the distance to
/// `query`: a copy where it says so.  NIL where the extension's version lacks the operator.
List* add_query(PlannerInfo* root, const Measure& measure, const List* conditions, Node* query);

/// What the rows that WHERE lets pass have not.
struct Absent {
    bool nulls;  // in the indexed column
    bool nans;   // among its distances
};

Absent find_absent(const Measure& measure);

}  // namespace vx::pg
