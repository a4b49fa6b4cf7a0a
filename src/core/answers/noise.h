// Normally distributed numbers from random bits (Box and Muller).
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace vx {

struct GaussianPair {
    double first;
    double second;
};

/// Two independent numbers of mean 0 and deviation 1 from 128 random bits; at most 8.6 in size.
inline GaussianPair gaussian_pair(uint64_t a, uint64_t b) {
    constexpr double kUnit = 1.0 / 9007199254740992.0;  // 2^-53
    const double above_zero = (static_cast<double>(a >> 11) + 1.0) * kUnit;
    const double angle = 2 * std::numbers::pi * static_cast<double>(b >> 11) * kUnit;
    const double radius = std::sqrt(-2 * std::log(above_zero));
    return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace vx
