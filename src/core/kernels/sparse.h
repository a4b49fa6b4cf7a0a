// Distances of sparse vectors: a merge of two ascending lists of indices.
//
// Templates over how a vector keeps its elements: a Side has count, index(i) and value(i), indices
// ascending.  Every sum is of floats in the order of the indices, elements that only one side has
// included, as pgvector adds them, so results are equal to its, bit for bit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vx {

/// Indices and values apart from each other.
struct SparseView {
    const int32_t* indices;
    const float* values;
    size_t count;

    [[nodiscard]] int32_t index(size_t i) const { return indices[i]; }
    [[nodiscard]] float value(size_t i) const { return values[i]; }
};

/// Calls visit(index, x, y) with the elements of `a` and `b` at each index that either of them has.
template <class A, class B, class Visit>
void merge_sparse(const A& a, const B& b, Visit visit) {
    size_t i = 0;
    size_t j = 0;
    while (i < a.count && j < b.count) {
        const auto left = a.index(i);
        const auto right = b.index(j);
        if (left == right) {
            visit(left, a.value(i++), b.value(j++));
        } else if (left < right) {
            visit(left, a.value(i++), 0.0F);
        } else {
            visit(right, 0.0F, b.value(j++));
        }
    }
    for (; i < a.count; ++i) visit(a.index(i), a.value(i), 0.0F);
    for (; j < b.count; ++j) visit(b.index(j), 0.0F, b.value(j));
}

template <class A, class B>
float sparse_l2_squared(const A& a, const B& b) {
    float sum = 0;
    merge_sparse(a, b, [&sum](auto, float x, float y) { sum += (x - y) * (x - y); });
    return sum;
}

template <class A, class B>
float sparse_l1(const A& a, const B& b) {
    float sum = 0;
    merge_sparse(a, b, [&sum](auto, float x, float y) { sum += __builtin_fabsf(x - y); });
    return sum;
}

/// Only indices that both have count.
template <class Number = float, class A, class B>
Number sparse_dot(const A& a, const B& b) {
    Number sum = 0;
    size_t i = 0;
    size_t j = 0;
    while (i < a.count && j < b.count) {
        const auto left = a.index(i);
        const auto right = b.index(j);
        // A product of zero for every step, rather than a branch that is mispredicted.
        const auto x = static_cast<Number>(a.value(i));
        const auto y = static_cast<Number>(b.value(j));
        sum += left == right ? x * y : Number{0};
        i += left <= right;
        j += right <= left;
    }
    return sum;
}

/// Squared Euclidean norm.
template <class A>
float sparse_square(const A& a) {
    float sum = 0;
    for (size_t i = 0; i < a.count; ++i) sum += a.value(i) * a.value(i);
    return sum;
}

}  // namespace vx
