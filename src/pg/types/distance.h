// SQL distances: a float kernel of core does the sum, the last step is done in double.
//
// Clients compare results with ==, so no step here may be an approximation: no reciprocal square
// root, and a cosine's norms are multiplied before the one root is taken.
#pragma once

#include "core/kernels/kernel_table.h"
#include "pg/types/datum.h"

namespace vx::pg {

struct L2Squared {
    static double between(const float* a, const float* b, size_t dims) {
        return kernels().floats.l2_squared(a, b, dims);
    }
};

struct L2 {
    static double between(const float* a, const float* b, size_t dims) {
        return sqrt(L2Squared::between(a, b, dims));
    }
};

struct InnerProduct {
    static double between(const float* a, const float* b, size_t dims) {
        return kernels().floats.dot(a, b, dims);
    }
};

struct NegativeInnerProduct {
    static double between(const float* a, const float* b, size_t dims) {
        return -InnerProduct::between(a, b, dims);
    }
};

/// Rounding may push a similarity out of [-1, 1]; NaN passes.
inline double clamp_similarity(double similarity) {
    if (similarity > 1) return 1;
    return similarity < -1 ? -1 : similarity;
}

struct Cosine {
    static double between(const float* a, const float* b, size_t dims) {
        const CosineSums sums = kernels().floats.cosine(a, b, dims);
        const double norms =
            sqrt(static_cast<double>(sums.norm_a) * static_cast<double>(sums.norm_b));
        return 1 - clamp_similarity(static_cast<double>(sums.dot) / norms);
    }
};

/// The angle between unit vectors as a fraction of a half turn.
struct Spherical {
    static double between(const float* a, const float* b, size_t dims) {
        return acos(clamp_similarity(InnerProduct::between(a, b, dims))) / M_PI;
    }
};

struct L1 {
    static double between(const float* a, const float* b, size_t dims) {
        return kernels().floats.l1(a, b, dims);
    }
};

/// distance(T, T) -> float8.  Raises when the dimensions differ.
template <class T, class Measure>
Datum distance(FunctionCallInfo fcinfo) {
    const Dense<T>& a = arg<T>(fcinfo, 0);
    const Dense<T>& b = arg<T>(fcinfo, 1);
    check_same_dims<T>(a, b);
    const auto left = a.elements();
    PG_RETURN_FLOAT8(Measure::between(left.data(), b.elements().data(), left.size()));
}

}  // namespace vx::pg
