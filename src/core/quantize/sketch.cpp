// Making sketches, placing them in blocks, and their factors.
#include "core/quantize/sketch.h"

#include "core/kernels/kernel_table.h"
#include "core/quantize/code.h"
#include "core/quantize/estimate.h"
#include "core/quantize/scale.h"

namespace vx {
namespace {

/// Greatest stored value of a factor; the one above is kDeadLane.
constexpr float kLargestFactor = 65534;

/// Dimensions that are encoded at once, on the stack.
constexpr size_t kPart = 512;

/// Where the four bits of dimensions 4 * group to 4 * group + 3 of a lane lie in a plane of a
/// block: rows of 16 bytes, in each the nibbles of lanes 0, 8, 1, 9, ..., 7, 15 (low) and 16 more
/// (high).
struct LanePlace {
    size_t byte;  // in a row
    unsigned shift;

    explicit LanePlace(size_t lane)
        : byte(lane % 8 * 2 + lane % 16 / 8), shift(lane < 16 ? 0 : 4) {}
};

/// The lowest bits of eight bytes, the first byte's lowest, in one byte.
uint8_t gather_bits(uint64_t bytes) {
    // Bit 8 i is moved to bit 56 + i; no two products meet.
    return static_cast<uint8_t>((bytes & 0x0101010101010101) * 0x0102040810204080 >> 56);
}

/// Sets dimensions `at` to `at` + 7 of a row from their codes, the upper bits in the first plane.
void set_row_bits(const SketchShape& shape, size_t at, const uint8_t* codes, uint8_t* row) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < 8; ++i) bytes |= uint64_t{codes[i]} << (8 * i);
    uint8_t* out = row + at / 8;
    if (shape.bits == 2) {
        *out = gather_bits(bytes >> 1);
        out += shape.dims / 8;
    }
    *out = gather_bits(bytes);
}

/// Sums over the sketched dimensions.
struct SketchSums {
    double x_y = 0;
    double y_y = 0;
    double y_center = 0;
};

SketchSums encode_row(const SketchShape& shape, const float* x, const float* center, uint8_t* row) {
    const CodeKernels& codes = *kernels().codes;
    __builtin_memset(row, 0, sketch_row_bytes(shape));
    const double sketched = codes.lane_dot(x, x, shape.dims);
    SketchSums sums;
    if (!(sketched > 0)) return sums;
    const double dims = shape.dims;
    const auto ratio = static_cast<float>(__builtin_sqrt(dims / sketched));
    const LatticeStep step = {.step = lattice_ratio(shape.bits) * ratio,
                              .top = static_cast<float>((1u << (shape.bits - 1)) - 1)};
    const FactorScale middle = {.base = code_middle(shape.bits), .step = 1};
    for (size_t at = 0; at < shape.dims; at += kPart) {
        const size_t part = shape.dims - at < kPart ? shape.dims - at : kPart;
        uint8_t bytes[kPart];
        float y[kPart];
        codes.lattice_codes(x + at, part, step, bytes);
        codes.decode(bytes, part, middle, y);
        sums.x_y += codes.lane_dot(x + at, y, part);
        sums.y_y += codes.lane_dot(y, y, part);
        sums.y_center += codes.lane_dot(y, center + at, part);
        for (size_t i = 0; i < part; i += 8) set_row_bits(shape, at + i, bytes + i, row);
    }
    return sums;
}

}  // namespace

