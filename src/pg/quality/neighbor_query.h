// The SQL that asks for the nearest neighbors of a vector, by an index and without it.
//
// All of it runs through SPI with the rights of whoever calls, so that privileges and row-level
// security are those of any query.  Names are qualified, whatever the search_path is.
#pragma once

#include "pg/planner/plan_settings.h"

namespace vx::pg {

/// What the server writes of an index names with their schema only objects outside of pg_catalog.
/// Where others come before that in the search_path, this puts it first, as set_meanwhile() does.
void put_catalog_first();

/// What neighbors are asked for; both relations are open, as for a query.
struct Subject {
    Relation table;
    Relation index;
    Oid type;             // of query vectors
    const char* from;     // the table
    const char* element;  // the indexed column or expression
    const char* op;       // the operator that the index orders by
    const char* where;    // the predicate of a partial index, or null
};

/// Raises when there is no such vector index or the caller may read nothing of its table.
Subject open_subject(Oid index);
void close_subject(const Subject& subject);

/// One answer: distances from near to far, NaN for rows that have none, and the rows' addresses
/// where they were asked for.
struct Neighbors {
    double* distances;
    ItemPointerData* rows;
    size_t count;
};

/// How neighbors are asked for.
struct NeighborRequest {
    const char* filter;  // a condition in SQL, or null
    int limit;
    bool with_rows;
};

/// Query plans; their parameter is the vector.  SPI must be connected.  What `filter` is raises
/// ERRCODE_SYNTAX_ERROR where it is not a condition.
SPIPlanPtr prepare_by_index(const Subject& subject, const NeighborRequest& request);
SPIPlanPtr prepare_exact(const Subject& subject, const NeighborRequest& request);

/// Raises where a plan of prepare_by_index() does not read the index although there are answers: a
/// filter may leave nothing to read.
void require_index(SPIPlanPtr plan, const Subject& subject, bool has_answers);

/// Runs such a plan in the caller's snapshot.  Allocates in the current context.
Neighbors find_neighbors(SPIPlanPtr plan, Datum vector, bool with_rows);

/// The vectors of up to `count` rows of the table that the index covers, and the rows' addresses:
/// always the same for a seed and a table that does not change.
struct SampledRows {
    Datum* vectors;
    ItemPointerData* rows;
    size_t count;
};
SampledRows sample_rows(const Subject& subject, int count, int64 seed);

/// What a query sees of one row of the table.
struct RowFound {
    bool visible;
    bool covered;   // by the predicate of the index; the others are of such rows alone
    bool has_none;  // the vector is null
    double distance;
};
RowFound find_row(const Subject& subject, Datum vector, const ItemPointerData& row);

/// How many rows that the index covers are nearer than `distance`, in the order of SQL.
int64 count_nearer(const Subject& subject, Datum vector, double distance);

}  // namespace vx::pg
