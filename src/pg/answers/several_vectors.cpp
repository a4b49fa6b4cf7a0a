// Several vectors per thing: max_sim and its operator for vectors of tokens, multi_distance for
// vectors of columns.
#include "core/answers/late_interaction.h"

#include "pg/answers/named_metric.h"
#include "pg/answers/vector_array.h"
#include "pg/fmgr.h"

namespace vx::pg {
namespace {

/// What max_sim compares: both sides have vectors, all of the same dimensions.
template <class T>
struct Sides {
    Vectors<T> query;
    Vectors<T> document;
};

template <class T>
Sides<T> read_sides(FunctionCallInfo fcinfo) {
    const Sides<T> sides{vectors<T>(fcinfo, 0), vectors<T>(fcinfo, 1)};
    if (sides.query.count > 0) {
        check_all_dims<T>(sides.query[0], sides.query);
        check_all_dims<T>(sides.query[0], sides.document);
    }
    return sides;
}

template <class T>
class Products {
public:
    explicit Products(const Dense<T>& any) : kernel_(any.elements().size()) {}
    double operator()(const Dense<T>& a, const Dense<T>& b) const {
        return kernel_(a.elements().data(), b.elements().data());
    }

private:
    DotKernel<typename T::Element> kernel_;
};

template <>
class Products<SparseVector> {
public:
    explicit Products(const Sparse& /*any*/) {}
    double operator()(const Sparse& a, const Sparse& b) const { return sums_of(a, b).dot(); }
};

template <class T>
double sum_of_products(const Sides<T>& sides) {
    const Products<T> product(sides.query[0]);
    double sum = 0;
    for (size_t i = 0; i < sides.query.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        const auto& query = sides.query[i];
        sum += greatest_similarity(sides.document.count,
                                   [&](size_t j) { return product(query, sides.document[j]); });
    }
    return sum;
}

template <class T>
double* inverse_norms(const Vectors<T>& vectors, const Products<T>& product) {
    auto* norms = new_elements<double>(vectors.count);
    for (size_t i = 0; i < vectors.count; ++i)
        norms[i] = inverse_norm(product(vectors[i], vectors[i]));
    return norms;
}

template <class T>
double sum_of_cosines(const Sides<T>& sides) {
    const Products<T> product(sides.query[0]);
    // Norms once for each vector, not for each pair.
    const double* query_norms = inverse_norms(sides.query, product);
    const double* norms = inverse_norms(sides.document, product);
    double sum = 0;
    for (size_t i = 0; i < sides.query.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        const auto& query = sides.query[i];
        const double greatest = greatest_similarity(sides.document.count, [&](size_t j) {
            return product(query, sides.document[j]) * norms[j];
        });
        sum += clamp_similarity(greatest * query_norms[i]);
    }
    return sum;
}

template <class T>
double sum_of_similarities(const Sides<T>& sides, Metric metric) {
    double sum = 0;
    for (size_t i = 0; i < sides.query.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        const auto& query = sides.query[i];
        sum += greatest_similarity(sides.document.count, [&](size_t j) {
            return similarity_by<T>(metric, query, sides.document[j]);
        });
    }
    return sum;
}

/// max_sim(query T[], document T[], metric text) -> float8; NULL where a side has no vector.
template <class T>
Datum max_sim(FunctionCallInfo fcinfo) {
    const Metric metric = metric_argument(fcinfo, 2);
    const Sides<T> sides = read_sides<T>(fcinfo);
    if (sides.query.count == 0 || sides.document.count == 0) PG_RETURN_NULL();
    if (metric == Metric::kInnerProduct) PG_RETURN_FLOAT8(sum_of_products<T>(sides));
    if (metric == Metric::kCosine) PG_RETURN_FLOAT8(sum_of_cosines<T>(sides));
    PG_RETURN_FLOAT8(sum_of_similarities<T>(sides, metric));
}

/// max_sim_distance(query T[], document T[]) -> float8: smaller is more alike.
template <class T>
Datum max_sim_distance(FunctionCallInfo fcinfo) {
    const Sides<T> sides = read_sides<T>(fcinfo);
    if (sides.query.count == 0 || sides.document.count == 0) PG_RETURN_NULL();
    PG_RETURN_FLOAT8(-sum_of_products<T>(sides));
}

[[noreturn]] void raise_length_mismatch(size_t a, size_t b, size_t weights) {
    ereport(ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
            errmsg("vectors and weights have different lengths"),
            errdetail("There are %zu vectors, %zu to compare them with, and %zu weights.", a, b,
                      weights));
    pg_unreachable();
}

/// multi_distance(a T[], b T[], weights float8[], metric text) -> float8; NULL where a vector is.
template <class T>
Datum multi_distance(FunctionCallInfo fcinfo) {
    const Vectors<T> a = nullable_vectors<T>(fcinfo, 0);
    const Vectors<T> b = nullable_vectors<T>(fcinfo, 1);
    const auto weights = finite_numbers(fcinfo, 2, "weights");
    const Metric metric = metric_argument(fcinfo, 3);
    if (b.count != a.count || weights.size() != a.count)
        raise_length_mismatch(a.count, b.count, weights.size());
    bool is_null = a.count == 0;
    double sum = 0;
    for (size_t i = 0; i < a.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        if (a.values[i] == nullptr || b.values[i] == nullptr) {
            is_null = true;
            continue;
        }
        check_same_dims<T>(a[i], b[i]);
        sum += weights[i] * distance_by<T>(metric, a[i], b[i]);
    }
    if (is_null) PG_RETURN_NULL();
    PG_RETURN_FLOAT8(sum);
}

}  // namespace
}  // namespace vx::pg

namespace pg = vx::pg;

VX_FUNCTION(vector_max_sim, pg::max_sim<pg::Vector>)
VX_FUNCTION(halfvec_max_sim, pg::max_sim<pg::HalfVector>)
VX_FUNCTION(sparsevec_max_sim, pg::max_sim<pg::SparseVector>)

VX_FUNCTION(vector_max_sim_distance, pg::max_sim_distance<pg::Vector>)
VX_FUNCTION(halfvec_max_sim_distance, pg::max_sim_distance<pg::HalfVector>)
VX_FUNCTION(sparsevec_max_sim_distance, pg::max_sim_distance<pg::SparseVector>)

VX_FUNCTION(vector_multi_distance, pg::multi_distance<pg::Vector>)
VX_FUNCTION(halfvec_multi_distance, pg::multi_distance<pg::HalfVector>)
VX_FUNCTION(sparsevec_multi_distance, pg::multi_distance<pg::SparseVector>)
