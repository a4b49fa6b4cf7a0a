// sum and avg of vectors that count by a weight.
//
// The state is that of avg (types/aggregate.h, types/sparse_aggregate.h) with the sum of the
// weights where that has the number of rows; so avg's functions to combine and to end are used.
#pragma once

#include "pg/answers/vector_array.h"
#include "pg/types/aggregate.h"
#include "pg/types/sparse_aggregate.h"

namespace vx::pg {

/// type_weighted_accum(float8[], T, float8) -> float8[]
template <class T>
Datum weighted_accumulate(FunctionCallInfo fcinfo) {
    AverageState state = average_state(PG_GETARG_ARRAYTYPE_P(0), T::kName, "weighted_accum");
    const Dense<T>& value = arg<T>(fcinfo, 1);
    const double weight = finite_number(fcinfo, 2, "weight");
    if (state.dims == 0) {
        const float8 weights = state.values[0];
        state = new_average_state(value.dims);
        state.values[0] = weights;
    } else {
        check_typmod(state.dims, value.dims);
        state = writable_state(fcinfo, state);
    }
    const auto in = value.elements();
    for (size_t i = 0; i < in.size(); ++i) {
        const double element = static_cast<float>(in[i]);
        state.values[i + 1] = checked_sum(state.values[i + 1], weight * element);
    }
    state.values[0] = checked_sum(state.values[0], weight);
    PG_RETURN_ARRAYTYPE_P(state.array);
}

/// type_weighted_sum(float8[]) -> T; NULL when there was no row, as SQL defines it.
template <class T>
Datum weighted_sum(FunctionCallInfo fcinfo) {
    const AverageState state = average_state(PG_GETARG_ARRAYTYPE_P(0), T::kName, "weighted_sum");
    if (state.dims == 0) PG_RETURN_NULL();
    check_dims<T>(state.dims);
    Dense<T>& result = new_dense<T>(state.dims);
    const auto out = result.elements();
    for (size_t i = 0; i < out.size(); ++i)
        out[i] = narrow<T>(static_cast<float>(state.values[i + 1]));
    check_finite<T>(out);
    PG_RETURN_POINTER(&result);
}

/// A sparse value times a weight, as merge_sparse takes it.
struct WeightedSparse {
    SparseView sparse;
    double weight;
    size_t count;

    [[nodiscard]] int32 index(size_t i) const { return sparse.index(i); }
    [[nodiscard]] double value(size_t i) const {
        return weight * static_cast<double>(sparse.value(i));
    }
};

/// sparsevec_weighted_accum(float8[], sparsevec, float8) -> float8[]
inline Datum sparse_weighted_accumulate(FunctionCallInfo fcinfo) {
    SparseSumState state = sparse_state(fcinfo, 0, "weighted_accum");
    const Sparse& value = arg<SparseVector>(fcinfo, 1);
    const double weight = finite_number(fcinfo, 2, "weight");
    if (state.dims == 0) {
        state.dims = value.dims;
    } else {
        check_typmod(static_cast<int32>(state.dims), value.dims);
    }
    const SparseView view = sparse_view(value);
    PG_RETURN_ARRAYTYPE_P(merge_sums(state, WeightedSparse{view, weight, view.count},
                                     checked_sum(state.values[0], weight)));
}

/// sparsevec_weighted_sum(float8[]) -> sparsevec
inline Datum sparse_weighted_sum(FunctionCallInfo fcinfo) {
    const SparseSumState state = sparse_state(fcinfo, 0, "weighted_sum");
    if (state.dims == 0) PG_RETURN_NULL();
    PG_RETURN_POINTER(&sparse_result(state, 1, "weighted_sum"));
}

}  // namespace vx::pg
