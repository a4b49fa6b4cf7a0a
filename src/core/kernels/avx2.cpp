// AVX2, FMA and F16C: 8 floats a register.  Every x86-64 server since 2015 (Haswell, Excavator) has
// them.
#if defined(__x86_64__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "core/kernels/cpu.h"
#include "core/kernels/tables.h"

namespace vx {
namespace avx2 {
namespace {

// Outside the region: it runs on machines without AVX2.
bool supported() { return detect_cpu().avx2_fma; }

#include "core/kernels/region/avx2_begin.h"

using Lanes = __m256;
constexpr size_t kWidth = 8;

// A window of 8 words that starts `8 - n` words in has its first n words set.
alignas(64) constexpr int32_t kMaskWindow[16] = {-1, -1, -1, -1, -1, -1, -1, -1};

inline Lanes load(const float* from) { return _mm256_loadu_ps(from); }

inline Lanes load_partial(const float* from, size_t count) {
    const int32_t* window = kMaskWindow + kWidth - count;
    return _mm256_maskload_ps(from, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(window)));
}

inline Lanes load(const Half* from) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

// There is no masked load of 16-bit words: one, two and four of them go into a pair of registers.
inline Lanes load_partial(const Half* from, size_t count) {
    uint64_t first = 0;
    uint64_t rest = 0;
    if (count >= 4) __builtin_memcpy(&first, from, sizeof first);
    from += count & 4;
    if ((count & 1) != 0) rest = from[count & 2].bits;
    if ((count & 2) != 0) {
        uint32_t pair = 0;
        __builtin_memcpy(&pair, from, sizeof pair);
        rest = rest << 32 | pair;
    }
    const __m128i words =
        count >= 4 ? _mm_set_epi64x(static_cast<int64_t>(rest), static_cast<int64_t>(first))
                   : _mm_cvtsi64_si128(static_cast<int64_t>(rest));
    return _mm256_cvtph_ps(words);
}

// The same value, as a register that cannot be replaced by its memory operand.
inline Lanes pinned(Lanes a) {
    __asm__("" : "+x"(a));
    return a;
}

inline Lanes fma(Lanes a, Lanes b, Lanes c) { return _mm256_fmadd_ps(a, b, c); }

inline Lanes abs(Lanes a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }

inline float reduce(Lanes a) {
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    sum = _mm_add_ss(sum, _mm_movehdup_ps(sum));
    return _mm_cvtss_f32(sum);
}

#include "core/kernels/metrics-inl.h"

#include "core/kernels/fold-inl.h"

// What exact-inl.h needs besides.

inline void store(float* to, Lanes a) { _mm256_storeu_ps(to, a); }
inline void store(Half* to, Lanes a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT));
}
inline Lanes broadcast(float a) { return _mm256_set1_ps(a); }
inline Lanes lower(Lanes a, Lanes b) { return _mm256_min_ps(a, b); }
inline Lanes truncated(Lanes a) { return _mm256_cvtepi32_ps(_mm256_cvttps_epi32(a)); }

inline Lanes with_sign(Lanes size, Lanes sign) {
    return _mm256_or_ps(size, _mm256_and_ps(_mm256_set1_ps(-0.0f), sign));
}

inline Lanes flipped(Lanes a, uint32_t bits) {
    // Bit i of the word, moved to the sign of lane i.
    const __m256i places = _mm256_setr_epi32(31, 30, 29, 28, 27, 26, 25, 24);
    const __m256i moved = _mm256_sllv_epi32(_mm256_set1_epi32(static_cast<int>(bits)), places);
    return _mm256_xor_ps(a, _mm256_and_ps(_mm256_set1_ps(-0.0f), _mm256_castsi256_ps(moved)));
}

template <size_t kStride>
inline Lanes swapped(Lanes a) {
    if constexpr (kStride == 1) return _mm256_permute_ps(a, 0xB1);
    if constexpr (kStride == 2) return _mm256_permute_ps(a, 0x4E);
    return _mm256_permute2f128_ps(a, a, 1);
}

inline Lanes load_bytes(const uint8_t* from) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
}

inline void store_bytes(uint8_t* to, Lanes a) {
    const __m256i words = _mm256_cvttps_epi32(a);
    // Byte 0 of each word to the front of its half, then both halves into one.
    const __m256i places =
        _mm256_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12,
                         -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m256i bytes = _mm256_shuffle_epi8(words, places);
    _mm_storel_epi64(
        reinterpret_cast<__m128i*>(to),
        _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1)));
}

inline Lanes load_words(const uint16_t* from) {
    const __m128i words = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(words));
}

inline Lanes load_sums(const uint32_t* from) {
    return _mm256_cvtepi32_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}

inline Lanes or_infinity(Lanes a, Lanes add) {
    const Lanes dead = _mm256_cmp_ps(add, _mm256_set1_ps(kDeadLane), _CMP_EQ_OQ);
    return _mm256_blendv_ps(a, _mm256_set1_ps(__builtin_inff()), dead);
}

inline uint32_t lanes_below(Lanes a, Lanes bound) {
    return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(a, bound, _CMP_LT_OQ)));
}

#include "core/kernels/exact-inl.h"

#include "core/kernels/integer_avx2-inl.h"

#include "core/kernels/accumulate-inl.h"

#include "core/kernels/dots-inl.h"

#include "core/kernels/bits-inl.h"

#include "core/kernels/halves-inl.h"

// What filters-inl.h needs.

using Keys = uint64_t __attribute__((vector_size(32)));
using KeyTests = int64_t __attribute__((vector_size(32)));
constexpr size_t kKeys = 4;

inline uint64_t key_bits(KeyTests tests) {
    return static_cast<uint64_t>(_mm256_movemask_pd(reinterpret_cast<__m256d>(tests)));
}

#include "core/kernels/filters-inl.h"

#include "core/kernels/table-inl.h"

#include "core/kernels/region/end.h"

}  // namespace
}  // namespace avx2

constexpr KernelTable kAvx2Table = avx2::make_table("avx2", avx2::supported, &avx2::kBitKernels);

}  // namespace vx

#endif
