// A small generator with a published definition, so that what it decides is the same everywhere.
//
// splitmix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
// std:: distributions differ between libraries, hence the explicit conversions here.
#pragma once

#include <cstdint>

namespace vx {

class SplitMix64 {
public:
    explicit constexpr SplitMix64(uint64_t seed) : state_(seed) {}

    constexpr uint64_t next() {
        uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }

    /// Uniform in (0, 1]: never 0, so that its logarithm is finite.
    constexpr double next_unit() {
        return (static_cast<double>(next() >> 11) + 1.0) * (1.0 / 9007199254740992.0);
    }

private:
    uint64_t state_;
};

}  // namespace vx
