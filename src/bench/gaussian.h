// Random numbers that are the same on every platform, which std::normal_distribution does not
// promise: splitmix64 and Box-Muller.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace vx::bench {

class Gaussian {
public:
    explicit Gaussian(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }

    double normal() {
        if (has_spare_) {
            has_spare_ = false;
            return spare_;
        }
        const double radius = std::sqrt(-2 * std::log(uniform()));
        const double angle = 2 * std::numbers::pi * uniform();
        spare_ = radius * std::sin(angle);
        has_spare_ = true;
        return radius * std::cos(angle);
    }

    /// Between 0 and 1, both excluded.
    double uniform() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }

    /// A whole number below `bound`.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

private:
    std::uint64_t state_;
    double spare_ = 0;
    bool has_spare_ = false;
};

}  // namespace vx::bench
