// Plain loops in double.
#include "core/kernels/wide.h"

#include <cstring>

namespace vx {
namespace {

template <class Element>
double widened(Element value) {
    return static_cast<double>(static_cast<float>(value));
}

/// Adds up term(i) in eight sums, so that no addition waits for the one before it: vectors without
/// a common direction have inner product zero, and are added up here each time.
template <class Term>
double sum_of_terms(size_t count, Term term) {
    constexpr size_t kParts = 8;
    double parts[kParts] = {};
    size_t i = 0;
    for (; i + kParts <= count; i += kParts)
        for (size_t j = 0; j < kParts; ++j) parts[j] += term(i + j);
    for (size_t j = 0; i < count; ++i, ++j) parts[j] += term(i);
    double sum = 0;
    for (const double part : parts) sum += part;
    return sum;
}

double square_of(SparseView a) {
    return sum_of_terms(a.count,
                        [&](size_t i) { return widened(a.value(i)) * widened(a.value(i)); });
}

}  // namespace

template <class Element>
[[gnu::cold, gnu::noinline]] double WideSums<Element>::l2_squared(const Element* a,
                                                                  const Element* b, size_t dims) {
    // Most sums of zero are those of equal vectors.
    if (std::memcmp(a, b, dims * sizeof(Element)) == 0) return 0;
    return sum_of_terms(dims, [&](size_t i) {
        const double difference = widened(a[i]) - widened(b[i]);
        return difference * difference;
    });
}

template <class Element>
[[gnu::cold, gnu::noinline]] double WideSums<Element>::dot(const Element* a, const Element* b,
                                                           size_t dims) {
    return sum_of_terms(dims, [&](size_t i) { return widened(a[i]) * widened(b[i]); });
}

template <class Element>
[[gnu::cold, gnu::noinline]] double WideSums<Element>::negative_dot(const Element* a,
                                                                    const Element* b, size_t dims) {
    return -dot(a, b, dims);
}

template <class Element>
[[gnu::cold, gnu::noinline]] double WideSums<Element>::l1(const Element* a, const Element* b,
                                                          size_t dims) {
    return sum_of_terms(dims,
                        [&](size_t i) { return __builtin_fabs(widened(a[i]) - widened(b[i])); });
}

template <class Element>
[[gnu::cold, gnu::noinline]] WideCosineSums
WideSums<Element>::cosine(const Element* a, const Element* b, size_t dims) {
    return {dot(a, b, dims), dot(a, a, dims), dot(b, b, dims)};
}

template struct WideSums<float>;
template struct WideSums<Half>;

[[gnu::cold, gnu::noinline]] double wide_l2_squared(SparseView a, SparseView b) {
    double sum = 0;
    merge_sparse(a, b, [&sum](auto, float x, float y) {
        const double difference = widened(x) - widened(y);
        sum += difference * difference;
    });
    return sum;
}

[[gnu::cold, gnu::noinline]] double wide_dot(SparseView a, SparseView b) {
    return sparse_dot<double>(a, b);
}

[[gnu::cold, gnu::noinline]] double wide_l1(SparseView a, SparseView b) {
    double sum = 0;
    merge_sparse(
        a, b, [&sum](auto, float x, float y) { sum += __builtin_fabs(widened(x) - widened(y)); });
    return sum;
}

[[gnu::cold, gnu::noinline]] WideCosineSums wide_cosine(SparseView a, SparseView b) {
    return {wide_dot(a, b), square_of(a), square_of(b)};
}

}  // namespace vx
