// Preparing queries, and error bounds.
#include "core/quantize/estimate.h"

#include "core/kernels/kernel_table.h"

namespace vx {
namespace {

constexpr float kLargestByte = 127;

int32_t sum_of(const int8_t* values, size_t dims) {
    constexpr size_t kPart = 64;
    uint8_t ones[kPart];
    __builtin_memset(ones, 1, kPart);
    int32_t sum = 0;
    for (size_t at = 0; at < dims; at += kPart)
        sum += kernels().codes->dot_u8s8(ones, values + at, dims - at < kPart ? dims - at : kPart);
    return sum;
}

float query_constant(Metric metric, float norm_sq, float mean_query_dot) {
    if (metric == Metric::kL2) return norm_sq;
    return metric == Metric::kCosine ? norm_sq * 0.5F - 1.0F : -mean_query_dot;
}

}  // namespace

ByteQuery make_byte_query(Metric metric, const float* r, size_t dims, float mean_query_dot,
                          int8_t* values) {
    ByteQuery query;
    query.weight = inner_weight(metric);
    const double norm_sq = kernels().codes->lane_dot(r, r, dims);
    // Written so that a NaN counts as huge.
    const bool usable =
        norm_sq <= static_cast<double>(kHugeNorm) && norm_sq >= static_cast<double>(kTinyNorm);
    query.norm_sq = norm_sq < static_cast<double>(kTinyNorm) ? 0.0F
                    : usable                                 ? static_cast<float>(norm_sq)
                                                             : kHugeNorm;
    query.constant = query_constant(metric, query.norm_sq, mean_query_dot);
    query.usable = usable;
    query.length = norm_sq <= static_cast<double>(kHugeNorm)
                       ? static_cast<float>(__builtin_sqrt(norm_sq))
                       : __builtin_inff();
    if (!usable) {
        __builtin_memset(values, 0, dims);
        return query;
    }
    const float largest = kernels().codes->largest(r, dims);
    kernels().codes->to_bytes(r, dims, kLargestByte / largest, values);
    const double step = static_cast<double>(largest / kLargestByte);
    query.rounding = step * step / (12 * static_cast<double>(query.norm_sq));
    query.scale = static_cast<float>(norm_sq / portable_dot(r, values, dims));
    query.sum = sum_of(values, dims);
    return query;
}

float inner_of_codes(const CodeFactors& a, const CodeFactors& b, int32_t dot, size_t dims,
                     unsigned bits) {
    // Four times <y_a, y_b>, in integers: exact, so equal codes are at distance zero.
    const int64_t top = (int64_t{1} << bits) - 1;
    const int64_t sums = int64_t{a.sum} + b.sum;
    const int64_t four = 4 * int64_t{dot} - 2 * top * sums + static_cast<int64_t>(dims) * top * top;
    return a.scale * b.scale * (static_cast<float>(four) * 0.25F);
}

ByteQuery code_as_query(const uint8_t* code, const CodeFactors& factors, size_t dims, unsigned bits,
                        int8_t* values) {
    unpack(code, dims, bits, reinterpret_cast<uint8_t*>(values));
    const int top = (1 << bits) - 1;
    for (size_t i = 0; i < dims; ++i) values[i] = static_cast<int8_t>(2 * values[i] - top);
    return {.scale = factors.scale * 0.5F, .sum = sum_of(values, dims), .norm_sq = factors.norm_sq};
}

}  // namespace vx
