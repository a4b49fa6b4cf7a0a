// Searches against a comparison of all rows.
#include "inverted/inverted_index.h"

namespace vx::test {
namespace {

using inverted::Hit;
using inverted::Wanted;

void expect_exact(InvertedIndex& index, const Vector& query) {
    const std::vector<Hit> expected = index.expected(query);
    Wanted wanted;
    wanted.query = {query.data(), query.size()};
    for (const size_t rows : {size_t{1}, size_t{10}, size_t{100}}) {
        wanted.rows = rows;
        wanted.positive = true;
        std::vector<Hit> best = expected;
        std::erase_if(best, [](const Hit& hit) { return hit.score <= 0; });
        best.resize(std::min(best.size(), rows));
        expect_equal(index.search(wanted), best);
        wanted.positive = false;
        best = expected;
        best.resize(std::min(best.size(), rows));
        expect_equal(index.search(wanted), best);
    }
}

struct Case {
    uint32_t page_bytes;
    bool negative;
    uint32_t seed;
};

class Searches : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(All, Searches,
                         testing::Values(Case{1024, false, 1}, Case{1024, true, 2},
                                         Case{8192, false, 3}, Case{8192, true, 4}));

TEST_P(Searches, FindTheBestRowsOfAnyMixture) {
    const Case& given = GetParam();
    InvertedIndex index(given.page_bytes, given.seed);
    for (uint32_t row = 0; row < 3000; ++row) {
        if (index.random() % 20 == 0)
            index.insert(row, std::nullopt);
        else
            index.insert(row, index.random_vector(400, 20, given.negative));
        if (row % 1000 != 999) continue;
        index.expect_sound();
        for (int i = 0; i < 10; ++i)
            expect_exact(index, index.random_vector(400, i % 2 == 0 ? 3 : 30, given.negative));
    }
    EXPECT_GT(index.state().segment_count, 0u);
    EXPECT_NE(index.state().waiting.head, kNoPage);
}

TEST_P(Searches, GoOnUntilEachRowWasReturnedOnce) {
    const Case& given = GetParam();
    InvertedIndex index(given.page_bytes, given.seed);
    for (uint32_t row = 0; row < 500; ++row)
        index.insert(row, index.random_vector(50, 8, given.negative));
    for (const size_t batch : {size_t{1}, size_t{7}, size_t{1000}}) {
        const Vector query = index.random_vector(50, 6, given.negative);
        expect_equal(index.scan(query, batch), index.expected(query));
    }
    // A query without elements is as far from all rows.
    expect_equal(index.scan({}, 100), index.expected({}));
}

TEST_P(Searches, GoOnThoughTheIndexChangesBetween) {
    const Case& given = GetParam();
    InvertedIndex index(given.page_bytes, given.seed);
    for (uint32_t row = 0; row < 400; ++row)
        index.insert(row, index.random_vector(30, 8, given.negative));
    const Vector query = index.random_vector(30, 6, given.negative);
    const std::vector<Hit> expected = index.expected(query);
    std::vector<Hit> found;
    Wanted wanted;
    wanted.query = {query.data(), query.size()};
    wanted.rows = 9;
    wanted.positive = false;
    for (uint32_t row = 1000;; row += 20) {
        const std::vector<Hit> hits = index.search(wanted);
        if (hits.empty()) break;
        wanted.follows = true;
        wanted.last = hits.back();
        for (const Hit& hit : hits)
            if (hit.row < InvertedIndex::key_of(1000)) found.push_back(hit);
        for (uint32_t i = 0; i < 20 && row < 2000; ++i)
            index.insert(row + i, index.random_vector(30, 8, given.negative));
        if (row % 100 == 0) index.vacuum();
    }
    expect_equal(found, expected);
}

TEST_P(Searches, EndAtALeastScore) {
    const Case& given = GetParam();
    InvertedIndex index(given.page_bytes, given.seed);
    for (uint32_t row = 0; row < 1000; ++row)
        index.insert(row, index.random_vector(100, 10, given.negative));
    const Vector query = index.random_vector(100, 10, given.negative);
    std::vector<Hit> expected = index.expected(query);
    Wanted wanted;
    wanted.query = {query.data(), query.size()};
    wanted.rows = 5000;
    wanted.positive = false;
    wanted.least = expected[50].score;
    const std::vector<Hit> found = index.search(wanted);
    std::erase_if(expected, [&](const Hit& hit) { return hit.score < wanted.least; });
    // Some more may be found, within what floats round by.
    ASSERT_GE(found.size(), expected.size());
    EXPECT_LT(found.size(), expected.size() + 10);
    expect_equal({found.begin(), found.begin() + static_cast<ptrdiff_t>(expected.size())},
                 expected);
}

TEST(InvertedSearch, ReturnsRowsWithoutAVectorByThemselves) {
    InvertedIndex index;
    for (uint32_t row = 0; row < 600; ++row)
        index.insert(row, row % 3 == 0 ? std::optional<Vector>() : Vector{{row % 7, 1}});
    Wanted wanted;
    wanted.nulls = true;
    wanted.positive = false;
    wanted.rows = 1000;
    std::vector<uint64_t> keys;
    for (const Hit& hit : index.search(wanted)) keys.push_back(hit.row);
    EXPECT_EQ(keys, index.expected_nulls());
}

TEST(InvertedSearch, FindsNothingInAnEmptyIndex) {
    InvertedIndex index;
    EXPECT_TRUE(index.scan({{1, 1.0F}}, 10).empty());
    index.expect_sound();
}

TEST(InvertedSearch, LeavesOutWhatCannotMatter) {
    InvertedIndex index(8192);
    TestArena memory;
    inverted::RowBuffer rows(memory.arena());
    std::vector<Vector> kept;
    for (uint32_t row = 0; row < 40000; ++row) {
        // Term 0 is everywhere, term 1 in one of a thousand rows.
        Vector vector{{0, 0.5F}};
        if (row % 1000 == 17) vector.push_back({1, 10});
        index.rows[row] = vector;
        ASSERT_TRUE(rows.add({InvertedIndex::tid_of(row), false, {vector.data(), vector.size()}}));
    }
    inverted::Maintainer<FakePages> maintainer(index.pages, memory.arena());
    ASSERT_TRUE(maintainer.add_segment(rows));
    const Vector query{{0, 1}, {1, 1}};
    Wanted wanted;
    wanted.query = {query.data(), query.size()};
    wanted.rows = 10;
    auto search = std::make_unique<InvertedIndex::Search>(index.pages, memory.arena(), 2);
    ASSERT_TRUE(search->run(wanted));
    EXPECT_GT(search->counts().skipped, 20000u);
    ASSERT_EQ(search->size(), 10u);
    const std::vector<Hit> expected = index.expected(query);
    for (size_t i = 0; i < 10; ++i) EXPECT_EQ((*search)[i].row, expected[i].row);
}

}  // namespace
}  // namespace vx::test
