// Centers, projections, and the covariance whose eigenvectors are principal directions.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vx {

/// vector - center, scaled to length 1 in double; zero where nothing is left.
template <class Element>
void center_and_normalize(std::span<const Element> vector, std::span<const Element> center,
                          std::span<Element> out) {
    double sum = 0;
    const auto at = [&](size_t i) {
        return static_cast<double>(static_cast<float>(vector[i])) -
               static_cast<double>(static_cast<float>(center[i]));
    };
    for (size_t i = 0; i < vector.size(); ++i) sum += at(i) * at(i);
    const double length = std::sqrt(sum);
    for (size_t i = 0; i < vector.size(); ++i)
        out[i] = static_cast<Element>(static_cast<float>(length > 0 ? at(i) / length : 0));
}

/// Inner product, summed in double.
template <class Element>
double dot_in_double(std::span<const Element> a, std::span<const Element> b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(static_cast<float>(a[i])) *
               static_cast<double>(static_cast<float>(b[i]));
    return sum;
}

/// Rows' mean and products of what they differ from it by, updated row by row, so that a mean far
/// from zero takes no digits (Welford; Chan, Golub and LeVeque for two parts together).
///
/// A view of caller's memory: the number of rows, the mean, and the upper triangle of the products,
/// row by row.
class Covariance {
public:
    static constexpr size_t products(size_t dims) { return dims * (dims + 1) / 2; }
    static constexpr size_t doubles(size_t dims) { return 1 + dims + products(dims); }

    /// `memory` has doubles(dims) elements, all 0 before the first row.
    Covariance(double* memory, size_t dims) : dims_(dims), memory_(memory) {}

    [[nodiscard]] double rows() const { return memory_[0]; }
    double* mean() { return memory_ + 1; }
    double* triangle() { return memory_ + 1 + dims_; }

    /// `difference` is scratch of `dims` elements.
    template <class Element>
    void add(std::span<const Element> row, double* difference) {
        const double before = memory_[0];
        memory_[0] += 1;
        for (size_t i = 0; i < dims_; ++i) {
            difference[i] = static_cast<double>(static_cast<float>(row[i])) - mean()[i];
            mean()[i] += difference[i] / memory_[0];
        }
        add_products(difference, before / memory_[0]);
    }

    /// Adds the rows of another one of as many dimensions.
    void merge(const double* other, double* difference) {
        const double mine = memory_[0];
        const double all = mine + other[0];
        if (other[0] == 0) return;
        memory_[0] = all;
        for (size_t i = 0; i < dims_; ++i) {
            difference[i] = other[1 + i] - mean()[i];
            mean()[i] += difference[i] * (other[0] / all);
        }
        const double* products_of_other = other + 1 + dims_;
        for (size_t i = 0; i < products(dims_); ++i) triangle()[i] += products_of_other[i];
        add_products(difference, mine * (other[0] / all));
    }

    /// The covariance, dims * dims elements, for SymmetricEigen.
    void write(double* matrix) {
        const double* from = triangle();
        for (size_t i = 0; i < dims_; ++i)
            for (size_t j = i; j < dims_; ++j)
                matrix[i * dims_ + j] = matrix[j * dims_ + i] = *from++ / memory_[0];
    }

private:
    void add_products(const double* difference, double factor) {
        double* to = triangle();
        for (size_t i = 0; i < dims_; ++i) {
            const double scaled = factor * difference[i];
            const double* with = difference + i;
            const size_t count = dims_ - i;
            for (size_t j = 0; j < count; ++j) to[j] += scaled * with[j];
            to += count;
        }
    }

    size_t dims_;
    double* memory_;
};

/// Turns a direction so that its element of greatest magnitude, the first of them, is positive.
inline void fix_sign(std::span<double> direction) {
    size_t greatest = 0;
    for (size_t i = 1; i < direction.size(); ++i)
        if (std::fabs(direction[i]) > std::fabs(direction[greatest])) greatest = i;
    if (direction[greatest] >= 0) return;
    for (double& element : direction) element = -element;
}

}  // namespace vx
