// Sketches: 1 or 2 bits for each of the first `dims` rotated dimensions of (neighbor - center),
// 32 of them to a block that is scanned at once (FastScan).
//
// With x = neighbor - center and r = query - center (all rotated), y the lattice point of the
// first `dims` elements of x and g = |x|^2 / <x, y>, the first elements of a random rotation being
// a random projection: <x, r> is estimated by g <y, r> = g (<y, query> - <y, center>), without
// bias. Hence
//   L2:            |o - q|^2 = |r|^2 + [|x|^2 + 2 g <y, v>] - 2 g <y, q>
//   cosine:        -<o, q>   = -<v, q> + [|x|^2 / 2 + g <y, v>] - g <y, q>       (unit vectors)
//   inner product: -<o, q>   = -<v, q> + [g <y, v> - <x, v> - <x, c>] - g <y, q>
// with v the center and q the query after centering, c the mean. The bracket is the lane's `add`,
// the factor of <y, q> its `rescale`; the first term is the distance of the expanded node itself.
// Sources: RaBitQ (SIGMOD 2024) section 3, SymphonyQG (SIGMOD 2025); truncation is our own.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernels/code_kernels.h"
#include "core/kernels/metric.h"

namespace vx {

/// What all sketches of an index have in common.
struct SketchShape {
    Metric metric = Metric::kL2;
    uint8_t bits = 1;      // 1 or 2
    uint32_t dims = 0;     // sketched dimensions: a multiple of 16, at most `rotated`
    uint32_t rotated = 0;  // all of them: a multiple of 16
};

/// Bytes of one sketch by itself (a row), and of 32 in a block.
constexpr size_t sketch_row_bytes(const SketchShape& shape) {
    return size_t{shape.dims} * shape.bits / 8;
}
constexpr size_t sketch_block_bytes(const SketchShape& shape) {
    return kSketchLanes * sketch_row_bytes(shape);
}

/// Blocks for `lanes` neighbors.
constexpr size_t sketch_blocks(size_t lanes) { return (lanes + kSketchLanes - 1) / kSketchLanes; }

/// The factors of a lane before they become 16-bit numbers.
struct SketchFactors {
    float add = 0;
    float rescale = 0;
    float error = 0;  // standard deviation of the estimate is error * |r|; not stored
};

/// Two nodes, rotated and centered, `rotated` elements each.
struct SketchPair {
    const float* center;
    const float* neighbor;
    float mean_dot_step;  // inner product: neighbor's <x, c> minus the center's; else 0
};

/// Sketches `pair` into `row` (sketch_row_bytes).  `scratch` has room for `rotated` floats.  A
/// neighbor equal to the center gets a factor 0: its estimate is the center's distance.
SketchFactors make_sketch(const SketchShape& shape, const SketchPair& pair, float* scratch,
                          uint8_t* row);

/// Puts a row into lane 0..31 of a block, or takes it out.  Other lanes are not touched.
void write_lane(const SketchShape& shape, size_t lane, const uint8_t* row, uint8_t* block);
void read_lane(const SketchShape& shape, size_t lane, const uint8_t* block, uint8_t* row);
/// Zeros a lane: what was there told of a vector.
void erase_lane(const SketchShape& shape, size_t lane, uint8_t* block);

// ---- factors as 16-bit numbers

/// The factors of one block as they are stored: 32 lanes, and how to read them.
struct SketchFactorBlock {
    FactorScale add_scale;
    FactorScale rescale_scale;
    uint16_t add[kSketchLanes];
    uint16_t rescale[kSketchLanes];
};
static_assert(sizeof(SketchFactorBlock) == 16 + 4 * kSketchLanes);

/// All lanes dead.
void clear_factors(SketchFactorBlock& block);

/// Stores a lane's factors.  Where they lie outside the block's scales, these grow and the other
/// lanes' factors are rounded anew (by half a step at most each time; the new range has an eighth
/// to spare on either side, so that this stays rare).
void write_factors(SketchFactorBlock& block, size_t lane, const SketchFactors& factors);

/// The lane's estimate is infinity from now on.
void kill_lane(SketchFactorBlock& block, size_t lane);

[[nodiscard]] bool lane_is_dead(const SketchFactorBlock& block, size_t lane);
[[nodiscard]] SketchFactors read_factors(const SketchFactorBlock& block, size_t lane);

/// All lanes at once, with scales that just fit: for building.  Lanes from `count` on are dead.
void fit_factors(SketchFactorBlock& block, const SketchFactors* factors, size_t count);

inline LaneFactors lane_factors(const SketchFactorBlock& block) {
    return {.add = block.add,
            .rescale = block.rescale,
            .add_scale = block.add_scale,
            .rescale_scale = block.rescale_scale};
}

// ---- queries

/// A query for scans: <y, q> of a lane is about delta * sum + offset.
struct ScanQuery {
    float delta = 0;
    float offset = 0;
};

constexpr size_t scan_table_bytes(const SketchShape& shape) { return size_t{shape.dims} * 4; }

/// Prepares a rotated, centered query; writes scan_table_bytes to `tables`.
ScanQuery make_scan_query(const SketchShape& shape, const float* query, uint8_t* tables);

/// Sums of the 32 lanes of a block.
void scan_block(const SketchShape& shape, const uint8_t* block, const uint8_t* tables,
                uint32_t* sums);

/// What turns sums into estimates; `center_distance` is the expanded node's ranking distance.
inline LaneTerms lane_terms(const ScanQuery& query, float center_distance, float bound) {
    return {.base = center_distance, .delta = query.delta, .offset = query.offset, .bound = bound};
}

}  // namespace vx
