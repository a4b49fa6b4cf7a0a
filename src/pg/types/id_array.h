// SQL arrays of ids: values of any type that has a hash.
#pragma once

#include "pg/id_set.h"
#include "pg/types/array.h"

namespace vx::pg {

/// The elements of an array; NULLs are still among them.
struct IdArray {
    Datum* values;
    bool* nulls;
    size_t count;
};

/// Argument `arg`, which may be NULL: that is an empty one.  Looks up the type of the ids, which
/// all arrays of a call share, with the first array that there is.
inline IdArray read_ids(FunctionCallInfo fcinfo, int arg, IdType* type) {
    if (PG_ARGISNULL(arg)) return {};
    ArrayType* array = PG_GETARG_ARRAYTYPE_P(arg);
    require_one_dimension(array);
    if (type->entry == nullptr) *type = lookup_ids(ARR_ELEMTYPE(array));
    IdArray ids{};
    int count = 0;
    deconstruct_array(array, ARR_ELEMTYPE(array), type->entry->typlen, type->entry->typbyval,
                      type->entry->typalign, &ids.values, &ids.nulls, &count);
    ids.count = static_cast<size_t>(count);
    return ids;
}

}  // namespace vx::pg
