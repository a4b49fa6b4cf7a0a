#include "bench/stats.h"

#include "bench/scratch_dir.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

namespace vx::bench {
namespace {

/// Rows at 0, 1, 2, 3, 3, 5 on a line and one query at 0.
class Line : public ::testing::Test {
protected:
    void SetUp() override {
        DatasetWriter writer(dir.file("line"), 1);
        for (const float at : {0.0F, 1.0F, 2.0F, 3.0F, 3.0F, 5.0F}) {
            writer.add_row(std::span(&at, 1));
        }
        const float query = 0;
        writer.add_query(std::span(&query, 1));
        writer.finish();
        set.emplace(dir.file("line"));
    }

    double recall_of(std::size_t k, const std::vector<std::int64_t>& found) {
        const auto exact = compute_exact(*set, Metric::kL2, k, 1);
        return recall(*set, Metric::kL2, exact, 0, found);
    }

    ScratchDir dir;
    std::optional<Dataset> set;
};

TEST_F(Line, CountsTheNearestRowsInAnyOrder) {
    EXPECT_DOUBLE_EQ(recall_of(3, {2, 0, 1}), 1);
    EXPECT_DOUBLE_EQ(recall_of(3, {0, 1, 5}), 2.0 / 3);
    EXPECT_DOUBLE_EQ(recall_of(3, {5, 4, 3}), 0);
}

TEST_F(Line, AcceptsEitherOfTwoEquals) {
    EXPECT_DOUBLE_EQ(recall_of(4, {0, 1, 2, 3}), 1);
    EXPECT_DOUBLE_EQ(recall_of(4, {0, 1, 2, 4}), 1);
}

TEST_F(Line, CountsARepeatedRowOnce) { EXPECT_DOUBLE_EQ(recall_of(2, {0, 0}), 0.5); }

TEST_F(Line, CountsMissingRowsAsMisses) {
    EXPECT_DOUBLE_EQ(recall_of(2, {0, kNoRow}), 0.5);
    EXPECT_DOUBLE_EQ(recall_of(2, {}), 0);
}

TEST_F(Line, RejectsIdsThatAreNoRowNumbers) {
    EXPECT_THROW(recall_of(2, {0, 6}), std::runtime_error);
    EXPECT_THROW(recall_of(2, {-5, 0}), std::runtime_error);
}

TEST_F(Line, GivesFewerNeighborsWhereThereAreFewerRows) {
    const auto exact = compute_exact(*set, Metric::kL2, 100, 1);
    EXPECT_EQ(exact.k, 6U);
    EXPECT_EQ(exact.ids, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5}));
}

TEST(Percentile, InterpolatesBetweenRanks) {
    const std::vector<double> sorted = {1, 2, 3, 4};
    EXPECT_DOUBLE_EQ(percentile(sorted, 0), 1);
    EXPECT_DOUBLE_EQ(percentile(sorted, 1), 4);
    EXPECT_DOUBLE_EQ(percentile(sorted, 0.5), 2.5);
    EXPECT_DOUBLE_EQ(percentile({}, 0.5), 0);
    EXPECT_DOUBLE_EQ(median({9, 1, 5}), 5);
    EXPECT_DOUBLE_EQ(mean(sorted), 2.5);
}

TEST(Distance, MatchesTheWorkedExample) {
    const std::vector<float> x1 = {1, 2, 3};
    const std::vector<float> query = {2, 3, 4};
    EXPECT_NEAR(std::sqrt(distance(Metric::kL2, x1, query)), 1.732051, 1e-6);
    EXPECT_DOUBLE_EQ(distance(Metric::kInnerProduct, x1, query), -20);
    EXPECT_NEAR(1 - distance(Metric::kCosine, x1, query), .992583, 1e-6);
    EXPECT_DOUBLE_EQ(distance(Metric::kL1, x1, query), 3);
}

TEST(Distance, KnowsOperatorsAndNames) {
    for (const char* op : {"<->", "<#>", "<=>", "<+>"}) {
        const Metric metric = metric_of_operator(op);
        EXPECT_EQ(metric_of_name(metric_name(metric)), metric);
    }
    EXPECT_THROW(static_cast<void>(metric_of_operator("<~>")), std::runtime_error);
    EXPECT_THROW(static_cast<void>(metric_of_name("l3")), std::runtime_error);
}

class Exact : public ::testing::TestWithParam<Metric> {};

// 130 queries fill two tiles and a bit, 101 rows leave one over: every edge of the blocked loop.
TEST_P(Exact, AgreesWithSortingAllDistances) {
    const ScratchDir dir;
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    DatasetWriter writer(dir.file("d"), 13);
    std::vector<float> vector(13);
    for (int i = 0; i < 101 + 130; ++i) {
        for (auto& value : vector) value = normal(random);
        i < 101 ? writer.add_row(vector) : writer.add_query(vector);
    }
    writer.finish();
    const Dataset data(dir.file("d"));
    const auto exact = compute_exact(data, GetParam(), 10, 2);
    for (std::size_t q = 0; q < data.queries(); ++q) {
        std::vector<std::uint32_t> order(data.rows());
        std::iota(order.begin(), order.end(), 0U);
        std::sort(order.begin(), order.end(), [&](auto a, auto b) {
            return distance(GetParam(), data.query(q), data.row(a)) <
                   distance(GetParam(), data.query(q), data.row(b));
        });
        order.resize(10);
        const auto from = exact.ids.begin() + static_cast<std::ptrdiff_t>(q * 10);
        EXPECT_EQ(order, std::vector<std::uint32_t>(from, from + 10)) << "query " << q;
    }
}

INSTANTIATE_TEST_SUITE_P(Metrics, Exact,
                         ::testing::Values(Metric::kL2, Metric::kInnerProduct, Metric::kCosine,
                                           Metric::kL1),
                         [](const auto& param) { return metric_name(param.param); });

TEST_F(Line, CachesExactAnswersAndNoticesDamage) {
    const auto path = exact_path(set->path(), Metric::kL2, 3);
    const auto fresh = exact_results(*set, Metric::kL2, 3, 1);
    ASSERT_TRUE(std::filesystem::exists(path));
    const std::string whole = read_all(path);
    EXPECT_EQ(exact_results(*set, Metric::kL2, 3, 1).ids, fresh.ids);
    for (const std::string& broken :
         {std::string(), whole.substr(0, whole.size() - 1), std::string("X") + whole.substr(1)}) {
        write_all(path, broken);
        EXPECT_EQ(exact_results(*set, Metric::kL2, 3, 1).ids, fresh.ids);
        EXPECT_EQ(read_all(path), whole);  // made anew
    }
}

}  // namespace
}  // namespace vx::bench
