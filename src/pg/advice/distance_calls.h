// Distances in expressions, whether an index is there or not.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// A distance that an operator class of hnsw orders by.
struct DistanceKind {
    Oid opclass;
    Oid type;      // of both operands
    Oid op;        // operator
    Oid function;  // the operator's
};

/// A call of one, or of what is its negative, as inner_product.
struct DistanceCall {
    const DistanceKind* kind;
    Node* node;
    Node* left;
    Node* right;
};

/// The distances of this database: a list of DistanceKind.
List* load_distances();

/// The first call of one in an expression; false where there is none.
bool find_distance_call(const List* distances, Node* expression, DistanceCall* call);

}  // namespace vx::pg
