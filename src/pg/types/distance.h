// SQL distances: kernels of core do the sums, in float; the last step is done in double.  Where a
// sum leaves the range of floats it is done once more in double.
//
// Clients compare results with ==, so no step here may be an approximation: no reciprocal square
// root, and a cosine's norms are multiplied before the one root is taken.
#pragma once

#include "core/kernels/kernel_table.h"
#include "core/kernels/sparse.h"
#include "core/kernels/wide.h"
#include "pg/fetch/fetched_values.h"
#include "pg/types/datum.h"

namespace vx::pg {

/// The sums of a cosine are right but for rounding.  The inner product may be zero: beside these
/// norms, what it can lose is nothing.
inline bool in_range(const CosineSums& sums) {
    return vx::in_range(sums.norm_a) && vx::in_range(sums.norm_b) &&
           __builtin_fabsf(sums.dot) <= FLT_MAX;
}

inline WideCosineSums widened(const CosineSums& sums) {
    return {static_cast<double>(sums.dot), static_cast<double>(sums.norm_a),
            static_cast<double>(sums.norm_b)};
}

/// The sums of two dense vectors of Element float or Half.
template <class Element>
struct DenseSums {
    using Wide = WideSums<Element>;

    const Element* a;
    const Element* b;
    size_t dims;

    double l2_squared() const {
        const float sum = table().l2_squared(a, b, dims);
        return vx::in_range(sum) ? static_cast<double>(sum) : Wide::l2_squared(a, b, dims);
    }
    double dot() const {
        const float sum = table().dot(a, b, dims);
        return vx::in_range(sum) ? static_cast<double>(sum) : Wide::dot(a, b, dims);
    }
    /// Sums of differences lose nothing to underflow: small ones are exact.
    double l1() const {
        const float sum = table().l1(a, b, dims);
        return sum <= FLT_MAX ? static_cast<double>(sum) : Wide::l1(a, b, dims);
    }
    WideCosineSums cosine() const {
        const CosineSums sums = table().cosine(a, b, dims);
        return in_range(sums) ? widened(sums) : Wide::cosine(a, b, dims);
    }

    static const DistanceTable<Element>& table() { return kernels().distances<Element>(); }
};

inline SparseView sparse_view(const Sparse& value) {
    return {value.indices().data(), value.values().data(), value.values().size()};
}

/// The sums of two sparse vectors.
struct SparseSums {
    SparseView a;
    SparseView b;

    double l2_squared() const {
        const float sum = sparse_l2_squared(a, b);
        return vx::in_range(sum) ? static_cast<double>(sum) : wide_l2_squared(a, b);
    }
    double dot() const {
        const float sum = sparse_dot(a, b);
        return vx::in_range(sum) ? static_cast<double>(sum) : wide_dot(a, b);
    }
    double l1() const {
        const float sum = sparse_l1(a, b);
        return sum <= FLT_MAX ? static_cast<double>(sum) : wide_l1(a, b);
    }
    WideCosineSums cosine() const {
        const CosineSums sums{sparse_dot(a, b), sparse_square(a), sparse_square(b)};
        return in_range(sums) ? widened(sums) : wide_cosine(a, b);
    }
};

/// What a measure makes of `Sums` is its static member of(); this gives it the same for elements.
template <class Measure>
struct OfElements {
    template <class Element>
    static double between(const Element* a, const Element* b, size_t dims) {
        return Measure::of(DenseSums<Element>{a, b, dims});
    }
};

struct L2Squared : OfElements<L2Squared> {
    template <class Sums>
    static double of(const Sums& sums) {
        return sums.l2_squared();
    }
};

struct L2 : OfElements<L2> {
    template <class Sums>
    static double of(const Sums& sums) {
        return sqrt(sums.l2_squared());
    }
};

struct InnerProduct : OfElements<InnerProduct> {
    template <class Sums>
    static double of(const Sums& sums) {
        return sums.dot();
    }
};

struct NegativeInnerProduct : OfElements<NegativeInnerProduct> {
    template <class Sums>
    static double of(const Sums& sums) {
        return -sums.dot();
    }
};

/// Rounding may push a similarity out of [-1, 1]; NaN passes.
inline double clamp_similarity(double similarity) {
    if (similarity > 1) return 1;
    return similarity < -1 ? -1 : similarity;
}

struct Cosine : OfElements<Cosine> {
    template <class Sums>
    static double of(const Sums& of_both) {
        const WideCosineSums sums = of_both.cosine();
        return 1 - clamp_similarity(sums.dot / sqrt(sums.norm_a * sums.norm_b));
    }
};

/// The angle between unit vectors as a fraction of a half turn.
struct Spherical : OfElements<Spherical> {
    template <class Sums>
    static double of(const Sums& sums) {
        return acos(clamp_similarity(sums.dot())) / M_PI;
    }
};

struct L1 : OfElements<L1> {
    template <class Sums>
    static double of(const Sums& sums) {
        return sums.l1();
    }
};

template <class T>
DenseSums<typename T::Element> sums_of(const Dense<T>& a, const Dense<T>& b) {
    return {a.elements().data(), b.elements().data(), a.elements().size()};
}

inline SparseSums sums_of(const Sparse& a, const Sparse& b) {
    return {sparse_view(a), sparse_view(b)};
}

/// Argument `n` of a distance function: what an index scan has just fetched is not fetched again.
template <class T>
const typename T::Value& distance_arg(FunctionCallInfo fcinfo, int n) {
    const Datum value = PG_GETARG_DATUM(n);
    const varlena* fetched = FetchedValues::find(value);
    return view<T>(fetched == nullptr ? value : PointerGetDatum(fetched));
}

/// distance(T, T) -> float8.  Raises when the dimensions differ.
template <class T, class Measure>
Datum distance(FunctionCallInfo fcinfo) {
    const auto& a = distance_arg<T>(fcinfo, 0);
    const auto& b = distance_arg<T>(fcinfo, 1);
    check_same_dims<T>(a, b);
    PG_RETURN_FLOAT8(Measure::of(sums_of(a, b)));
}

}  // namespace vx::pg