SketchFactors make_sketch(const SketchShape& shape, const SketchPair& pair, float* scratch,
                          uint8_t* row) {
    const CodeKernels& codes = *kernels().codes;
    float* const x = scratch;
    codes.difference(pair.neighbor, pair.center, shape.rotated, x);
    const double norm_sq = codes.lane_dot(x, x, shape.rotated);
    const bool huge = !(norm_sq <= static_cast<double>(kHugeNorm));
    if (huge || norm_sq < static_cast<double>(kTinyNorm)) {
        __builtin_memset(row, 0, sketch_row_bytes(shape));
        return {.add = huge ? kHugeNorm : 0, .rescale = 0, .error = huge ? kHugeNorm : 0};
    }
    const SketchSums sums = encode_row(shape, x, pair.center, row);
    // Nothing of x lies in the sketched dimensions: the estimate is what is known without it.
    const double g = sums.x_y > 0 ? norm_sq / sums.x_y : 0;
    const double weight = static_cast<double>(inner_weight(shape.metric));
    const double slope = g * weight;
    double add = slope * sums.y_center;
    if (shape.metric == Metric::kInnerProduct)
        add -=
            codes.lane_dot(x, pair.center, shape.rotated) + static_cast<double>(pair.mean_dot_step);
    else
        add += weight * 0.5 * norm_sq;
    const double spread = g > 0 ? g * g * sums.y_y - norm_sq : norm_sq * shape.rotated;
    const double error = spread > 0 ? __builtin_sqrt(spread / (shape.rotated - 1.0)) : 0;
    return {.add = clamped(add), .rescale = clamped(-slope), .error = clamped(weight * error)};
}

void write_lane(const SketchShape& shape, size_t lane, const uint8_t* row, uint8_t* block) {
    const LanePlace place(lane);
    uint8_t* out = block + place.byte;
    const auto kept = static_cast<uint8_t>(0xF0 >> place.shift);
    for (size_t i = 0; i < sketch_row_bytes(shape); ++i, out += 32) {
        const unsigned low = row[i] & 15u, high = row[i] >> 4;
        out[0] = static_cast<uint8_t>((out[0] & kept) | low << place.shift);
        out[16] = static_cast<uint8_t>((out[16] & kept) | high << place.shift);
    }
}

void erase_lane(const SketchShape& shape, size_t lane, uint8_t* block) {
    const LanePlace place(lane);
    uint8_t* out = block + place.byte;
    const auto kept = static_cast<uint8_t>(0xF0 >> place.shift);
    for (size_t i = 0; i < sketch_row_bytes(shape) * 2; ++i, out += 16) *out &= kept;
}

void read_lane(const SketchShape& shape, size_t lane, const uint8_t* block, uint8_t* row) {
    const LanePlace place(lane);
    const uint8_t* from = block + place.byte;
    for (size_t i = 0; i < sketch_row_bytes(shape); ++i, from += 32) {
        const unsigned low = (from[0] >> place.shift) & 15u;
        const unsigned high = (from[16] >> place.shift) & 15u;
        row[i] = static_cast<uint8_t>(low | high << 4);
    }
}

// ---- factors

namespace {

/// Greatest and smallest of what a scale must hold.
struct Range {
    float low = 0;
    float high = 0;
    bool any = false;

    void include(float value) {
        low = any && low < value ? low : value;
        high = any && high > value ? high : value;
        any = true;
    }
    /// The scale that spreads the range, widened by `spare` of its width on either side.
    [[nodiscard]] FactorScale scale(float spare) const {
        const float margin = (high - low) * spare;
        return {.base = low - margin, .step = (high - low + 2 * margin) / kLargestFactor};
    }
};

/// A neighbor too far away for a float takes the greatest factor there is: a scale that held its
/// own would leave the other lanes no precision.
bool out_of_range(const SketchFactors& factors) { return factors.add >= kHugeNorm; }

bool fits(const FactorScale& scale, float value) {
    return value >= scale.base && value <= scale.base + scale.step * kLargestFactor;
}

uint16_t to_word(const FactorScale& scale, float value) {
    if (!(scale.step > 0)) return 0;
    const float steps = (value - scale.base) / scale.step + 0.5F;
    if (!(steps > 0)) return 0;
    return static_cast<uint16_t>(steps < kLargestFactor ? steps : kLargestFactor);
}

float from_word(const FactorScale& scale, uint16_t word) {
    return static_cast<float>(word) * scale.step + scale.base;
}

void store_factors(SketchFactorBlock& block, size_t lane, const SketchFactors& factors) {
    block.add[lane] = to_word(block.add_scale, factors.add);
    block.rescale[lane] = to_word(block.rescale_scale, factors.rescale);
}

/// Sets scales that hold the factors of all lanes that are not dead in `dead`, and stores them.
void set_scales(SketchFactorBlock& block, const SketchFactors* factors, uint32_t dead,
                float spare) {
    Range add, rescale;
    for (size_t lane = 0; lane < kSketchLanes; ++lane) {
        if ((dead >> lane & 1) != 0) continue;
        if (!out_of_range(factors[lane])) add.include(factors[lane].add);
        rescale.include(factors[lane].rescale);
    }
    block.add_scale = add.scale(spare);
    block.rescale_scale = rescale.scale(spare);
    for (size_t lane = 0; lane < kSketchLanes; ++lane)
        if ((dead >> lane & 1) != 0)
            kill_lane(block, lane);
        else
            store_factors(block, lane, factors[lane]);
}

}  // namespace

