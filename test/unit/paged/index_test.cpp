// Whole indexes: an empty one, marks of full lists, and users that get into each other's way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "paged/scanned.h"
#include "support/index_check.h"
#include "support/memory_graph.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::IsEmpty;

class Index : public StorageTest {};
class TwoUsers : public StorageTest {};
VX_FOR_EACH_STORAGE(Index);
VX_FOR_EACH_STORAGE(TwoUsers);

TEST_P(Index, FullListsOfSketchesKnowWhatPruningWouldDrop) {
    PagedIndex index(with({.dims = 8, .m = 6, .ef_construction = 24, .page_bytes = 8192}));
    (void)index.user.build(build_input(index, random_elements(300, 8, 41)));
    index.insert_random(300);
    const Geometry& g = index.user.geometry();
    ASSERT_EQ(g.marks_offset != 0, GetParam().storage == Storage::kFast);
    if (g.marks_offset == 0) return;
    uint32_t known = 0, pruned = 0;
    for (NodeId id = 0; id < 600; ++id) {
        const ConstSlot slot = slot_at(
            content(static_cast<const FakePages&>(index.pages).image(g.slot_block(id))), g, id);
        ASSERT_EQ(slot.find_lane(kNoNode), g.lanes) << "list of " << id << " is not full";
        known += (slot.header()->flags & kSlotMarked) != 0;
        pruned += marks_of(slot).count();
    }
    EXPECT_EQ(known, 600u);
    EXPECT_GT(pruned, 600u);
    EXPECT_LT(pruned, 600u * (g.lanes - 1));
}

TEST_P(Index, AnEmptyIndexFindsNothing) {
    PagedIndex index(with({}));
    EXPECT_THAT(scanned(index), IsEmpty());
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(index.vacuum().rows_removed, 0u);
}

// ---- two users of the same pages

/// Runs `other` before the n-th edit of `mine`, for every n; `check` afterwards.
template <class Mine, class Other, class Check>
void interleave(const IndexOptions& options, Mine&& mine, Other&& other, Check&& check) {
    for (uint64_t at = 0;; ++at) {
        PagedIndex index(options);
        index.insert_random(40);
        IndexUser second(index.pages, options, 99);
        uint64_t edits = 0;
        bool ran = false;
        index.pages.before_edit = [&] {
            if (edits++ != at) return;
            ran = true;
            other(index, second);
        };
        mine(index);
        index.pages.before_edit = nullptr;
        check(index);
        if (testing::Test::HasFailure()) {
            ADD_FAILURE() << "interleaved before edit " << at;
            return;
        }
        if (!ran) {
            EXPECT_GT(at, 0u);
            return;
        }
    }
}

constexpr IndexOptions kSmall{.dims = 3, .m = 2, .ef_construction = 12, .page_bytes = 1024};

void insert_as(PagedIndex& index, IndexUser& user, const std::vector<float>& element) {
    const uint32_t row = index.next_row++;
    index.rows[row] = element;
    ASSERT_TRUE(user.insert(element.data(), tid_of(row)));
}

