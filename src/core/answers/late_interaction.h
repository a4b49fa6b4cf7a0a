// Late interaction (Khattab and Zaharia's ColBERT, 2020): query and document are many vectors each,
// one per token, and each vector of the query looks for the one of the document that is most like
// it.
#pragma once

#include <cstddef>
#include <limits>

#include "core/kernels/kernel_table.h"
#include "core/kernels/wide.h"

namespace vx {

/// The greatest of similarity(i) for i below `count`, which is not 0.
template <class Similarity>
double greatest_similarity(size_t count, const Similarity& similarity) {
    double greatest = -std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < count; ++i) {
        const double found = similarity(i);
        if (found > greatest) greatest = found;
    }
    return greatest;
}

/// Inner products of one vector with others of as many dimensions, by the kernel in use, which is
/// looked up once.
template <class Element>
class DotKernel {
public:
    explicit DotKernel(size_t dims) : kernel_(kernels().distances<Element>().dot), dims_(dims) {}

    double operator()(const Element* a, const Element* b) const {
        const float sum = kernel_(a, b, dims_);
        return in_range(sum) ? static_cast<double>(sum) : WideSums<Element>::dot(a, b, dims_);
    }

private:
    ElementDistanceFn<Element> kernel_;
    size_t dims_;
};

/// 1 / |v|, by which an inner product becomes a cosine; 0 for a zero vector, which has no
/// direction and is like nothing.
inline double inverse_norm(double square) { return square > 0 ? 1 / __builtin_sqrt(square) : 0; }

}  // namespace vx
