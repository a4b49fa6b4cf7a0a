// Row lists: whole ones in every kind of index, and how their segments are filled and given back.
#include "core/paged/postings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "paged/scanned.h"
#include "paged/stored_index.h"
#include "support/index_check.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Postings : public StorageTest {};
VX_FOR_EACH_STORAGE(Postings);

TEST_P(Postings, HoldHundredsOfRowsAndGiveTheirSpaceBack) {
    PagedIndex index(with({}));
    index.insert_random(30);
    const std::vector<float> element = index.rows[7];
    for (int i = 0; i < 300; ++i) (void)index.insert(element);
    EXPECT_EQ(index.user.state().live_count, 30u);
    EXPECT_THAT(faults_of(index), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
    for (const uint32_t row : index.expected_rows())
        if (index.rows[row] == element && row % 2 == 0) index.remove(row);
    EXPECT_EQ(index.vacuum().nodes_died, 0u);
    EXPECT_EQ(scanned(index), index.expected_rows());
    for (const uint32_t row : index.expected_rows())
        if (index.rows[row] == element) index.remove(row);
    EXPECT_EQ(index.vacuum().nodes_died, 1u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
    const uint32_t pages = index.pages.page_count();
    const std::vector<float> other = index.rows.begin()->second;
    for (int i = 0; i < 250; ++i) (void)index.insert(other);
    EXPECT_EQ(index.pages.page_count(), pages);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST_P(Postings, RowsWithoutAnElementAreKeptAndRemoved) {
    PagedIndex index(with({}));
    index.insert_random(5);
    for (uint32_t row = 1000; row < 1200; ++row) index.user.insert_null(tid_of(row));
    for (uint32_t row = 2000; row < 2040; ++row) index.user.insert_zero(tid_of(row));
    EXPECT_EQ(scanned(index).size(), 245u);
    const VacuumCounts counts = index.user.remove_dead_rows([](uint32_t row) {
        return row % 4 == 0;  // 50 NULLs, 10 zero vectors, row 4
    });
    EXPECT_EQ(counts.rows_removed, 61u);
    EXPECT_EQ(counts.rows_kept, 184u);
    EXPECT_EQ(scanned(index).size(), 184u);
}

TEST_P(Postings, OpenWholeExtentsWhenTheirPagesRunOut) {
    PagedIndex index(with({}));
    index.insert_random(3);
    const uint32_t extents = index.user.state().extent_count;
    for (uint32_t row = 1000; row < 3000; ++row) index.user.insert_null(tid_of(row));
    EXPECT_GT(index.user.state().extent_count, extents);
    index.insert_random(200);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index).size(), 2203u);
    for (const uint32_t row : index.expected_rows())
        if (row % 2 == 0) index.remove(row);
    (void)index.vacuum();
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

// ---- segment by segment

/// An index of three nodes of one row each.
class Segments : public testing::Test {
protected:
    static constexpr NodeId kNode = 1;
    static constexpr ListOwner kNulls{kNullListOwner}, kZeros{kZeroListOwner};

    Segments() { index.insert_random(3); }

    bool append(uint32_t row, ListOwner owner = {kNode}) {
        return append_to_list(index.store, owner, tid_of(row));
    }
    void append_rows(uint32_t first, uint32_t end) {
        for (uint32_t row = first; row < end; ++row) ASSERT_TRUE(append(row));
    }
    Place head() { return posting_place(index.entry(kNode)); }

    StoredIndex index{IndexOptions{.dims = 3, .m = 4, .ef_construction = 12}};
    StateContent& state = index.state();
};

TEST_F(Segments, BeginWithTheRowThatTheNodeHad) {
    ASSERT_FALSE(has_postings(index.entry(kNode)));
    ASSERT_TRUE(append(50));
    ASSERT_TRUE(has_postings(index.entry(kNode)));
    const PostingSegment& segment = index.segment(head());
    EXPECT_EQ(segment.owner, kNode);
    EXPECT_EQ(segment.generation, index.entry(kNode).generation);
    EXPECT_EQ(segment.next, kNowhere);
    EXPECT_THAT(index.user.rows_of(kNode), ElementsAre(kNode + 1, 50u));
    EXPECT_FALSE(has_postings(index.entry(0)));
}

TEST_F(Segments, AreFilledBeforeAnotherIsPutInFront) {
    append_rows(50, 50 + kTidsPerSegment - 1);
    const Place first = head();
    EXPECT_EQ(index.segment(first).count, kTidsPerSegment);
    ASSERT_TRUE(append(80));
    const Place second = head();
    EXPECT_FALSE(second == first);
    EXPECT_EQ(index.segment(second).next, first);
    EXPECT_EQ(index.segment(second).count, 1u);
    EXPECT_EQ(index.segment(first).count, kTidsPerSegment);
    ASSERT_TRUE(append(81));
    EXPECT_EQ(head(), second);
    EXPECT_EQ(index.segment(second).count, 2u);
    EXPECT_EQ(index.user.rows_of(kNode).size(), 18u);
    EXPECT_THAT(faults_of(index), IsEmpty());
}

TEST_F(Segments, OfTheIndexBelongToTheirList) {
    for (uint32_t row = 100; row < 120; ++row) ASSERT_TRUE(append(row, kNulls));
    for (uint32_t row = 200; row < 205; ++row) ASSERT_TRUE(append(row, kZeros));
    EXPECT_EQ(index.segment(state.null_list).owner, kNullListOwner);
    EXPECT_EQ(index.segment(state.zero_list).owner, kZeroListOwner);
    EXPECT_EQ(index.user.rows_of_list(kNullListOwner, state.null_list).size(), 20u);
    EXPECT_THAT(index.user.rows_of_list(kZeroListOwner, state.zero_list),
                ElementsAre(200u, 201u, 202u, 203u, 204u));
    EXPECT_FALSE(kNulls.is_node());
    EXPECT_FALSE(kZeros.is_node());
    EXPECT_TRUE(ListOwner{0}.is_node());
    EXPECT_EQ(state.live_count, 3u);
    EXPECT_THAT(faults_of(index), IsEmpty());
}

TEST_F(Segments, TakeNoRowOfANodeThatDied) {
    append_rows(50, 52);
    index.entry(kNode).state = NodeState::kDead;
    index.entry(0).state = NodeState::kFree;
    const auto before = index.pages.dump();
    EXPECT_FALSE(append(60));
    EXPECT_FALSE(append(60, {0}));
    EXPECT_EQ(index.pages.dump(), before);
}

// It dies between the look at its entry and the edit: with room in its segment, and without.
TEST_F(Segments, TakeNoRowOfANodeThatDiesMeanwhile) {
    for (const uint32_t rows : {0u, 3u, kTidsPerSegment - 1}) {
        const uint32_t had = static_cast<uint32_t>(index.user.rows_of(kNode).size());
        append_rows(50 + had, 51 + rows);
        const Place before = head();
        const uint32_t count = has_postings(index.entry(kNode)) ? index.segment(before).count : 1;
        index.pages.before_edit = [&] { index.entry(kNode).state = NodeState::kDead; };
        EXPECT_FALSE(append(90)) << rows;
        index.pages.before_edit = nullptr;
        EXPECT_EQ(head(), before);
        if (has_postings(index.entry(kNode))) {
            EXPECT_EQ(index.segment(before).count, count);
        }
        index.entry(kNode).state = NodeState::kLive;
        EXPECT_THAT(faults_of(index), IsEmpty());
    }
}

TEST_F(Segments, TakeRowsOfTheirOwnersGenerationOnly) {
    append_rows(50, 52);
    const ListOwner stale{kNode, static_cast<uint16_t>(index.entry(kNode).generation + 1)};
    EXPECT_FALSE(append_to_segment(index.store, stale, head(), tid_of(60)));
    const Place place = next_segment(index.g, state);
    ASSERT_FALSE(place == kNowhere);
    EXPECT_FALSE(prepend_segment(index.store, stale, place, tid_of(60)));
    EXPECT_FALSE(append_to_segment(index.store, {0}, head(), tid_of(60))) << "of another node";
    EXPECT_EQ(index.user.rows_of(kNode).size(), 3u);
}

TEST_F(Segments, RememberThatANodeIsMixed) {
    append_rows(50, 52);
    EXPECT_FALSE(is_mixed(index.entry(kNode)));
    ASSERT_TRUE(append(60, {kNode, 0, true}));
    EXPECT_TRUE(is_mixed(index.entry(kNode)));
    append_rows(61, 90);  // through new segments as well
    EXPECT_TRUE(is_mixed(index.entry(kNode)));
    ASSERT_TRUE(append(90, {0, 0, true}));  // with its first segment
    EXPECT_TRUE(is_mixed(index.entry(0)));
    EXPECT_FALSE(is_mixed(index.entry(2)));
}

TEST_F(Segments, GivenBackAreUsedAgainBeforeNewOnes) {
    append_rows(50, 50 + 3 * kTidsPerSegment - 1);
    std::vector<Place> given;
    for (Place place = head(); !(place == kNowhere); place = index.segment(place).next)
        given.push_back(place);
    ASSERT_EQ(given.size(), 3u);
    index.entry(kNode).state = NodeState::kDead;
    release_segments(index.store, kNode, head());
    EXPECT_EQ(state.free_segments, given[2]);
    for (const Place place : given) {
        EXPECT_EQ(index.segment(place).owner, kNoNode);
        EXPECT_EQ(index.segment(place).count, 0u);
    }
    const uint32_t used = state.postings_used;
    for (uint32_t row = 100; row < 100 + 3 * kTidsPerSegment; ++row)
        ASSERT_TRUE(append(row, kNulls));
    EXPECT_EQ(state.free_segments, kNowhere);
    EXPECT_EQ(state.postings_used, used);
    ASSERT_TRUE(append(300, kNulls));
    EXPECT_EQ(state.postings_used, used + 1);
    EXPECT_EQ(index.user.rows_of_list(kNullListOwner, state.null_list).size(),
              3 * kTidsPerSegment + 1);
}

// A vacuum that was interrupted has given the first ones back; the next finds them another's.
TEST_F(Segments, AreNotGivenBackTwice) {
    append_rows(50, 50 + 2 * kTidsPerSegment - 1);
    const Place first = head();
    index.pages.crash_after(1);
    EXPECT_THROW(release_segments(index.store, kNode, first), Crash);
    index.pages.never_crash();
    EXPECT_EQ(state.free_segments, first);
    const auto before = index.pages.dump();
    release_segments(index.store, kNode, first);
    EXPECT_EQ(index.pages.dump(), before);
}

TEST_F(Segments, FreeOnesThatAreSomebodysAreNamed) {
    append_rows(50, 52);
    state.free_segments = head();
    EXPECT_THROW((void)append(60, kNulls), CorruptPage);
    EXPECT_EQ(index.segment(head()).owner, kNode);
}

TEST_F(Segments, AreReadWithinTheirPage) {
    append_rows(50, 52);
    const Place beyond{head().block, static_cast<uint16_t>(index.g.segments_per_page), 0};
    EXPECT_THROW((void)read_segment(index.store, beyond), CorruptPage);
    EXPECT_THROW((void)read_segment(index.store, Place{kStateBlock, 0, 0}), CorruptPage);
    index.segment(head()).count = 60000;
    EXPECT_EQ(read_segment(index.store, head()).count, kTidsPerSegment);
}

TEST_F(Segments, GoToWholePagesOneAfterTheOther) {
    EXPECT_EQ(next_segment(index.g, state), kNowhere) << "no page is open";
    for (uint32_t row = 0; row < kTidsPerSegment * index.g.segments_per_page; ++row)
        ASSERT_TRUE(append(1000 + row, kNulls));
    EXPECT_EQ(next_segment(index.g, state), kNowhere) << "the page is full";
    const uint32_t block = state.postings_block;
    ASSERT_TRUE(append(5000, kNulls));
    EXPECT_NE(state.postings_block, block);
    EXPECT_EQ(state.postings_used, 1u);
    EXPECT_EQ(index.segment(state.null_list).next.block, block);
}

// ---- chains

TEST(ChainGuard, LetsAChainOfAnyLengthPass) {
    ChainGuard guard;
    for (uint32_t i = 0; i < 5000; ++i)
        ASSERT_TRUE(guard.step({i / 9, static_cast<uint16_t>(i % 9), 0})) << i;
}

TEST(ChainGuard, NoticesACircleOfAnyLength) {
    for (const uint32_t before : {0u, 1u, 10u, 1000u})
        for (const uint32_t around : {1u, 2u, 3u, 100u, 1000u}) {
            ChainGuard guard;
            uint32_t steps = 0;
            uint32_t at = 0;
            while (guard.step({at / 9, static_cast<uint16_t>(at % 9), 0})) {
                ASSERT_LT(++steps, 4 * (before + around) + 4) << before << " " << around;
                at = at + 1 < before + around ? at + 1 : before;
            }
            EXPECT_GE(steps, around);
        }
}

}  // namespace
}  // namespace vx::test
