// Exact distances of all rows to all queries, in double precision, and what an answer is worth.
#pragma once

#include "bench/kinds/sample.h"

#include <cstdint>

namespace vx::bench {

/// Distances within this part of each other are taken for equal: a server sums floats.
inline constexpr double kTolerance = 1e-6;

class Truth {
public:
    /// Measures everything: queries x rows doubles of memory.
    Truth(const Sample& sample, Distance distance);

    [[nodiscard]] std::size_t rows() const { return rows_; }
    /// Infinite where there is none, as with the cosine of a zero vector.
    [[nodiscard]] double at(std::size_t query, std::size_t row) const {
        return distances_[query * rows_ + row];
    }
    /// The largest distance that a row may have to count among the `limit` nearest.
    [[nodiscard]] double bound(std::size_t query, std::size_t limit) const;
    /// The largest distance that counts as equal to this one.
    [[nodiscard]] double widened(double distance) const;

private:
    double rounding_;  ///< what the rounding of doubles may add to a distance near 0
    std::size_t rows_;
    std::vector<double> distances_;
};

struct Verdict {
    double recall = 0;     ///< right rows / as many as there could be
    std::size_t late = 0;  ///< rows that come after a farther one
};

/// `found` has row numbers in the order of the answer; a row counts once. Throws
/// std::runtime_error for a number that no row has.
[[nodiscard]] Verdict judge(const Truth& truth, std::size_t query, std::size_t limit,
                            std::span<const std::int64_t> found);

}  // namespace vx::bench
