#include "bench/kinds/truth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace vx::bench {

namespace {

// A lane serves one query, so that nothing is summed across lanes, and sixteen of them keep a
// processor's multipliers busy. The compiler splits a register that is too wide.
constexpr std::size_t kLanes = 16;
constexpr std::size_t kGroups = 2;
using Lanes = double __attribute__((vector_size(kLanes / kGroups * sizeof(double))));

struct SquareStep {
    [[gnu::always_inline]] static void add(Lanes& sum, const Lanes& query, double value) {
        const Lanes diff = query - value;
        sum += diff * diff;
    }
};

struct ProductStep {
    [[gnu::always_inline]] static void add(Lanes& sum, const Lanes& query, double value) {
        sum += query * value;
    }
};

struct AbsoluteStep {
    [[gnu::always_inline]] static void add(Lanes& sum, const Lanes& query, double value) {
        const Lanes diff = query - value;
        sum += diff < 0 ? -diff : diff;
    }
};

/// `queries` is dims x kLanes, `out` gets kLanes sums.
template <class Step>
[[gnu::always_inline]] inline void measure(const double* queries, std::span<const float> row,
                                           double* out) {
    Lanes sums[kGroups] = {};
    for (const float value : row) {
        for (std::size_t g = 0; g < kGroups; ++g) {
            Lanes lanes;
            std::memcpy(&lanes, queries + g * (kLanes / kGroups), sizeof lanes);
            Step::add(sums[g], lanes, double{value});
        }
        queries += kLanes;
    }
    std::memcpy(out, sums, sizeof sums);
}

using MeasureRow = void (*)(const double*, std::span<const float>, double*);

template <class Step>
void measure_plain(const double* queries, std::span<const float> row, double* out) {
    measure<Step>(queries, row, out);
}

#ifdef __x86_64__
template <class Step>
[[gnu::target("avx2")]] void measure_avx2(const double* queries, std::span<const float> row,
                                          double* out) {
    measure<Step>(queries, row, out);
}
#endif

template <class Step>
MeasureRow best_loop() {
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") != 0) return measure_avx2<Step>;
#endif
    return measure_plain<Step>;
}

MeasureRow loop_of(Distance distance) {
    if (distance == Distance::kL2) return best_loop<SquareStep>();
    if (distance == Distance::kL1 || distance == Distance::kHamming) {
        return best_loop<AbsoluteStep>();
    }
    return best_loop<ProductStep>();
}

double squares_of(std::span<const float> vector) {
    double sum = 0;
    for (const float value : vector) sum += double{value} * value;
    return sum;
}

/// A distance from what a loop has summed and from both vectors' squared lengths.
double distance_of(Distance distance, double sum, double row_squares, double query_squares) {
    switch (distance) {
    case Distance::kL2:
        return std::sqrt(sum);
    case Distance::kInnerProduct:
        return -sum;
    case Distance::kCosine: {
        const double lengths = std::sqrt(row_squares) * std::sqrt(query_squares);
        return lengths > 0 ? 1 - sum / lengths : std::numeric_limits<double>::infinity();
    }
    case Distance::kL1:
    case Distance::kHamming:
        return sum;
    case Distance::kJaccard: {
        // Of bits the square is the number.
        return sum > 0 ? 1 - sum / (row_squares + query_squares - sum) : 1;
    }
    }
    throw std::logic_error("distance that is not measured");
}

}  // namespace

Truth::Truth(const Sample& sample, Distance distance)
    : rounding_(distance == Distance::kCosine || distance == Distance::kJaccard ? 1e-13 : 0),
      rows_(sample.rows), distances_(sample.rows * sample.queries) {
    const MeasureRow loop = loop_of(distance);
    std::vector<double> row_squares(sample.rows);
    for (std::size_t i = 0; i < sample.rows; ++i) row_squares[i] = squares_of(sample.row(i));
    for (std::size_t first = 0; first < sample.queries; first += kLanes) {
        const std::size_t count = std::min(kLanes, sample.queries - first);
        std::vector<double> lanes(sample.dims * kLanes);
        std::array<double, kLanes> query_squares{};
        for (std::size_t q = 0; q < count; ++q) {
            const auto query = sample.query(first + q);
            query_squares.at(q) = squares_of(query);
            for (std::size_t d = 0; d < query.size(); ++d) lanes[d * kLanes + q] = query[d];
        }
        std::array<double, kLanes> sums{};
        for (std::size_t i = 0; i < sample.rows; ++i) {
            loop(lanes.data(), sample.row(i), sums.data());
            for (std::size_t q = 0; q < count; ++q) {
                distances_[(first + q) * rows_ + i] =
                    distance_of(distance, sums.at(q), row_squares[i], query_squares.at(q));
            }
        }
    }
}

double Truth::bound(std::size_t query, std::size_t limit) const {
    if (limit == 0 || rows_ == 0) throw std::logic_error("no row is asked for");
    const auto first = distances_.begin() + static_cast<std::ptrdiff_t>(query * rows_);
    std::vector<double> distances(first, first + static_cast<std::ptrdiff_t>(rows_));
    const auto kth = distances.begin() + static_cast<std::ptrdiff_t>(std::min(limit, rows_) - 1);
    std::nth_element(distances.begin(), kth, distances.end());
    return widened(*kth);
}

double Truth::widened(double distance) const {
    return distance + kTolerance * std::fabs(distance) + rounding_;
}

Verdict judge(const Truth& truth, std::size_t query, std::size_t limit,
              std::span<const std::int64_t> found) {
    const double bound = truth.bound(query, limit);
    std::vector<std::int64_t> right;
    Verdict verdict;
    double farthest = -std::numeric_limits<double>::infinity();
    for (const std::int64_t id : found.subspan(0, std::min(limit, found.size()))) {
        if (id < 0 || static_cast<std::size_t>(id) >= truth.rows()) {
            throw std::runtime_error("the answer has a row " + std::to_string(id) +
                                     ", which the sample has not");
        }
        const double distance = truth.at(query, static_cast<std::size_t>(id));
        if (distance <= bound) right.push_back(id);
        if (truth.widened(distance) < farthest) ++verdict.late;
        farthest = std::max(farthest, distance);
    }
    std::sort(right.begin(), right.end());
    const auto end = std::unique(right.begin(), right.end());
    verdict.recall = static_cast<double>(end - right.begin()) /
                     static_cast<double>(std::min(limit, truth.rows()));
    return verdict;
}

}  // namespace vx::bench
