// One-dimensional SQL arrays without NULLs, whose elements can be handled as plain memory.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// Raises ERRCODE_ARRAY_SUBSCRIPT_ERROR for an array of more dimensions than one.
inline void require_one_dimension(ArrayType* array) {
    if (ARR_NDIM(array) > 1)
        ereport(ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                errmsg("array must be one-dimensional"));
}

/// A new array of `count` uninitialised elements of fixed-length type `element_type`, which must be
/// E's SQL type; lower bound 1.
template <class E>
ArrayType* new_array(Oid element_type, int count) {
    const size_t bytes = ARR_OVERHEAD_NONULLS(1) + sizeof(E) * static_cast<size_t>(count);
    auto* array = static_cast<ArrayType*>(palloc0(bytes));
    SET_VARSIZE(array, bytes);
    array->ndim = 1;
    array->elemtype = element_type;
    ARR_DIMS(array)[0] = count;
    ARR_LBOUND(array)[0] = 1;
    return array;
}

/// The elements of `array`, which has no NULLs and elements of E's SQL type.
template <class E>
E* array_elements(ArrayType* array) {
    return reinterpret_cast<E*>(ARR_DATA_PTR(array));
}

}  // namespace vx::pg
