// AVX-512 with VPOPCNTDQ: one instruction counts the bits of 64 bytes by eights.  The rest of its
// table is avx512_vnni.cpp's.
#if defined(__x86_64__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "core/kernels/tables.h"

namespace vx {
namespace avx512_popcnt {
namespace {

#include "core/kernels/region/avx512_popcnt_begin.h"

#include "core/kernels/bytes_avx512-inl.h"

#include "core/kernels/accumulate-inl.h"

struct Ones {
    __m512i sum;

    void add(Bytes a) { sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(a)); }
    void merge(const Ones& other) { sum = _mm512_add_epi64(sum, other.sum); }
    [[nodiscard]] uint64_t total() const { return add_up_quads(sum); }
};

#include "core/kernels/bits-inl.h"

#include "core/kernels/region/end.h"

}  // namespace
}  // namespace avx512_popcnt

constexpr BitKernels kAvx512PopcntBitKernels = avx512_popcnt::kBitKernels;

}  // namespace vx

#endif
