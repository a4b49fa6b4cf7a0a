// Distances of any size as floats that keep their order.
#include "core/kernels/ranking_value.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/random.h"

namespace vx {
namespace {

TEST(RankingValue, IsTheDistanceItselfWhereFloatsDo) {
    for (const double distance : {0x1p-100, 1e-20, 0.1, 1.0, 3.75, 1e20, 0x1p+100})
        for (const double sign : {-1.0, 1.0})
            EXPECT_EQ(ranking_value(sign * distance), static_cast<float>(sign * distance));
    EXPECT_EQ(ranking_value(0), 0);
}

TEST(RankingValue, KeepsTheOrderOfAllSumsThereCanBe) {
    SplitMix64 random(1);
    // The least is the square of the least float, the greatest a sum of 16,000 of the greatest.
    std::vector<double> distances{std::pow(2.0, -298), 16000.0 * FLT_MAX * FLT_MAX};
    for (int i = 0; i < 20000; ++i) distances.push_back(std::exp2(random.next_unit() * 566 - 296));
    std::sort(distances.begin(), distances.end());
    for (size_t i = 0; i < distances.size(); ++i) {
        const double distance = distances[i];
        const float value = ranking_value(distance);
        EXPECT_GT(value, 0);
        EXPECT_LE(value, FLT_MAX);
        EXPECT_EQ(ranking_value(-distance), -value);
        // A part in a million is seen.
        EXPECT_LT(value, ranking_value(distance * (1 + 1e-6))) << distance;
        const double before = i > 0 ? distances[i - 1] : 0;
        EXPECT_GE(value, ranking_value(before)) << distance;
    }
}

TEST(RankingValue, PutsWhatIsNoNumberLast) {
    EXPECT_EQ(ranking_value(std::numeric_limits<double>::infinity()), FLT_MAX);
    EXPECT_EQ(ranking_value(std::numeric_limits<double>::quiet_NaN()), FLT_MAX);
}

TEST(RankingSum, GoesOnInDoubleFromWhatItHas) {
    RankingSum sum;
    sum.value = 3;
    EXPECT_EQ(sum.ranked(), 3);
    sum.widen();
    sum.wide += 1e50;
    sum.widen();
    EXPECT_EQ(sum.ranked(), ranking_value(3 + 1e50));
}

}  // namespace
}  // namespace vx
