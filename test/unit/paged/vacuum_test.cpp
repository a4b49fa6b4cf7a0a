// Deleting, repairing, reclaiming, reusing ids.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "paged/scanned.h"
#include "support/index_check.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::IsEmpty;

class Vacuum : public StorageTest {};
VX_FOR_EACH_STORAGE(Vacuum);

/// Deletes every row for which `chosen(row)` holds.
template <class Chosen>
void remove_if(PagedIndex& index, Chosen&& chosen) {
    for (const uint32_t row : index.expected_rows())
        if (chosen(row)) index.remove(row);
}

TEST_P(Vacuum, TakesDeletedNodesOutOfTheGraph) {
    PagedIndex index(with({}));
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

// The server is asked whether to sleep for the pages that were read, but caps the answer: it must
// be asked often.  To repair a list reads some tens of slots, all lists of an extent are thousands.
TEST_P(Vacuum, AsksToSleepAfterEachNode) {
    PagedIndex index(with({}));
    index.insert_random(600);
    remove_if(index, [](uint32_t row) { return row % 3 == 0; });
    index.pages.forget_undelayed();
    (void)index.vacuum();
    EXPECT_LE(index.pages.most_undelayed(), 400u);
}

TEST_P(Vacuum, FreesIdsOnlyWhenEverybodyHasGone) {
    PagedIndex index(with({}));
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

TEST_P(Vacuum, LetsIdsBeUsedAgainWithTheNextGeneration) {
    PagedIndex index(with({}));
    index.insert_random(120);
    remove_if(index, [](uint32_t row) { return row % 2 == 0; });
    (void)index.vacuum();
    index.pages.advance_clock();
    (void)index.vacuum();
    const uint32_t pages = index.pages.page_count();
    const uint32_t next_id = index.user.state().next_id;
    index.insert_random(60);
    // Elements of any length may need more segments than others gave back.
    if (!index.user.geometry().layout.variable) {
        EXPECT_EQ(index.pages.page_count(), pages);
    }
    EXPECT_EQ(index.user.state().free_count, 0u);
    EXPECT_EQ(index.user.state().next_id, next_id);
    const CheckedIndex checked = check_index(index, true);
    EXPECT_THAT(checked.faults, IsEmpty());
    uint32_t again = 0;
    for (const auto& [id, entry] : checked.entries) again += entry.generation == 1 ? 1 : 0;
    EXPECT_EQ(again, 60u);
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST_P(Vacuum, EmptiesAnIndexAndFillsItAgain) {
    PagedIndex index(with({}));
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

TEST_P(Vacuum, FindsAnotherRoot) {
    PagedIndex index(with({}));
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
void live_and_let_die(const IndexOptions& options) {
    PagedIndex index(options);
    index.values = SplitMix64(options.seed);
    SplitMix64 dice(options.seed * 77);
    for (int round = 0; round < 5; ++round) {
        index.insert_random(60);
        const uint64_t percent = dice.next() % 100;
        remove_if(index, [&](uint32_t) { return dice.next() % 100 < percent; });
        (void)index.vacuum();
        index.pages.advance_clock();
        ASSERT_THAT(faults_of(index, true), IsEmpty())
            << "m " << options.m << ", seed " << options.seed << ", round " << round;
        ASSERT_EQ(scanned(index), index.expected_rows());
    }
}

TEST_P(Vacuum, KeepsTheTreeWholeWhateverDies) {
    for (const uint32_t m : {2u, 3u, 8u})
        for (uint64_t seed = 1; seed <= 12 && !HasFatalFailure(); ++seed)
            live_and_let_die(with({.dims = 3, .m = m, .ef_construction = 16, .seed = seed}));
}

// What the dead led to must stay where a search for it comes by: without links given in return
// (graph/invite.h) and near parents (move_child) 5 to 9 rows are missed here, with them none.
TEST_P(Vacuum, KeepsRowsWhereASearchFindsThem) {
    PagedIndex index(with({.dims = 24, .m = 4, .ef_construction = 24, .page_bytes = 4096}));
    index.insert_random(500);
    SplitMix64 dice(5);
    for (int round = 0; round < 12; ++round) {
        remove_if(index, [&](uint32_t) { return dice.next() % 5 == 0; });
        (void)index.vacuum();
        index.pages.advance_clock();
        index.insert_random(500 - static_cast<uint32_t>(index.rows.size()));
    }
    (void)index.vacuum();
    size_t missed = 0;
    for (const auto& [row, element] : index.rows) {
        const auto found = index.nearest(element, 100, 1);
        missed += found.empty() || found[0] != row ? 1 : 0;
    }
    EXPECT_LE(missed, 2u);
    EXPECT_THAT(faults_of(index), IsEmpty());
}

TEST_P(Vacuum, LeavesRoomForInsertionsBetweenItsPasses) {
    PagedIndex index(with({}));
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
