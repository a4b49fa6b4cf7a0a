// The generator against the published sequence, since what it decided is stored on disk.
#include "core/base/random.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace vx {
namespace {

// Levels of nodes and rotations of vectors are drawn from this generator and outlive a release, so
// its output may never change.  Values of the published splitmix64.c for seeds 0 and 1234567.
TEST(SplitMix64, GivesThePublishedSequence) {
    SplitMix64 zero(0);
    EXPECT_EQ(zero.next(), 0xE220A8397B1DCDAFu);
    EXPECT_EQ(zero.next(), 0x6E789E6AA1B965F4u);
    EXPECT_EQ(zero.next(), 0x06C45D188009454Fu);
    SplitMix64 seeded(1234567);
    EXPECT_EQ(seeded.next(), 6457827717110365317u);
    EXPECT_EQ(seeded.next(), 3203168211198807973u);
    EXPECT_EQ(seeded.next(), 9817491932198370423u);
    EXPECT_EQ(seeded.next(), 4593380528125082431u);
    EXPECT_EQ(seeded.next(), 16408922859458223821u);
}

TEST(SplitMix64, WorksAtCompileTime) {
    static_assert(SplitMix64(0).next() == 0xE220A8397B1DCDAFu);
    static_assert(SplitMix64(0).next_unit() == 0.8833108082136427);
    SplitMix64 at_run_time(0);
    EXPECT_EQ(at_run_time.next_unit(), 0.8833108082136427);
}

TEST(SplitMix64, UnitsAreAboveZeroAndAtMostOne) {
    SplitMix64 random(42);
    double sum = 0, smallest = 2, largest = -1;
    constexpr int kDraws = 100000;
    for (int i = 0; i < kDraws; ++i) {
        const double unit = random.next_unit();
        sum += unit;
        smallest = unit < smallest ? unit : smallest;
        largest = unit > largest ? unit : largest;
    }
    EXPECT_GT(smallest, 0.0);
    EXPECT_LT(smallest, 0.001);
    EXPECT_LE(largest, 1.0);
    EXPECT_GT(largest, 0.999);
    // Standard deviation of the mean is 0.29 / sqrt(100000) = 0.0009.
    EXPECT_NEAR(sum / kDraws, 0.5, 0.005);
}

}  // namespace
}  // namespace vx
