// The end of a build WITH (target_recall = ...): which ef_search reaches it.
#pragma once

#include "pg/index/build_shared.h"
#include "pg/index/sample.h"

namespace vx::pg {

/// Finds the least ef_search by which an index that has just been built without the rows held out
/// reaches its target_recall for them at LIMIT 10, keeps it (calibrated.h), and inserts the rows.
/// Where none reaches it, says so.
///
/// A row of an index is easier to find than what users ask for: its own links lead to its
/// neighbors.  Of uniform data of 32 dimensions an ef_search of 10 found 0.94 for rows and 0.73 for
/// queries from elsewhere.  Rows equal to a query are no neighbors of it: they would be found by
/// any search.
void calibrate(Relation heap, Relation index, const OpenIndex& opened, const HeldRows& held,
               const HeldTids& tids);

}  // namespace vx::pg
