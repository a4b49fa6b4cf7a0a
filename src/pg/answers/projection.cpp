// vector_center, project, and the aggregate pca.
//
// The state of pca is a float8 array: k, then what Covariance has; {0} before the first row.  As a
// plain array it needs no functions to go from a parallel worker to its leader.
#include "core/answers/projection.h"

#include "core/answers/symmetric_eigen.h"
#include "pg/fmgr.h"
#include "pg/types/array.h"
#include "pg/types/datum.h"

namespace vx::pg {
namespace {

constexpr int kMostPcaDims = 2000;

template <class T>
using Elements = std::span<const typename T::Element>;

template <class T>
void require_finite(Elements<T> elements) {
    if (find_not_finite(elements) < elements.size()) float_overflow_error();
}

/// vector_center(T, center T) -> T
template <class T>
Datum center(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const Dense<T>& middle = arg<T>(fcinfo, 1);
    check_same_dims<T>(value, middle);
    Dense<T>& result = new_dense<T>(value.dims);
    center_and_normalize(value.elements(), middle.elements(), result.elements());
    PG_RETURN_POINTER(&result);
}

/// The rows of a matrix, none of them NULL.
struct MatrixRows {
    Datum* rows;
    int count;
};

template <class T>
MatrixRows read_matrix(ArrayType* array) {
    if (ARR_NDIM(array) > 1)
        ereport(ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                errmsg("array must be one-dimensional"),
                errhint("Each row of the matrix is a %s.", T::kName));
    int16 length = 0;
    bool by_value = false;
    char align = 0;
    get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
    MatrixRows matrix{};
    bool* nulls = nullptr;
    deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align, &matrix.rows, &nulls,
                      &matrix.count);
    for (int i = 0; i < matrix.count; ++i)
        if (nulls[i])
            ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                    errmsg("matrix must not contain nulls"));
    return matrix;
}

/// project(T, matrix T[]) -> T
template <class T>
Datum project(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const MatrixRows matrix = read_matrix<T>(PG_GETARG_ARRAYTYPE_P(1));
    check_dims<T>(matrix.count);
    Dense<T>& result = new_dense<T>(matrix.count);
    const auto out = result.elements();
    for (size_t i = 0; i < out.size(); ++i) {
        CHECK_FOR_INTERRUPTS();
        const Dense<T>& row = view<T>(matrix.rows[i]);
        check_same_dims<T>(value, row);
        const Elements<T> in = value.elements();
        out[i] =
            static_cast<typename T::Element>(static_cast<float>(dot_in_double(in, row.elements())));
    }
    require_finite<T>(out);
    PG_RETURN_POINTER(&result);
}

// ---- pca

/// A checked state; `dims` is 0 before the first row.
struct PcaState {
    ArrayType* array;
    float8* values;  // k, then Covariance's
    size_t dims;
};

size_t dims_of_length(size_t length) {
    for (size_t dims = 1; dims <= kMostPcaDims; ++dims)
        if (1 + Covariance::doubles(dims) == length) return dims;
    return 0;
}

PcaState read_state(ArrayType* array) {
    const bool is_state = ARR_NDIM(array) == 1 && !ARR_HASNULL(array) &&
                          ARR_ELEMTYPE(array) == FLOAT8OID && ARR_DIMS(array)[0] >= 1;
    const size_t length = is_state ? static_cast<size_t>(ARR_DIMS(array)[0]) : 0;
    const size_t dims = length > 1 ? dims_of_length(length) : 0;
    if (length == 0 || (length > 1 && dims == 0)) elog(ERROR, "pca: expected state array");
    return {array, array_elements<float8>(array), dims};
}

PcaState new_state(size_t dims) {
    ArrayType* array =
        new_array<float8>(FLOAT8OID, static_cast<int>(1 + Covariance::doubles(dims)));
    return {array, array_elements<float8>(array), dims};
}

/// `state` if it may be modified, else a copy of it.
PcaState writable(FunctionCallInfo fcinfo, const PcaState& state) {
    if (AggCheckCallContext(fcinfo, nullptr) != 0) return state;
    const PcaState copy = new_state(state.dims);
    memcpy(copy.values, state.values, (1 + Covariance::doubles(state.dims)) * sizeof(float8));
    return copy;
}

double* new_scratch(size_t dims) { return static_cast<double*>(palloc(dims * sizeof(double))); }

template <class T>
PcaState first_state(const Dense<T>& value, int32 k) {
    if (value.dims > kMostPcaDims)
        ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                errmsg("pca cannot have more than %d dimensions", kMostPcaDims),
                errhint("Take parts of the vectors with subvector."));
    if (k < 1 || k > value.dims)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("k must be between 1 and the number of dimensions, %d", value.dims));
    PcaState state = new_state(static_cast<size_t>(value.dims));
    state.values[0] = k;
    return state;
}

void require_same_k(double a, double b) {
    if (a != b)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("k must be the same for all rows"));
}