void check_all(PagedIndex& index) {
    EXPECT_THAT(faults_of(index), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST_P(TwoUsers, MayInsertNeighborsAtOnce) {
    interleave(
        with(kSmall),
        [](PagedIndex& index) {
            (void)index.insert({0.5f, 0.5f, 0.5f});
        },
        [](PagedIndex& index, IndexUser& second) {
            insert_as(index, second, {0.5f, 0.5f, 0.51f});
            insert_as(index, second, {0.5f, 0.51f, 0.5f});
        },
        check_all);
}

TEST_P(TwoUsers, MayInsertIntoAnEmptyIndexAtOnce) {
    for (uint64_t at = 0; at < 8; ++at) {
        PagedIndex index(with(kSmall));
        IndexUser second(index.pages, with(kSmall), 99);
        uint64_t edits = 0;
        index.pages.before_edit = [&] {
            if (edits++ == at) insert_as(index, second, {0.1f, 0.2f, 0.3f});
        };
        (void)index.insert({0.5f, 0.5f, 0.5f});
        index.pages.before_edit = nullptr;
        check_all(index);
    }
}

TEST_P(TwoUsers, MayUseTheSameFreeId) {
    for (uint64_t at = 0; at < 12; ++at) {
        PagedIndex index(with(kSmall));
        index.insert_random(30);
        index.remove(11);
        (void)index.vacuum();
        index.pages.advance_clock();
        (void)index.vacuum();
        ASSERT_EQ(index.user.state().free_count, 1u);
        IndexUser second(index.pages, with(kSmall), 99);
        uint64_t edits = 0;
        index.pages.before_edit = [&] {
            if (edits++ == at) insert_as(index, second, {0.1f, 0.2f, 0.3f});
        };
        (void)index.insert({0.5f, 0.5f, 0.5f});
        index.pages.before_edit = nullptr;
        check_all(index);
    }
}

TEST_P(TwoUsers, MayAddRowsToOneElementAtOnce) {
    interleave(
        with(kSmall),
        [](PagedIndex& index) {
            const std::vector<float> element = index.rows[3];
            for (int i = 0; i < 20; ++i) (void)index.insert(element);
        },
        [](PagedIndex& index, IndexUser& second) {
            for (int i = 0; i < 3; ++i) insert_as(index, second, index.rows[3]);
        },
        check_all);
}

/// Deletes a third and vacuums; what comes in meanwhile stays.
void vacuum_third(PagedIndex& index) {
    for (const uint32_t row : index.expected_rows())
        if (row % 3 == 0) index.remove(row);
    const std::set<uint32_t> dead = index.removed;
    (void)index.user.remove_dead_rows([&](uint32_t row) { return dead.count(row) != 0; });
    index.user.reclaim();
    index.removed.clear();
}

void check_after_vacuum(PagedIndex& index) {
    check_all(index);
    index.pages.advance_clock();
    (void)index.vacuum();
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST_P(TwoUsers, MayVacuumAndInsertAtOnce) {
    interleave(
        with(kSmall), vacuum_third,
        [](PagedIndex& index, IndexUser& second) {
            insert_as(index, second, {0.5f, 0.5f, 0.5f});
            insert_as(index, second, {0.5f, 0.5f, 0.6f});
        },
        check_after_vacuum);
}

TEST_P(TwoUsers, MayInsertWhatIsBeingDeleted) {
    std::vector<float> element;
    interleave(
        with(kSmall),
        [&](PagedIndex& index) {
            element = index.rows[9];
            vacuum_third(index);
        },
        [&](PagedIndex& index, IndexUser& second) { insert_as(index, second, element); },
        check_after_vacuum);
}

TEST_P(TwoUsers, MayInsertWhileAllIsBeingDeleted) {
    interleave(
        with(kSmall),
        [](PagedIndex& index) {
            const std::set<uint32_t> dead = index.expected_rows();
            for (const uint32_t row : dead) index.rows.erase(row);
            (void)index.user.remove_dead_rows([&](uint32_t row) { return dead.count(row) != 0; });
            index.user.reclaim();
        },
        [](PagedIndex& index, IndexUser& second) {
            insert_as(index, second, {0.5f, 0.5f, 0.5f});
            insert_as(index, second, {0.1f, 0.5f, 0.6f});
        },
        check_after_vacuum);
}

TEST_P(TwoUsers, AVacuumMayRunInsideAnInsertion) {
    interleave(
        with(kSmall),
        [](PagedIndex& index) {
            (void)index.insert({0.5f, 0.5f, 0.5f});
        },
        [](PagedIndex& index, IndexUser& second) {
            for (const uint32_t row : index.expected_rows())
                if (row % 3 != 0 && row <= 40) index.remove(row);
            const std::set<uint32_t> dead = index.removed;
            (void)second.remove_dead_rows([&](uint32_t row) { return dead.count(row) != 0; });
            second.reclaim();
            index.removed.clear();
        },
        check_after_vacuum);
}

}  // namespace
}  // namespace vx::test
