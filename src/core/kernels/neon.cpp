// NEON on aarch64, where it is part of the baseline: 4 floats a register, no region needed.
#if defined(__aarch64__)

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "core/kernels/tables.h"

namespace vx {
namespace neon {
namespace {

using Lanes = float32x4_t;
constexpr size_t kWidth = 4;

inline Lanes load(const float* from) { return vld1q_f32(from); }

// Lane by lane: at most three elements, and nothing may be read past them.
inline Lanes load_partial(const float* from, size_t count) {
    Lanes loaded = vld1q_lane_f32(from, vdupq_n_f32(0.0f), 0);
    if (count > 1) loaded = vld1q_lane_f32(from + 1, loaded, 1);
    if (count > 2) loaded = vld1q_lane_f32(from + 2, loaded, 2);
    return loaded;
}

inline Lanes floats(uint16x4_t halves) { return vcvt_f32_f16(vreinterpret_f16_u16(halves)); }

inline Lanes load(const Half* from) { return floats(vld1_u16(&from->bits)); }

inline Lanes load_partial(const Half* from, size_t count) {
    uint16x4_t loaded = vld1_lane_u16(&from[0].bits, vdup_n_u16(0), 0);
    if (count > 1) loaded = vld1_lane_u16(&from[1].bits, loaded, 1);
    if (count > 2) loaded = vld1_lane_u16(&from[2].bits, loaded, 2);
    return floats(loaded);
}

inline Lanes pinned(Lanes a) { return a; }
inline Lanes fma(Lanes a, Lanes b, Lanes c) { return vfmaq_f32(c, a, b); }
inline Lanes abs(Lanes a) { return vabsq_f32(a); }
inline float reduce(Lanes a) { return vaddvq_f32(a); }

#include "core/kernels/metrics-inl.h"

#include "core/kernels/fold-inl.h"

// What exact-inl.h needs besides.

inline void store(float* to, Lanes a) { vst1q_f32(to, a); }
inline void store(Half* to, Lanes a) { vst1_u16(&to->bits, vreinterpret_u16_f16(vcvt_f16_f32(a))); }
inline Lanes broadcast(float a) { return vdupq_n_f32(a); }
inline Lanes lower(Lanes a, Lanes b) { return vminq_f32(a, b); }
inline Lanes truncated(Lanes a) { return vcvtq_f32_s32(vcvtq_s32_f32(a)); }

inline Lanes with_sign(Lanes size, Lanes sign) {
    return vbslq_f32(vdupq_n_u32(0x80000000), sign, size);
}

inline Lanes flipped(Lanes a, uint32_t bits) {
    // Bit i of the word, moved to the sign of lane i.
    const int32_t places[4] = {31, 30, 29, 28};
    const uint32x4_t moved = vshlq_u32(vdupq_n_u32(bits), vld1q_s32(places));
    const uint32x4_t signs = vandq_u32(moved, vdupq_n_u32(0x80000000));
    return vreinterpretq_f32_u32(veorq_u32(vreinterpretq_u32_f32(a), signs));
}

template <size_t kStride>
inline Lanes swapped(Lanes a) {
    if constexpr (kStride == 1) return vrev64q_f32(a);
    return vextq_f32(a, a, 2);
}

inline Lanes load_bytes(const uint8_t* from) {
    uint32_t word = 0;
    __builtin_memcpy(&word, from, sizeof(word));
    const uint8x8_t bytes = vreinterpret_u8_u32(vdup_n_u32(word));
    return vcvtq_f32_u32(vmovl_u16(vget_low_u16(vmovl_u8(bytes))));
}

inline void store_bytes(uint8_t* to, Lanes a) {
    // Narrowing keeps the low bits, so negative numbers come out as two's complement.
    const uint16x4_t words = vmovn_u32(vreinterpretq_u32_s32(vcvtq_s32_f32(a)));
    const uint8x8_t bytes = vmovn_u16(vcombine_u16(words, words));
    const uint32_t word = vget_lane_u32(vreinterpret_u32_u8(bytes), 0);
    __builtin_memcpy(to, &word, sizeof(word));
}

inline Lanes load_words(const uint16_t* from) { return vcvtq_f32_u32(vmovl_u16(vld1_u16(from))); }

inline Lanes load_sums(const uint32_t* from) { return vcvtq_f32_u32(vld1q_u32(from)); }

inline Lanes or_infinity(Lanes a, Lanes add) {
    const uint32x4_t dead = vceqq_f32(add, vdupq_n_f32(kDeadLane));
    return vbslq_f32(dead, vdupq_n_f32(__builtin_inff()), a);
}

inline uint32_t lanes_below(Lanes a, Lanes bound) {
    const uint32_t places[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(vcltq_f32(a, bound), vld1q_u32(places)));
}

#include "core/kernels/exact-inl.h"

#include "core/kernels/integer_neon-inl.h"

#include "core/kernels/accumulate-inl.h"

#include "core/kernels/dots-inl.h"

#include "core/kernels/bits-inl.h"

#include "core/kernels/halves-inl.h"

// What filters-inl.h needs.

using Keys = uint64x2_t;
constexpr size_t kKeys = 2;

// Compilers differ in what a comparison of registers is.
template <class Tests>
inline uint64_t key_bits(Tests tests) {
    return (tests[0] != 0 ? 1U : 0U) | (tests[1] != 0 ? 2U : 0U);
}

#include "core/kernels/filters-inl.h"

#include "core/kernels/table-inl.h"

bool supported() { return true; }

}  // namespace
}  // namespace neon

constexpr KernelTable kNeonTable = neon::make_table("neon", neon::supported, &neon::kBitKernels);

}  // namespace vx

#endif
