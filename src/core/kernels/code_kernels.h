// The kernels behind quantized search: rotation, encoding, dot products of codes, scans of
// sketches.
//
// Every result here is bit-identical in every table.  Integer sums are exact.  Floats are added,
// subtracted and multiplied one by one (no fused multiply-add), and a sum over a vector is kept in
// 16 partial sums (element j goes to sum j mod 16) that are added up by halving: what reaches the
// disk does not depend on the machine that computed it.  Codes and layouts:
// src/core/quantize/README.md.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vx {

/// Lanes of a sketch block: neighbors scored by one scan.
constexpr size_t kSketchLanes = 32;

/// Partial sums, and what lengths of rotated vectors are a multiple of.
constexpr size_t kLaneSums = 16;

/// Which orthogonal map; see quantize/rotation.h.  `signs` are 4 * dims bits, lowest bit first.
struct RotationPlan {
    uint32_t dims;   // a multiple of 16
    uint32_t power;  // largest power of two <= dims
    const uint16_t* signs;
};

/// How well a scaling of a vector fits the lattice; see quantize/code.h.
struct LatticeFit {
    double dot;     // sum of (m + 1/2) |x|
    double square;  // sum of m^2 + m, exact
};

/// A scaling of a vector to lattice levels: m = min(floor(|x| * step + 1e-5), top).
struct LatticeStep {
    float step;
    float top;  // 2^(bits - 1) - 1
};

/// The 16-bit factors of a block's lanes: a factor is base + step * stored.
struct FactorScale {
    float base = 0;
    float step = 0;
};
struct LaneFactors {
    const uint16_t* add;  // kSketchLanes each; add = kDeadLane: the estimate is infinity
    const uint16_t* rescale;
    FactorScale add_scale;
    FactorScale rescale_scale;
};

/// Reserved value of LaneFactors::add.
constexpr uint16_t kDeadLane = 0xFFFF;

/// What the query and the center add to the lanes' factors:
/// estimate = add + base + rescale * (delta * sum + offset).
struct LaneTerms {
    float base;
    float delta;
    float offset;
    float bound;  // lanes whose estimate is below this are reported
};

/// Lengths named `dims` are multiples of 16, `count` is any length; pointers need only element
/// alignment.  Nothing outside the given ranges is read or written.
struct CodeKernels {
    /// In place; see quantize/rotation.h.
    void (*rotate)(const RotationPlan& plan, float* values);
    void (*rotate_back)(const RotationPlan& plan, float* values);

    /// Inner product in 16 partial sums; element by element difference; greatest |x|.
    double (*lane_dot)(const float* a, const float* b, size_t dims);
    void (*difference)(const float* a, const float* b, size_t dims, float* out);
    float (*largest)(const float* x, size_t dims);

    /// Encoding: the fit of a step, the codes it gives (one byte each), and back:
    /// values = scale * (code - middle).
    LatticeFit (*lattice_fit)(const float* x, size_t dims, LatticeStep step);
    void (*lattice_codes)(const float* x, size_t dims, LatticeStep step, uint8_t* codes);
    void (*decode)(const uint8_t* codes, size_t dims, FactorScale scale, float* values);

    /// values * step, rounded half away from zero; the products must lie within [-127, 127].
    void (*to_bytes)(const float* values, size_t dims, float step, int8_t* bytes);

    /// The tables of a scan: table g, entry e is the sum of |v| over those of the four values
    /// 4g..4g+3 whose bit of e says positive exactly if they are, times `step`, rounded.
    void (*scan_tables)(const float* values, size_t dims, float step, uint8_t* tables);

    /// Sums of code * query; exact while count <= 65,536 (u8 x s8) or 33,000 (u8 x u8).
    int32_t (*dot_u8s8)(const uint8_t* codes, const int8_t* query, size_t count);
    /// The same for codes <= 127, which AVX2 does in a third of the instructions.
    int32_t (*dot_u7s8)(const uint8_t* codes, const int8_t* query, size_t count);
    int32_t (*dot_u8u8)(const uint8_t* a, const uint8_t* b, size_t count);
    /// Packed codes: byte i of `bytes` holds element i in its lowest bits, element bytes + i above
    /// it, and so on; the query has bytes * (8 / bits) elements.
    int32_t (*dot_u4s8)(const uint8_t* codes, const int8_t* query, size_t bytes);
    int32_t (*dot_u2s8)(const uint8_t* codes, const int8_t* query, size_t bytes);
    int32_t (*dot_u1s8)(const uint8_t* codes, const int8_t* query, size_t bytes);
    /// dot_u8s8 of `rows` codes against one query: query registers are loaded once for four codes.
    void (*dot_rows)(const uint8_t* const* codes, size_t rows, const int8_t* query, size_t count,
                     int32_t* sums);

    /// Sums of table entries for each lane of a block of sketches, at 1 or 2 bits per dimension;
    /// `dims` is a multiple of 8.  Two bits: twice the sum of the first plane plus the second's.
    void (*scan1)(const uint8_t* block, const uint8_t* tables, size_t dims, uint32_t* sums);
    void (*scan2)(const uint8_t* block, const uint8_t* tables, size_t dims, uint32_t* sums);

    /// The estimates of all lanes; bit i of the result: estimate i is below the bound.
    uint32_t (*score_lanes)(const LaneFactors& factors, const LaneTerms& terms,
                            const uint32_t* sums, float* estimates);
};

/// Dimensions after which 16-bit sums of 8-bit table entries could wrap: 256 tables * 255 < 65536.
constexpr size_t kScanChunk = 1024;

}  // namespace vx
