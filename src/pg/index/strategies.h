// The operators of an operator class, by their numbers.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// Strategies of our operator classes.  A scan tells its keys apart by them.
enum Strategy : int16 {
    kDistanceStrategy = 1,     // ORDER BY column <-> query: NaN after all numbers, as for ORDER BY
    kWithinStrategy = 2,       // column @< bound: rows of distance <= bound; of NaN only to NaN
    kWithinOrNanStrategy = 3,  // column @<~ bound: these and the rows whose distance is NaN
    kNanFirstStrategy = 4,     // ORDER BY column <=>~ query: as 1, but NaN before all numbers
    kQueryStrategy = 5,        // column @<@ query: what the bounds of a scan without order are from
};

/// Collations of the conditions `@<`, `@<~`, and `@<@` that the planner makes, which need none.
/// They tell the operator's function that no statement has called it, and the scan what is wanted.
constexpr Oid kNearestCollation = C_COLLATION_OID;    // the nearest rows within the bound
constexpr Oid kRangeCollation = POSIX_COLLATION_OID;  // all of them, in any order

/// Raises for one of these operators in a statement.
[[noreturn]] void refuse_statement_operator();

}  // namespace vx::pg