/// pca_accum(float8[], T, k integer) -> float8[]
template <class T>
Datum pca_accumulate(FunctionCallInfo fcinfo) {
    PcaState state = read_state(PG_GETARG_ARRAYTYPE_P(0));
    const Dense<T>& value = arg<T>(fcinfo, 1);
    const int32 k = PG_GETARG_INT32(2);
    if (state.dims == 0) {
        state = first_state(value, k);
    } else {
        check_typmod(static_cast<int32>(state.dims), value.dims);
        state = writable(fcinfo, state);
    }
    require_same_k(state.values[0], k);
    double* difference = new_scratch(state.dims);
    const Elements<T> row = value.elements();
    Covariance(state.values + 1, state.dims).add(row, difference);
    pfree(difference);
    PG_RETURN_ARRAYTYPE_P(state.array);
}

/// pca_combine(float8[], float8[]) -> float8[]
Datum pca_combine(FunctionCallInfo fcinfo) {
    PcaState state = read_state(PG_GETARG_ARRAYTYPE_P(0));
    const PcaState other = read_state(PG_GETARG_ARRAYTYPE_P(1));
    if (other.dims == 0) PG_RETURN_ARRAYTYPE_P(state.array);
    if (state.dims == 0) {
        state = new_state(other.dims);
        memcpy(state.values, other.values, (1 + Covariance::doubles(other.dims)) * sizeof(float8));
        PG_RETURN_ARRAYTYPE_P(state.array);
    }
    check_typmod(static_cast<int32>(state.dims), static_cast<int>(other.dims));
    require_same_k(state.values[0], other.values[0]);
    state = writable(fcinfo, state);
    double* difference = new_scratch(state.dims);
    Covariance(state.values + 1, state.dims).merge(other.values + 1, difference);
    pfree(difference);
    PG_RETURN_ARRAYTYPE_P(state.array);
}

/// The eigenvectors of the covariance as rows, the first `k` in order.
double* principal_directions(const PcaState& state, size_t k) {
    const size_t n = state.dims;
    auto* matrix = static_cast<double*>(palloc_extended(n * n * sizeof(double), MCXT_ALLOC_HUGE));
    double* values = new_scratch(n);
    Covariance(state.values + 1, n).write(matrix);
    auto poll = [] { CHECK_FOR_INTERRUPTS(); };
    SymmetricEigen solver({matrix, n * n}, {values, n}, {new_scratch(n), n}, poll);
    if (!solver.solve())
        ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                errmsg("principal directions of these vectors cannot be computed"),
                errdetail("Their covariance is out of the range of double precision."));
    sort_greatest_first({matrix, n * n}, {values, n}, k);
    return matrix;
}

/// pca_final(float8[]) -> T[]; NULL when there was no row.
template <class T>
Datum pca_final(FunctionCallInfo fcinfo) {
    const PcaState state = read_state(PG_GETARG_ARRAYTYPE_P(0));
    if (state.dims == 0) PG_RETURN_NULL();
    const Oid type = get_element_type(get_fn_expr_rettype(fcinfo->flinfo));
    if (!OidIsValid(type)) elog(ERROR, "could not determine the result type of pca");
    const auto k = static_cast<size_t>(state.values[0]);
    if (!(state.values[0] >= 1) || k > state.dims) elog(ERROR, "pca: expected state array");
    double* directions = principal_directions(state, k);
    auto* rows = static_cast<Datum*>(palloc(k * sizeof(Datum)));
    for (size_t i = 0; i < k; ++i) {
        const std::span<double> direction(directions + i * state.dims, state.dims);
        fix_sign(direction);
        Dense<T>& row = new_dense<T>(static_cast<int>(state.dims));
        for (size_t j = 0; j < state.dims; ++j)
            row.elements()[j] = static_cast<typename T::Element>(static_cast<float>(direction[j]));
        rows[i] = PointerGetDatum(&row);
    }
    int16 length = 0;
    bool by_value = false;
    char align = 0;
    get_typlenbyvalalign(type, &length, &by_value, &align);
    PG_RETURN_ARRAYTYPE_P(
        construct_array(rows, static_cast<int>(k), type, length, by_value, align));
}

}  // namespace
}  // namespace vx::pg

namespace pg = vx::pg;

VX_FUNCTION(vector_center, pg::center<pg::Vector>)
VX_FUNCTION(vector_project, pg::project<pg::Vector>)
VX_FUNCTION(vector_pca_accum, pg::pca_accumulate<pg::Vector>)
VX_FUNCTION(vector_pca_final, pg::pca_final<pg::Vector>)
VX_FUNCTION(halfvec_center, pg::center<pg::HalfVector>)
VX_FUNCTION(halfvec_project, pg::project<pg::HalfVector>)
VX_FUNCTION(halfvec_pca_accum, pg::pca_accumulate<pg::HalfVector>)
VX_FUNCTION(halfvec_pca_final, pg::pca_final<pg::HalfVector>)
VX_FUNCTION(vectorext_pca_combine, pg::pca_combine)
