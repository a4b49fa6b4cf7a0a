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

template <class E, class Element>
void copy_elements(ArrayType* array, std::span<Element> out) {
    const E* in = array_elements<E>(array);
    for (size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<Element>(static_cast<float>(in[i]));
}

template <class Element>
void copy_numerics(ArrayType* array, std::span<Element> out) {
    char* p = ARR_DATA_PTR(array);
    for (Element& element : out) {
        const Datum value = DirectFunctionCall1(numeric_float4, PointerGetDatum(p));
        element = static_cast<Element>(DatumGetFloat4(value));
        p = att_addlength_pointer(p, -1, p);
        p = reinterpret_cast<char*>(att_align_nominal(p, TYPALIGN_INT));
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
    switch (ARR_ELEMTYPE(array)) {
    case INT4OID:
        copy_elements<int32>(array, result.elements());
        break;
    case FLOAT4OID:
        copy_elements<float4>(array, result.elements());
        break;
    case FLOAT8OID:
        copy_elements<float8>(array, result.elements());
        break;
    case NUMERICOID:
        copy_numerics(array, result.elements());
        break;
    default:
        ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION), errmsg("unsupported array type"));
    }
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
