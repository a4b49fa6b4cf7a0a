// Scans with a filter: what passes, all of it, once, and no dearer than need be.
#include "core/paged/filtered_nodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/index_check.h"
#include "support/memory_graph.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::IsEmpty;

constexpr uint32_t kColumns = 2;

class FilteredScan : public StorageTest {
protected:
    static constexpr uint32_t kDims = 8;

    static std::unique_ptr<PagedIndex> make_empty() {
        return std::make_unique<PagedIndex>(with({.dims = kDims,
                                                  .m = 8,
                                                  .ef_construction = 40,
                                                  .page_bytes = 8192,
                                                  .filter_columns = kColumns}));
    }
    static std::unique_ptr<PagedIndex> make(uint32_t rows) {
        auto index = make_empty();
        (void)index->user.build(build_input(*index, random_elements(rows, kDims, 5)));
        return index;
    }

    static FilterCondition between(uint32_t column, uint64_t low, uint64_t high) {
        return {.column = static_cast<uint8_t>(column),
                .test = FilterTest::kBetween,
                .low = low,
                .high = high};
    }

    static std::vector<uint32_t> scan(PagedIndex& index, const std::vector<float>& query,
                                      const RowFilter& filter, size_t limit = SIZE_MAX) {
        TableRows table = index.table(query);
        ScanRequest request;
        request.filter = &filter;
        if (limit != SIZE_MAX) request.least_rows = request.most_rows = limit;
        return index.user.scan(query.data(), request, &table, limit);
    }

    static std::set<uint32_t> passing(const PagedIndex& index, const RowFilter& filter) {
        std::set<uint32_t> rows;
        for (const uint32_t row : index.expected_rows())
            if (filter.passes(filters_of(row, kColumns))) rows.insert(row);
        return rows;
    }

    /// Without a query: what passes, page by page.
    static std::vector<uint32_t> walk(PagedIndex& index, const RowFilter& filter) {
        ScanRequest request;
        request.filter = &filter;
        return index.user.scan(nullptr, request, nullptr);
    }

    /// Deleted rows may come until a vacuum: no reader sees them.
    static void expect_passing(PagedIndex& index, const RowFilter& filter,
                               std::vector<uint32_t> rows) {
        std::erase_if(rows, [&](uint32_t row) { return index.removed.contains(row); });
        const std::set<uint32_t> unique(rows.begin(), rows.end());
        EXPECT_EQ(unique.size(), rows.size()) << "a row came twice";
        EXPECT_EQ(unique, passing(index, filter));
    }

    /// Every row that passes comes once, for conditions of each kind.
    static void expect_complete(PagedIndex& index) {
        const uint64_t some[] = {2000, 5000, 77};
        const FilterCondition conditions[][2] = {
            {between(0, 4000, 4000), between(1, 0, ~uint64_t{0})},
            {between(0, 0, 6000), between(1, 3000, 9000)},
            {between(0, 4001, 4002), {}},
            {{.column = 1, .test = FilterTest::kOneOf, .keys = some, .key_count = 3}, {}},
            {{.column = 0, .test = FilterTest::kIsNull}, {}},
            {{.column = 1, .test = FilterTest::kIsNotNull}, between(0, 1000, 2000)},
        };
        for (const auto& pair : conditions) {
            const uint32_t count = pair[1].test == FilterTest::kBetween ? 2 : 1;
            const RowFilter filter{pair, count};
            for (const auto& query : random_elements(2, kDims, 6))
                expect_passing(index, filter, scan(index, query, filter));
            expect_passing(index, filter, walk(index, filter));
        }
    }
};
VX_FOR_EACH_STORAGE(FilteredScan);

TEST_P(FilteredScan, ReturnsEveryRowThatPassesOnce) {
    for (const uint32_t rows : {0U, 1U, 30U, 700U}) {
        const auto index = make(rows);
        expect_complete(*index);
        EXPECT_THAT(faults_of(*index), IsEmpty());
    }
}

TEST_P(FilteredScan, CountsWhatItTurnsAway) {
    const auto index = make(700);
    const std::vector<float> query = random_elements(1, kDims, 14)[0];
    const auto counts_of = [&](const RowFilter& filter, bool sweeps) {
        TableRows table = index->table(query);
        ScanRequest request;
        request.filter = &filter;
        request.sweeps = sweeps;
        (void)index->user.scan(query.data(), request, &table, 5);
        EXPECT_TRUE(table.counts.has_filter);
        return table.counts;
    };
    // A search finds what passes and what does not.
    const FilterCondition many = between(0, 0, 6000);
    const RowFilter loose{&many, 1};
    ASSERT_LT(passing(*index, loose).size(), 700);
    const ScanCounts searched = counts_of(loose, false);
    EXPECT_GT(searched.filtered_out, 0);
    EXPECT_GE(searched.hops, searched.filtered_out);
    EXPECT_EQ(searched.sweeps, 0);
    // A sweep for few looks at those alone.
    const FilterCondition few = between(0, 4000, 4000);
    const RowFilter tight{&few, 1};
    const ScanCounts swept = counts_of(tight, true);
    EXPECT_EQ(swept.hops, 0);
    EXPECT_EQ(swept.sweeps, 1);
    EXPECT_GT(swept.swept_nodes, 0);
    const uint64_t nodes = index->user.state().live_count;
    EXPECT_LT(swept.swept_nodes, nodes);
    // Short bit strings are equal by chance, and a node with a list of rows is looked at anyway.
    if (nodes == 700) {
        EXPECT_EQ(swept.swept_nodes, passing(*index, tight).size());
    }
    EXPECT_EQ(swept.filtered_out, 0);
}

