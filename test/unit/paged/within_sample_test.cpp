// Estimates of how many rows lie within a distance (core/paged/within_sample.h).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/index_check.h"
#include "support/memory_graph.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::Each;
using testing::Le;
using testing::Lt;

class WithinSample : public StorageTest {
protected:
    static constexpr uint32_t kDims = 16;
    static IndexOptions options() {
        return with({.dims = kDims, .m = 4, .ef_construction = 10, .page_bytes = 2048});
    }
};
VX_FOR_EACH_STORAGE(WithinSample);

// 64 nodes: a standard deviation of .06 at a share of .5.
TEST_P(WithinSample, TellsTheShareOfAQuery) {
    PagedIndex index(options());
    index.insert_random(600);
    const std::vector<double> shares{0.2, 0.5, 0.8};
    for (const auto& query : random_elements(5, kDims, 3)) {
        const auto told = index.user.shares_within(query.data(), true, shares);
        for (size_t i = 0; i < shares.size(); ++i) EXPECT_NEAR(told[i], shares[i], 0.2);
        EXPECT_THAT(index.user.shares_within(query.data(), true, {0}), Each(Le(1.0 / 64)));
        EXPECT_EQ(index.user.shares_within(query.data(), true, {1})[0], 1);
    }
}

// As many as can be far: one query is unlike all rows together.
TEST_P(WithinSample, TellsTheShareOfAQueryThatIsNotKnown) {
    PagedIndex index(options());
    index.insert_random(600);
    double sum = 0;
    const auto queries = random_elements(10, kDims, 3);
    for (const auto& query : queries)
        sum += index.user.shares_within(query.data(), false, {0.5})[0];
    EXPECT_NEAR(sum / static_cast<double>(queries.size()), 0.5, 0.25);
}

TEST_P(WithinSample, KnowsNothingOfAnIndexWithoutNodes) {
    const std::vector<float> query(kDims, 0.5F);
    PagedIndex index(options());
    for (const bool is_known : {true, false})
        EXPECT_THAT(index.user.shares_within(query.data(), is_known, {0.5}), Each(Lt(0)));
    index.insert_random(20);
    index.remove_all();
    (void)index.vacuum();
    for (const bool is_known : {true, false})
        EXPECT_THAT(index.user.shares_within(query.data(), is_known, {0.5}), Each(Lt(0)));
}

}  // namespace
}  // namespace vx::test
