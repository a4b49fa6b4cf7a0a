// Recommendation by examples: a query made of what somebody likes and dislikes, and scores of
// candidates by the examples themselves.  The strategies, and what they make of numbers, are
// Qdrant's, so that scores can be compared with its.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace vx {

/// Sums and numbers of examples, of which `sums` are by dimension.
struct ExampleSums {
    double* sums;
    size_t count;
};

template <class Element>
void add_example(ExampleSums& examples, std::span<const Element> vector) {
    for (size_t i = 0; i < vector.size(); ++i)
        examples.sums[i] += static_cast<double>(static_cast<float>(vector[i]));
    ++examples.count;
}

/// The average of positive examples, or, where there are negative ones, as far beyond it as they
/// are on its other side: p + (p - n).  There is a positive one.
inline double recommended(double positive_sum, size_t positives, double negative_sum,
                          size_t negatives) {
    const double positive = positive_sum / static_cast<double>(positives);
    if (negatives == 0) return positive;
    return 2 * positive - negative_sum / static_cast<double>(negatives);
}

/// An element of a sparse example.
struct ExampleElement {
    int32_t index;
    bool negative;
    float value;
};

/// Calls visit(index, element) for each index that elements, sorted by index, have.
template <class Visit>
void visit_recommended(std::span<const ExampleElement> elements, size_t positives, size_t negatives,
                       Visit visit) {
    for (size_t i = 0; i < elements.size();) {
        const int32_t index = elements[i].index;
        double sums[2] = {0, 0};
        for (; i < elements.size() && elements[i].index == index; ++i)
            sums[elements[i].negative ? 1 : 0] += static_cast<double>(elements[i].value);
        visit(index, recommended(sums[0], positives, sums[1], negatives));
    }
}

/// x / (1 + |x|), moved from (-1, 1) to (0, 1): ascending, and without an exponential function.
inline double scaled_sigmoid(double x) {
    // What is infinite would be no number.
    if (std::isinf(x)) return x > 0 ? 1 : 0;
    return 0.5 * (x / (1 + std::fabs(x)) + 1);
}

/// A candidate's similarities to the examples, of which only this much matters.
struct ExampleScores {
    double best_positive = -std::numeric_limits<double>::infinity();
    double best_negative = -std::numeric_limits<double>::infinity();
    double sum = 0;

    void add_positive(double similarity) {
        if (similarity > best_positive) best_positive = similarity;
        sum += similarity;
    }
    void add_negative(double similarity) {
        if (similarity > best_negative) best_negative = similarity;
        sum -= similarity;
    }

    /// By the nearest example: in (0, 1) if it is a positive one, else in (-1, 0), so that all of
    /// the former come before all of the latter.
    [[nodiscard]] double best_score() const {
        return best_positive > best_negative ? scaled_sigmoid(best_positive)
                                             : -scaled_sigmoid(best_negative);
    }
    /// Similarities to positive examples less those to negative ones.
    [[nodiscard]] double sum_scores() const { return sum; }
};

}  // namespace vx
