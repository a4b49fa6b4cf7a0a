// Passes B and C of a vacuum: repairing what the dead leave behind, and giving their ids back.
#include "core/paged/reclaim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "paged/scanned.h"
#include "paged/stored_index.h"
#include "support/index_check.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::IsEmpty;

class Reclaim : public StorageTest {};
VX_FOR_EACH_STORAGE(Reclaim);

TEST_P(Reclaim, FreesIdsOnlyWhenEverybodyHasGone) {
    PagedIndex index(with({}));
    index.insert_random(120);
    index.remove_if([](uint32_t row) { return row % 4 == 0; });
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

TEST_P(Reclaim, LetsIdsBeUsedAgainWithTheNextGeneration) {
    PagedIndex index(with({}));
    index.insert_random(120);
    index.remove_if([](uint32_t row) { return row % 2 == 0; });
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

TEST_P(Reclaim, FindsAnotherRoot) {
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
        index.remove_if([&](uint32_t) { return dice.next() % 100 < percent; });
        (void)index.vacuum();
        index.pages.advance_clock();
        ASSERT_THAT(faults_of(index, true), IsEmpty())
            << "m " << options.m << ", seed " << options.seed << ", round " << round;
        ASSERT_EQ(scanned(index), index.expected_rows());
    }
}

TEST_P(Reclaim, KeepsTheTreeWholeWhateverDies) {
    for (const uint32_t m : {2u, 3u, 8u})
        for (uint64_t seed = 1; seed <= 12 && !HasFatalFailure(); ++seed)
            live_and_let_die(with({.dims = 3, .m = m, .ef_construction = 16, .seed = seed}));
}

// What the dead led to must stay where a search for it comes by: without links given in return
// (graph/invite.h) and near parents (move_child) 5 to 9 rows are missed here, with them none.
TEST_P(Reclaim, KeepsRowsWhereASearchFindsThem) {
    PagedIndex index(with({.dims = 24, .m = 4, .ef_construction = 24, .page_bytes = 4096}));
    index.insert_random(500);
    SplitMix64 dice(5);
    for (int round = 0; round < 12; ++round) {
        index.remove_if([&](uint32_t) { return dice.next() % 5 == 0; });
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

// ---- step by step

constexpr IndexOptions kSmall{.dims = 3, .m = 4, .ef_construction = 12};

void remove_rows_of_dead(PagedIndex& index) {
    (void)index.user.remove_dead_rows([&](uint32_t row) { return index.removed.count(row) != 0; });
    index.removed.clear();
}

TEST(Reclaimer, TakesEachNodeFromStateToState) {
    StoredIndex index(kSmall);
    index.insert_random(30);
    for (int i = 0; i < 20; ++i) (void)index.insert(index.rows[5]);
    const std::vector<float> element = index.rows[5];
    index.remove_if([&](uint32_t row) { return index.rows[row] == element || row == 9; });
    remove_rows_of_dead(index);
    ASSERT_EQ(index.entry(4).state, NodeState::kDead);
    const Place list = posting_place(index.entry(4));
    ASSERT_EQ(index.segment(list).owner, 4u);

    index.pages.advance_clock_with_reader();
    index.user.reclaim();
    for (const NodeId id : {4u, 8u}) {
        EXPECT_EQ(index.entry(id).state, NodeState::kUnlinked);
        EXPECT_EQ(stamp(index.entry(id)), index.pages.stamp());
        EXPECT_NE(index.slot(id).header()->flags & kSlotRetired, 0);
    }
    EXPECT_EQ(index.segment(list).owner, kNoNode);
    EXPECT_EQ(index.state().dead_count, 2u);
    EXPECT_EQ(index.state().free_count, 0u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());

    const uint64_t unlinked = index.pages.stamp();
    index.pages.advance_clock_with_reader();
    index.user.reclaim();  // whoever was there is there still
    EXPECT_EQ(index.entry(4).state, NodeState::kUnlinked);
    EXPECT_EQ(stamp(index.entry(4)), unlinked);

    index.pages.advance_clock();
    index.user.reclaim();
    for (const NodeId id : {4u, 8u}) EXPECT_EQ(index.entry(id).state, NodeState::kFree);
    EXPECT_EQ(index.state().dead_count, 0u);
    EXPECT_EQ(index.state().free_count, 2u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST(Reclaimer, FreesTheRipeAndLeavesTheOthers) {
    StoredIndex index(kSmall);
    index.insert_random(30);
    index.remove(3);
    (void)index.vacuum();
    index.pages.advance_clock();
    index.remove(7);
    (void)index.vacuum();
    EXPECT_EQ(index.entry(2).state, NodeState::kFree);
    EXPECT_EQ(index.entry(6).state, NodeState::kUnlinked);
    EXPECT_EQ(index.state().dead_count, 1u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST(Reclaimer, ChangesNothingWhereNothingDied) {
    StoredIndex index(kSmall);
    index.user.reclaim();
    index.insert_random(20);
    const uint64_t edits = index.pages.edits();
    index.user.reclaim();
    EXPECT_EQ(index.pages.edits(), edits);
}

TEST(Reclaimer, ReplacesEntryCandidatesByTheHighestThatLive) {
    StoredIndex index(kSmall);
    for (const int level : {0, 1, 2}) {
        index.user.forced_level = level;
        index.insert_random(level == 0 ? 20 : level == 1 ? 12 : 3);
    }
    ASSERT_EQ(index.state().entries[0].level, 2u);
    index.remove_if([](uint32_t row) { return row > 32 || row == 22; });
    (void)index.vacuum();
    std::set<uint32_t> ids;
    for (const EntryCandidate& candidate : index.state().entries) {
        EXPECT_EQ(candidate.level, 1u);
        EXPECT_TRUE(ids.insert(candidate.id).second);
        ASSERT_LT(candidate.id, 32u);
        EXPECT_EQ(index.entry(candidate.id).state, NodeState::kLive);
    }
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

// The list of one live node changes before each edit of it, so the link stays.
TEST(Reclaimer, FreesNoIdToWhichALinkMayBeLeft) {
    StoredIndex index(kSmall);
    index.insert_random(60);
    constexpr NodeId kGone = 10;
    index.remove(kGone + 1);
    (void)index.vacuum();
    ASSERT_EQ(index.entry(kGone).state, NodeState::kUnlinked);
    // As an insertion does that planned its links before.
    const Slot slot = index.slot(kGone + 1);
    std::vector<uint32_t> lanes;
    for (uint32_t lane = 0; lane < index.g.lanes; ++lane)
        if (!slot.pinned(lane) && slot.ids()[lane] != kNoNode) lanes.push_back(lane);
    ASSERT_GE(lanes.size(), 2u);
    slot.ids()[lanes[0]] = kGone;
    index.pages.advance_clock();

    index.pages.before_edit = [&] { std::swap(slot.ids()[lanes[0]], slot.ids()[lanes[1]]); };
    index.user.reclaim();
    index.pages.before_edit = nullptr;
    EXPECT_LT(slot.find_lane(kGone), index.g.lanes);
    EXPECT_EQ(index.entry(kGone).state, NodeState::kUnlinked);
    EXPECT_EQ(index.state().free_count, 0u);

    index.user.reclaim();
    EXPECT_EQ(slot.find_lane(kGone), index.g.lanes);
    EXPECT_EQ(index.entry(kGone).state, NodeState::kFree);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST(Reclaimer, DoesWhatAnInterruptedOneLeft) {
    for (uint64_t edits = 0;; ++edits) {
        StoredIndex index(kSmall);
        index.insert_random(24);
        index.remove_if([](uint32_t row) { return row % 3 == 0; });
        remove_rows_of_dead(index);
        index.pages.crash_after(edits);
        bool crashed = false;
        try {
            index.user.reclaim();
        } catch (const Crash&) {
            crashed = true;
        }
        index.pages.never_crash();
        EXPECT_THAT(faults_of(index), IsEmpty()) << "after " << edits << " edits";
        index.pages.advance_clock();
        index.user.reclaim();
        index.pages.advance_clock();
        index.user.reclaim();
        EXPECT_EQ(index.state().free_count, 8u) << "after " << edits << " edits";
        EXPECT_EQ(index.state().dead_count, 0u);
        EXPECT_THAT(faults_of(index, true), IsEmpty());
        EXPECT_EQ(scanned(index), index.expected_rows());
        if (HasFailure() || !crashed) {
            EXPECT_GT(edits, 10u);
            return;
        }
    }
}

TEST(Reclaimer, SaysWhenMemoryIsOutBeforeItChangesAnything) {
    StoredIndex index(kSmall);
    index.insert_random(30);
    index.remove(5);
    remove_rows_of_dead(index);
    const auto before = index.pages.dump();
    uint32_t refused = 0;
    for (size_t limit = sizeof(RepairScratch<StoredIndex::Store>) - 8;; limit += 8) {
        TestArena memory(limit);
        if (Reclaimer<FakePages, PlainCodec>(index.store, memory.arena()).run()) break;
        ++refused;
        ASSERT_EQ(index.pages.dump(), before) << limit;
    }
    EXPECT_GT(refused, 5u);
    EXPECT_EQ(index.entry(4).state, NodeState::kUnlinked);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

}  // namespace
}  // namespace vx::test
