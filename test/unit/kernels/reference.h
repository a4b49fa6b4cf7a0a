// Distances in double precision, and how far a float sum may be from them.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>

namespace vx::test {

/// A sum computed in double, and the sum of its terms' magnitudes.
struct ReferenceSum {
    double value = 0;
    double magnitude = 0;

    void add(double term) {
        value += term;
        magnitude += std::fabs(term);
    }
};

/// Of float or Half.
template <class Element, class Term>
ReferenceSum reference_sum(const Element* a, const Element* b, size_t dims, Term term) {
    ReferenceSum sum;
    for (size_t i = 0; i < dims; ++i)
        sum.add(term(double{static_cast<float>(a[i])}, double{static_cast<float>(b[i])}));
    return sum;
}

template <class Element>
ReferenceSum reference_l2_squared(const Element* a, const Element* b, size_t dims) {
    return reference_sum(a, b, dims, [](double x, double y) { return (x - y) * (x - y); });
}

template <class Element>
ReferenceSum reference_dot(const Element* a, const Element* b, size_t dims) {
    return reference_sum(a, b, dims, [](double x, double y) { return x * y; });
}

template <class Element>
ReferenceSum reference_l1(const Element* a, const Element* b, size_t dims) {
    return reference_sum(a, b, dims, [](double x, double y) { return std::fabs(x - y); });
}

/// Bound on the error of a float sum of `dims` terms in any order: each addition and each term's
/// own roundings lose at most half a unit of the magnitudes (Higham, Accuracy and Stability of
/// Numerical Algorithms, 2nd ed., section 4.2: gamma_n times the sum of magnitudes).  A term rounds
/// at most three times (difference counted twice where it is squared, product).
inline double float_sum_tolerance(const ReferenceSum& sum, size_t dims) {
    const double unit = std::numeric_limits<float>::epsilon() / 2.0;
    const double roundings = (static_cast<double>(dims) + 3.0) * unit;
    return roundings / (1.0 - roundings) * sum.magnitude;
}

}  // namespace vx::test
