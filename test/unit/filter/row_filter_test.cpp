// Conditions on filter columns: of one row, and of 64 at once.
#include <gtest/gtest.h>

#include <vector>

#include "core/base/random.h"
#include "core/filter/row_filter.h"

namespace vx::test {
namespace {

constexpr uint64_t kKeys[] = {5, 9, 12, 1000};

FilterCondition condition(FilterTest test, uint64_t low = 0, uint64_t high = 0) {
    return {.column = 1, .test = test, .low = low, .high = high, .keys = kKeys, .key_count = 4};
}

TEST(FilterCondition, PassesWhatItSays) {
    const auto between = condition(FilterTest::kBetween, 3, 9);
    EXPECT_TRUE(between.passes(3, false));
    EXPECT_TRUE(between.passes(9, false));
    EXPECT_FALSE(between.passes(2, false));
    EXPECT_FALSE(between.passes(10, false));
    const auto one_of = condition(FilterTest::kOneOf);
    EXPECT_TRUE(one_of.passes(1000, false));
    EXPECT_FALSE(one_of.passes(10, false));
    const auto overlaps = condition(FilterTest::kOverlaps, 6);
    EXPECT_TRUE(overlaps.passes(2, false));
    EXPECT_FALSE(overlaps.passes(9, false));
    const auto contains = condition(FilterTest::kContains, 6);
    EXPECT_TRUE(contains.passes(7, false));
    EXPECT_FALSE(contains.passes(2, false));
    EXPECT_TRUE(condition(FilterTest::kIsNotNull).passes(0, false));
    EXPECT_FALSE(condition(FilterTest::kIsNull).passes(0, false));
}

TEST(FilterCondition, NullPassesTheTestForItAlone) {
    for (const FilterTest test : {FilterTest::kBetween, FilterTest::kOneOf, FilterTest::kOverlaps,
                                  FilterTest::kContains, FilterTest::kIsNotNull})
        EXPECT_FALSE(condition(test, 0, ~uint64_t{0}).passes(0, true));
    EXPECT_TRUE(condition(FilterTest::kIsNull).passes(0, true));
}

TEST(FilterCondition, KeysAtTheEndsOfTheRangeArePassed) {
    const auto all = condition(FilterTest::kBetween, 0, ~uint64_t{0});
    EXPECT_TRUE(all.passes(0, false));
    EXPECT_TRUE(all.passes(~uint64_t{0}, false));
    EXPECT_FALSE(condition(FilterTest::kBetween, 9, 3).passes(5, false)) << "none can pass";
}

TEST(RowFilter, WithoutConditionsAllRowsPass) {
    const RowFilter filter;
    EXPECT_TRUE(filter.is_empty());
    EXPECT_TRUE(filter.passes(FilterValues{}));
}

/// Whatever a filter says of rows one by one, it says of them at once.
TEST(RowFilter, SaysTheSameOfManyRowsAsOfEach) {
    constexpr uint32_t kColumns = 3;
    SplitMix64 random(4);
    for (uint32_t round = 0; round < 500; ++round) {
        const auto rows = static_cast<uint32_t>(random.next() % 64) + 1;
        std::vector<FilterCondition> conditions(random.next() % 4);
        for (FilterCondition& chosen : conditions) {
            chosen = condition(static_cast<FilterTest>(random.next() % 6), random.next() % 12,
                               random.next() % 20);
            chosen.column = static_cast<uint8_t>(random.next() % kColumns);
        }
        const RowFilter filter{conditions.data(), static_cast<uint32_t>(conditions.size())};
        std::vector<std::vector<uint64_t>> keys(kColumns, std::vector<uint64_t>(rows));
        std::vector<uint8_t> nulls(rows);
        uint64_t expected = 0;
        for (uint32_t i = 0; i < rows; ++i) {
            FilterValues values;
            for (uint32_t c = 0; c < kColumns; ++c)
                values.keys[c] = keys[c][i] = random.next() % 16;
            values.nulls = nulls[i] = static_cast<uint8_t>(random.next() % 8);
            expected |= static_cast<uint64_t>(filter.passes(values)) << i;
        }
        EXPECT_EQ(filter.passing([&](uint32_t c) { return keys[c].data(); }, nulls.data(), rows),
                  expected);
    }
}

}  // namespace
}  // namespace vx::test
