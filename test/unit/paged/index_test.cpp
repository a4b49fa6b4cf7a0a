// Building, inserting, searching, posting lists, and users that get into each other's way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "paged/scanned.h"
#include "support/index_check.h"
#include "support/memory_graph.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class Index : public StorageTest {};
class Postings : public StorageTest {};
class TwoUsers : public StorageTest {};
VX_FOR_EACH_STORAGE(Index);
VX_FOR_EACH_STORAGE(Postings);
VX_FOR_EACH_STORAGE(TwoUsers);

/// How many ids are in both.
size_t shared(const std::vector<NodeId>& some, const std::vector<NodeId>& others) {
    return static_cast<size_t>(std::count_if(some.begin(), some.end(), [&](NodeId id) {
        return std::find(others.begin(), others.end(), id) != others.end();
    }));
}

TEST_P(Index, BuiltInMemoryIsSearchedLikeTheGraphThere) {
    for (const uint32_t page_bytes : {1024u, 8192u}) {
        const IndexOptions options =
            with({.dims = 8, .m = 6, .ef_construction = 24, .page_bytes = page_bytes});
        PagedIndex index(options);
        BuildInput input = build_input(index, random_elements(700, options.dims, 31));
        input.queries = random_elements(50, options.dims, 32);
        input.writers = page_bytes == 1024 ? 3 : 1;
        const FoundInMemory in_memory = index.user.build(input);
        ASSERT_THAT(faults_of(index, true), IsEmpty());
        size_t found_too = 0;
        for (size_t i = 0; i < input.queries.size(); ++i) {
            const auto found = index.user.scan_nodes(input.queries[i].data(), 20, 20);
            found_too += shared(found, in_memory[i]);
            // Codes come in the order of their bounds.  Of nodes at one distance, as strings of
            // bits have many, the one of the lower id comes first; the order of the pages changes
            // ids.
            if (GetParam().storage == Storage::kPlain && GetParam().element != Element::kBit) {
                EXPECT_EQ(found, in_memory[i]);
            }
        }
        EXPECT_GE(found_too, 50u * 18) << "by estimates or in another order, some others";
        EXPECT_EQ(scanned(index), index.expected_rows());
        index.insert_random(100);
        EXPECT_THAT(faults_of(index, true), IsEmpty());
        EXPECT_EQ(scanned(index), index.expected_rows());
    }
}

TEST_P(Index, BuiltInMemoryKeepsTheRowsOfEqualElements) {
    for (const uint32_t writers : {1u, 4u}) {
        PagedIndex index(with({}));
        std::vector<std::vector<float>> elements;
        for (uint32_t row = 1; row <= 1400; ++row)
            elements.push_back({static_cast<float>(row % 300 + row % 7), 1, 2, 3});
        BuildInput input = build_input(index, elements);
        input.writers = writers;
        (void)index.user.build(input);
        EXPECT_THAT(faults_of(index, true), IsEmpty());
        EXPECT_EQ(scanned(index), index.expected_rows());
    }
}

TEST_P(Index, GrownByInsertionsFindsTheNearest) {
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

TEST_P(Index, AListTellsTheDistancesOfItsNodes) {
    for (const uint32_t dims : {3u, 40u}) {
        PagedIndex index(with({.dims = dims, .m = 6, .page_bytes = 8192}));
        index.insert_random(300);
        for (NodeId id = 0; id < 300; ++id) {
            const ListDistances list = index.user.list_distances(id);
            ASSERT_THAT(list.told, SizeIs(12));
            for (size_t i = 0; i < list.told.size(); ++i)
                EXPECT_NEAR(list.told[i], list.measured[i],
                            0.01f + 0.02f * std::fabs(list.measured[i]))
                    << id << " lane " << i;
        }
    }
}

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

TEST_P(Index, ElementsThatSpanPagesAreStoredWhole) {
    PagedIndex index(with({.dims = 2700, .m = 4, .ef_construction = 12, .page_bytes = 1024}));
    index.insert_random(40);
    if (index.user.geometry().layout.variable)
        ASSERT_NE(index.user.state().overflow_block, kNoPage);
    else
        ASSERT_GT(index.user.geometry().pages_per_slot, 2u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    for (const auto& [row, element] : index.rows) {
        const auto nearest = index.user.scan_nodes(element.data(), 200, 1);
        ASSERT_THAT(nearest, SizeIs(1));
        EXPECT_EQ(index.user.rows_of(nearest[0]), std::vector<uint32_t>{row});
        EXPECT_TRUE(index.user.holds(nearest[0], element));
    }
}

TEST_P(Index, ReadsItsMeanAsItWasWritten) {
    PagedIndex index(with({.dims = 700, .page_bytes = 1024}));
    const Geometry& g = index.user.geometry();
    ASSERT_EQ(g.mean_pages, GetParam().storage == Storage::kPlain ? 0u : 3u);
    std::vector<float> written(700);
    for (uint32_t i = 0; i < 700; ++i) written[i] = static_cast<float>(i);
    write_mean(index.pages, g, written.data());
    std::vector<float> read(700);
    read_mean(index.pages, g, read.data());
    EXPECT_EQ(read == written, g.mean_pages > 0);
}

TEST_P(Index, AnEmptyIndexFindsNothing) {
    PagedIndex index(with({}));
    EXPECT_THAT(scanned(index), IsEmpty());
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(index.vacuum().rows_removed, 0u);
}

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

TEST_P(Index, UpperSlotsOpenPagesOfTheirOwn) {
    PagedIndex index(with({.dims = 3, .m = 8, .ef_construction = 24}));
    index.user.forced_level = 3;
    index.insert_random(150);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
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

TEST_P(TwoUsers, MayInsertNeighboursAtOnce) {
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
