// What each dimension, or each group of dimensions, has in a distance.
//
// A metric is explained by the sum that it is made of: the squared distance, the inner product, the
// cosine, the sum of absolute differences.  Terms and sums are in double.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/kernels/metric.h"

namespace vx {

/// An element of both vectors, and the term of the sum that comes of it.
struct Contribution {
    int32_t dimension;  // counted from 1
    float a;
    float b;
    double value;
};

/// The term of a metric; for cosine the inner product's, to be divided by the norms.
inline double contribution_of(Metric metric, double a, double b) {
    switch (metric) {
    case Metric::kL2:
        return (a - b) * (a - b);
    case Metric::kL1:
        return a < b ? b - a : a - b;
    case Metric::kInnerProduct:
    case Metric::kCosine:
    case Metric::kHamming:
    case Metric::kJaccard:
        break;
    }
    return a * b + 0.0;  // never -0
}

/// Divides terms of an inner product by the product of the norms of the vectors, whose squares are
/// `square_a` and `square_b`.  A zero vector has no direction: all terms stay 0.
inline void divide_by_norms(std::span<Contribution> contributions, double square_a,
                            double square_b) {
    const double norms = __builtin_sqrt(square_a) * __builtin_sqrt(square_b);
    if (norms == 0) return;
    for (Contribution& contribution : contributions) contribution.value /= norms;
}

inline double total_of(std::span<const Contribution> contributions) {
    double total = 0;
    for (const Contribution& contribution : contributions) total += contribution.value;
    return total;
}

/// Largest share of the total first, where the total is 0 the largest contribution; among equal
/// ones the first dimension.  Shares of a negative total are the larger, the more negative.
inline void sort_by_share(std::span<Contribution> contributions, double total) {
    const double sign = total < 0 ? -1 : 1;
    std::sort(contributions.begin(), contributions.end(),
              [sign](const Contribution& x, const Contribution& y) {
                  if (x.value != y.value) return sign * x.value > sign * y.value;
                  return x.dimension < y.dimension;
              });
}

/// Dimensions from `first` to `last`, counted from 1, that belong to a group.
struct DimensionRange {
    int32_t first;
    int32_t last;
    size_t group;
};

/// Sorts ranges, none of them empty.  Returns the place of one that has a dimension in common with
/// the one before it, or the number of ranges if none has.
inline size_t sort_ranges(std::span<DimensionRange> ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const DimensionRange& x, const DimensionRange& y) {
        return x.first != y.first ? x.first < y.first : x.group < y.group;
    });
    for (size_t i = 1; i < ranges.size(); ++i)
        if (ranges[i].first <= ranges[i - 1].last) return i;
    return ranges.size();
}

/// The number of dimensions in ranges that have none in common.
inline int64_t count_dimensions(std::span<const DimensionRange> ranges) {
    int64_t count = 0;
    for (const DimensionRange& range : ranges) count += int64_t{range.last} - range.first + 1;
    return count;
}

/// Adds each contribution, ascending by dimension, to the sum of its group; what is in none of the
/// ranges, which are sorted, to `rest`.
inline void add_to_groups(std::span<const Contribution> contributions,
                          std::span<const DimensionRange> ranges, double* sums, double* rest) {
    size_t at = 0;
    for (const Contribution& contribution : contributions) {
        while (at < ranges.size() && ranges[at].last < contribution.dimension) ++at;
        const bool inside = at < ranges.size() && ranges[at].first <= contribution.dimension;
        *(inside ? &sums[ranges[at].group] : rest) += contribution.value;
    }
}

}  // namespace vx
