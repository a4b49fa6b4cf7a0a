// Recommendation: recommend, example_score, sums and averages by weight, mmr, autocut.
//
// A NULL array is an empty one, because that is what array_agg makes of no rows: somebody who
// dislikes nothing is to get recommendations too.
#include "core/answers/examples.h"

#include "pg/answers/diversity.h"
#include "pg/answers/weighted.h"
#include "pg/fmgr.h"

namespace vx::pg {
namespace {

[[noreturn]] void raise_unknown_strategy(const char* name, const char* hint) {
    ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
            errmsg("unknown strategy \"%s\"", name), errhint("%s", hint));
    pg_unreachable();
}

template <class T>
struct Examples {
    Vectors<T> positive;
    Vectors<T> negative;
};

template <class T>
Examples<T> read_examples(FunctionCallInfo fcinfo, int first) {
    return {vectors<T>(fcinfo, first), vectors<T>(fcinfo, first + 1)};
}

template <class T>
ExampleSums sums_of_examples(const Vectors<T>& examples, int dims) {
    auto* sums = static_cast<double*>(palloc0(sizeof(double) * static_cast<size_t>(dims)));
    ExampleSums result{sums, 0};
    for (size_t i = 0; i < examples.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        add_example(result, examples[i].elements());
    }
    return result;
}

template <class T>
Datum average_query(const Examples<T>& examples, int dims) {
    const ExampleSums positive = sums_of_examples<T>(examples.positive, dims);
    const ExampleSums negative = sums_of_examples<T>(examples.negative, dims);
    Dense<T>& result = new_dense<T>(dims);
    const auto out = result.elements();
    for (size_t i = 0; i < out.size(); ++i) {
        const double element =
            recommended(positive.sums[i], positive.count, negative.sums[i], negative.count);
        out[i] = narrow<T>(static_cast<float>(element));
    }
    check_finite<T>(out);
    PG_RETURN_POINTER(&result);
}

ExampleElement* put_elements(const Vectors<SparseVector>& examples, bool negative,
                             ExampleElement* out) {
    for (size_t i = 0; i < examples.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        const auto indices = examples[i].indices();
        const auto values = examples[i].values();
        for (size_t j = 0; j < indices.size(); ++j) *out++ = {indices[j], negative, values[j]};
    }
    return out;
}

size_t stored_elements(const Vectors<SparseVector>& examples) {
    size_t count = 0;
    for (size_t i = 0; i < examples.count; ++i) count += examples[i].values().size();
    return count;
}

int compare_indices(const void* a, const void* b, void* /*unused*/) {
    const int32 left = static_cast<const ExampleElement*>(a)->index;
    const int32 right = static_cast<const ExampleElement*>(b)->index;
    return left < right ? -1 : static_cast<int>(left > right);
}

template <>
Datum average_query(const Examples<SparseVector>& examples, int dims) {
    const size_t count = stored_elements(examples.positive) + stored_elements(examples.negative);
    auto* elements = new_elements<ExampleElement>(count);
    put_elements(examples.negative, true, put_elements(examples.positive, false, elements));
    qsort_interruptible(elements, count, sizeof(ExampleElement), compare_indices, nullptr);
    const Sparse& result = gather_sparse(dims, [&](auto callback) {
        visit_recommended({elements, count}, examples.positive.count, examples.negative.count,
                          [callback](int32 index, double element) {
                              callback(index, static_cast<float>(element));
                          });
    });
    check_indices(result);
    check_finite<SparseVector>(result.values());
    PG_RETURN_POINTER(&result);
}

/// recommend(positive T[], negative T[], strategy text) -> T; NULL without a positive example, as
/// an average of no rows is.
template <class T>
Datum recommend(FunctionCallInfo fcinfo) {
    const char* strategy = name_argument(fcinfo, 2, "strategy");
    if (strcmp(strategy, "average") != 0)
        raise_unknown_strategy(strategy, "recommend has the strategy \"average\"; \"best_score\" "
                                         "and \"sum_scores\" are strategies of example_score.");
    const Examples<T> examples = read_examples<T>(fcinfo, 0);
    if (examples.positive.count == 0) PG_RETURN_NULL();
    const auto& first = examples.positive[0];
    check_all_dims<T>(first, examples.positive);
    check_all_dims<T>(first, examples.negative);
    return average_query<T>(examples, first.dims);
}

/// example_score(candidate T, positive T[], negative T[], strategy text, metric text) -> float8
template <class T>
Datum example_score(FunctionCallInfo fcinfo) {
    const char* strategy = name_argument(fcinfo, 3, "strategy");
    const bool by_sum = strcmp(strategy, "sum_scores") == 0;
    if (!by_sum && strcmp(strategy, "best_score") != 0)
        raise_unknown_strategy(strategy, "example_score has the strategies \"best_score\" and "
                                         "\"sum_scores\"; \"average\" is a strategy of recommend.");
    const Metric metric = metric_argument(fcinfo, 4);
    const Examples<T> examples = read_examples<T>(fcinfo, 1);
    if (PG_ARGISNULL(0) || examples.positive.count + examples.negative.count == 0) PG_RETURN_NULL();
    const auto& candidate = arg<T>(fcinfo, 0);
    check_all_dims<T>(candidate, examples.positive);
    check_all_dims<T>(candidate, examples.negative);
    ExampleScores scores;
    for (size_t i = 0; i < examples.positive.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        scores.add_positive(similarity_by<T>(metric, candidate, examples.positive[i]));
    }
    for (size_t i = 0; i < examples.negative.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        scores.add_negative(similarity_by<T>(metric, candidate, examples.negative[i]));
    }
    PG_RETURN_FLOAT8(by_sum ? scores.sum_scores() : scores.best_score());
}

/// a + scale * b, rounded once.
template <class T>
typename T::Element add_scaled_element(double a, double scale, double b) {
    return narrow<T>(static_cast<float>(a + scale * b));
}

/// type_add_scaled(a T, b T, scale float8) -> T
template <class T>
Datum add_scaled(FunctionCallInfo fcinfo) {
    const Dense<T>& a = arg<T>(fcinfo, 0);
    const Dense<T>& b = arg<T>(fcinfo, 1);
    const double scale = finite_number(fcinfo, 2, "scale");
    check_same_dims<T>(a, b);
    Dense<T>& result = new_dense<T>(a.dims);
    const auto left = a.elements();
    const auto right = b.elements();
    const auto out = result.elements();
    for (size_t i = 0; i < out.size(); ++i)
        out[i] =
            add_scaled_element<T>(static_cast<float>(left[i]), scale, static_cast<float>(right[i]));
    check_finite<T>(out);
    PG_RETURN_POINTER(&result);
}

Datum sparse_add_scaled(FunctionCallInfo fcinfo) {
    const Sparse& a = arg<SparseVector>(fcinfo, 0);
    const Sparse& b = arg<SparseVector>(fcinfo, 1);
    const double scale = finite_number(fcinfo, 2, "scale");
    check_same_dims<SparseVector>(a, b);
    const Sparse& result = gather_sparse(a.dims, [&a, &b, scale](auto callback) {
        merge_sparse(sparse_view(a), sparse_view(b),
                     [callback, scale](int32 index, float x, float y) {
                         callback(index, add_scaled_element<SparseVector>(x, scale, y));
                     });
    });
    check_finite<SparseVector>(result.values());
    PG_RETURN_POINTER(&result);
}

}  // namespace
}  // namespace vx::pg

