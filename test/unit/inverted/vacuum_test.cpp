// Deleted rows, merges, pages that come back, and crashes at every edit.
#include "inverted/inverted_index.h"

namespace vx::test {
namespace {

/// Changes of all kinds, `rounds` times.
void live(InvertedIndex& index, uint32_t rounds) {
    for (uint32_t round = 0; round < rounds; ++round) {
        for (uint32_t i = 0; i < 150; ++i) {
            const uint32_t row = round * 150 + i;
            index.insert(row, index.random() % 15 == 0 ? std::optional<Vector>()
                                                       : index.random_vector(60, 9, true));
        }
        std::vector<uint32_t> present;
        for (const auto& entry : index.rows) present.push_back(entry.first);
        for (const uint32_t row : present)
            if (index.random() % 4 == 0) index.remove(row);
        if (round % 2 == 1) index.vacuum();
        index.expect_sound();
        const Vector query = index.random_vector(60, 5, true);
        expect_equal(index.scan(query, 40), index.expected(query));
    }
}

TEST(InvertedVacuum, KeepsWhatIsLeft) {
    for (uint32_t seed = 1; seed <= 3; ++seed) {
        InvertedIndex index(1024, seed);
        live(index, 12);
        ASSERT_FALSE(testing::Test::HasFailure()) << seed;
    }
}

TEST(InvertedVacuum, UsesPagesAgain) {
    InvertedIndex index;
    for (uint32_t round = 0; round < 30; ++round) {
        for (uint32_t i = 0; i < 300; ++i)
            index.insert(round * 300 + i, index.random_vector(60, 9, false));
        for (uint32_t i = 0; i < 300; ++i) index.remove(round * 300 + i);
        index.vacuum();
    }
    EXPECT_TRUE(index.rows.empty());
    EXPECT_EQ(index.state().segment_count, 0u);
    // As much as the rows of some rounds take.
    EXPECT_LT(index.state().used_pages, 200u);
    index.expect_sound();
}

TEST(InvertedVacuum, LeavesNothingOfDeadRowsOnFreePages) {
    InvertedIndex index;
    const Vector secret{{7, 12345.5F}};
    for (uint32_t row = 0; row < 400; ++row)
        index.insert(row, row % 2 == 0 ? secret : Vector{{3, 1}});
    for (uint32_t row = 0; row < 400; row += 2) index.remove(row);
    index.vacuum();
    index.flush();
    const std::vector<std::byte> all = index.pages.dump();
    std::byte pattern[sizeof(float)];
    std::memcpy(pattern, &secret[0].value, sizeof pattern);
    EXPECT_EQ(std::search(all.begin(), all.end(), std::begin(pattern), std::end(pattern)),
              all.end());
}

TEST(InvertedVacuum, ErasesWhatIsNotWorthWritingAnew) {
    InvertedIndex index;
    const Vector secret{{7, 12345.5F}};
    for (uint32_t row = 0; row < 400; ++row) index.insert(row, row == 17 ? secret : Vector{{3, 1}});
    index.flush();
    index.remove(17);
    index.vacuum();
    std::byte pattern[sizeof(float)];
    std::memcpy(pattern, &secret[0].value, sizeof pattern);
    const auto is_left = [&] {
        const std::vector<std::byte> all = index.pages.dump();
        return std::search(all.begin(), all.end(), std::begin(pattern), std::end(pattern)) !=
               all.end();
    };
    EXPECT_TRUE(is_left());
    TestArena memory;
    uint64_t rows = 0;
    ASSERT_TRUE(inverted::Vacuum<FakePages>(index.pages, memory.arena()).erase(&rows));
    EXPECT_EQ(rows, 1u);
    EXPECT_FALSE(is_left());
    index.expect_sound();
}

TEST(InvertedVacuum, MergesSegments) {
    InvertedIndex index;
    uint32_t most = 0;
    for (uint32_t row = 0; row < 4000; ++row) {
        index.insert(row, index.random_vector(60, 9, false));
        most = std::max(most, index.state().segment_count);
    }
    EXPECT_LE(most, inverted::kMostSegments);
    EXPECT_LE(index.state().segment_count, 16u);
    index.expect_sound();
}

TEST(InvertedVacuum, WritesToManyShortRuns) {
    InvertedIndex index(8192);
    const inverted::PageSpan span = inverted::take_pages(index.pages, 1001, false);
    for (uint32_t i = 0; i < span.pages; i += 2)
        inverted::free_pages(index.pages, {span.first + i, 1});
    TestArena memory;
    inverted::RowBuffer rows(memory.arena());
    for (uint32_t row = 0; row < 20000; ++row) {
        const Vector vector = index.random_vector(5000, 16, true);
        index.rows[row] = vector;
        ASSERT_TRUE(rows.add({InvertedIndex::tid_of(row), false, {vector.data(), vector.size()}}));
    }
    inverted::Maintainer<FakePages> maintainer(index.pages, memory.arena());
    ASSERT_TRUE(maintainer.add_segment(rows));
    const InvertedSink sink = index.verify();
    EXPECT_TRUE(sink.findings.empty());
    EXPECT_EQ(sink.rows.size(), index.rows.size());
    // The free pages between are used, and those that belonged to nobody are free in the end.
    ASSERT_TRUE(inverted::Vacuum<FakePages>(index.pages, memory.arena()).clean());
    EXPECT_TRUE(index.verify().findings.empty());
    const inverted::InvertedState state = index.state();
    EXPECT_EQ(state.segments[0].pages + state.free_pages + 2, state.used_pages);
}

TEST(InvertedVacuum, TakesRowsThatAreLongerThanAPage) {
    InvertedIndex index;
    for (uint32_t row = 0; row < 12; ++row) {
        Vector vector;
        for (uint32_t i = 0; i < 300; ++i) vector.push_back({i * 3 + row, static_cast<float>(i)});
        index.insert(row, vector);
        index.insert(row + 100, index.random_vector(60, 9, false));
    }
    index.expect_sound();
    const Vector query{{9, 1}, {12, 2}};
    expect_equal(index.scan(query, 5), index.expected(query));
}

/// An index and its model, to begin with again.
struct Kept {
    explicit Kept(const InvertedIndex& from)
        : pages(from.pages.dump()), rows(from.rows), gone(from.gone) {}
    void restore(InvertedIndex& to) const {
        to.pages.load(pages);
        to.rows = rows;
        to.gone = gone;
    }
    std::vector<std::byte> pages;
    std::map<uint32_t, std::optional<Vector>> rows;
    std::set<uint64_t> gone;
};

/// Runs `operation` once for each of its edits, which is where it crashes; then what there was is
/// there, and life goes on.
template <class Operation>
void crash_everywhere(InvertedIndex& origin, Operation&& operation) {
    const Kept kept(origin);
    for (uint64_t edits = 0;; ++edits) {
        InvertedIndex index(1024, edits + 1);
        kept.restore(index);
        index.pages.crash_after(edits);
        bool crashed = false;
        try {
            operation(index);
        } catch (const Crash&) {
            crashed = true;
        }
        index.pages.never_crash();
        // A row that was being inserted is of a transaction that has not committed.
        for (const auto& row : std::map(index.rows))
            if (kept.rows.count(row.first) == 0) index.remove(row.first);
        index.gone.insert(kept.gone.begin(), kept.gone.end());
        index.expect_sound();
        const Vector query = index.random_vector(60, 5, true);
        expect_equal(index.scan(query, 100), index.expected(query));
        index.vacuum();
        index.expect_sound();
        const inverted::InvertedState state = index.state();
        uint64_t known = 2 + state.free_pages + state.waiting.pages;
        for (uint32_t i = 0; i < state.segment_count; ++i) known += state.segments[i].pages;
        EXPECT_EQ(known, state.used_pages) << "pages that belong to nobody";
        for (uint32_t row = 5000; row < 5100; ++row)
            index.insert(row, index.random_vector(60, 9, true));
        index.expect_sound();
        expect_equal(index.scan(query, 100), index.expected(query));
        if (testing::Test::HasFailure() || !crashed) {
            EXPECT_FALSE(testing::Test::HasFailure()) << "after " << edits << " edits";
            return;
        }
    }
}

TEST(InvertedCrash, AnInsertionThatMergesMayStopAnywhere) {
    InvertedIndex index;
    for (uint32_t row = 0; row < 300; ++row) index.insert(row, index.random_vector(60, 9, true));
    crash_everywhere(index, [](InvertedIndex& copy) {
        for (uint32_t row = 1000; row < 1060; ++row)
            copy.insert(row, copy.random_vector(60, 9, true));
        copy.flush();
    });
}

TEST(InvertedCrash, TheFirstInsertionMayStopAnywhere) {
    InvertedIndex index;
    crash_everywhere(index, [](InvertedIndex& copy) { copy.insert(1000, Vector{{1, 1}}); });
}

TEST(InvertedCrash, AVacuumMayStopAnywhere) {
    InvertedIndex index;
    for (uint32_t row = 0; row < 400; ++row) index.insert(row, index.random_vector(60, 9, true));
    index.vacuum();
    for (uint32_t row = 0; row < 400; row += 3) index.remove(row);
    crash_everywhere(index, [](InvertedIndex& copy) { copy.vacuum(); });
}

TEST(InvertedMemory, FailsWhereThereIsNone) {
    InvertedIndex index;
    index.most_waiting = 1000;
    for (uint32_t row = 0; row < 100; ++row) index.insert(row, index.random_vector(60, 9, true));
    inverted::WaitingRows<FakePages>(index.pages).close();
    bool done = false;
    for (size_t limit = 0; !done; limit += 1000) {
        TestArena memory;
        memory.fail_after(limit);
        done = inverted::Maintainer<FakePages>(index.pages, memory.arena()).flush();
    }
    index.vacuum();
    index.expect_sound();
}

}  // namespace
}  // namespace vx::test
