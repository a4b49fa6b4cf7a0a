// What a query and a bound of its distances are in the terms in which an index measures.
#pragma once

#include "pg/index/open_index.h"

namespace vx::pg {

/// How a scan of codes measures: its query times a power of two, and distances as multiples of the
/// operator's ranking distances.
struct QueryScale {
    int exponent = 0;
    double unit = 1;
};

/// What a scan takes distances to.
struct QueryArgument {
    Datum value = 0;
    bool is_null = true;  // also where a scan has no distances
};

/// That of the order, or of the condition `@<@` of a scan without one.
QueryArgument query_argument(IndexScanDesc scan);

QueryScale scale_query(const OpenIndex& index, QueryArgument query);

/// Multiplies a query that `read_query` has read.
void scale_elements(const OpenIndex& index, QueryScale scale, std::byte* element);

/// The greatest ranking distance, as the index measures it, for a distance that SQL shows, with
/// room for what the codec's arithmetic differs from the operator's by; the executor checks what is
/// returned.
float ranking_limit(const OpenIndex& index, double distance, double unit);

}  // namespace vx::pg