namespace pg = vx::pg;

VX_FUNCTION(vector_recommend, pg::recommend<pg::Vector>)
VX_FUNCTION(halfvec_recommend, pg::recommend<pg::HalfVector>)
VX_FUNCTION(sparsevec_recommend, pg::recommend<pg::SparseVector>)

VX_FUNCTION(vector_example_score, pg::example_score<pg::Vector>)
VX_FUNCTION(halfvec_example_score, pg::example_score<pg::HalfVector>)
VX_FUNCTION(sparsevec_example_score, pg::example_score<pg::SparseVector>)

VX_FUNCTION(vector_add_scaled, pg::add_scaled<pg::Vector>)
VX_FUNCTION(halfvec_add_scaled, pg::add_scaled<pg::HalfVector>)
VX_FUNCTION(sparsevec_add_scaled, pg::sparse_add_scaled)

// combine functions and those that end avg are the types' own
VX_FUNCTION(vector_weighted_accum, pg::weighted_accumulate<pg::Vector>)
VX_FUNCTION(halfvec_weighted_accum, pg::weighted_accumulate<pg::HalfVector>)
VX_FUNCTION(sparsevec_weighted_accum, pg::sparse_weighted_accumulate)
VX_FUNCTION(vector_weighted_sum, pg::weighted_sum<pg::Vector>)
VX_FUNCTION(halfvec_weighted_sum, pg::weighted_sum<pg::HalfVector>)
VX_FUNCTION(sparsevec_weighted_sum, pg::sparse_weighted_sum)

VX_FUNCTION(vector_mmr, pg::mmr<pg::Vector>)
VX_FUNCTION(halfvec_mmr, pg::mmr<pg::HalfVector>)
VX_FUNCTION(sparsevec_mmr, pg::mmr<pg::SparseVector>)
VX_FUNCTION(autocut, pg::autocut)
