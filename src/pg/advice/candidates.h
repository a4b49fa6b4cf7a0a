// The index of a table that comes nearest to serving a distance.
#pragma once

#include "pg/advice/distance_calls.h"
#include "pg/planner/measure.h"

namespace vx::pg {

/// How well an index fits a distance of a column or expression, best first.
enum class Fit : uint8_t {
    kUsable,
    kPredicate,   // it is partial, and the query's conditions do not imply its own
    kHidden,      // the planner does not have it
    kTooNew,      // the planner waits for older transactions to end
    kForeign,     // pgvector built it
    kInvalid,     // a build of it failed, or goes on
    kExpression,  // the same distance, under other casts
    kOperator,    // another distance of the same expression
    kNone,        // there is no index that comes near
};

struct Candidate {
    Fit fit = Fit::kNone;
    Oid index = InvalidOid;
    Measure measure{};  // from kUsable to kOperator
};

/// Looks at the indexes of `table`, which is what `rel` reads, for the distance of `operand`.
Candidate find_candidate(RelOptInfo* rel, Oid table, const DistanceKind& kind, Node* operand);

/// What an index is on, as an expression over range table entry `position`.
Node* indexed_operand(Relation index, int position);

}  // namespace vx::pg
