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

using Lanes = __m512;
constexpr size_t kWidth = 16;

inline Lanes load(const float* from) { return _mm512_loadu_ps(from); }

inline Lanes load_partial(const float* from, size_t count) {
    return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), from);
}

// The same value, as a register that cannot be replaced by its memory operand.
inline Lanes pinned(Lanes a) {
    __asm__("" : "+v"(a));
    return a;
}

inline Lanes fma(Lanes a, Lanes b, Lanes c) { return _mm512_fmadd_ps(a, b, c); }

inline Lanes abs(Lanes a) { return _mm512_abs_ps(a); }

// Half of a register.  The zero-masking form with a full mask is the same single instruction (none
// for the lower half); the plain one draws a false "used uninitialized" from g++ 12's own header.
template <int kIndex>
__m256 half_of(Lanes a) {
    return _mm512_maskz_extractf32x8_ps(0xFF, a, kIndex);
}

inline float reduce(Lanes a) {
    const __m256 half = _mm256_add_ps(half_of<0>(a), half_of<1>(a));
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    sum = _mm_add_ss(sum, _mm_movehdup_ps(sum));
    return _mm_cvtss_f32(sum);
}

#include "core/kernels/metrics-inl.h"

#include "core/kernels/fold-inl.h"

#include "core/kernels/region/end.h"

}  // namespace
}  // namespace avx512

constexpr KernelTable kAvx512Table = avx512::make_table("avx512", avx512::supported);

}  // namespace vx

#endif
