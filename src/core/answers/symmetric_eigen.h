// Eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to a tridiagonal one,
// then implicit QL (EISPACK's tred2 and imtql2; Wilkinson and Reinsch, Handbook for Automatic
// Computation II).  All of them, in O(n^3), whatever their gaps.
//
// The matrix is stored whole, row by row.  Vectors are kept as rows, which the rotations of QL then
// go through in order of memory.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

namespace vx {

/// `Poll` is called now and then, at least once in n^2 operations, and may leave by longjmp.
template <class Poll>
class SymmetricEigen {
public:
    /// `matrix` has n * n elements, `values` and `scratch` n; all outlive this.
    SymmetricEigen(std::span<double> matrix, std::span<double> values, std::span<double> scratch,
                   Poll& poll)
        : n_(values.size()), a_(matrix.data()), d_(values.data()), e_(scratch.data()),
          poll_(&poll) {}

    /// Makes row i of the matrix the eigenvector of value i, in no order.  False when QL does not
    /// converge, which takes values that are not finite.
    bool solve() {
        reduce();
        accumulate();
        return diagonalize();
    }

private:
    double* row(size_t i) { return a_ + i * n_; }

    static double dot(const double* a, const double* b, size_t count) {
        double sums[4] = {};
        size_t i = 0;
        for (; i + 4 <= count; i += 4)
            for (size_t lane = 0; lane < 4; ++lane) sums[lane] += a[i + lane] * b[i + lane];
        for (; i < count; ++i) sums[0] += a[i] * b[i];
        return (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }

    static void add_scaled(double* to, double factor, const double* from, size_t count) {
        for (size_t i = 0; i < count; ++i) to[i] += factor * from[i];
    }

    /// From the last row up, a reflection that leaves of row i the diagonal and one element beside
    /// it.  Row i keeps its vector u in the elements before the diagonal, d_[i] its |u|^2 / 2.
    void reduce() {
        for (size_t i = n_; i-- > 1;) {
            (*poll_)();
            double* u = row(i);
            double scale = 0;
            for (size_t k = 0; k < i; ++k) scale += std::fabs(u[k]);
            d_[i] = 0;
            e_[i] = u[i - 1];
            if (i == 1 || scale == 0) continue;
            for (size_t k = 0; k < i; ++k) u[k] /= scale;
            const double length = dot(u, u, i);
            const double f = u[i - 1];
            const double g = f >= 0 ? -std::sqrt(length) : std::sqrt(length);
            e_[i] = scale * g;
            d_[i] = length - f * g;
            u[i - 1] = f - g;
            reflect(u, i, d_[i]);
        }
        d_[0] = e_[0] = 0;
    }

    /// A := P A P for the leading i rows and columns, P = 1 - u u' / h.  Their lower triangle.
    void reflect(const double* u, size_t i, double h) {
        for (size_t j = 0; j < i; ++j) e_[j] = dot(row(j), u, j + 1);
        for (size_t j = 1; j < i; ++j) add_scaled(e_, u[j], row(j), j);
        double k = 0;
        for (size_t j = 0; j < i; ++j) {
            e_[j] /= h;
            k += e_[j] * u[j];
        }
        k /= 2 * h;
        for (size_t j = 0; j < i; ++j) e_[j] -= k * u[j];
        for (size_t j = 0; j < i; ++j) {
            add_scaled(row(j), -u[j], e_, j + 1);
            add_scaled(row(j), -e_[j], u, j + 1);
        }
    }

    /// The product of the reflections, transposed, in the matrix; its former diagonal in d_.
    void accumulate() {
        for (size_t i = 0; i < n_; ++i) {
            (*poll_)();
            double* u = row(i);
            const double h = d_[i];
            d_[i] = u[i];
            if (h != 0) {
                for (size_t j = 0; j < i; ++j) add_scaled(row(j), -dot(row(j), u, i) / h, u, i);
            }
            for (size_t j = 0; j < i; ++j) u[j] = row(j)[i] = 0;
            u[i] = 1;
        }
    }

    bool diagonalize() {
        constexpr int kMostSteps = 100;
        for (size_t i = 1; i < n_; ++i) e_[i - 1] = e_[i];
        e_[n_ - 1] = 0;
        for (size_t l = 0; l < n_; ++l) {
            for (int steps = 0;; ++steps) {
                const size_t m = find_split(l);
                if (m == l) break;
                if (steps == kMostSteps) return false;
                (*poll_)();
                step(l, m);
            }
        }
        return true;
    }

    /// The first from l on whose link to the next is nothing beside their size.
    size_t find_split(size_t l) const {
        size_t m = l;
        while (m + 1 < n_) {
            const double size = std::fabs(d_[m]) + std::fabs(d_[m + 1]);
            if (std::fabs(e_[m]) + size == size) break;
            ++m;
        }
        return m;
    }

    /// One implicit QL step of the part from l to m.
    void step(size_t l, size_t m) {
        double g = (d_[l + 1] - d_[l]) / (2 * e_[l]);
        double r = std::hypot(g, 1.0);
        g = d_[m] - d_[l] + e_[l] / (g + std::copysign(r, g));
        double s = 1;
        double c = 1;
        double p = 0;
        for (size_t i = m; i-- > l;) {
            const double f = s * e_[i];
            const double b = c * e_[i];
            r = std::hypot(f, g);
            e_[i + 1] = r;
            if (r == 0) {
                d_[i + 1] -= p;
                e_[m] = 0;
                return;
            }
            s = f / r;
            c = g / r;
            g = d_[i + 1] - p;
            r = (d_[i] - g) * s + 2 * c * b;
            p = s * r;
            d_[i + 1] = g + p;
            g = c * r - b;
            rotate(row(i), row(i + 1), c, s);
        }
        d_[l] -= p;
        e_[l] = g;
        e_[m] = 0;
    }

    void rotate(double* a, double* b, double c, double s) const {
        for (size_t k = 0; k < n_; ++k) {
            const double above = b[k];
            b[k] = s * a[k] + c * above;
            a[k] = c * a[k] - s * above;
        }
    }

    size_t n_;
    double* a_;
    double* d_;
    double* e_;  // beside the diagonal
    Poll* poll_;
};

/// Puts the `wanted` greatest values and the rows of `vectors` with them first, in order.
inline void sort_greatest_first(std::span<double> vectors, std::span<double> values,
                                size_t wanted) {
    const size_t n = values.size();
    for (size_t i = 0; i < wanted; ++i) {
        size_t greatest = i;
        for (size_t j = i + 1; j < n; ++j)
            if (values[j] > values[greatest]) greatest = j;
        if (greatest == i) continue;
        std::swap(values[i], values[greatest]);
        for (size_t k = 0; k < n; ++k) std::swap(vectors[i * n + k], vectors[greatest * n + k]);
    }
}

}  // namespace vx
