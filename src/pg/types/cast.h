// Casts between vector types, and between these and SQL arrays.
#pragma once

#include "core/kernels/kernel_table.h"
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

/// array_to_sparsevec(E[], typmod, explicit) -> sparsevec
inline Datum sparse_from_array(FunctionCallInfo fcinfo) {
    ArrayType* array = PG_GETARG_ARRAYTYPE_P(0);
    const int dims = flat_array_length(array);
    check_dims<SparseVector>(dims);
    check_typmod(PG_GETARG_INT32(1), dims);
    const Sparse& result = gather_sparse(
        dims, [array, dims](auto callback) { visit_elements(array, dims, callback); });
    check_finite<SparseVector>(result.values());
    PG_RETURN_POINTER(&result);
}

/// T_to_sparsevec(T, typmod, explicit) -> sparsevec for dense T
template <class T>
Datum to_sparse(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    check_typmod(PG_GETARG_INT32(1), value.dims);
    PG_RETURN_POINTER(&gather_sparse(value.dims, [&value](auto callback) {
        int place = 0;
        for (const auto element : value.elements()) callback(place++, static_cast<float>(element));
    }));
}

/// sparsevec_to_T(sparsevec, typmod, explicit) -> T for dense T
template <class T>
Datum from_sparse(FunctionCallInfo fcinfo) {
    const Sparse& value = arg<SparseVector>(fcinfo, 0);
    check_dims<T>(value.dims);
    check_typmod(PG_GETARG_INT32(1), value.dims);
    Dense<T>& result = new_dense<T>(value.dims);
    const auto out = result.elements();
    memset(out.data(), 0, out.size_bytes());
    for (size_t i = 0; i < value.values().size(); ++i) {
        const int32 index = value.indices()[i];
        if (index < 0 || index >= value.dims) raise_corrupt_value(SparseVector::kName);
        out[static_cast<size_t>(index)] = narrow<T>(value.values()[i]);
    }
    PG_RETURN_POINTER(&result);
}

/// halfvec_to_vector(halfvec, typmod, explicit) -> vector
inline Datum half_to_vector(FunctionCallInfo fcinfo) {
    const Dense<HalfVector>& value = arg<HalfVector>(fcinfo, 0);
    check_typmod(PG_GETARG_INT32(1), value.dims);
    Dense<Vector>& result = new_dense<Vector>(value.dims);
    const auto out = result.elements();
    kernels().widen(value.elements().data(), out.size(), out.data());
    PG_RETURN_POINTER(&result);
}

/// vector_to_halfvec(vector, typmod, explicit) -> halfvec
inline Datum vector_to_half(FunctionCallInfo fcinfo) {
    const Dense<Vector>& value = arg<Vector>(fcinfo, 0);
    check_typmod(PG_GETARG_INT32(1), value.dims);
    Dense<HalfVector>& result = new_dense<HalfVector>(value.dims);
    const auto out = result.elements();
    kernels().narrow(value.elements().data(), out.size(), out.data());
    const size_t bad = find_not_finite(out);
    if (bad < out.size()) raise_out_of_range(HalfVector::kName, value.elements()[bad]);
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
