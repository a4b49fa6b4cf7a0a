// Inserting rows one after the other: where each of them goes.
#include "core/paged/inserter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "paged/scanned.h"
#include "paged/stored_index.h"
#include "support/index_check.h"
#include "support/memory_graph.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::IsEmpty;

class Insertions : public StorageTest {};
VX_FOR_EACH_STORAGE(Insertions);

TEST_P(Insertions, GrowAnIndexThatFindsTheNearest) {
    PagedIndex index(with({.dims = 8, .m = 8, .ef_construction = 40, .page_bytes = 8192}));
    index.insert_random(900);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
    std::vector<std::vector<float>> elements;
    for (const auto& [row, element] : index.rows) elements.push_back(index.comparable(element));
    uint32_t hits = 0;
    for (const auto& query : random_elements(50, 8, 77)) {
        const auto exact = exact_nearest(elements, index.comparable(query), 10);
        for (const uint32_t row : index.nearest(query, 40, 10))
            hits += std::find(exact.begin(), exact.end(), row - 1) != exact.end() ? 1 : 0;
    }
    EXPECT_GE(hits, 480u);  // of 500
}

TEST_P(Insertions, OfEqualElementsMakeOneNode) {
    PagedIndex index(with({}));
    index.insert_random(20);
    const std::vector<float> element = index.rows[7];
    std::vector<uint32_t> rows{7};
    for (int i = 0; i < 20; ++i) rows.push_back(index.insert(element));
    EXPECT_EQ(index.user.state().live_count, 20u);
    EXPECT_EQ(index.user.state().next_id, 20u);
    EXPECT_THAT(index.user.rows_of(6), testing::UnorderedElementsAreArray(rows));
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST_P(Insertions, OfEqualElementsAreFoundWithinFewPages) {
    PagedIndex index(with({.dims = 8, .m = 8, .ef_construction = 40, .page_bytes = 8192}));
    index.insert_random(900);
    const auto pages_of = [&](const std::vector<float>& element) {
        const uint64_t before = index.pages.reads();
        (void)index.insert(element);
        return index.pages.reads() - before;
    };
    uint64_t equal = 0, other = 0;
    for (uint32_t row = 10; row < 900; row += 40) {
        equal += pages_of(index.rows[row]);
        other += pages_of(index.random_element());
    }
    EXPECT_LT(equal * 3, other);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

// The search that would have ended there goes on, for the links of a node of its own.
TEST_P(Insertions, OfAnElementWhoseNodeIsDeadMakeOne) {
    PagedIndex index(with({.dims = 8, .m = 8, .ef_construction = 40, .page_bytes = 8192}));
    index.insert_random(300);
    const std::vector<float> element = index.rows[7];
    index.remove(7);
    (void)index.user.remove_dead_rows([](uint32_t row) { return row == 7; });
    const uint32_t row = index.insert(element);
    EXPECT_EQ(index.user.state().live_count, 300u);
    EXPECT_EQ(index.user.state().next_id, 301u);
    EXPECT_THAT(faults_of(index), IsEmpty());
    EXPECT_EQ(index.nearest(element, 40, 1), std::vector<uint32_t>{row});
}

// Measured in parts, as it lies on pages, a vector's product with itself is another float than when
// it is measured at once.
TEST(Inserter, JoinsEqualElementsOfSeveralPages) {
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
        StoredIndex index({.dims = 3001, .m = 4, .ef_construction = 40, .page_bytes = 8192});
        ASSERT_GT(index.g.pages_per_slot, 1u);
        const PlainCodec codec(PlainSpace(DenseSpace<float>(ranking_kernel(metric), 3001)));
        StoredIndex::Store store(index.pages, index.g, codec, index.store.params(),
                                 make_edit_scratch(index.memory.arena(), index.g));
        Inserter<FakePages, PlainCodec> inserter(store, index.memory.arena(), 5);
        uint32_t row = 1;
        for (const auto& element : random_elements(30, 3001, 12)) {
            const NodeId node = inserter.insert_element(element.data(), tid_of(row++), 0);
            EXPECT_EQ(inserter.insert_element(element.data(), tid_of(row++), 0), node);
        }
    }
}

TEST_P(Insertions, OfNullsAndZerosMakeNone) {
    PagedIndex index(with({}));
    index.insert_random(3);
    for (uint32_t row = 100; row < 103; ++row) index.user.insert_null(tid_of(row));
    for (uint32_t row = 200; row < 202; ++row) index.user.insert_zero(tid_of(row));
    const StateContent state = index.user.state();
    EXPECT_EQ(state.live_count, 3u);
    EXPECT_EQ(state.next_id, 3u);
    EXPECT_EQ(index.user.rows_of_list(kNullListOwner, state.null_list).size(), 3u);
    EXPECT_EQ(index.user.rows_of_list(kZeroListOwner, state.zero_list).size(), 2u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST_P(Insertions, UseFreedIdsAgainOnTheirLevels) {
    PagedIndex index(with({}));
    for (uint32_t i = 0; i < 40; ++i) {
        index.user.forced_level = static_cast<int>(i % 3);
        index.insert_random(1);
    }
    for (uint32_t row = 1; row <= 40; row += 4) index.remove(row);
    (void)index.vacuum();
    index.pages.advance_clock();
    (void)index.vacuum();
    ASSERT_EQ(index.user.state().free_count, 10u);
    index.user.forced_level = 1;
    index.insert_random(11);
    EXPECT_EQ(index.user.state().free_count, 0u);
    EXPECT_EQ(index.user.state().next_id, 41u);
    const CheckedIndex checked = check_index(index, true);
    EXPECT_THAT(checked.faults, IsEmpty());
    for (const auto& [id, entry] : checked.entries) {
        EXPECT_EQ(entry.generation, id < 40 && id % 4 == 0 ? 1 : 0) << id;
        EXPECT_EQ(entry.level, id < 40 ? id % 3 : 1) << id;
    }
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST(Inserter, DrawsLevelsThatThePagesHaveRoomFor) {
    for (const uint32_t m : {2u, 40u}) {
        StoredIndex index({.dims = 3, .m = m, .ef_construction = 8});
        Inserter<FakePages, PlainCodec> inserter(index.store, index.memory.arena(), 5);
        constexpr uint32_t kDraws = 20000;
        std::vector<uint32_t> reached(index.g.max_level() + 1);
        for (uint32_t i = 0; i < kDraws; ++i) {
            const Level level = inserter.level_of(tid_of(i));
            ASSERT_LE(level, index.g.max_level());
            for (Level l = 0; l <= level; ++l) ++reached[l];
        }
        const double first = double{kDraws} / m;
        EXPECT_NEAR(reached[1], first, first * 0.15) << m;
        if (m == 2) {
            EXPECT_NEAR(reached[2], first / 2, first / 2 * 0.1);
        }
    }
}

// Elements so large that a file of 16 TB has few million of them.
TEST(Inserter, OfAFullIndexTakesRowsOfNodesAndFreeIds) {
    StoredIndex index({.dims = 60000, .m = 2, .ef_construction = 8});
    ASSERT_EQ(index.g.nodes_per_extent, 1u);
    index.insert_random(3);
    index.remove(1);
    index.free_removed();
    ASSERT_EQ(index.state().free_count, 1u);
    index.state().extent_count = (kNoPage - 1 - index.g.first_extent_block) / index.g.extent_pages;
    index.state().next_id = index.state().extent_count;
    index.pages.claim_pages(kNoPage);
    (void)index.insert(index.rows[3]);
    EXPECT_EQ(index.state().free_count, 1u) << "the row joins a node";
    index.insert_random(1);
    EXPECT_EQ(index.state().free_count, 0u);
    EXPECT_EQ(index.entry(0).generation, 1);

    const std::vector<float> element = index.random_element();
    const uint64_t edits = index.pages.edits();
    EXPECT_FALSE(index.user.insert(element.data(), tid_of(90)));
    EXPECT_EQ(index.pages.edits(), edits);
    (void)index.insert(index.rows[3]);
    index.user.insert_null(tid_of(91));

    index.pages.claim_pages(0);
    index.state().extent_count = index.state().next_id = 3;
    EXPECT_THAT(faults_of(index), IsEmpty());
    EXPECT_EQ(scanned(index).size(), index.rows.size() + 1);
}

}  // namespace
}  // namespace vx::test
