#include "pg/index/scan_query.h"

#include <cfloat>

#include "pg/index/strategies.h"

namespace vx::pg {
namespace {

double operator_limit(Metric metric, double distance) {
    constexpr double kRoom = 1e-5;
    switch (metric) {
    case Metric::kL2:
        return distance < 0 ? -1 : distance * distance * (1 + kRoom);
    case Metric::kCosine:
    case Metric::kJaccard:
        return distance - 1 + kRoom;
    case Metric::kInnerProduct:
    case Metric::kL1:
    case Metric::kHamming:
        break;
    }
    return distance + fabs(distance) * kRoom;
}

}  // namespace

QueryArgument query_argument(IndexScanDesc scan) {
    const ScanKeyData* found = scan->numberOfOrderBys > 0 ? &scan->orderByData[0] : nullptr;
    for (int i = 0; found == nullptr && i < scan->numberOfKeys; ++i)
        if (scan->keyData[i].sk_attno == 1 && scan->keyData[i].sk_strategy == kQueryStrategy &&
            scan->keyData[i].sk_collation == kRangeCollation)
            found = &scan->keyData[i];
    if (found == nullptr) return {};
    return {found->sk_argument, (found->sk_flags & SK_ISNULL) != 0};
}

void refuse_statement_operator() {
    ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
            errmsg("operators @<, @<~, and @<@ are for conditions that the planner makes"),
            errhint("Compare a distance instead, as in WHERE embedding <-> query < bound."));
    pg_unreachable();
}

QueryScale scale_query(const OpenIndex& index, QueryArgument query) {
    if (!has_codes(index.storage)) return {};
    const int exponent = query_exponent(index, query.value, query.is_null);
    return {exponent, scaled_unit(index) * ldexp(1, exponent)};
}

void scale_elements(const OpenIndex& index, QueryScale scale, std::byte* element) {
    if (scale.exponent == 0) return;
    const float factor = scale_factor(scale.exponent);
    auto* elements = reinterpret_cast<float*>(element);
    for (uint32_t i = 0; i < index.dims; ++i) elements[i] *= factor;
}

float ranking_limit(const OpenIndex& index, double distance, double unit) {
    const double scaled = operator_limit(index.metric, distance) * unit;
    const bool mapped = index.storage == Storage::kPlain && !needs_unit_vectors(index.metric);
    const double limit = (mapped ? static_cast<double>(ranking_value(scaled)) : scaled) + FLT_MIN;
    // The next float above, so that rounding leaves nothing out.
    return nextafterf(static_cast<float>(limit), get_float4_infinity());
}

}  // namespace vx::pg
