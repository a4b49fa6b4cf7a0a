// Conditions on filter columns that the server does not give to an index by itself.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// `given`, a list of IndexClause, and beside them those of `clauses` that the index can test on a
/// filter column, in the order of the columns.  What the server gives to scans of an order by
/// distance lacks some: arrays on any but the first column (before 17), boolean columns (before
/// 16), `value = ANY (column)`; and all of them where the path is not the server's.
List* add_filters(PlannerInfo* root, const IndexOptInfo* index, List* given, List* clauses);

/// Is one of these conditions of a form that the server gives to no scan?
bool has_own_filter(const List* conditions);

}  // namespace vx::pg