void clear_factors(SketchFactorBlock& block) {
    block.add_scale = {};
    block.rescale_scale = {};
    for (size_t lane = 0; lane < kSketchLanes; ++lane) kill_lane(block, lane);
}

void kill_lane(SketchFactorBlock& block, size_t lane) {
    block.add[lane] = kDeadLane;
    block.rescale[lane] = 0;
}

bool lane_is_dead(const SketchFactorBlock& block, size_t lane) {
    return block.add[lane] == kDeadLane;
}

SketchFactors read_factors(const SketchFactorBlock& block, size_t lane) {
    return {.add = from_word(block.add_scale, block.add[lane]),
            .rescale = from_word(block.rescale_scale, block.rescale[lane]),
            .error = 0};
}

void write_factors(SketchFactorBlock& block, size_t lane, const SketchFactors& factors) {
    const bool add_fits = out_of_range(factors) || fits(block.add_scale, factors.add);
    if (add_fits && fits(block.rescale_scale, factors.rescale)) {
        store_factors(block, lane, factors);
        return;
    }
    SketchFactors all[kSketchLanes];
    uint32_t dead = 0;
    for (size_t i = 0; i < kSketchLanes; ++i) {
        all[i] = i == lane ? factors : read_factors(block, i);
        if (i != lane && lane_is_dead(block, i)) dead |= uint32_t{1} << i;
    }
    set_scales(block, all, dead, 0.125F);
}

void fit_factors(SketchFactorBlock& block, const SketchFactors* factors, size_t count) {
    SketchFactors all[kSketchLanes] = {};
    uint32_t dead = 0;
    for (size_t i = 0; i < kSketchLanes; ++i) {
        if (i < count)
            all[i] = factors[i];
        else
            dead |= uint32_t{1} << i;
    }
    set_scales(block, all, dead, 0);
}

// ---- queries

namespace {

/// The steps of tables are at least 1 / 255 of this: a smaller one has no inverse in single
/// precision, and the entries would be infinity, which is no byte.
constexpr float kNarrowest = 1e-36F;

}  // namespace

ScanQuery make_scan_query(const SketchShape& shape, const float* query, uint8_t* tables) {
    // Entries are measured from the smallest of their table, which is the sum of the negative
    // values of the four; all tables share one step, so that their entries can be added.
    double sizes = 0;
    float widest = 0;
    for (size_t group = 0; group < shape.dims; group += 4) {
        float width = 0;
        for (size_t i = 0; i < 4; ++i) width += __builtin_fabsf(query[group + i]);
        sizes += static_cast<double>(width);
        widest = width > widest ? width : widest;
    }
    ScanQuery prepared;
    // Zero, not a number, or so long that its square would not be a float: no direction.
    if (!(widest > 0) || !(sizes * sizes <= static_cast<double>(kHugeNorm) * shape.dims)) {
        __builtin_memset(tables, 0, scan_table_bytes(shape));
        return prepared;
    }
    widest = widest > kNarrowest ? widest : kNarrowest;
    kernels().codes->scan_tables(query, shape.dims, 255 / widest, tables);
    prepared.delta = widest / 255;
    // <y, q> = <u, q> - middle * (sum of q); the planes of u together weigh 2^bits - 1, and twice
    // the smallest entries less the sum of q is minus the sum of |q|.
    prepared.offset = -code_middle(shape.bits) * static_cast<float>(sizes);
    return prepared;
}

void scan_block(const SketchShape& shape, const uint8_t* block, const uint8_t* tables,
                uint32_t* sums) {
    const CodeKernels& codes = *kernels().codes;
    (shape.bits == 1 ? codes.scan1 : codes.scan2)(block, tables, shape.dims, sums);
}

}  // namespace vx
