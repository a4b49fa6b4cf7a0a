// The filter columns of an index, the key columns after the vector: what the index keeps of each.
//
// Types of fixed size have an order-preserving key, arrays a signature, all else a hash: eight
// bytes whatever the type (core/filter/filter_values.h).  An operator class for a filter column is
// one without a distance function; its strategies are those below.
#pragma once

#include "core/filter/filter_values.h"
#include "pg/filter/ordered_key.h"

namespace vx::pg {

/// Strategies of filter columns: those of B-trees (1 to 5), and of arrays.
enum FilterStrategy : int16 {
    kLessStrategy = BTLessStrategyNumber,
    kLessEqualStrategy = BTLessEqualStrategyNumber,
    kEqualStrategy = BTEqualStrategyNumber,
    kGreaterEqualStrategy = BTGreaterEqualStrategyNumber,
    kGreaterStrategy = BTGreaterStrategyNumber,
    kOverlapsStrategy = 6,
    kContainsStrategy = 7,
};

/// A key column of an index, as the catalogs have it.
struct KeyColumn {
    Oid opclass;
    Oid type;
    Oid collation;
};

struct FilterColumn {
    FilterKind kind;
    Encoding encoding;  // of an ordered one
    bool is_varlena;    // its values may be compressed or out of line
    Oid type;  // of the values: the operator class's, or where that is polymorphic, the column's
    Oid collation;
    FmgrInfo* hash;  // extended hash of a value; for labels, of an element.  The type cache's
    // Of an array.
    int16 element_bytes;
    bool element_by_value;
    char element_alignment;
};

struct FilterColumns {
    uint32_t count;
    FilterColumn columns[kMaxFilterColumns];
};

/// What may be in an operator family: the kind that columns of this operator class's input type
/// have. kNone: the type has neither an order that is known here nor a hash.
FilterKind filter_kind(Oid class_type);

/// May an operator class for `type` have an operator under this number?  It must mean what the key
/// of a value tells.
bool can_filter(Oid type, StrategyNumber strategy, Oid op);

/// Raises unless the first of the columns is a vector and the others are filters that can be kept.
void check_key_columns(std::span<const KeyColumn> columns);

/// Of an index, also of one being built.  Raises what check_key_columns raises.
FilterColumns describe_filters(Relation index);

/// One for each column, and kNone for the rest of kMaxFilterColumns.
void filter_kinds(const FilterColumns& columns, FilterKind* kinds);

/// The key of a value that is not NULL.  Leaves nothing in the current memory context but what a
/// type's own hash function leaves there.
uint64_t filter_key(const FilterColumn& column, Datum value);

/// Of a row: values[0] is the vector, and filter column i is values[i + 1].
FilterValues read_filters(const FilterColumns& columns, const Datum* values, const bool* nulls);

}  // namespace vx::pg
