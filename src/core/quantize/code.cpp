// Fitting the lattice, packing, unpacking.  The loops over elements are kernels.
#include "core/quantize/code.h"

#include <limits>

#include "core/kernels/kernel_table.h"

namespace vx {
namespace {

/// The best step found so far: the one with the greatest cosine between x and y.
struct BestFit {
    LatticeStep step = {};
    LatticeFit fit = {};
    double quality = -1;  // the cosine squared, times |x|^2

    void offer(const float* x, size_t dims, LatticeStep candidate) {
        const LatticeFit found = kernels().codes->lattice_fit(x, dims, candidate);
        const double found_quality = found.dot * found.dot / norm_y(found, dims);
        if (found_quality <= quality) return;
        step = candidate;
        fit = found;
        quality = found_quality;
    }
    /// |y|^2 = sum of (m + 1/2)^2.
    static double norm_y(const LatticeFit& fit, size_t dims) {
        return fit.square + 0.25 * static_cast<double>(dims);
    }
};

/// Candidates around the mean optimum for few bits; for many, around the step that just uses the
/// whole range, since there one large element decides.
BestFit fit_lattice(const float* x, size_t dims, unsigned bits, float norm) {
    const auto top = static_cast<float>((1u << (bits - 1)) - 1);
    BestFit best;
    if (bits <= 5) {
        const float mean_best =
            lattice_ratio(bits) * __builtin_sqrtf(static_cast<float>(dims)) / norm;
        const int reach = bits == 1 ? 0 : 4;  // with one bit every step gives the same code
        for (int k = -reach; k <= reach; ++k)
            best.offer(x, dims, {mean_best * (1.0F + 0.04F * static_cast<float>(k)), top});
        return best;
    }
    const float whole_range = (top + 0.999F) / kernels().codes->largest(x, dims);
    for (int k = 0; k < 8; ++k)
        best.offer(x, dims, {whole_range / (1.0F - 0.05F * static_cast<float>(k)), top});
    return best;
}

/// Where packed element i lies: plane i / bytes, byte i % bytes.
class PackedPlace {
public:
    PackedPlace(size_t dims, unsigned bits) : bytes_(code_bytes(dims, bits)), bits_(bits) {}

    [[nodiscard]] size_t byte() const { return byte_; }
    [[nodiscard]] unsigned shift() const { return shift_; }
    void next() {
        if (++byte_ < bytes_) return;
        byte_ = 0;
        shift_ += bits_;
    }

private:
    size_t bytes_;
    unsigned bits_;
    size_t byte_ = 0;
    unsigned shift_ = 0;
};

/// Returns the sum of the codes.
int32_t write_packed(const float* x, size_t dims, unsigned bits, LatticeStep step, uint8_t* code) {
    __builtin_memset(code, 0, code_bytes(dims, bits));
    PackedPlace place(dims, bits);
    int32_t sum = 0;
    for (size_t at = 0; at < dims; at += kLaneSums) {
        uint8_t bytes[kLaneSums];
        kernels().codes->lattice_codes(x + at, kLaneSums, step, bytes);
        for (const uint8_t byte : bytes) {
            code[place.byte()] = static_cast<uint8_t>(code[place.byte()] | byte << place.shift());
            sum += byte;
            place.next();
        }
    }
    return sum;
}

int32_t sum_of_bytes(const uint8_t* bytes, size_t dims) {
    constexpr size_t kPart = 64;
    int8_t ones[kPart];
    __builtin_memset(ones, 1, kPart);
    int32_t sum = 0;
    for (size_t at = 0; at < dims; at += kPart)
        sum += kernels().codes->dot_u8s8(bytes + at, ones, dims - at < kPart ? dims - at : kPart);
    return sum;
}

int32_t write_code(const float* x, size_t dims, unsigned bits, LatticeStep step, uint8_t* code) {
    if (bits < 7) return write_packed(x, dims, bits, step, code);
    kernels().codes->lattice_codes(x, dims, step, code);
    return sum_of_bytes(code, dims);
}

/// The code of a vector without direction: all elements at the same level, the one above zero.
int32_t write_flat_code(size_t dims, unsigned bits, uint8_t* code) {
    unsigned byte = 0;
    const unsigned fields = bits < 7 ? 8 / bits : 1;
    for (unsigned i = 0; i < fields; ++i) byte |= (1u << (bits - 1)) << (i * bits);
    __builtin_memset(code, static_cast<int>(byte), code_bytes(dims, bits));
    return static_cast<int32_t>(dims << (bits - 1));
}

}  // namespace

CodeFactors encode(const float* x, size_t dims, unsigned bits, uint8_t* code) {
    const double norm_sq = kernels().codes->lane_dot(x, x, dims);
    // Written so that a NaN counts as huge.
    const bool huge = !(norm_sq <= static_cast<double>(kHugeNorm));
    if (huge || norm_sq < static_cast<double>(kTinyNorm))
        return {.norm_sq = huge ? kHugeNorm : 0.0F, .sum = write_flat_code(dims, bits, code)};
    const double norm = __builtin_sqrt(norm_sq);
    const BestFit best = fit_lattice(x, dims, bits, static_cast<float>(norm));
    return {.norm_sq = static_cast<float>(norm_sq),
            .g = static_cast<float>(norm_sq / best.fit.dot),
            .scale = static_cast<float>(norm / __builtin_sqrt(BestFit::norm_y(best.fit, dims))),
            .sum = write_code(x, dims, bits, best.step, code)};
}

void unpack(const uint8_t* code, size_t dims, unsigned bits, uint8_t* bytes) {
    if (bits >= 7) {
        __builtin_memcpy(bytes, code, dims);
        return;
    }
    PackedPlace place(dims, bits);
    for (size_t i = 0; i < dims; ++i, place.next())
        bytes[i] = static_cast<uint8_t>((code[place.byte()] >> place.shift()) & ((1u << bits) - 1));
}

void decode(const uint8_t* code, size_t dims, unsigned bits, float factor, float* values) {
    const FactorScale scale = {.base = code_middle(bits), .step = factor};
    if (bits >= 7) {
        kernels().codes->decode(code, dims, scale, values);
        return;
    }
    PackedPlace place(dims, bits);
    for (size_t at = 0; at < dims; at += kLaneSums) {
        uint8_t bytes[kLaneSums];
        for (uint8_t& byte : bytes) {
            byte = static_cast<uint8_t>((code[place.byte()] >> place.shift()) & ((1u << bits) - 1));
            place.next();
        }
        kernels().codes->decode(bytes, kLaneSums, scale, values + at);
    }
}

int32_t dot_code(const uint8_t* code, const int8_t* query, size_t dims, unsigned bits) {
    const CodeKernels& codes = *kernels().codes;
    switch (bits) {
    case 1:
        return codes.dot_u1s8(code, query, dims / 8);
    case 2:
        return codes.dot_u2s8(code, query, dims / 4);
    case 4:
        return codes.dot_u4s8(code, query, dims / 2);
    case 7:
        return codes.dot_u7s8(code, query, dims);
    default:
        return codes.dot_u8s8(code, query, dims);
    }
}

}  // namespace vx
