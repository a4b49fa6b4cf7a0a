// Arithmetic over what a run recorded: recall against the exact answer and percentiles.
#pragma once

#include "bench/exact.h"

namespace vx::bench {

/// A row number that a target did not return: fewer rows than the limit came back.
inline constexpr std::int64_t kNoRow = -1;

/// The share of the k nearest rows that `found` holds, 0 to 1.
///
/// A row counts when it is not farther than the k-th exact neighbor, so that an answer is not
/// punished for choosing differently among equals; a row returned twice counts once. `found` may
/// be shorter than k or end with kNoRow.
[[nodiscard]] double recall(const Dataset& data, Metric metric, const ExactResults& exact,
                            std::size_t query, std::span<const std::int64_t> found);

/// The value below which `part` (0 to 1) of the samples lie, by linear interpolation between the
/// two nearest ranks. `sorted` ascends; 0 when it is empty.
[[nodiscard]] double percentile(std::span<const double> sorted, double part);

[[nodiscard]] double mean(std::span<const double> samples);
/// Of an unsorted sample.
[[nodiscard]] double median(std::vector<double> samples);

}  // namespace vx::bench
