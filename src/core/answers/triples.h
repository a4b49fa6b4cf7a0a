// Scores of triples (head, relation, tail) of a knowledge graph, and the vectors that find what
// completes one: TransE, DistMult, ComplEx, RotatE.
//
// Complex vectors have the real parts in the first half of their dimensions, and the imaginary
// parts in the second.  Sums are in double; a vector that is made is rounded once per element.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

namespace vx {

template <class Element>
double as_double(Element element) {
    return static_cast<double>(static_cast<float>(element));
}

template <class Element>
Element as_element(double value) {
    return static_cast<Element>(static_cast<float>(value));
}

struct Complex {
    double re;
    double im;
};

inline Complex operator*(Complex a, Complex b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

inline Complex conjugate(Complex a) { return {a.re, -a.im}; }

/// Number i of a complex vector.
template <class Element>
Complex complex_at(std::span<const Element> vector, size_t i) {
    return {as_double(vector[i]), as_double(vector[vector.size() / 2 + i])};
}

template <class Element>
void set_complex(std::span<Element> vector, size_t i, Complex value) {
    vector[i] = as_element<Element>(value.re);
    vector[vector.size() / 2 + i] = as_element<Element>(value.im);
}

/// The rotation that RotatE has in dimension i of `relation`: given as phases in radians, one for
/// each complex number of the `dims / 2` of an entity; or as complex numbers, of which the
/// direction counts.  Not a number where such a number is 0.
template <class Element>
Complex rotation_at(std::span<const Element> relation, size_t dims, size_t i) {
    if (relation.size() != dims) {
        const double phase = as_double(relation[i]);
        return {std::cos(phase), std::sin(phase)};
    }
    const Complex given = complex_at(relation, i);
    const double length = std::sqrt(given.re * given.re + given.im * given.im);
    return {given.re / length, given.im / length};
}

/// Which end of a triple is looked for.
enum class Wanted { kTail, kHead };

struct TransE {
    /// Minus the length of h + r - t: by the sum of magnitudes (norm 1), or Euclidean (norm 2).
    template <class Element>
    static double score(std::span<const Element> head, std::span<const Element> relation,
                        std::span<const Element> tail, int norm) {
        double sum = 0;
        for (size_t i = 0; i < head.size(); ++i) {
            const double off = as_double(head[i]) + as_double(relation[i]) - as_double(tail[i]);
            sum += norm == 1 ? std::fabs(off) : off * off;
        }
        return -(norm == 1 ? sum : std::sqrt(sum));
    }

    template <Wanted kWanted, class Element>
    static void query(std::span<const Element> known, std::span<const Element> relation,
                      std::span<Element> out) {
        const double sign = kWanted == Wanted::kTail ? 1 : -1;
        for (size_t i = 0; i < out.size(); ++i)
            out[i] = as_element<Element>(as_double(known[i]) + sign * as_double(relation[i]));
    }
};

struct DistMult {
    template <class Element>
    static double score(std::span<const Element> head, std::span<const Element> relation,
                        std::span<const Element> tail) {
        double sum = 0;
        for (size_t i = 0; i < head.size(); ++i)
            sum += as_double(head[i]) * as_double(relation[i]) * as_double(tail[i]);
        return sum;
    }

    /// The same for heads and tails.
    template <Wanted, class Element>
    static void query(std::span<const Element> known, std::span<const Element> relation,
                      std::span<Element> out) {
        for (size_t i = 0; i < out.size(); ++i)
            out[i] = as_element<Element>(as_double(known[i]) * as_double(relation[i]));
    }
};

struct ComplEx {
    template <class Element>
    static double score(std::span<const Element> head, std::span<const Element> relation,
                        std::span<const Element> tail) {
        double sum = 0;
        for (size_t i = 0; i < head.size() / 2; ++i) {
            const Complex moved = complex_at(head, i) * complex_at(relation, i);
            sum += (moved * conjugate(complex_at(tail, i))).re;
        }
        return sum;
    }

    /// Re(h r conj(t)) is the inner product, over both halves, of t with h r, and of h with
    /// t conj(r).
    template <Wanted kWanted, class Element>
    static void query(std::span<const Element> known, std::span<const Element> relation,
                      std::span<Element> out) {
        for (size_t i = 0; i < out.size() / 2; ++i) {
            const Complex r = complex_at(relation, i);
            set_complex(out, i,
                        complex_at(known, i) * (kWanted == Wanted::kTail ? r : conjugate(r)));
        }
    }
};

struct RotatE {
    /// Minus the Euclidean length of h o r - t.
    template <class Element>
    static double score(std::span<const Element> head, std::span<const Element> relation,
                        std::span<const Element> tail) {
        double sum = 0;
        for (size_t i = 0; i < head.size() / 2; ++i) {
            const Complex turned = complex_at(head, i) * rotation_at(relation, head.size(), i);
            const Complex there = complex_at(tail, i);
            const double re = turned.re - there.re;
            const double im = turned.im - there.im;
            sum += re * re + im * im;
        }
        return -std::sqrt(sum);
    }

    /// Rotations keep lengths, so h is as far from t turned back as h turned is from t.
    template <Wanted kWanted, class Element>
    static void query(std::span<const Element> known, std::span<const Element> relation,
                      std::span<Element> out) {
        for (size_t i = 0; i < out.size() / 2; ++i) {
            const Complex r = rotation_at(relation, out.size(), i);
            set_complex(out, i,
                        complex_at(known, i) * (kWanted == Wanted::kTail ? r : conjugate(r)));
        }
    }
};

/// Has a relation of RotatE given as complex numbers one without a direction?
template <class Element>
bool lacks_direction(std::span<const Element> relation) {
    for (size_t i = 0; i < relation.size() / 2; ++i) {
        const Complex r = complex_at(relation, i);
        if (r.re == 0 && r.im == 0) return true;
    }
    return false;
}

}  // namespace vx
