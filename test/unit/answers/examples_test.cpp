#include "core/answers/examples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "core/base/half.h"

namespace vx {
namespace {

TEST(Recommended, IsTheAverageOrAsFarBeyondItAsTheOther) {
    EXPECT_EQ(recommended(6, 3, 0, 0), 2);
    EXPECT_EQ(recommended(6, 3, 10, 2), 2 + (2 - 5));
    EXPECT_EQ(recommended(-1, 1, -1, 1), -1);
}

template <class Element>
void expect_sums() {
    std::mt19937 random(1);
    std::uniform_real_distribution<float> any(-1, 1);
    constexpr size_t kDims = 7;
    std::vector<double> sums(kDims);
    std::vector<double> expected(kDims);
    ExampleSums examples{sums.data(), 0};
    for (int n = 0; n < 20; ++n) {
        std::vector<Element> vector;
        for (double& sum : expected) {
            vector.push_back(static_cast<Element>(any(random)));
            sum += static_cast<double>(static_cast<float>(vector.back()));
        }
        add_example(examples, std::span<const Element>(vector));
    }
    EXPECT_EQ(examples.count, 20U);
    EXPECT_EQ(sums, expected);
}

TEST(ExampleSums, AddUpInDouble) {
    expect_sums<float>();
    expect_sums<Half>();
}

TEST(VisitRecommended, IsWhatDenseExamplesGive) {
    std::mt19937 random(2);
    for (int round = 0; round < 50; ++round) {
        const size_t positives = 1 + random() % 3;
        const size_t negatives = random() % 3;
        std::vector<ExampleElement> elements;
        std::map<int32_t, std::pair<double, double>> sums;
        for (size_t n = 0; n < random() % 40; ++n) {
            const auto index = static_cast<int32_t>(random() % 20);
            const bool negative = negatives > 0 && random() % 2 == 0;
            const float value = static_cast<float>(random() % 9) - 4;
            elements.push_back({index, negative, value});
            (negative ? sums[index].second : sums[index].first) += static_cast<double>(value);
        }
        std::sort(elements.begin(), elements.end(),
                  [](const auto& a, const auto& b) { return a.index < b.index; });
        std::vector<std::pair<int32_t, double>> found;
        visit_recommended(elements, positives, negatives, [&found](int32_t index, double value) {
            found.push_back({index, value});
        });
        std::vector<std::pair<int32_t, double>> expected;
        expected.reserve(sums.size());
        for (const auto& [index, both] : sums)
            expected.push_back({index, recommended(both.first, positives, both.second, negatives)});
        EXPECT_EQ(found, expected);
    }
}

TEST(ScaledSigmoid, AscendsFromZeroToOne) {
    EXPECT_EQ(scaled_sigmoid(0), 0.5);
    EXPECT_EQ(scaled_sigmoid(1), 0.75);
    EXPECT_EQ(scaled_sigmoid(-1), 0.25);
    EXPECT_EQ(scaled_sigmoid(std::numeric_limits<double>::infinity()), 1);
    EXPECT_EQ(scaled_sigmoid(-std::numeric_limits<double>::infinity()), 0);
    for (double x = -50; x < 50; x += 0.25) EXPECT_LT(scaled_sigmoid(x), scaled_sigmoid(x + 0.25));
}

double best(const std::vector<double>& positive, const std::vector<double>& negative) {
    ExampleScores scores;
    for (const double similarity : positive) scores.add_positive(similarity);
    for (const double similarity : negative) scores.add_negative(similarity);
    return scores.best_score();
}

TEST(BestScore, IsThatOfTheNearestExample) {
    EXPECT_EQ(best({42}, {4}), scaled_sigmoid(42));
    EXPECT_EQ(best({4}, {42}), -scaled_sigmoid(42));
    EXPECT_EQ(best({-1}, {0}), -0.5);
    EXPECT_EQ(best({0}, {-1}), 0.5);
    EXPECT_EQ(best({-84}, {-42}), -scaled_sigmoid(-42));
    EXPECT_EQ(best({1, 10, 3}, {4, 6, 5}), scaled_sigmoid(10));
    EXPECT_EQ(best({}, {0.5}), -scaled_sigmoid(0.5));
    EXPECT_EQ(best({0.5}, {}), scaled_sigmoid(0.5));
    // As near to one as to the other: negative.
    EXPECT_EQ(best({0.5}, {0.5}), -scaled_sigmoid(0.5));
}

TEST(SumScores, SubtractsWhatIsLikeNegativeExamples) {
    ExampleScores scores;
    scores.add_positive(3);
    scores.add_negative(0.5);
    scores.add_positive(-1);
    EXPECT_EQ(scores.sum_scores(), 1.5);
}

}  // namespace
}  // namespace vx
