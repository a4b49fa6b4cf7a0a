// Vectors to quantize: random, clustered and adversarial ones, from a specified generator.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/quantize/rotation.h"

namespace vx::test {

using Vector = std::vector<float>;

/// Standard normal numbers (Box and Muller).
class Gaussian {
public:
    explicit Gaussian(uint64_t seed) : random_(seed) {}

    double next() {
        const double radius = std::sqrt(-2 * std::log(random_.next_unit()));
        return radius * std::cos(6.283185307179586 * random_.next_unit());
    }
    Vector vector(size_t dims, double scale = 1) {
        Vector values(dims);
        for (float& value : values) value = static_cast<float>(scale * next());
        return values;
    }

private:
    SplitMix64 random_;
};

inline double dot(const Vector& a, const Vector& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

inline double distance_sq(const Vector& a, const Vector& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
        sum += difference * difference;
    }
    return sum;
}

inline Vector sum_of(const Vector& a, const Vector& b) {
    Vector sum(a);
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += b[i];
    return sum;
}

inline Vector unit(Vector values) {
    const auto norm = static_cast<float>(std::sqrt(dot(values, values)));
    for (float& value : values) value /= norm;
    return values;
}

/// A rotation that owns its signs.
class OwnedRotation {
public:
    OwnedRotation(size_t dims, uint64_t seed, size_t multiple = 64)
        : words_(rotation_words(padded_dims(dims, multiple))),
          rotation_(padded_dims(dims, multiple), seed, words_.data()) {}

    [[nodiscard]] const Rotation& get() const { return rotation_; }
    [[nodiscard]] size_t dims() const { return rotation_.dims(); }

    [[nodiscard]] Vector operator()(const Vector& vector, const Vector* mean = nullptr) const {
        Vector rotated(rotation_.dims());
        rotation_.rotate_centered({vector.data(), mean == nullptr ? nullptr : mean->data()},
                                  vector.size(), rotated.data());
        return rotated;
    }

private:
    std::vector<uint16_t> words_;
    Rotation rotation_;
};

/// Mean, spread and outliers of errors that should be standard normal.
class ErrorStats {
public:
    void add(double error) {
        ++count_;
        sum_ += error;
        square_ += error * error;
        if (std::fabs(error) > 1.9) ++beyond_;
    }
    [[nodiscard]] size_t count() const { return count_; }
    [[nodiscard]] double mean() const { return sum_ / static_cast<double>(count_); }
    [[nodiscard]] double deviation() const {
        return std::sqrt(square_ / static_cast<double>(count_));
    }
    /// Share of errors beyond 1.9 standard deviations: 0.0574 where they are normal.
    [[nodiscard]] double violations() const {
        return static_cast<double>(beyond_) / static_cast<double>(count_);
    }

private:
    size_t count_ = 0;
    size_t beyond_ = 0;
    double sum_ = 0;
    double square_ = 0;
};

}  // namespace vx::test
