// Casts between dense vectors and SQL arrays.
#pragma once

#include "pg/types/array.h"
#include "pg/types/datum.h"

namespace vx::pg {

/// The number of elements of an array that can become a vector.  Raises if it has several
/// dimensions or a NULL.
inline int flat_array_length(ArrayType* array) {
    if (ARR_NDIM(array) > 1) {
        ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION), errmsg("array must be 1-D"));
    }
    if (ARR_HASNULL(array) && array_contains_nulls(array)) {
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                errmsg("array must not contain nulls"));
    }
    return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
}

template <class E, class Visit>
void visit_numbers(ArrayType* array, int count, Visit visit) {
    const E* in = array_elements<E>(array);
    for (int i = 0; i < count; ++i) visit(i, static_cast<float>(in[i]));
}

template <class Visit>
void visit_numerics(ArrayType* array, int count, Visit visit) {
    char* p = ARR_DATA_PTR(array);
    for (int i = 0; i < count; ++i) {
        visit(i, DatumGetFloat4(DirectFunctionCall1(numeric_float4, PointerGetDatum(p))));
        p = att_addlength_pointer(p, -1, p);
        p = reinterpret_cast<char*>(att_align_nominal(p, TYPALIGN_INT));
    }
}

/// Calls visit(place, element) for the `count` elements of `array`, rounded to float.
template <class Visit>
void visit_elements(ArrayType* array, int count, Visit visit) {
    switch (ARR_ELEMTYPE(array)) {
    case INT4OID:
        return visit_numbers<int32>(array, count, visit);
    case FLOAT4OID:
        return visit_numbers<float4>(array, count, visit);
    case FLOAT8OID:
        return visit_numbers<float8>(array, count, visit);
    case NUMERICOID:
        return visit_numerics(array, count, visit);
    default:
        ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION), errmsg("unsupported array type"));
    }
}

/// array_to_type(E[], typmod, explicit) -> T for E of integer, real, double precision, numeric.
template <class T>
Datum from_array(FunctionCallInfo fcinfo) {
    ArrayType* array = PG_GETARG_ARRAYTYPE_P(0);
    const int dims = flat_array_length(array);
    check_dims<T>(dims);
    check_typmod(PG_GETARG_INT32(1), dims);
    Dense<T>& result = new_dense<T>(dims);
    auto* out = result.elements().data();
    visit_elements(array, dims, [out](int i, float value) { out[i] = narrow<T>(value); });
    check_finite<T>(result.elements());
    PG_RETURN_POINTER(&result);
}

/// type_to_float4(T, typmod, explicit) -> real[]
template <class T>
Datum to_float_array(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    ArrayType* array = new_array<float4>(FLOAT4OID, value.dims);
    auto* out = array_elements<float4>(array);
    for (const auto element : value.elements()) *out++ = static_cast<float4>(element);
    PG_RETURN_ARRAYTYPE_P(array);
}

}  // namespace vx::pg
