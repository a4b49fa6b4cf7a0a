#include "core/quality/measures.h"

#include <gtest/gtest.h>
#include <vector>

namespace vx {
namespace {

RankingQuality measure(const std::vector<double>& gains, const std::vector<double>& ideal,
                       size_t k) {
    return measure_ranking(gains, ideal, k);
}

TEST(Measures, OfASet) {
    const SetQuality some = measure_set(2, 5, 4);
    EXPECT_DOUBLE_EQ(some.precision, 0.4);
    EXPECT_DOUBLE_EQ(some.recall, 0.5);
    EXPECT_DOUBLE_EQ(some.f1, 2 * 0.4 * 0.5 / (0.4 + 0.5));
    const SetQuality no_answer = measure_set(0, 0, 4);
    EXPECT_TRUE(std::isnan(no_answer.precision));
    EXPECT_EQ(no_answer.recall, 0);
    EXPECT_EQ(no_answer.f1, 0);
    const SetQuality nothing = measure_set(0, 0, 0);
    EXPECT_TRUE(std::isnan(nothing.recall));
    EXPECT_TRUE(std::isnan(nothing.f1));
}

// The example of Manning, Raghavan and Schuetze: relevant at ranks 1, 3 and 6 of ten, 4 in all.
TEST(Measures, OfARanking) {
    const RankingQuality q = measure({1, 0, 1, 0, 0, 1, 0, 0, 0, 0}, {1, 1, 1, 1}, 10);
    EXPECT_DOUBLE_EQ(q.set.precision, 0.3);
    EXPECT_DOUBLE_EQ(q.set.recall, 0.75);
    EXPECT_DOUBLE_EQ(q.average_precision, (1.0 + 2.0 / 3 + 3.0 / 6) / 4);
    EXPECT_DOUBLE_EQ(q.reciprocal_rank, 1);
    const double dcg = 1 + 1 / std::log2(4) + 1 / std::log2(7);
    const double ideal = 1 + 1 / std::log2(3) + 1 / std::log2(4) + 1 / std::log2(5);
    EXPECT_DOUBLE_EQ(q.ndcg, dcg / ideal);
}

TEST(Measures, CutsAtK) {
    const RankingQuality q = measure({0, 1, 1}, {1, 1}, 2);
    EXPECT_DOUBLE_EQ(q.set.precision, 0.5);
    EXPECT_DOUBLE_EQ(q.set.recall, 0.5);
    EXPECT_DOUBLE_EQ(q.average_precision, 0.25);
    EXPECT_DOUBLE_EQ(q.reciprocal_rank, 0.5);
    // Beyond the answer's length.
    EXPECT_DOUBLE_EQ(measure({0, 1, 1}, {1, 1}, 30).set.precision, 2.0 / 30);
    EXPECT_DOUBLE_EQ(measure({1, 1}, {1, 1}, 30).ndcg, 1);
    EXPECT_DOUBLE_EQ(measure({1}, {1, 1, 1}, 1).ndcg, 1);
}

TEST(Measures, TakesGrades) {
    const RankingQuality q = measure({2, 0, 3}, {3, 2, 1}, 3);
    EXPECT_DOUBLE_EQ(q.ndcg, (2 + 3 / 2.0) / (3 + 2 / std::log2(3) + 1 / 2.0));
    EXPECT_DOUBLE_EQ(q.set.recall, 2.0 / 3);
}

TEST(Measures, OfNothing) {
    const RankingQuality none_found = measure({}, {1}, 5);
    EXPECT_EQ(none_found.set.precision, 0);
    EXPECT_EQ(none_found.average_precision, 0);
    EXPECT_EQ(none_found.reciprocal_rank, 0);
    EXPECT_EQ(none_found.ndcg, 0);
    const RankingQuality none_relevant = measure({0, 0}, {}, 5);
    EXPECT_EQ(none_relevant.set.precision, 0);
    for (const double value : {none_relevant.set.recall, none_relevant.set.f1, none_relevant.ndcg,
                               none_relevant.average_precision, none_relevant.reciprocal_rank})
        EXPECT_TRUE(std::isnan(value));
}

}  // namespace
}  // namespace vx
