#include "core/answers/fusion.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "core/base/random.h"

namespace vx {
namespace {

std::vector<double> by_extremes(std::vector<double> scores) {
    scale_by_extremes(scores);
    return scores;
}

std::vector<double> by_deviation(std::vector<double> scores) {
    scale_by_deviation(scores);
    return scores;
}

TEST(Fusion, ScalesByExtremes) {
    EXPECT_EQ(by_extremes({}), (std::vector<double>{}));
    EXPECT_EQ(by_extremes({1, 8, 6, 11}), (std::vector<double>{0, 0.7, 0.5, 1}));
    EXPECT_EQ(by_extremes({-3}), (std::vector<double>{1}));
    EXPECT_EQ(by_extremes({0.1, 0.1, 0.1}), (std::vector<double>{1, 1, 1}));
    EXPECT_EQ(by_extremes({0.0, -0.0}), (std::vector<double>{1, 1}));
}

TEST(Fusion, ScalesWhatIsFarApart) {
    constexpr double kMost = std::numeric_limits<double>::max();
    EXPECT_EQ(by_extremes({-kMost, 0, kMost}), (std::vector<double>{0, 0.5, 1}));
    constexpr double kLeast = std::numeric_limits<double>::denorm_min();
    EXPECT_EQ(by_extremes({0, 2 * kLeast, 4 * kLeast}), (std::vector<double>{0, 0.5, 1}));
    for (const double score : by_deviation({-kMost, 0, kMost})) EXPECT_TRUE(std::isfinite(score));
}

TEST(Fusion, ScalesByDeviation) {
    EXPECT_EQ(by_deviation({}), (std::vector<double>{}));
    EXPECT_EQ(by_deviation({7}), (std::vector<double>{0.5}));
    EXPECT_EQ(by_deviation({0.1, 0.1, 0.1}), (std::vector<double>{0.5, 0.5, 0.5}));
    SplitMix64 random(1);
    for (size_t count : {2, 3, 20, 1000}) {
        std::vector<double> scores(count);
        double sum = 0;
        for (double& score : scores) sum += score = 50 * random.next_unit() - 10;
        const double mean = sum / static_cast<double>(count);
        double squares = 0;
        for (const double score : scores) squares += (score - mean) * (score - mean);
        const double deviation = std::sqrt(squares / static_cast<double>(count - 1));
        const double low = mean - 3 * deviation;
        const double high = mean + 3 * deviation;
        const std::vector<double> scaled = by_deviation(scores);
        for (size_t i = 0; i < count; ++i)
            EXPECT_NEAR(scaled[i], (scores[i] - low) / (high - low), 1e-12);
    }
}

TEST(Fusion, DoesNotCutOff) {
    std::vector<double> scores(100, 0.0);
    scores[7] = 1;
    EXPECT_GT(by_deviation(scores)[7], 1);
}

TEST(Fusion, OrdersBestFirstAndTiesAsTheyCame) {
    const std::vector<double> scores = {1, 3, 2, 3, 1, 2};
    std::vector<uint32_t> order(scores.size());
    order_best_first(scores, order);
    EXPECT_EQ(order, (std::vector<uint32_t>{1, 3, 2, 5, 0, 4}));
}

TEST(Fusion, AddsInOneOrder) {
    std::vector<double> parts = {1.0 / 61, 1.0 / 67, 1.0 / 99, 1.0 / 62};
    const double sum = parts[2] + parts[1] + parts[3] + parts[0];
    std::sort(parts.begin(), parts.end());
    do {
        std::vector<double> copy = parts;
        EXPECT_EQ(sum_ascending(copy), sum);
    } while (std::next_permutation(parts.begin(), parts.end()));
    EXPECT_EQ(sum_ascending({}), 0);
}

TEST(Fusion, OfRanks) {
    EXPECT_DOUBLE_EQ(reciprocal_rank(1, 60), 1.0 / 61);
    EXPECT_DOUBLE_EQ(reciprocal_rank(3, 1), 0.25);
}

}  // namespace
}  // namespace vx
