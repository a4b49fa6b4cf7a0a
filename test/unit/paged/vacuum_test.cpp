// Deleting, repairing, reclaiming, reusing ids.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/index_check.h"

namespace vx::test {
namespace {

using testing::IsEmpty;

std::set<uint32_t> scanned(PagedIndex& index) {
    const std::vector<float> query(index.options.dims, 0.5f);
    const std::vector<uint32_t> rows = index.user.scan_rows(query.data(), 8);
    std::set<uint32_t> unique(rows.begin(), rows.end());
    EXPECT_EQ(unique.size(), rows.size()) << "a row came twice";
    return unique;
}

/// Deletes every row for which `chosen(row)` holds.
template <class Chosen>
void remove_if(PagedIndex& index, Chosen&& chosen) {
    for (const uint32_t row : index.expected_rows())
        if (chosen(row)) index.remove(row);
}

TEST(Vacuum, TakesDeletedNodesOutOfTheGraph) {
    PagedIndex index;
    index.insert_random(300);
    ASSERT_THAT(faults_of(index), IsEmpty());
    remove_if(index, [](uint32_t row) { return row % 3 == 0; });
    const VacuumCounts counts = index.vacuum();
    EXPECT_EQ(counts.rows_removed, 100u);
    EXPECT_EQ(counts.nodes_died, 100u);
    EXPECT_EQ(counts.rows_kept, 200u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST(Vacuum, FreesIdsOnlyWhenEverybodyHasGone) {
    PagedIndex index;
    index.insert_random(120);
    remove_if(index, [](uint32_t row) { return row % 4 == 0; });
    (void)index.vacuum();
    EXPECT_EQ(index.user.state().free_count, 0u);
    index.pages.advance_clock_with_reader();
    (void)index.vacuum();
    EXPECT_EQ(index.user.state().free_count, 0u);
    index.pages.advance_clock();
    (void)index.vacuum();
    EXPECT_EQ(index.user.state().free_count, 30u);
    EXPECT_EQ(index.user.state().dead_count, 0u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST(Vacuum, LetsIdsBeUsedAgainWithTheNextGeneration) {
    PagedIndex index;
    index.insert_random(120);
    remove_if(index, [](uint32_t row) { return row % 2 == 0; });
    (void)index.vacuum();
    index.pages.advance_clock();
    (void)index.vacuum();
    const uint32_t pages = index.pages.page_count();
    index.insert_random(60);
    EXPECT_EQ(index.pages.page_count(), pages);
    EXPECT_EQ(index.user.state().free_count, 0u);
    EXPECT_EQ(index.user.state().next_id, 120u);
    IndexCheck check(index.pages, index.user.geometry(), true);
    EXPECT_THAT(check.run(), IsEmpty());
    uint32_t again = 0;
    for (const auto& [id, entry] : check.entries()) again += entry.generation == 1 ? 1 : 0;
    EXPECT_EQ(again, 60u);
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST(Vacuum, EmptiesAnIndexAndFillsItAgain) {
    PagedIndex index;
    index.insert_random(100);
    index.remove_all();
    (void)index.vacuum();
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(index.user.state().root, kNoNode);
    EXPECT_THAT(scanned(index), IsEmpty());
    index.insert_random(50);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    index.pages.advance_clock();
    (void)index.vacuum();
    index.insert_random(150);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST(Vacuum, FindsAnotherRoot) {
    PagedIndex index;
    index.insert_random(60);
    for (int round = 0; round < 30; ++round) {
        const NodeId root = index.user.state().root;
        for (const uint32_t row : index.user.rows_of(root)) index.remove(row);
        (void)index.vacuum();
        index.pages.advance_clock();
        ASSERT_THAT(faults_of(index, true), IsEmpty()) << "round " << round;
        ASSERT_NE(index.user.state().root, root);
        ASSERT_EQ(scanned(index), index.expected_rows());
    }
}

/// Inserts, deletes a random share and vacuums, five times.
void live_and_let_die(uint32_t m, uint64_t seed) {
    PagedIndex index({.dims = 3, .m = m, .ef_construction = 16, .seed = seed});
    index.values = SplitMix64(seed);
    SplitMix64 dice(seed * 77);
    for (int round = 0; round < 5; ++round) {
        index.insert_random(60);
        const uint64_t percent = dice.next() % 100;
        remove_if(index, [&](uint32_t) { return dice.next() % 100 < percent; });
        (void)index.vacuum();
        index.pages.advance_clock();
        ASSERT_THAT(faults_of(index, true), IsEmpty())
            << "m " << m << ", seed " << seed << ", round " << round;
        ASSERT_EQ(scanned(index), index.expected_rows());
    }
}

TEST(Vacuum, KeepsTheTreeWholeWhateverDies) {
    for (const uint32_t m : {2u, 3u, 8u})
        for (uint64_t seed = 1; seed <= 12 && !HasFatalFailure(); ++seed) live_and_let_die(m, seed);
}

TEST(Vacuum, LeavesRoomForInsertionsBetweenItsPasses) {
    PagedIndex index;
    index.insert_random(80);
    index.remove_all();
    (void)index.user.remove_dead_rows([&](uint32_t row) { return index.removed.count(row) != 0; });
    index.pages.limit_work(1000000);
    index.insert_random(40);  // all nodes that a search finds are dead
    EXPECT_THAT(faults_of(index), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
    index.user.reclaim();
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
}

}  // namespace
}  // namespace vx::test
