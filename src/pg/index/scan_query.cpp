#include "pg/index/scan_query.h"

#include <cfloat>

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

QueryScale scale_query(const OpenIndex& index, Datum query, bool is_null) {
    if (index.storage == Storage::kPlain) return {};
    const int exponent = query_exponent(index, query, is_null);
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
