#include "bench/kinds/truth.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <stdexcept>

namespace vx::bench {
namespace {

Sample sample_with(std::size_t dims, std::size_t queries, const std::vector<float>& values) {
    Sample sample(dims, values.size() / dims - queries, queries);
    sample.values = values;
    return sample;
}

/// The definition, element by element, of vectors that are not zero.
double defined(Distance distance, std::span<const float> a, std::span<const float> b) {
    double squares = 0;
    double absolutes = 0;
    double product = 0;
    double squares_a = 0;
    double squares_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double x = a[i];
        const double y = b[i];
        squares += (x - y) * (x - y);
        absolutes += std::fabs(x - y);
        product += x * y;
        squares_a += x * x;
        squares_b += y * y;
    }
    switch (distance) {
    case Distance::kL2:
        return std::sqrt(squares);
    case Distance::kInnerProduct:
        return -product;
    case Distance::kCosine:
        return 1 - product / std::sqrt(squares_a * squares_b);
    case Distance::kL1:
    case Distance::kHamming:
        return absolutes;
    case Distance::kJaccard:
        return 1 - product / (squares_a + squares_b - product);
    }
    return 0;
}

/// Elements that suit the distance; no vector is zero.
Sample random_sample(Distance distance, std::size_t dims) {
    std::mt19937 random(1);
    std::uniform_real_distribution<float> element(-1, 1);
    // Seventeen queries are more than the lanes of the loop.
    Sample sample(dims, 9, 17);
    const bool bits = distance == Distance::kHamming || distance == Distance::kJaccard;
    for (float& value : sample.values) {
        value = element(random);
        if (bits) value = value < 0 ? 0.0F : 1.0F;
    }
    for (std::size_t i = 0; i < sample.count(); ++i) sample.at(i)[0] = 1;
    return sample;
}

class EachDistance : public ::testing::TestWithParam<Distance> {};

TEST_P(EachDistance, IsMeasuredAsDefined) {
    for (const std::size_t dims : {1, 7, 64}) {
        const Sample sample = random_sample(GetParam(), dims);
        const Truth truth(sample, GetParam());
        for (std::size_t at = 0; at < sample.queries * sample.rows; ++at) {
            const std::size_t q = at / sample.rows;
            const std::size_t row = at % sample.rows;
            ASSERT_NEAR(truth.at(q, row), defined(GetParam(), sample.query(q), sample.row(row)),
                        1e-12);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Truth, EachDistance,
                         ::testing::Values(Distance::kL2, Distance::kInnerProduct,
                                           Distance::kCosine, Distance::kL1, Distance::kHamming,
                                           Distance::kJaccard));

TEST(Truth, ZeroVectorsAreNearestToNothingByCosine) {
    const Truth truth(sample_with(2, 1, {0, 0, 1, 0, 1, 1}), Distance::kCosine);
    EXPECT_TRUE(std::isinf(truth.at(0, 0)));
    EXPECT_LT(truth.at(0, 1), 1);
}

TEST(Truth, BitsWithNothingInCommonAreFarthest) {
    const Truth truth(sample_with(2, 1, {0, 0, 1, 0, 0, 1}), Distance::kJaccard);
    EXPECT_EQ(truth.at(0, 0), 1);
    EXPECT_EQ(truth.at(0, 1), 1);
}

/// Rows at 1, 2, 2, 3 and -5 on a line, and a query at 0 or, for products, at 1.
class Judge : public ::testing::Test {
protected:
    static Truth truth(Distance distance) {
        const float query = distance == Distance::kInnerProduct ? 1 : 0;
        return Truth(sample_with(1, 1, {1, 2, 2, 3, -5, query}), distance);
    }
    static Verdict of(std::size_t limit, const std::vector<std::int64_t>& found,
                      Distance distance = Distance::kL2) {
        return judge(truth(distance), 0, limit, found);
    }
};

TEST_F(Judge, CountsRowsNotFartherThanTheLast) {
    EXPECT_EQ(of(2, {0, 1}).recall, 1);
    EXPECT_EQ(of(2, {0, 2}).recall, 1);
    EXPECT_EQ(of(2, {0, 3}).recall, .5);
    EXPECT_EQ(of(2, {}).recall, 0);
}

TEST_F(Judge, CountsARowOnce) { EXPECT_EQ(of(2, {0, 0}).recall, .5); }

TEST_F(Judge, AsksForNoMoreRowsThanThereAre) { EXPECT_EQ(of(9, {0, 1, 2, 3, 4}).recall, 1); }

TEST_F(Judge, TakesTheLargestProductsForNearest) {
    EXPECT_EQ(of(1, {3}, Distance::kInnerProduct).recall, 1);
    EXPECT_EQ(of(1, {4}, Distance::kInnerProduct).recall, 0);
    // All products of the answer's last rows may be below 0: the bound is beyond, not before.
    EXPECT_EQ(of(5, {3, 2, 1, 0, 4}, Distance::kInnerProduct).recall, 1);
}

TEST_F(Judge, CountsRowsAfterAFartherOneAsLate) {
    EXPECT_EQ(of(4, {0, 1, 2, 3}).late, 0U);
    EXPECT_EQ(of(4, {0, 2, 1, 3}).late, 0U);
    EXPECT_EQ(of(4, {3, 0, 1, 2}).late, 3U);
    EXPECT_EQ(of(3, {3, 2, 1}, Distance::kInnerProduct).late, 0U);
    EXPECT_EQ(of(3, {0, 3, 2}, Distance::kInnerProduct).late, 2U);
}

TEST_F(Judge, TakesDistancesWithinTheToleranceForEqual) {
    const Truth near(sample_with(1, 1, {1.0000005F, 1, 1.00001F, 0}), Distance::kL2);
    EXPECT_EQ(judge(near, 0, 1, std::vector<std::int64_t>{0}).recall, 1);
    EXPECT_EQ(judge(near, 0, 1, std::vector<std::int64_t>{2}).recall, 0);
    EXPECT_EQ(judge(near, 0, 2, std::vector<std::int64_t>{0, 1}).late, 0U);
    EXPECT_EQ(judge(near, 0, 2, std::vector<std::int64_t>{2, 1}).late, 1U);
}

TEST_F(Judge, RejectsIdsThatAreNoRowNumbers) {
    EXPECT_THROW(of(2, {5}), std::runtime_error);
    EXPECT_THROW(of(2, {-1}), std::runtime_error);
}

}  // namespace
}  // namespace vx::bench
