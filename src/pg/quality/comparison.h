// Answers of an index beside the exact ones, for many queries in one snapshot.
#pragma once

#include "pg/quality/neighbor_query.h"

namespace vx::pg {

struct ComparisonRequest {
    Oid index;
    int k;
    int queries;         // rows of the table to take as queries
    ArrayType* vectors;  // text of queries to take instead, or null
    int64 seed;          // of the rows taken
    const char* filter;  // a condition in SQL, or null
    bool needs_ef_search;
};

/// Queries with their exact answers.  Made while SPI is connected; lives as long.
struct Comparison {
    Subject subject;
    size_t k;
    size_t queries;
    Datum* vectors;
    ItemPointerData* own_rows;  // those that the vectors come from, or null
    Neighbors* exact;
    double exact_ms;  // mean
    SPIPlanPtr by_index;
    int guc_level;
};

/// Of the index's answers; NaN where there is no number.
struct Outcome {
    int ef_search;
    double recall;
    double mean_ms;
    double p50_ms;
    double p95_ms;
    double buffers;    // pages that a query read, in memory or not
    double rows_read;  // rows of the table that a query read
};

/// Whether any query has an answer, so that there is a recall.
bool has_answers(const Comparison& comparison);

Comparison begin_comparison(const ComparisonRequest& request);
void end_comparison(const Comparison& comparison);

/// Asks the index with an ef_search, or, for 0, with what is set.  Each query runs twice, and the
/// second run is what counts: what the index reads is then in memory as far as it fits there.
Outcome ask_index(const Comparison& comparison, int ef_search);

}  // namespace vx::pg
