// avg: the state is a float8 array of the row count and the sums, pgvector's form; {0} at first.
//
// The functions are callable from SQL with any array, hence the checks.  Inside an aggregate the
// state belongs to us and is updated in place: building a new array for each row cost more than
// the additions.
#pragma once

#include "pg/types/array.h"
#include "pg/types/datum.h"

namespace vx::pg {

/// A checked state: values[0] rows, then `dims` sums (none before the first row).
struct AverageState {
    ArrayType* array;
    float8* values;
    int dims;
};

inline AverageState average_state(ArrayType* array, const char* type, const char* caller) {
    if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] < 1 || ARR_HASNULL(array) ||
        ARR_ELEMTYPE(array) != FLOAT8OID) {
        elog(ERROR, "%s_%s: expected state array", type, caller);
    }
    return {array, array_elements<float8>(array), ARR_DIMS(array)[0] - 1};
}

inline AverageState new_average_state(int dims) {
    ArrayType* array = new_array<float8>(FLOAT8OID, dims + 1);
    return {array, array_elements<float8>(array), dims};
}

/// `state` if it may be modified, else a copy of it.
inline AverageState writable_state(FunctionCallInfo fcinfo, AverageState state) {
    if (AggCheckCallContext(fcinfo, nullptr) != 0) return state;
    const AverageState copy = new_average_state(state.dims);
    memcpy(copy.values, state.values, sizeof(float8) * static_cast<size_t>(state.dims + 1));
    return copy;
}

inline float8 checked_sum(float8 a, float8 b) {
    const float8 sum = a + b;
    if (std::isinf(sum)) float_overflow_error();
    return sum;
}

/// type_accum(float8[], T) -> float8[]
template <class T>
Datum average_accumulate(FunctionCallInfo fcinfo) {
    AverageState state = average_state(PG_GETARG_ARRAYTYPE_P(0), T::kName, "accum");
    const Dense<T>& value = arg<T>(fcinfo, 1);
    const auto in = value.elements();
    if (state.dims == 0) {
        const float8 rows = state.values[0];
        state = new_average_state(value.dims);
        state.values[0] = rows;
        for (size_t i = 0; i < in.size(); ++i) state.values[i + 1] = static_cast<float>(in[i]);
    } else {
        check_typmod(state.dims, value.dims);
        state = writable_state(fcinfo, state);
        for (size_t i = 0; i < in.size(); ++i) {
            state.values[i + 1] = checked_sum(state.values[i + 1], static_cast<float>(in[i]));
        }
    }
    state.values[0] += 1;
    PG_RETURN_ARRAYTYPE_P(state.array);
}

/// type_combine(float8[], float8[]) -> float8[]: either side may have seen no row.
template <class T>
Datum average_combine(FunctionCallInfo fcinfo) {
    const AverageState a = average_state(PG_GETARG_ARRAYTYPE_P(0), T::kName, "combine");
    const AverageState b = average_state(PG_GETARG_ARRAYTYPE_P(1), T::kName, "combine");
    const int dims = a.dims != 0 ? a.dims : b.dims;
    if (dims != 0) check_dims<T>(dims);
    if (a.dims != 0 && b.dims != 0) check_typmod(a.dims, b.dims);

    AverageState result = a;
    if (a.dims == 0) {
        result = new_average_state(dims);
        memcpy(result.values, b.values, sizeof(float8) * static_cast<size_t>(b.dims + 1));
    } else {
        result = writable_state(fcinfo, a);
        for (int i = 1; i <= b.dims; ++i) {
            result.values[i] = checked_sum(result.values[i], b.values[i]);
        }
    }
    result.values[0] = a.dims == 0 ? a.values[0] + b.values[0] : result.values[0] + b.values[0];
    PG_RETURN_ARRAYTYPE_P(result.array);
}

/// type_avg(float8[]) -> T; NULL when there was no row, as SQL defines it.
template <class T>
Datum average_final(FunctionCallInfo fcinfo) {
    const AverageState state = average_state(PG_GETARG_ARRAYTYPE_P(0), T::kName, "avg");
    const float8 rows = state.values[0];
    if (rows == 0) PG_RETURN_NULL();
    check_dims<T>(state.dims);
    Dense<T>& result = new_dense<T>(state.dims);
    const auto out = result.elements();
    for (size_t i = 0; i < out.size(); ++i) {
        out[i] = narrow<T>(static_cast<float>(state.values[i + 1] / rows));
    }
    check_finite<T>(out);
    PG_RETURN_POINTER(&result);
}

}  // namespace vx::pg
