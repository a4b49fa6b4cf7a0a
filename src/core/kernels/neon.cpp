// NEON on aarch64, where it is part of the baseline: 4 floats a register, no region needed.
#if defined(__aarch64__)

#include <arm_neon.h>

#include <cstddef>

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

inline Lanes pinned(Lanes a) { return a; }
inline Lanes fma(Lanes a, Lanes b, Lanes c) { return vfmaq_f32(c, a, b); }
inline Lanes abs(Lanes a) { return vabsq_f32(a); }
inline float reduce(Lanes a) { return vaddvq_f32(a); }

#include "core/kernels/metrics-inl.h"

#include "core/kernels/fold-inl.h"

bool supported() { return true; }

}  // namespace
}  // namespace neon

constexpr KernelTable kNeonTable = neon::make_table("neon", neon::supported);

}  // namespace vx

#endif
