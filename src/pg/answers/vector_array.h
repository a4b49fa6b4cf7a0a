// SQL arrays of vectors, and of numbers beside them.
//
// The elements of an array lie in it as they are stored, never compressed: a vector is where its
// pointer says, and nothing is copied.
#pragma once

#include "core/base/checked.h"
#include "pg/types/array.h"
#include "pg/types/datum.h"

namespace vx::pg {

/// The vectors of an array; null where the element is NULL.
template <class T>
struct Vectors {
    using Value = typename T::Value;

    const Value* const* values;
    size_t count;

    const Value& operator[](size_t i) const { return *values[i]; }
};

template <class E>
E* new_elements(size_t count) {
    size_t bytes = 0;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): E is a pointer in some arrays, and means it.
    if (!checked_mul(count + 1, sizeof(E), &bytes))
        ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("array is too large"));
    return static_cast<E*>(palloc_extended(bytes, MCXT_ALLOC_HUGE));
}

/// Raises about an element of an array that must not be NULL.
[[noreturn]] inline void raise_null_vector() {
    ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("array must not contain nulls"),
            errhint("array_agg(embedding) FILTER (WHERE embedding IS NOT NULL) leaves them out."));
    pg_unreachable();
}

/// Argument `arg`, an array of T's SQL type that may have NULLs; a NULL array has no elements.
template <class T>
Vectors<T> nullable_vectors(FunctionCallInfo fcinfo, int arg) {
    if (PG_ARGISNULL(arg)) return {nullptr, 0};
    ArrayType* array = PG_GETARG_ARRAYTYPE_P(arg);
    require_one_dimension(array);
    Datum* elements = nullptr;
    bool* nulls = nullptr;
    int count = 0;
    deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_INT, &elements, &nulls,
                      &count);
    const auto size = static_cast<size_t>(count);
    auto** values = new_elements<const typename T::Value*>(size);
    for (size_t i = 0; i < size; ++i) values[i] = nulls[i] ? nullptr : &view<T>(elements[i]);
    return {values, size};
}

/// The same of an array that must have none.
template <class T>
Vectors<T> vectors(FunctionCallInfo fcinfo, int arg) {
    const Vectors<T> found = nullable_vectors<T>(fcinfo, arg);
    for (size_t i = 0; i < found.count; ++i)
        if (found.values[i] == nullptr) raise_null_vector();
    return found;
}

/// Raises unless all vectors have the dimensions of `first`.
template <class T>
void check_all_dims(const typename T::Value& first, const Vectors<T>& others) {
    for (size_t i = 0; i < others.count; ++i) check_same_dims<T>(first, others[i]);
}

/// The numbers of argument `arg`, a float8[] of finite ones; a NULL array has none.
inline std::span<const double> finite_numbers(FunctionCallInfo fcinfo, int arg, const char* name) {
    if (PG_ARGISNULL(arg)) return {};
    ArrayType* array = PG_GETARG_ARRAYTYPE_P(arg);
    require_one_dimension(array);
    if (array_contains_nulls(array))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                errmsg("%s must not contain nulls", name));
    const auto count = static_cast<size_t>(ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)));
    const std::span<const double> numbers{array_elements<const float8>(array), count};
    for (const double number : numbers)
        if (!std::isfinite(number))
            ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s must be finite numbers", name));
    return numbers;
}

/// Argument `arg`, a finite number that is not NULL.
inline double finite_number(FunctionCallInfo fcinfo, int arg, const char* name) {
    if (PG_ARGISNULL(arg))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                errmsg("%s must not be null", name));
    const double number = PG_GETARG_FLOAT8(arg);
    if (!std::isfinite(number))
        ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                errmsg("%s must be a finite number", name));
    return number;
}

/// Argument `arg`, an integer that is not NULL and at least 1.
inline size_t positive_integer(FunctionCallInfo fcinfo, int arg, const char* name) {
    if (PG_ARGISNULL(arg))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                errmsg("%s must not be null", name));
    const int32 number = PG_GETARG_INT32(arg);
    if (number <= 0)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("%s must be greater than zero", name));
    return static_cast<size_t>(number);
}

}  // namespace vx::pg
