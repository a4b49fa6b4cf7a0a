// What generators have in common.
#pragma once

#include "bench/gaussian.h"
#include "bench/kinds/sample.h"

#include <algorithm>

namespace vx::bench::generators {

/// Sets each element of a vector.
template <class Make>
void fill(std::span<float> vector, Make&& make) {
    for (float& value : vector) value = static_cast<float>(make());
}

/// Sets each element of rows and queries.
template <class Make>
void fill_all(Sample& sample, Make&& make) {
    for (float& value : sample.values) value = static_cast<float>(make());
}

inline double length_of(std::span<const float> vector) {
    double squares = 0;
    for (const float value : vector) squares += double{value} * value;
    return std::sqrt(squares);
}

inline void multiply(std::span<float> vector, double factor) {
    for (float& value : vector) value = static_cast<float>(value * factor);
}

/// Adds noise of about the length given, the same in all directions.
inline void blur(std::span<float> vector, Gaussian& random, double length) {
    const double spread = length / std::sqrt(static_cast<double>(vector.size()));
    for (float& value : vector) value = static_cast<float>(value + spread * random.normal());
}

/// Puts the rows into an order that says nothing; queries stay.
inline void shuffle_rows(Sample& sample, Gaussian& random) {
    for (std::size_t i = sample.rows; i > 1; --i) {
        const auto a = sample.at(i - 1);
        const auto b = sample.at(random.below(i));
        if (a.data() != b.data()) std::swap_ranges(a.begin(), a.end(), b.begin());
    }
}

/// A random map from few dimensions to many: elements have spread 1 when those of the few have.
class Mixture {
public:
    Mixture(std::size_t rank, std::size_t dims, Gaussian& random)
        : rank_(rank), weights_(rank * dims) {
        const double scale = 1 / std::sqrt(static_cast<double>(rank));
        for (double& weight : weights_) weight = scale * random.normal();
    }

    /// Adds the image of `few` to `vector`.
    void add_to(std::span<float> vector, std::span<const double> few) const {
        for (std::size_t d = 0; d < vector.size(); ++d) {
            double sum = 0;
            for (std::size_t i = 0; i < rank_; ++i) sum += weights_[d * rank_ + i] * few[i];
            vector[d] = static_cast<float>(vector[d] + sum);
        }
    }

    /// Adds the image of a random point.
    void add_random(std::span<float> vector, Gaussian& random) const {
        std::vector<double> few(rank_);
        for (double& value : few) value = random.normal();
        add_to(vector, few);
    }

private:
    std::size_t rank_;
    std::vector<double> weights_;
};

}  // namespace vx::bench::generators
