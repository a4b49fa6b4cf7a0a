// What tells how good a search is: for each of some queries, how far its nearest neighbors are.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace vx {

/// Neighbors of a query by which an index is calibrated: the LIMIT of most queries.
inline constexpr size_t kCalibrationNeighbors = 10;

/// The recall of so many queries is right within about 0.01.
inline constexpr uint32_t kMostCalibrationQueries = 600;

/// How many of `rows` to calibrate their index by; it is built without them.  One in ten at most,
/// so that the rest is like the whole.  The exact answers take a distance per query and row, of
/// which there are no more than a build of that size can spare, until they are too few to tell
/// anything.
inline uint32_t calibration_queries(uint64_t rows) {
    constexpr uint64_t kLeast = 100;
    constexpr uint64_t kMostDistances = 600'000'000;
    const uint64_t most = std::min<uint64_t>(rows / 10, kMostCalibrationQueries);
    return static_cast<uint32_t>(
        std::min(most, std::max(kMostDistances / std::max<uint64_t>(rows, 1), kLeast)));
}

/// The distances of the nearest neighbors of one query, as they are met.
class NearestDistances {
public:
    /// What a distance must be below to be kept.
    double limit() const {
        return count_ < kCalibrationNeighbors ? std::numeric_limits<double>::infinity()
                                              : distances_[count_ - 1];
    }

    /// One that is NaN, or infinite, is none of a neighbor.
    void add(double distance) {
        if (!(distance < limit())) return;
        if (count_ < kCalibrationNeighbors) ++count_;
        size_t at = count_ - 1;
        for (; at > 0 && distances_[at - 1] > distance; --at) distances_[at] = distances_[at - 1];
        distances_[at] = distance;
    }

    /// From near to far.
    std::span<const double> distances() const { return {distances_, count_}; }

private:
    double distances_[kCalibrationNeighbors];
    size_t count_ = 0;
};

}  // namespace vx
