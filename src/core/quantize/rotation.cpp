// Signs and centering; the arithmetic is in kernels/exact-inl.h.
#include "core/quantize/rotation.h"

#include "core/base/random.h"
#include "core/kernels/kernel_table.h"

namespace vx {

Rotation::Rotation(size_t padded, uint64_t seed, uint16_t* words) {
    SplitMix64 random(seed);
    uint64_t bits = 0;
    for (size_t i = 0; i < rotation_words(padded); ++i, bits >>= 16) {
        if (i % 4 == 0) bits = random.next();
        words[i] = static_cast<uint16_t>(bits & 0xFFFF);
    }
    uint32_t power = kLaneSums;
    while (size_t{power} * 2 <= padded) power *= 2;
    plan_ = {.dims = static_cast<uint32_t>(padded), .power = power, .signs = words};
}

void Rotation::rotate(float* values) const { kernels().codes->rotate(plan_, values); }

void Rotation::rotate_back(float* values) const { kernels().codes->rotate_back(plan_, values); }

void Rotation::rotate_centered(CenteredVector vector, size_t dims, float* rotated) const {
    const auto [values, mean, factor] = vector;
    // What makes numbers smaller comes first, so that nothing overflows on the way.
    const float before = factor < 1 ? factor : 1;
    const float after = factor < 1 ? 1 : factor;
    for (size_t i = 0; i < dims; ++i)
        rotated[i] = (values[i] * before - (mean == nullptr ? 0 : mean[i] * before)) * after;
    for (size_t i = dims; i < plan_.dims; ++i) rotated[i] = 0;
    rotate(rotated);
}

}  // namespace vx
