// Metrics that a function is given by name, and what is measured by them.
#pragma once

#include "core/kernels/metric.h"
#include "pg/types/distance.h"

namespace vx::pg {

/// Argument `arg`, a text that is not NULL, with a zero byte at its end.
inline const char* name_argument(FunctionCallInfo fcinfo, int arg, const char* name) {
    if (PG_ARGISNULL(arg))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                errmsg("%s must not be null", name));
    return text_to_cstring(PG_GETARG_TEXT_PP(arg));
}

/// Argument `arg` as a metric of vectors.
inline Metric metric_argument(FunctionCallInfo fcinfo, int arg) {
    struct Named {
        const char* name;
        Metric metric;
    };
    constexpr Named kNames[] = {{"cosine", Metric::kCosine},
                                {"l2", Metric::kL2},
                                {"inner_product", Metric::kInnerProduct},
                                {"ip", Metric::kInnerProduct},
                                {"l1", Metric::kL1}};
    const char* name = name_argument(fcinfo, arg, "metric");
    for (const Named& named : kNames)
        if (strcmp(named.name, name) == 0) return named.metric;
    ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown metric \"%s\"", name),
            errhint("Metrics are \"cosine\", \"l2\", \"inner_product\" (or \"ip\"), and \"l1\"."));
    pg_unreachable();
}

/// What the distance operator of a metric says.
template <class T>
double distance_by(Metric metric, const typename T::Value& a, const typename T::Value& b) {
    switch (metric) {
    case Metric::kL2:
        return L2::of(sums_of(a, b));
    case Metric::kInnerProduct:
        return NegativeInnerProduct::of(sums_of(a, b));
    case Metric::kL1:
        return L1::of(sums_of(a, b));
    case Metric::kCosine:
        return Cosine::of(sums_of(a, b));
    case Metric::kHamming:
    case Metric::kJaccard:
        break;
    }
    pg_unreachable();
}

/// The greater, the more alike: the cosine, the inner product, or a distance below zero, for
/// Euclidean distance its square.  The cosine with a zero vector, which has no direction, is 0.
template <class T>
double similarity_by(Metric metric, const typename T::Value& a, const typename T::Value& b) {
    if (metric == Metric::kL2) return -L2Squared::of(sums_of(a, b));
    const double distance = distance_by<T>(metric, a, b);
    if (metric != Metric::kCosine) return -distance;
    return std::isnan(distance) ? 0 : 1 - distance;
}

}  // namespace vx::pg
