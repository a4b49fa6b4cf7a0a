// What the catalogs say of an index's distance: its operators and functions.
#pragma once

#include "pg/index/strategies.h"

namespace vx::pg {

/// The distance that an index orders by, InvalidOid for what its operator family has not: a catalog
/// that pgvector or an older release wrote lacks the strategies from 2 on.
struct Measure {
    const IndexOptInfo* index;
    Oid family;
    Oid type;         // of the indexed values
    Oid distance;     // operator
    Oid function;     // the operator's
    Oid sort_family;  // the B-tree family of float8
    Oid within;       // operators
    Oid within_or_nan;
    Oid nan_first;
    Oid query;        // of bounds in a scan without an order
    bool may_be_nan;  // a value without direction has no cosine distance
};

/// By the function that estimates its costs: the access method may have any name.
bool is_vector_index(const IndexOptInfo* index);

/// False for an index that is not ours, or whose operator family has no distance.
bool find_measure(const IndexOptInfo* index, Measure* measure);

/// Whether `function` is the inner product of a measure that is the negative one.
bool is_negated(const Measure& measure, Oid function);

/// The extension's function vectorext_bound (operators.cpp); InvalidOid where the catalog lacks it.
Oid find_bound_function(const Measure& measure);

}  // namespace vx::pg
