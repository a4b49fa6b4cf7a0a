#include "core/answers/contributions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace vx {
namespace {

constexpr Metric kMetrics[] = {Metric::kL2, Metric::kInnerProduct, Metric::kCosine, Metric::kL1};

TEST(ContributionOf, IsTheTermOfTheSum) {
    EXPECT_EQ(contribution_of(Metric::kL2, 1, -2), 9);
    EXPECT_EQ(contribution_of(Metric::kL1, 1, -2), 3);
    EXPECT_EQ(contribution_of(Metric::kL1, -2, 1), 3);
    EXPECT_EQ(contribution_of(Metric::kInnerProduct, 3, -2), -6);
    EXPECT_EQ(contribution_of(Metric::kCosine, 3, -2), -6);
    EXPECT_FALSE(std::signbit(contribution_of(Metric::kInnerProduct, 0, -2)));
}

TEST(ContributionOf, IsANumberForAllFloats) {
    constexpr double kGreatest = std::numeric_limits<float>::max();
    for (const Metric metric : kMetrics)
        EXPECT_TRUE(std::isfinite(16000 * contribution_of(metric, kGreatest, -kGreatest)));
}

std::vector<Contribution> products(const std::vector<float>& a, const std::vector<float>& b) {
    std::vector<Contribution> found;
    for (size_t i = 0; i < a.size(); ++i)
        found.push_back({static_cast<int32_t>(i + 1), a[i], b[i],
                         static_cast<double>(a[i]) * static_cast<double>(b[i])});
    return found;
}

TEST(DivideByNorms, MakesTheCosine) {
    auto terms = products({3, 4}, {4, 3});
    divide_by_norms(terms, 25, 25);
    EXPECT_DOUBLE_EQ(total_of(terms), 0.96);
    auto zero = products({0, 0}, {4, 3});
    divide_by_norms(zero, 0, 25);
    EXPECT_EQ(total_of(zero), 0);
}

std::vector<int32_t> order_of(std::vector<Contribution> contributions) {
    sort_by_share(contributions, total_of(contributions));
    std::vector<int32_t> order;
    order.reserve(contributions.size());
    for (const Contribution& contribution : contributions) order.push_back(contribution.dimension);
    return order;
}

TEST(SortByShare, HasTheLargestFirst) {
    EXPECT_EQ(order_of(products({1, 2, 1}, {1, 2, 1})), (std::vector<int32_t>{2, 1, 3}));
    // Of a negative total the most negative one.
    EXPECT_EQ(order_of(products({1, 1, 1}, {1, -3, -2})), (std::vector<int32_t>{2, 3, 1}));
    EXPECT_EQ(order_of(products({1, 1, 0}, {-2, 2, 7})), (std::vector<int32_t>{2, 3, 1}));
    EXPECT_TRUE(order_of({}).empty());
}

TEST(SortRanges, FindsWhatOverlaps) {
    std::vector<DimensionRange> apart{{5, 9, 0}, {1, 2, 1}, {3, 4, 0}, {10, 10, 2}};
    EXPECT_EQ(sort_ranges(apart), apart.size());
    EXPECT_EQ(apart[0].first, 1);
    EXPECT_EQ(count_dimensions(apart), 10);
    std::vector<DimensionRange> overlapping{{5, 9, 0}, {1, 2, 1}, {9, 9, 2}};
    EXPECT_EQ(sort_ranges(overlapping), 2U);
    std::vector<DimensionRange> none;
    EXPECT_EQ(sort_ranges(none), 0U);
    std::vector<DimensionRange> all{{1, std::numeric_limits<int32_t>::max(), 0}};
    EXPECT_EQ(count_dimensions(all), std::numeric_limits<int32_t>::max());
}

TEST(AddToGroups, IsTheSumOfEachGroup) {
    std::mt19937 random(4);
    for (int round = 0; round < 50; ++round) {
        // Dimensions of a group come in runs; group 3 is that of none.
        std::vector<size_t> group_of;
        while (group_of.size() < 60)
            group_of.insert(group_of.end(), 1 + random() % 6, random() % 4);
        std::vector<DimensionRange> ranges;
        std::vector<Contribution> contributions;
        std::vector<double> expected(4);
        for (size_t i = 0; i < group_of.size(); ++i) {
            const auto dimension = static_cast<int32_t>(i + 1);
            if (group_of[i] < 3) ranges.push_back({dimension, dimension, group_of[i]});
            if (random() % 3 == 0) continue;  // not stored
            const auto value = static_cast<double>(random() % 16);
            contributions.push_back({dimension, 0, 0, value});
            expected[group_of[i]] += value;
        }
        ASSERT_EQ(sort_ranges(ranges), ranges.size());
        std::vector<double> sums(3);
        double rest = 0;
        add_to_groups(contributions, ranges, sums.data(), &rest);
        sums.push_back(rest);
        EXPECT_EQ(sums, expected);
    }
}

}  // namespace
}  // namespace vx
