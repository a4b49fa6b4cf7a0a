// What vectorext_advise finds of one distance of a query.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// What would have to change in the statement, as bits.
enum Edit : unsigned {
    kNullsLast = 1,     // the first sort key
    kByDistance = 2,    // the first sort key: the distance in it, ascending
    kByIndex = 4,       // the same for the expression that the index is on
    kAddCondition = 8,  // the index's predicate
    kAddLimit = 16,
};

struct Finding {
    Oid table;
    Oid index;               // InvalidOid: none
    const char* reason;      // what keeps an index away; null: nothing of form
    const char* definition;  // a statement that makes or mends an index, or null
    unsigned edits;
    bool fails;         // the reason is an error that the query raises
    bool is_weak;       // says little where there is another finding
    bool lacks_limit;   // an order without a LIMIT
    bool at_top;        // in the statement itself, not in a query within it
    Index position;     // there, of the table among the tables; 0: elsewhere
    Index sort_number;  // there, of the first sort key (tleSortGroupRef); 0: none
};

}  // namespace vx::pg
