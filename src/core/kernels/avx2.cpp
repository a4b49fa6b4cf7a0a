// AVX2 and FMA: 8 floats a register.  Every x86-64 server since 2015 (Haswell, Excavator) has them.
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

#include "core/kernels/region/end.h"

}  // namespace
}  // namespace avx2

constexpr KernelTable kAvx2Table = avx2::make_table("avx2", avx2::supported);

}  // namespace vx

#endif
