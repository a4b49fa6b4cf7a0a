// What the operators of the vector types mean. A distance here is always "smaller is nearer".
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace vx::bench {

enum class Metric { kL2, kInnerProduct, kCosine, kL1 };

/// The metric of `<->`, `<#>`, `<=>` or `<+>`; throws std::runtime_error for another operator.
[[nodiscard]] Metric metric_of_operator(const std::string& op);
/// "l2", "ip", "cosine" or "l1", as in --metric and in the names of cache files.
[[nodiscard]] std::string metric_name(Metric metric);
[[nodiscard]] Metric metric_of_name(const std::string& name);

/// The reference distance, in double precision: squared L2, negative inner product, cosine
/// distance, or L1. Both spans have the same length.
[[nodiscard]] double distance(Metric metric, std::span<const float> a, std::span<const float> b);

/// For each of `rows` the distance to each of kTile queries, in float: the brute-force loop.
///
/// `queries` is transposed (dims x kTile) so that one lane serves one query and nothing has to be
/// summed across lanes. `rows` holds kRowsAtOnce vectors one behind the other; `out` gets
/// kRowsAtOnce x kTile sums: squared L2, dot product (for inner product and cosine) or L1.
inline constexpr std::size_t kTile = 64;
inline constexpr std::size_t kRowsAtOnce = 2;
void tile_distances(Metric metric, const float* queries, std::span<const float> rows, float* out);

}  // namespace vx::bench
