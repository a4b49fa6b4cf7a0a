// The machine stops before any edit of an operation: what has reached the pages until then is a
// valid index, and the operation can be done again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/index_check.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::IsEmpty;

class CrashAnywhere : public StorageTest {};
VX_FOR_EACH_STORAGE(CrashAnywhere);

constexpr IndexOptions kOptions{.dims = 3, .m = 2, .ef_construction = 12, .page_bytes = 1024};

/// A snapshot of pages that operations are replayed on.
struct Snapshot {
    explicit Snapshot(PagedIndex& from)
        : pages(from.pages.dump()), rows(from.rows), removed(from.removed), next(from.next_row) {}

    void restore(PagedIndex& to) const {
        to.pages.load(pages);
        to.rows = rows;
        to.removed = removed;
        to.next_row = next;
    }

    std::vector<std::byte> pages;
    std::map<uint32_t, std::vector<float>> rows;
    std::set<uint32_t> removed;
    uint32_t next;
};

/// Runs `operation` on copies of an index, once for each of its edits, which is where it crashes,
/// then `after` on what survived; ends with the run that does not crash.
template <class Operation, class After>
uint64_t crash_everywhere(PagedIndex& origin, Operation&& operation, After&& after) {
    const Snapshot snapshot(origin);
    for (uint64_t edits = 0;; ++edits) {
        PagedIndex index(origin.options);
        snapshot.restore(index);
        index.pages.crash_after(edits);
        bool crashed = false;
        try {
            operation(index);
        } catch (const Crash&) {
            crashed = true;
        }
        index.pages.never_crash();
        EXPECT_THAT(faults_of(index), IsEmpty()) << "after " << edits << " edits";
        // Whoever worked before the crash is gone.
        index.pages.advance_clock();
        IndexUser restarted(index.pages, index.options, edits + 100);
        after(index, restarted);
        if (testing::Test::HasFailure() || !crashed) return edits;
    }
}

std::set<uint32_t> scanned(PagedIndex& index, IndexUser& user) {
    const std::vector<float> query(index.options.dims, 0.5f);
    const std::vector<uint32_t> rows = user.scan_rows(query.data(), 8);
    return {rows.begin(), rows.end()};
}

void vacuum_twice(PagedIndex& index, IndexUser& user) {
    for (int round = 0; round < 2; ++round) {
        (void)user.remove_dead_rows([&](uint32_t row) { return index.removed.count(row) != 0; });
        user.reclaim();
        index.pages.advance_clock();
    }
    index.removed.clear();
}

/// The row of the interrupted insertion is aborted; another insertion and vacuums follow.
void go_on(PagedIndex& index, IndexUser& user) {
    index.remove(index.next_row - 1);
    const uint32_t row = index.next_row++;
    index.rows[row] = index.random_element();
    ASSERT_TRUE(user.insert(index.rows[row].data(), tid_of(row)));
    vacuum_twice(index, user);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index, user), index.expected_rows());
}

TEST_P(CrashAnywhere, AnInsertionMayStopAnywhere) {
    for (int level = 0; level < 3; ++level) {
        PagedIndex index(with(kOptions));
        index.insert_random(40);
        const uint64_t edits = crash_everywhere(
            index,
            [&](PagedIndex& copy) {
                copy.user.forced_level = level;
                (void)copy.insert({0.5f, 0.25f, 0.125f});
            },
            go_on);
        EXPECT_GT(edits, 3u);
    }
}

TEST_P(CrashAnywhere, TheFirstInsertionMayStopAnywhere) {
    PagedIndex index(with(kOptions));
    (void)crash_everywhere(
        index,
        [](PagedIndex& copy) {
            (void)copy.insert({0.5f, 0.25f, 0.125f});
        },
        go_on);
}

TEST_P(CrashAnywhere, AnInsertionThatUsesAnIdAgainMayStopAnywhere) {
    PagedIndex index(with(kOptions));
    index.insert_random(60);
    for (uint32_t row = 1; row <= 60; row += 2) index.remove(row);
    vacuum_twice(index, index.user);
    ASSERT_EQ(index.user.state().free_count, 30u);
    (void)crash_everywhere(
        index,
        [](PagedIndex& copy) {
            (void)copy.insert({0.5f, 0.25f, 0.125f});
        },
        go_on);
}

TEST_P(CrashAnywhere, AnInsertionOfAnEqualElementMayStopAnywhere) {
    PagedIndex index(with(kOptions));
    index.insert_random(20);
    const std::vector<float> element = index.rows[5];
    for (int i = 0; i < 16; ++i) (void)index.insert(element);
    (void)crash_everywhere(
        index, [&](PagedIndex& copy) { (void)copy.insert(element); }, go_on);
}

TEST_P(CrashAnywhere, AVacuumMayStopAnywhere) {
    for (const uint32_t divisor : {3u, 2u, 1u}) {
        PagedIndex index(with(kOptions));
        index.insert_random(48);
        for (int i = 0; i < 20; ++i) (void)index.insert(index.rows[3]);
        for (const uint32_t row : index.expected_rows())
            if (row % 3 < 4 - divisor || divisor == 1) index.remove(row);
        const uint64_t edits = crash_everywhere(
            index,
            [](PagedIndex& copy) {
                const auto dead = [&](uint32_t row) { return copy.removed.count(row) != 0; };
                (void)copy.user.remove_dead_rows(dead);
                copy.user.reclaim();
                copy.pages.advance_clock();
                (void)copy.user.remove_dead_rows(dead);
                copy.user.reclaim();
            },
            [](PagedIndex& copy, IndexUser& user) {
                const uint32_t row = copy.next_row++;
                copy.rows[row] = copy.random_element();
                ASSERT_TRUE(user.insert(copy.rows[row].data(), tid_of(row)));
                EXPECT_THAT(faults_of(copy), IsEmpty());
                vacuum_twice(copy, user);
                EXPECT_THAT(faults_of(copy, true), IsEmpty());
                EXPECT_EQ(scanned(copy, user), copy.expected_rows());
            });
        EXPECT_GT(edits, 20u);
    }
}

TEST_P(CrashAnywhere, AVacuumMayStopTwice) {
    PagedIndex index(with(kOptions));
    index.insert_random(40);
    for (const uint32_t row : index.expected_rows())
        if (row % 3 != 0) index.remove(row);
    SplitMix64 dice(5);
    for (int round = 0; round < 60; ++round) {
        for (int stop = 0; stop < 2; ++stop) {
            index.pages.crash_after(dice.next() % 40);
            EXPECT_THROW(for (;;)(void) index.vacuum(), Crash);
            index.pages.never_crash();
            ASSERT_THAT(faults_of(index), IsEmpty()) << round;
            if (stop == 0) index.remove(index.rows.begin()->first);
        }
        index.insert_random(6);
        index.remove(index.rows.begin()->first);
        index.remove(index.rows.rbegin()->first);
        index.pages.advance_clock();
    }
    (void)index.vacuum();
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index, index.user), index.expected_rows());
}

}  // namespace
}  // namespace vx::test
