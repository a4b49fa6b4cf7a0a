// AVX-512 F, BW, VL and DQ (Skylake-SP, Zen 4 and later): 16 floats a register, masked loads for
// the tail.
#if defined(__x86_64__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "core/kernels/cpu.h"
#include "core/kernels/tables.h"

namespace vx {
namespace avx512 {
namespace {

// Outside the region: it runs on machines without AVX-512.
bool supported() { return detect_cpu().avx512; }

#include "core/kernels/region/avx512_begin.h"

#include "core/kernels/lanes_avx512-inl.h"

#include "core/kernels/metrics-inl.h"

#include "core/kernels/fold-inl.h"

#include "core/kernels/exact-inl.h"

#include "core/kernels/bytes_avx512-inl.h"

#include "core/kernels/integer_avx512-inl.h"

struct WideDot {
    __m512i sum;

    void step(Bytes codes, Bytes query) {
        const __m512i even = _mm512_srai_epi16(_mm512_slli_epi16(query, 8), 8);
        const __m512i odd = _mm512_srai_epi16(query, 8);
        sum = _mm512_add_epi32(sum, _mm512_madd_epi16(even_bytes(codes), even));
        sum = _mm512_add_epi32(sum, _mm512_madd_epi16(odd_bytes(codes), odd));
    }
    void merge(const WideDot& other) { sum = _mm512_add_epi32(sum, other.sum); }
    [[nodiscard]] int32_t finish() const { return add_up(sum); }
};

struct NarrowDot {
    __m512i sum;

    void step(Bytes codes, Bytes query) {
        // At most 2 * 127 * 128 = 32512: no saturation.
        const __m512i pairs = _mm512_maddubs_epi16(codes, query);
        sum = _mm512_add_epi32(sum, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
    }
    void merge(const NarrowDot& other) { sum = _mm512_add_epi32(sum, other.sum); }
    [[nodiscard]] int32_t finish() const { return add_up(sum); }
};

struct CodeDot {
    __m512i sum;

    void step(Bytes a, Bytes b) {
        sum = _mm512_add_epi32(sum, _mm512_madd_epi16(even_bytes(a), even_bytes(b)));
        sum = _mm512_add_epi32(sum, _mm512_madd_epi16(odd_bytes(a), odd_bytes(b)));
    }
    void merge(const CodeDot& other) { sum = _mm512_add_epi32(sum, other.sum); }
    [[nodiscard]] int32_t finish() const { return add_up(sum); }
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
}  // namespace avx512

constexpr KernelTable kAvx512Table =
    avx512::make_table("avx512", avx512::supported, &avx512::kBitKernels);

}  // namespace vx

#endif
