// Which indexes the planner may use while answers are compared.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// An index by which alone its table is to be read, or InvalidOid: no vector index at all, so that
/// answers are exact.
struct IndexChoice {
    Oid table;
    Oid index;
};

/// Registers the planner's hook; called once, at load.
void init_index_choice();

/// Makes the planner choose so until the next call, or for null as ever; returns what was before.
const IndexChoice* choose_indexes(const IndexChoice* choice);

/// Calls f() while the planner chooses so, whether it raises an error or not.
template <class F>
void with_indexes(const IndexChoice& choice, F&& f) {
    const IndexChoice* volatile before = choose_indexes(&choice);
    PG_TRY();
    { f(); }
    PG_FINALLY();
    { choose_indexes(before); }
    PG_END_TRY();
}

}  // namespace vx::pg
