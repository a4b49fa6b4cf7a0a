#include "core/answers/diversity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

namespace vx {
namespace {

using Matrix = std::vector<std::vector<double>>;

/// The choice by its definition: all scores anew for each.
std::vector<size_t> reference(const std::vector<double>& relevance, const Matrix& similarity,
                              double lambda) {
    std::vector<size_t> chosen;
    const auto score = [&](size_t i) {
        double greatest = chosen.empty() ? 0 : -HUGE_VAL;
        for (const size_t j : chosen) greatest = std::max(greatest, similarity[i][j]);
        return lambda * relevance[i] - (1 - lambda) * greatest;
    };
    std::vector<size_t> left(relevance.size());
    std::iota(left.begin(), left.end(), size_t{0});
    while (!left.empty()) {
        const auto best = std::max_element(left.begin(), left.end(),
                                           [&](size_t a, size_t b) { return score(a) < score(b); });
        const size_t pick = *best;
        left.erase(best);
        chosen.push_back(pick);
    }
    return chosen;
}

TEST(MarginalRelevance, ChoosesByItsDefinition) {
    std::mt19937 random(1);
    for (int round = 0; round < 60; ++round) {
        const size_t count = round % 20;
        // Few values, so that many are as good.
        const auto draw = [&random] { return static_cast<double>(random() % 8) / 8 - 0.5; };
        std::vector<double> relevance;
        Matrix similarity(count, std::vector<double>(count));
        for (size_t i = 0; i < count; ++i) {
            relevance.push_back(draw());
            for (size_t j = 0; j < i; ++j) similarity[i][j] = similarity[j][i] = draw();
        }
        const double lambda = static_cast<double>(random() % 5) / 4;
        std::vector<double> redundancy(count);
        const auto flags = std::make_unique<bool[]>(count + 1);
        MarginalRelevance choice(relevance, lambda, redundancy.data(), flags.get());
        std::vector<size_t> chosen;
        while (chosen.size() < count) {
            chosen.push_back(choice.choose());
            for (size_t i = 0; i < count; ++i)
                if (!choice.is_chosen(i)) choice.note(i, similarity[chosen.back()][i]);
        }
        EXPECT_EQ(chosen, reference(relevance, similarity, lambda)) << round;
    }
}

TEST(MarginalRelevance, SaysTheScoreOfEachChoice) {
    const std::vector<double> relevance{0.75, 0.75, 0.5};
    std::vector<double> redundancy(3);
    bool flags[3];
    MarginalRelevance choice(relevance, 0.5, redundancy.data(), flags);
    EXPECT_EQ(choice.choose(), 0U);
    EXPECT_EQ(choice.score(0), 0.375);
    choice.note(1, 1);
    choice.note(2, -0.5);
    EXPECT_EQ(choice.choose(), 2U);
    // Unlike what was chosen: better than its relevance.
    EXPECT_EQ(choice.score(2), 0.5);
    EXPECT_EQ(choice.choose(), 1U);
    EXPECT_EQ(choice.score(1), -0.125);
}

size_t cut(const std::vector<double>& distances, size_t jumps) {
    return count_before_jump(distances, jumps);
}

TEST(CountBeforeJump, EndsWhereDistancesJump) {
    const std::vector<double> two{0.1, 0.11, 0.12, 0.5, 0.51, 0.52, 0.9, 0.91};
    EXPECT_EQ(cut(two, 1), 3U);
    EXPECT_EQ(cut(two, 2), 6U);
    EXPECT_EQ(cut(two, 3), 8U);
    // Scores, which descend, do as well.
    EXPECT_EQ(cut({0.9, 0.89, 0.2, 0.19}, 1), 2U);
    EXPECT_EQ(cut({5, 1, 1, 1}, 1), 1U);
}

TEST(CountBeforeJump, TakesAllWhereNothingJumps) {
    EXPECT_EQ(cut({}, 1), 0U);
    EXPECT_EQ(cut({1}, 1), 1U);
    EXPECT_EQ(cut({1, 2}, 1), 2U);
    EXPECT_EQ(cut({2, 2, 2, 2}, 1), 4U);
    EXPECT_EQ(cut({0, 0.25, 0.5, 0.75, 1}, 1), 5U);
}

}  // namespace
}  // namespace vx
