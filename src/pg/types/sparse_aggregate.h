// sum and avg of sparse vectors.
//
// The state of avg is a float8 array, as that of the dense types: the row count, then, from the
// first row on, the dimensions and a pair of index and sum for each index that any row has.  The
// functions are callable from SQL with any array: nothing in one is used as an address.
#pragma once

#include "core/kernels/sparse.h"
#include "pg/types/aggregate.h"
#include "pg/types/distance.h"

namespace vx::pg {

/// sparsevec_add(sparsevec, sparsevec) -> sparsevec
inline Datum sparse_add(FunctionCallInfo fcinfo) {
    const Sparse& a = arg<SparseVector>(fcinfo, 0);
    const Sparse& b = arg<SparseVector>(fcinfo, 1);
    check_same_dims<SparseVector>(a, b);
    PG_RETURN_POINTER(&gather_sparse(a.dims, [&a, &b](auto callback) {
        merge_sparse(sparse_view(a), sparse_view(b), [callback](int32 index, float x, float y) {
            if (std::isinf(x + y)) float_overflow_error();
            callback(index, x + y);
        });
    }));
}

/// A checked state: pairs of index and sum, as merge_sparse takes them.
struct SparseSumState {
    ArrayType* array;
    float8* values;
    float8 dims;  // 0 before the first row
    size_t count;

    [[nodiscard]] float8 index(size_t i) const { return values[2 + 2 * i]; }
    [[nodiscard]] float8 value(size_t i) const { return values[3 + 2 * i]; }
};

inline SparseSumState sparse_state(FunctionCallInfo fcinfo, int n, const char* caller) {
    const AverageState state = average_state(PG_GETARG_ARRAYTYPE_P(n), SparseVector::kName, caller);
    if (state.dims == 0) return {state.array, state.values, 0, 0};
    const float8 dims = state.values[1];
    // NaN is refused as well.
    if (state.dims % 2 == 0 || !(dims >= 1 && dims <= SparseVector::kMaxDims)) {
        elog(ERROR, "%s_%s: expected state array", SparseVector::kName, caller);
    }
    return {state.array, state.values, dims, static_cast<size_t>(state.dims) / 2};
}

/// The state of `rows` rows whose sums are those of `a` and of `b`, which has the same dimensions
/// and may be a sparse value.
template <class B>
ArrayType* merge_sums(const SparseSumState& a, const B& b, float8 rows) {
    size_t count = 0;
    merge_sparse(a, b, [&count](float8, float8, float8) { ++count; });
    constexpr size_t kLimit = MaxAllocSize / (2 * sizeof(float8)) - 64;
    if (count > kLimit) raise_too_many_non_zero(SparseVector::kMaxNonZero);
    ArrayType* array = new_array<float8>(FLOAT8OID, static_cast<int>(2 + 2 * count));
    auto* out = array_elements<float8>(array);
    *out++ = rows;
    *out++ = a.dims;
    merge_sparse(a, b, [&out](float8 index, float8 x, float8 y) {
        *out++ = index;
        *out++ = checked_sum(x, y);
    });
    return array;
}

/// sparsevec_accum(float8[], sparsevec) -> float8[]
inline Datum sparse_average_accumulate(FunctionCallInfo fcinfo) {
    SparseSumState state = sparse_state(fcinfo, 0, "accum");
    const Sparse& value = arg<SparseVector>(fcinfo, 1);
    const float8 rows = state.values[0] + 1;
    if (state.dims == 0) {
        state.dims = value.dims;
    } else {
        check_typmod(static_cast<int32>(state.dims), value.dims);
    }
    PG_RETURN_ARRAYTYPE_P(merge_sums(state, sparse_view(value), rows));
}

/// sparsevec_combine(float8[], float8[]) -> float8[]: either side may have seen no row.
inline Datum sparse_average_combine(FunctionCallInfo fcinfo) {
    const SparseSumState a = sparse_state(fcinfo, 0, "combine");
    const SparseSumState b = sparse_state(fcinfo, 1, "combine");
    if (a.dims == 0) PG_RETURN_ARRAYTYPE_P(b.array);
    if (b.dims == 0) PG_RETURN_ARRAYTYPE_P(a.array);
    check_typmod(static_cast<int32>(a.dims), static_cast<int>(b.dims));
    PG_RETURN_ARRAYTYPE_P(merge_sums(a, b, a.values[0] + b.values[0]));
}

/// The sums of `state`, which has seen a row, divided by `divisor`.
inline const Sparse& sparse_result(const SparseSumState& state, float8 divisor,
                                   const char* caller) {
    check_dims<SparseVector>(static_cast<int64>(state.dims));
    const auto dims = static_cast<int>(state.dims);
    float8 previous = -1;
    for (size_t i = 0; i < state.count; ++i) {
        // NaN is refused as well.
        if (!(state.index(i) > previous && state.index(i) < state.dims)) {
            elog(ERROR, "%s_%s: expected state array", SparseVector::kName, caller);
        }
        previous = state.index(i);
    }
    const Sparse& result = gather_sparse(dims, [&state, divisor](auto callback) {
        for (size_t i = 0; i < state.count; ++i) {
            callback(static_cast<int32>(state.index(i)),
                     static_cast<float>(state.value(i) / divisor));
        }
    });
    check_indices(result);
    check_finite<SparseVector>(result.values());
    return result;
}

/// sparsevec_avg(float8[]) -> sparsevec; NULL when there was no row, as SQL defines it.
inline Datum sparse_average_final(FunctionCallInfo fcinfo) {
    const SparseSumState state = sparse_state(fcinfo, 0, "avg");
    if (state.values[0] == 0) PG_RETURN_NULL();
    PG_RETURN_POINTER(&sparse_result(state, state.values[0], "avg"));
}

}  // namespace vx::pg
