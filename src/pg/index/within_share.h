// How many rows a query's bound of the distance lets pass.
#pragma once

#include "pg/index/open_index.h"

namespace vx::pg {

/// Is this a bound of the distance, and not a condition on a filter column or a test for NULL?
bool is_distance_bound(const IndexClause* clause);

/// The share of an index's rows that the bounds of a path by distance let pass, from 0 to 1, by
/// measuring some of them; below 0 where the plan does not say what is asked for, or where the
/// asking role may not learn of all rows.
double share_within(PlannerInfo* root, const IndexPath* path, Relation index,
                    const OpenIndex& opened);

/// The value of the query that a path takes distances to, as far as the plan says it and the asking
/// role may learn of all rows; else null.
const Const* find_query_value(PlannerInfo* root, const IndexPath* path);

/// The query that a path takes distances to; null: none.
Node* find_path_query(const IndexPath* path);

}  // namespace vx::pg
