// AVX-512 with VNNI (Cascade Lake, Zen 4 and later): one instruction multiplies and adds 64 codes.
#if defined(__x86_64__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "core/kernels/cpu.h"
#include "core/kernels/tables.h"

namespace vx {
namespace avx512_vnni {
namespace {

// Outside the region: it runs on machines without AVX-512.
bool supported() { return detect_cpu().avx512_vnni; }
bool supports_popcnt() { return detect_cpu().avx512_popcnt; }

#include "core/kernels/region/avx512_vnni_begin.h"

#include "core/kernels/lanes_avx512-inl.h"

#include "core/kernels/metrics-inl.h"

#include "core/kernels/fold-inl.h"

#include "core/kernels/exact-inl.h"

#include "core/kernels/bytes_avx512-inl.h"

#include "core/kernels/integer_avx512-inl.h"

struct WideDot {
    __m512i sum;

    void step(Bytes codes, Bytes query) { sum = _mm512_dpbusd_epi32(sum, codes, query); }
    void merge(const WideDot& other) { sum = _mm512_add_epi32(sum, other.sum); }
    [[nodiscard]] int32_t finish() const { return add_up(sum); }
};
using NarrowDot = WideDot;

/// The instruction takes one side as signed: b - 128, which is b with its top bit changed.  What
/// that takes off, 128 times the sum of a, is added up on the way.
struct CodeDot {
    __m512i sum;
    __m512i sum_a;

    void step(Bytes a, Bytes b) {
        const __m512i centered = _mm512_xor_si512(b, _mm512_set1_epi8(-128));
        sum = _mm512_dpbusd_epi32(sum, a, centered);
        sum_a = _mm512_dpbusd_epi32(sum_a, a, _mm512_set1_epi8(1));
    }
    void merge(const CodeDot& other) {
        sum = _mm512_add_epi32(sum, other.sum);
        sum_a = _mm512_add_epi32(sum_a, other.sum_a);
    }
    [[nodiscard]] int32_t finish() const {
        return add_up(_mm512_add_epi32(sum, _mm512_maskz_slli_epi32(0xFFFF, sum_a, 7)));
    }
};

#include "core/kernels/accumulate-inl.h"

#include "core/kernels/dots-inl.h"

#include "core/kernels/bits-inl.h"

#include "core/kernels/halves-inl.h"

#include "core/kernels/keys_avx512-inl.h"

#include "core/kernels/filters-inl.h"

#include "core/kernels/table-inl.h"

#include "core/kernels/region/end.h"

}  // namespace
}  // namespace avx512_vnni

constexpr KernelTable kAvx512VnniTable =
    avx512_vnni::make_table("avx512vnni", avx512_vnni::supported, &avx512_vnni::kBitKernels);

// The same but for bits, which avx512_popcnt.cpp counts: Ice Lake, Zen 4 and later.
constexpr KernelTable kAvx512PopcntTable =
    avx512_vnni::make_table("avx512popcnt", avx512_vnni::supports_popcnt, &kAvx512PopcntBitKernels);

}  // namespace vx

#endif
