// Size arithmetic: what fits is exact, what does not is refused, up to the last value.
#include "core/base/checked.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace vx {
namespace {

TEST(Checked, AddsWhatFits) {
    size_t sum = 0;
    EXPECT_TRUE(checked_add(SIZE_MAX - 1, 1, &sum));
    EXPECT_EQ(sum, SIZE_MAX);
    EXPECT_TRUE(checked_add(0, 0, &sum));
    EXPECT_EQ(sum, 0u);
}

TEST(Checked, RefusesASumThatWraps) {
    size_t sum = 0;
    EXPECT_FALSE(checked_add(SIZE_MAX, 1, &sum));
    EXPECT_FALSE(checked_add(SIZE_MAX, SIZE_MAX, &sum));
}

TEST(Checked, MultipliesWhatFits) {
    size_t product = 0;
    EXPECT_TRUE(checked_mul(SIZE_MAX / 2, 2, &product));
    EXPECT_EQ(product, SIZE_MAX - 1);
    EXPECT_TRUE(checked_mul(SIZE_MAX, 0, &product));
    EXPECT_EQ(product, 0u);
}

TEST(Checked, RefusesAProductThatWraps) {
    size_t product = 0;
    EXPECT_FALSE(checked_mul(SIZE_MAX / 2 + 1, 2, &product));
    EXPECT_FALSE(checked_mul(size_t{1} << 32, size_t{1} << 32, &product));
}

TEST(Checked, RemainingStopsAtZero) {
    EXPECT_EQ(remaining(5, 3), 2u);
    EXPECT_EQ(remaining(3, 3), 0u);
    EXPECT_EQ(remaining(3, 5), 0u);
    EXPECT_EQ(remaining(0, SIZE_MAX), 0u);
}

}  // namespace
}  // namespace vx
