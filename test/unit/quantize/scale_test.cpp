// The unit of codes.
#include "core/quantize/scale.h"

#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <limits>

#include "quantize/vectors.h"

namespace vx::test {
namespace {

TEST(Scale, LeavesOrdinaryLengthsAsTheyAre) {
    for (const double length : {1e-6, 0.01, 1.0, 30.0, 1e9}) EXPECT_EQ(choose_scale(length), 0);
    for (const double length : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()})
        EXPECT_EQ(choose_scale(length), 0);
}

TEST(Scale, BringsLengthsNearToOne) {
    for (const double length : {1e-37, 1e-25, 1e-7, 1e10, 1e20, 3e38}) {
        const double scaled = length * static_cast<double>(scale_factor(choose_scale(length)));
        EXPECT_GE(scaled, 0.99) << length;
        EXPECT_LT(scaled, 4) << length;
    }
    // As far as the factor is a float.
    EXPECT_EQ(choose_scale(1e-45), kMostScale);
    EXPECT_EQ(choose_scale(1e43), -kMostScale);
    EXPECT_EQ(choose_scale(std::numeric_limits<double>::infinity()), -kMostScale);
}

TEST(Scale, ClampsToWhatDistancesMayBe) {
    EXPECT_EQ(clamped(1.5), 1.5F);
    EXPECT_EQ(clamped(1e40), kHugeNorm);
    EXPECT_EQ(clamped(-1e40), -kHugeNorm);
    EXPECT_EQ(clamped(std::numeric_limits<double>::quiet_NaN()), kHugeNorm);
}

TEST(Scale, ChangesNothingButTheUnit) {
    constexpr size_t kDims = 40;
    Gaussian random(5);
    const Vector mean = random.vector(kDims), vector = random.vector(kDims);
    const OwnedRotation rotation(kDims, 1);
    const Vector expected = rotation(vector, &mean);
    for (const int exponent : {-126, -83, -3, 3, 83, 126}) {
        Vector small = vector, small_mean = mean, rotated(rotation.dims());
        for (size_t i = 0; i < kDims; ++i) {
            small[i] = std::ldexp(small[i], -exponent);
            small_mean[i] = std::ldexp(small_mean[i], -exponent);
        }
        rotation.get().rotate_centered({small.data(), small_mean.data(), scale_factor(exponent)},
                                       kDims, rotated.data());
        for (size_t i = 0; i < rotated.size(); ++i)
            EXPECT_NEAR(rotated[i], expected[i], 1e-5) << exponent;
    }
}

}  // namespace
}  // namespace vx::test
