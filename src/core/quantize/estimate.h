// Estimates of distances from codes, with bounds on their error.
//
// Everything is a *ranking distance* as in kernels/metric.h. Notation: c the mean, o a row, q a
// query, x = P(o - c), r = P(q - c) with the rotation P, y the lattice point of x. All that is
// estimated is <x, r> = g <y, r>; the rest is algebra with numbers known exactly:
//   L2:            |o - q|^2 = |x|^2 + |r|^2 - 2 <x, r>
//   cosine:        o and q are unit vectors, so -<o, q> = (|x|^2 + |r|^2) / 2 - 1 - <x, r>
//   inner product: -<o, q> = -<x, r> - <x, c> - <c, q>     (with c rotated where x is)
// Hence estimate = node + query - weight * <x, r>, where `node` is stored with the row or follows
// from its factors, and `query` is computed once. For the inner product the row stores <x, c>.
#pragma once

#include <cfloat>
#include <cstddef>
#include <cstdint>

#include "core/kernels/metric.h"
#include "core/quantize/code.h"

namespace vx {

/// Inner product in an order of its own: the same with every table of kernels.  The record of an
/// element is then the same bytes whatever the machine runs; equal elements would differ otherwise
/// after a change of machines.
template <class B>
double portable_dot(const float* a, const B* b, size_t dims) {
    constexpr size_t kParts = 8;
    double parts[kParts] = {};
    for (size_t i = 0; i < dims; ++i)
        parts[i % kParts] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    double sum = 0;
    for (const double part : parts) sum += part;
    return sum;
}

/// Factor of <x, r> in the ranking distance.
constexpr float inner_weight(Metric metric) { return metric == Metric::kL2 ? 2.0F : 1.0F; }

/// The row's part of a ranking distance.  `mean_dot` is <x, c>; only the inner product looks at it.
inline float node_term(Metric metric, const CodeFactors& factors, float mean_dot) {
    if (metric == Metric::kL2) return factors.norm_sq;
    return metric == Metric::kCosine ? factors.norm_sq * 0.5F : -mean_dot;
}

/// A query as signed bytes: r is about scale * value, and scale * <r, values> is |r|^2: what
/// rounding changes is then none of r's own direction, which x has most of where r is near to it.
struct ByteQuery {
    float scale = 0;
    int32_t sum = 0;      // of the values
    float norm_sq = 0;    // |r|^2
    float constant = 0;   // the query's part of a ranking distance
    float weight = 0;     // inner_weight
    double rounding = 0;  // variance that rounding adds to <x, r> / (|x| |r|)
    bool usable = false;  // else r is too short or too long, and its values zero
    float length = 0;     // |r|, infinite where its square is
};

/// Prepares a rotated, centered query; writes `dims` bytes.  `mean_query_dot` is <c, q>, of which
/// only the inner product makes use.
ByteQuery make_byte_query(Metric metric, const float* r, size_t dims, float mean_query_dot,
                          int8_t* values);

/// <x, r> from the dot product of code and query bytes.  `factor` is the row's g, or its scale
/// where the query is another row's code.
inline float inner_estimate(const ByteQuery& query, float factor, unsigned bits, int32_t dot) {
    // Twice <y, query>, in integers: exact, however large the two parts are.
    const int64_t top = (int64_t{1} << bits) - 1;
    const int64_t twice = 2 * int64_t{dot} - top * query.sum;
    return factor * (query.scale * 0.5F) * static_cast<float>(twice);
}

/// The ranking distance between query and row.  `node` is node_term's.
inline float estimate_distance(const ByteQuery& query, float node, float inner) {
    return node + query.constant - query.weight * inner;
}

/// The part of an estimate that is left out for a vector too short for a code.
inline float short_square(float length) {
    const float square = length * length;
    // Its square may be zero, though it is not.
    return length > 0 && square < 1.001F * kTinyNorm ? square + FLT_MIN : 0;
}

/// How far estimate_distance may be off where the query or the row, `length` long, is too short for
/// a code: <x, r> is at most |x| |r|.  Where one is too long, nothing is known.
[[gnu::cold]] inline float error_without_code(const ByteQuery& query, float length) {
    const float inner = length * query.length;
    if (!(query.length < __builtin_inff() && inner <= kHugeNorm)) return __builtin_inff();
    return query.weight * inner + short_square(length) + short_square(query.length);
}

/// How far estimate_distance may be off: `z_score` standard deviations. The code's error is that of
/// the square root of code_variance times the part of r across x; rounding the query to bytes adds
/// a uniform error of variance step^2 / 12 to each element, which counts times the part of x across
/// r. `inner` is inner_estimate's. 1.9 leaves 3 % on either side, 2.5 leaves 0.6 %.
inline float estimate_error(const ByteQuery& query, const CodeFactors& factors, size_t dims,
                            float inner, float z_score) {
    if (!query.usable) return error_without_code(query, __builtin_sqrtf(factors.norm_sq));
    const auto query_sq = static_cast<double>(query.norm_sq);
    const double variance = code_variance(factors, dims) + query.rounding;
    // |x|^2 |r|^2 less the square of what <x, r> at least is: both errors come from what x and r
    // have across each other, which is little where they are near.
    const double both = static_cast<double>(factors.norm_sq) * query_sq;
    const double least = __builtin_fabs(static_cast<double>(inner)) -
                         static_cast<double>(z_score) * __builtin_sqrt(both * variance);
    const double across = least > 0 ? both - least * least : both;
    if (across <= 0) return 0;
    const double deviation = __builtin_sqrt(across * variance);
    return query.weight * z_score * static_cast<float>(deviation);
}

// ---- between two rows, both known by their codes (building, inserting, choosing neighbors)

/// <x_a, x_b> from the dot product of two codes of 7 or 8 bits, with both lengths preserved.
float inner_of_codes(const CodeFactors& a, const CodeFactors& b, int32_t dot, size_t dims,
                     unsigned bits);

/// |x_a - x_b|^2, not negative.  The rows' own squared distance: the mean drops out.
inline float l2_of_codes(const CodeFactors& a, const CodeFactors& b, float inner) {
    const float distance = a.norm_sq + b.norm_sq - 2 * inner;
    return distance > 0 ? distance : 0;
}

/// Ranking distance between two rows; `mean_norm_sq` is |c|^2. For the inner product
/// <o_a, o_b> = <x_a, x_b> + <x_a, c> + <x_b, c> + |c|^2.
inline float distance_of_codes(Metric metric, float node_a, float node_b, float inner,
                               float mean_norm_sq) {
    const float sum = node_a + node_b - inner_weight(metric) * inner;
    if (metric == Metric::kL2) return sum > 0 ? sum : 0;
    return metric == Metric::kCosine ? sum - 1.0F : sum - mean_norm_sq;
}

/// A code of at most 7 bits as a query for other codes: values = 2 u - (2^bits - 1), exactly; its
/// scale is factors.scale / 2.  `constant` and `weight` stay zero: see distance_of_codes.
ByteQuery code_as_query(const uint8_t* code, const CodeFactors& factors, size_t dims, unsigned bits,
                        int8_t* values);

}  // namespace vx
