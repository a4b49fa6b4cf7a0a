#include "core/quality/distances.h"

#include <gtest/gtest.h>
#include <vector>

namespace vx {
namespace {

using Distances = std::vector<double>;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

size_t right(const Distances& found, const Distances& exact) { return count_right(found, exact); }

TEST(CountRight, TakesTiesForEachOther) {
    EXPECT_EQ(right({1, 2, 3}, {1, 2, 3}), 3U);
    EXPECT_EQ(right({1, 3, 3}, {1, 2, 3}), 3U);
    EXPECT_EQ(right({1, 3, 4}, {1, 2, 3}), 2U);
    EXPECT_EQ(right({4, 5}, {1, 2, 3}), 0U);
    EXPECT_EQ(right({}, {1}), 0U);
    EXPECT_EQ(right({1, 1, 1}, {1, 1}), 2U);
    EXPECT_EQ(right({1}, {}), 0U);
}

TEST(CountRight, HasNanAfterNumbers) {
    EXPECT_EQ(right({1, kNan}, {1, 2}), 1U);
    EXPECT_EQ(right({1, kNan}, {1, kNan}), 2U);
    EXPECT_EQ(right({1, 7}, {1, kNan}), 2U);
}

TEST(Percentile, LiesBetween) {
    const Distances sorted = {1, 2, 4, 8, 16};
    EXPECT_EQ(percentile(sorted, 0), 1);
    EXPECT_EQ(percentile(sorted, 0.5), 4);
    EXPECT_EQ(percentile(sorted, 0.625), 6);
    EXPECT_EQ(percentile(sorted, 1), 16);
    EXPECT_EQ(percentile(Distances{3}, 0.95), 3);
    EXPECT_TRUE(std::isnan(percentile({}, 0.5)));
}

}  // namespace
}  // namespace vx
