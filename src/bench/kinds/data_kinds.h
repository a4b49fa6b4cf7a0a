// The table of kinds of data.
#pragma once

#include "bench/gaussian.h"
#include "bench/kinds/sample.h"

namespace vx::bench {

struct Kind {
    const char* name;
    std::size_t dims;
    Distance distance;
    Element element;
    void (*generator)(Sample&, Gaussian&, double);  ///< see generators.h
    double amount;
};

[[nodiscard]] std::span<const Kind> data_kinds();

/// Throws std::runtime_error for a name that no kind has.
[[nodiscard]] const Kind& find_kind(const std::string& name);

struct SampleSize {
    std::size_t rows = 10000;
    std::size_t queries = 150;
};

/// The same for the same seed, whatever other kinds are made.
[[nodiscard]] Subject make_subject(const Kind& kind, const SampleSize& size, std::uint64_t seed);

}  // namespace vx::bench
