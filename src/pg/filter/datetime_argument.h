// What a condition compares a column with, among the keys of the column.
#pragma once

#include "pg/filter/ordered_key.h"

namespace vx::pg {

/// Keys below `least` are of lesser values than the argument, keys above `greatest` of greater
/// ones; those between may be either, or equal.  Where there are none, least being the one after
/// greatest, the argument lies between two keys.
struct Argument {
    uint64_t least;
    uint64_t greatest;

    bool is_exact() const { return least >= greatest; }
};

/// `value`, of another of the types date, timestamp and timestamptz, beside a column of one of
/// them.
Argument read_datetime(Oid column_type, Oid type, Datum value);

}  // namespace vx::pg