TEST_P(FilteredScan, KnowsTheColumnsOfRowsHoweverTheyCame) {
    const auto index = make_empty();
    auto elements = random_elements(300, kDims, 8);
    // Equal ones, whose rows are in lists: in memory, added to nodes on pages, and more than a
    // segment has.
    for (uint32_t i = 0; i < 60; ++i) elements.push_back(elements[i % 3]);
    BuildInput input = build_input(*index, elements);
    input.memory = 60000;  // what does not fit goes into the pages
    (void)index->user.build(input);
    for (uint32_t i = 0; i < 40; ++i) (void)index->insert(elements[i % 5]);
    index->insert_random(80);
    expect_complete(*index);
    EXPECT_THAT(faults_of(*index), IsEmpty());
}

TEST_P(FilteredScan, StaysRightWhenRowsGoAndTheirNodesAreUsedAgain) {
    const auto index = make(200);
    const auto elements = random_elements(10, kDims, 8);
    for (uint32_t i = 0; i < 120; ++i) (void)index->insert(elements[i % 10]);
    for (uint32_t round = 0; round < 3; ++round) {
        index->remove_if([&](uint32_t row) { return row % 3 == round; });
        expect_complete(*index);
        (void)index->vacuum();
        expect_complete(*index);
        (void)index->vacuum();
        index->insert_random(60);
        expect_complete(*index);
        EXPECT_THAT(faults_of(*index), IsEmpty());
    }
}

TEST_P(FilteredScan, GivesTheNearestOfThoseThatPass) {
    const auto index = make(1500);
    const FilterCondition condition = between(0, 4000, 5000);
    const RowFilter filter{&condition, 1};
    uint32_t found = 0, late = 0;
    for (const auto& query : random_elements(20, kDims, 9)) {
        const auto rows = scan(*index, query, filter, 10);
        ASSERT_EQ(rows.size(), 10U);
        const bool bits = index->options.kind.element == Element::kBit;
        const auto distance = [&](uint32_t row) {
            return bits ? index->bits_between(query, row) : index->distance(query, row);
        };
        std::vector<double> nearest;
        for (const uint32_t row : passing(*index, filter)) nearest.push_back(distance(row));
        std::ranges::sort(nearest);
        for (size_t i = 0; i < 10; ++i) {
            found += distance(rows[i]) <= nearest[9] ? 1 : 0;
            late += i > 0 && index->is_late(query, rows[i - 1], rows[i]) ? 1 : 0;
        }
    }
    EXPECT_GE(found, 190U);
    EXPECT_EQ(late, 0U);
}

/// Where a hundredth passes, its columns and those nodes are read, not all that is near.
TEST_P(FilteredScan, ReadsLittleOfWhatDoesNotPass) {
    const auto index = make(2000);
    const FilterCondition rare[] = {between(0, 4000, 4000), between(1, 3000, 4000)};
    const RowFilter filter{rare, 2};
    const auto few = passing(*index, filter).size();
    ASSERT_GT(few, 5U);
    ASSERT_LT(few, 40U);
    const auto query = random_elements(1, kDims, 10)[0];
    const uint64_t before = index->pages.reads();
    (void)scan(*index, query, filter);
    // Of each that passes: its record, which may lie on several pages, and its entry.
    EXPECT_LT(index->pages.reads() - before, 60 + 8 * few);
}

/// Without a query the T pages are all that is read: that of each node that passes, once for its
/// filter columns and once for its row.
TEST_P(FilteredScan, ReadsNoElementWithoutAQuery) {
    const auto index = make(2000);
    const FilterCondition some = between(0, 2000, 6000);
    const uint64_t before = index->pages.reads();
    const auto rows = walk(*index, {&some, 1});
    EXPECT_LT(index->pages.reads() - before, rows.size() / 2);
}

TEST_P(FilteredScan, WithoutAFilterColumnsChangeNothing) {
    const auto with_columns = make(400);
    auto without = std::make_unique<PagedIndex>(
        with({.dims = kDims, .m = 8, .ef_construction = 40, .page_bytes = 8192}));
    (void)without->user.build(build_input(*without, random_elements(400, kDims, 5)));
    const auto query = random_elements(1, kDims, 11)[0];
    TableRows table = with_columns->table(query), other = without->table(query);
    EXPECT_EQ(with_columns->user.scan(query.data(), {}, &table),
              without->user.scan(query.data(), {}, &other));
}

}  // namespace
}  // namespace vx::test
