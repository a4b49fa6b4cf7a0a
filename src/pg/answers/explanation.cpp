// explain_distance and explain_distance_groups: which dimensions a distance comes from.
#include "core/answers/contributions.h"

#include "pg/answers/dimension_groups.h"
#include "pg/answers/named_metric.h"
#include "pg/fmgr.h"

namespace vx::pg {
namespace {

/// Calls visit(dimension, x, y), the dimension counted from 1, for all dimensions.
template <class T, class Visit>
void visit_elements(const Dense<T>& a, const Dense<T>& b, Visit visit) {
    const auto left = a.elements();
    const auto right = b.elements();
    for (size_t i = 0; i < left.size(); ++i)
        visit(static_cast<int32>(i + 1), static_cast<float>(left[i]), static_cast<float>(right[i]));
}

/// Those that a value stores.
template <class Visit>
void visit_elements(const Sparse& a, const Sparse& b, Visit visit) {
    merge_sparse(sparse_view(a), sparse_view(b),
                 [visit](int32 index, float x, float y) { visit(index + 1, x, y); });
}

double square_of(double sum, double element) { return sum + element * element; }

/// Arguments 0 to 2: two vectors and a metric.
template <class T>
std::span<Contribution> read_contributions(FunctionCallInfo fcinfo) {
    const auto& a = arg<T>(fcinfo, 0);
    const auto& b = arg<T>(fcinfo, 1);
    const Metric metric = metric_argument(fcinfo, 2);
    check_same_dims<T>(a, b);
    size_t count = 0;
    visit_elements(a, b, [&count](int32, float, float) { ++count; });
    auto* out = new_elements<Contribution>(count);
    double square_a = 0;
    double square_b = 0;
    Contribution* next = out;
    visit_elements(a, b, [&](int32 dimension, float x, float y) {
        *next++ = {dimension, x, y,
                   contribution_of(metric, static_cast<double>(x), static_cast<double>(y))};
        square_a = square_of(square_a, static_cast<double>(x));
        square_b = square_of(square_b, static_cast<double>(y));
    });
    if (metric == Metric::kCosine) divide_by_norms({out, count}, square_a, square_b);
    return {out, count};
}

/// A share of a total, never -0, which is NULL where the total is 0.
Datum share_of(double value, double total, bool* is_null) {
    *is_null = total == 0;
    return Float8GetDatum(total == 0 ? 0 : value / total + 0.0);
}

/// explain_distance(a T, b T, metric text) -> setof (dimension, a, b, contribution, share)
template <class T>
Datum explain_distance(FunctionCallInfo fcinfo) {
    const std::span<Contribution> contributions = read_contributions<T>(fcinfo);
    InitMaterializedSRF(fcinfo, 0);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    const double total = total_of(contributions);
    sort_by_share(contributions, total);
    for (const Contribution& contribution : contributions) {
        CHECK_FOR_INTERRUPTS();
        bool nulls[5] = {};
        const Datum share = share_of(contribution.value, total, &nulls[4]);
        Datum values[] = {Int32GetDatum(contribution.dimension), Float4GetDatum(contribution.a),
                          Float4GetDatum(contribution.b), Float8GetDatum(contribution.value),
                          share};
        tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
    }
    return Datum{0};
}

/// explain_distance_groups(a T, b T, metric text, groups jsonb)
/// -> setof (group_name, contribution, share)
template <class T>
Datum explain_distance_groups(FunctionCallInfo fcinfo) {
    const std::span<const Contribution> contributions = read_contributions<T>(fcinfo);
    const int dims = arg<T>(fcinfo, 0).dims;
    const DimensionGroups groups = read_groups(PG_GETARG_JSONB_P(3), dims);
    InitMaterializedSRF(fcinfo, 0);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    // By group, and behind them what is in none.
    auto* sums = new_elements<double>(groups.count + 1);
    std::fill(sums, sums + groups.count + 1, 0.0);
    add_to_groups(contributions, groups.ranges, sums, &sums[groups.count]);
    const bool has_rest = count_dimensions(groups.ranges) < dims;
    const size_t rows = groups.count + (has_rest ? 1 : 0);
    auto* order = new_elements<Contribution>(rows);
    for (size_t i = 0; i < rows; ++i) order[i] = {static_cast<int32>(i), 0, 0, sums[i]};
    const double total = total_of({order, rows});
    sort_by_share({order, rows}, total);
    for (size_t row = 0; row < rows; ++row) {
        const auto group = static_cast<size_t>(order[row].dimension);
        bool nulls[3] = {group == groups.count};
        const Datum share = share_of(order[row].value, total, &nulls[2]);
        Datum values[] = {nulls[0] ? Datum{0} : groups.names[group],
                          Float8GetDatum(order[row].value), share};
        tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
    }
    return Datum{0};
}

}  // namespace
}  // namespace vx::pg

namespace pg = vx::pg;

VX_FUNCTION(vector_explain_distance, pg::explain_distance<pg::Vector>)
VX_FUNCTION(halfvec_explain_distance, pg::explain_distance<pg::HalfVector>)
VX_FUNCTION(sparsevec_explain_distance, pg::explain_distance<pg::SparseVector>)

VX_FUNCTION(vector_explain_distance_groups, pg::explain_distance_groups<pg::Vector>)
VX_FUNCTION(halfvec_explain_distance_groups, pg::explain_distance_groups<pg::HalfVector>)
VX_FUNCTION(sparsevec_explain_distance_groups, pg::explain_distance_groups<pg::SparseVector>)
