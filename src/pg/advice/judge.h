// What keeps an index from serving a distance.
#pragma once

#include "pg/advice/distance_calls.h"
#include "pg/advice/finding.h"

namespace vx::pg {

/// A table within a query that is being planned.
struct Place {
    PlannerInfo* root;
    RelOptInfo* rel;
    Oid table;       // that is read
    Oid named;       // that the query names: `table`, or the partitioned one that it belongs to
    Index position;  // of that
    bool is_child;   // of a partitioned table, or of UNION ALL
};

/// Whether an expression has columns of the place's table.
bool has_columns(const Place& place, Node* node);

/// Of the distance in the expression by which rows are ordered first.
void judge_order(const Place& place, const DistanceCall& call, Node* expression,
                 const SortGroupClause& key, Finding* finding);

/// Of the distance in a condition.
void judge_range(const Place& place, const DistanceCall& call, const RestrictInfo* condition,
                 Finding* finding);

}  // namespace vx::pg
