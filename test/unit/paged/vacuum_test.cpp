// Whole vacuums: what was deleted is gone, what came in meanwhile is there.
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

TEST_P(Vacuum, TakesDeletedNodesOutOfTheGraph) {
    PagedIndex index(with({}));
    index.insert_random(300);
    ASSERT_THAT(faults_of(index), IsEmpty());
    index.remove_if([](uint32_t row) { return row % 3 == 0; });
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
    index.remove_if([](uint32_t row) { return row % 3 == 0; });
    index.pages.forget_undelayed();
    (void)index.vacuum();
    EXPECT_LE(index.pages.most_undelayed(), 400u);
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
