// Scans of core/paged/scanner.h: complete, in order as far as promised, and no dearer than they
// need to be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/index_check.h"
#include "support/memory_graph.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class Scan : public StorageTest {
protected:
    static constexpr uint32_t kDims = 16;

    /// An index of random rows, large enough that a scan begins with a search.
    std::unique_ptr<PagedIndex> make(uint32_t rows) {
        auto index = std::make_unique<PagedIndex>(
            with({.dims = kDims, .m = 8, .ef_construction = 40, .page_bytes = 8192}));
        (void)index->user.build(build_input(*index, random_elements(rows, kDims, 5)));
        return index;
    }

    static bool is_code(const PagedIndex& index) {
        return index.options.kind.storage != Storage::kPlain;
    }

    /// How many rows are nearer than one before them.
    static uint32_t late_rows(const PagedIndex& index, const std::vector<float>& query,
                              const std::vector<uint32_t>& rows) {
        uint32_t late = 0;
        for (size_t i = 1; i < rows.size(); ++i)
            late += index.is_late(query, rows[i - 1], rows[i]) ? 1 : 0;
        return late;
    }

    static std::vector<uint32_t> scan(PagedIndex& index, const std::vector<float>& query,
                                      const ScanRequest& request, size_t limit = SIZE_MAX) {
        TableRows table = index.table(query);
        return index.user.scan(query.data(), request, &table, limit);
    }

    /// Pages that searches of size `ef`, told to find `least` rows, read for twenty rows each.
    static uint64_t pages_of_searches(PagedIndex& index, size_t ef, uint64_t least) {
        const uint64_t before = index.pages.reads();
        for (const auto& query : random_elements(5, kDims, 15)) {
            ScanRequest request;
            request.ef = ef;
            request.sweeps = false;
            request.least_rows = least;
            EXPECT_THAT(scan(index, query, request, 20), SizeIs(20));
        }
        return index.pages.reads() - before;
    }

    /// By codes all nodes that are met are measured; else a row or an entry more makes little odds.
    static void expect_begun_by_codes(uint64_t pages, uint64_t sketched) {
        if (GetParam().storage == Storage::kFast)
            EXPECT_GT(pages, sketched * 5 / 4);
        else
            EXPECT_LT(pages, sketched * 5 / 4);
    }

    static void expect_complete(PagedIndex& index, const std::vector<uint32_t>& rows) {
        const std::set<uint32_t> unique(rows.begin(), rows.end());
        EXPECT_EQ(unique.size(), rows.size()) << "a row came twice";
        EXPECT_EQ(unique, index.expected_rows());
    }
};
VX_FOR_EACH_STORAGE(Scan);

TEST_P(Scan, ReturnsEveryRowOnceWhateverItsSize) {
    for (const uint32_t rows : {0u, 1u, 30u, 700u}) {
        const auto index = make(rows);
        for (const bool sweeps : {false, true}) {
            for (const auto& query : random_elements(3, kDims, 6)) {
                ScanRequest request;
                request.ef = 10;
                request.sweeps = sweeps;
                expect_complete(*index, scan(*index, query, request));
            }
        }
    }
}

TEST_P(Scan, IsInOrderAsFarAsEf) {
    const auto index = make(1500);
    uint32_t late = 0;
    for (const auto& query : random_elements(40, kDims, 7)) {
        for (const size_t ef : {10u, 24u, 60u}) {
            ScanRequest request;
            request.ef = ef;
            request.sweeps = false;
            const auto rows = scan(*index, query, request, ef);
            EXPECT_THAT(rows, SizeIs(ef));
            late += late_rows(*index, query, rows);
        }
    }
    EXPECT_EQ(late, 0u);
}

TEST_P(Scan, IsInOrderAsFarAsAnEfThatNoPoolHolds) {
    const auto index = make(1500);
    const std::vector<float> query = random_elements(1, kDims, 16)[0];
    ScanRequest request;
    request.ef = 1300;
    request.sweeps = false;
    const auto rows = scan(*index, query, request, 1300);
    EXPECT_THAT(rows, SizeIs(1300));
    EXPECT_EQ(late_rows(*index, query, rows), 0u);
}

TEST_P(Scan, IsInOrderAtAnyDepthWhenAllRowsAreCompared) {
    const auto index = make(800);
    for (const auto& query : random_elements(5, kDims, 8)) {
        for (const size_t memory : {size_t{1} << 10, size_t{1} << 20}) {
            ScanRequest request;
            request.whole = true;
            request.memory_bytes = memory;
            const auto rows = scan(*index, query, request);
            expect_complete(*index, rows);
            EXPECT_EQ(late_rows(*index, query, rows), 0u);
        }
    }
}

TEST_P(Scan, IsInOrderAsFarAsIsReadUnderStrictOrder) {
    const auto index = make(1500);
    for (const auto& query : random_elements(10, kDims, 13)) {
        for (const uint64_t most : {uint64_t{20}, uint64_t{200}, UINT64_MAX}) {
            ScanRequest request;
            request.ef = 40;
            request.strict = true;
            request.most_rows = most;
            const auto rows = scan(*index, query, request, std::min<size_t>(most, 1500));
            EXPECT_THAT(rows, SizeIs(std::min<size_t>(most, 1500)));
            EXPECT_EQ(late_rows(*index, query, rows), 0u) << most;
        }
    }
}

TEST_P(Scan, UnderStrictOrderSearchesWhereItKnowsHowFar) {
    const auto index = make(1500);
    const std::vector<float> query = random_elements(1, kDims, 14)[0];
    const auto pages_of = [&](const ScanRequest& request) {
        const uint64_t before = index->pages.reads();
        EXPECT_THAT(scan(*index, query, request, 5), SizeIs(5));
        return index->pages.reads() - before;
    };
    ScanRequest known;
    known.ef = 10;
    known.strict = true;
    known.most_rows = 5;
    ScanRequest any_order = known;
    any_order.strict = false;
    // Wider bounds let some more rows be ranked.
    const auto expected = static_cast<double>(pages_of(any_order));
    EXPECT_NEAR(static_cast<double>(pages_of(known)), expected, expected * 0.1);
    ScanRequest unknown = known;
    unknown.most_rows = UINT64_MAX;
    ScanRequest all = unknown;
    all.whole = true;
    EXPECT_EQ(pages_of(unknown), pages_of(all));
    // A search of as many as would be more work.
    ScanRequest many = known;
    many.most_rows = 1200;
    EXPECT_EQ(pages_of(many), pages_of(all));
}

TEST_P(Scan, ToldThatMoreIsWantedThanSketchesServeBeginsByCodes) {
    const auto index = make(1500);
    const uint64_t sketched = pages_of_searches(*index, 200, 50);
    EXPECT_EQ(sketched, pages_of_searches(*index, 200, 0));
    expect_begun_by_codes(pages_of_searches(*index, 200, 51), sketched);
}

TEST_P(Scan, OfMoreEntriesThanCoarseSketchesServeBeginsByCodes) {
    const auto index = make(1500);
    const uint64_t sketched = pages_of_searches(*index, 200, 0);
    expect_begun_by_codes(pages_of_searches(*index, 201, 0), sketched);
}

TEST_P(Scan, EndsAtItsLimit) {
    const auto index = make(1500);
    const bool ranks_as_l2 = index->options.kind.element == Element::kFloat32;
    if (!ranks_as_l2) return;  // limits are ranking distances of the metric
    uint32_t found = 0, wanted = 0;
    for (const auto& query : random_elements(20, kDims, 9)) {
        ScanRequest request;
        request.sweeps = false;
        const auto all = scan(*index, query, request, 30);
        request.limit = static_cast<float>(index->distance(query, all[4]) * (1 + 1e-6));
        const auto within = scan(*index, query, request);
        for (const uint32_t row : within)
            EXPECT_LE(index->distance(query, row), static_cast<double>(request.limit) * (1 + 1e-6));
        found += static_cast<uint32_t>(within.size());
        wanted += 5;
        request.limit = -1;
        EXPECT_THAT(scan(*index, query, request), IsEmpty());
    }
    EXPECT_GE(found, wanted - 2);
    EXPECT_LE(found, wanted + 2) << "what the first search missed and a second found";
}

TEST_P(Scan, WithALimitReadsNoMoreThanOneWithout) {
    const auto index = make(1500);
    if (!is_code(*index)) return;
    for (const auto& query : random_elements(20, kDims, 10)) {
        ScanRequest request;
        request.sweeps = false;
        TableRows table = index->table(query);
        const auto ten = index->user.scan(query.data(), request, &table, 10);
        const uint64_t reads = table.reads;
        table.reads = 0;
        request.limit = static_cast<float>(index->distance(query, ten[0]) * (1 + 1e-6));
        EXPECT_THAT(index->user.scan(query.data(), request, &table), SizeIs(1));
        EXPECT_LE(table.reads, reads);
    }
}

TEST_P(Scan, PutsRowsWithoutADirectionWhereTheyAreWanted) {
    const auto index = make(40);
    index->user.insert_zero(tid_of(900));
    index->user.insert_null(tid_of(901));
    const std::vector<float> query(kDims, 0.5F);
    ScanRequest request;
    auto rows = scan(*index, query, request);
    ASSERT_THAT(rows, SizeIs(42));
    EXPECT_EQ(rows[40], 900u);
    EXPECT_EQ(rows[41], 901u);
    request.zeros_first = true;
    rows = scan(*index, query, request);
    EXPECT_EQ(rows.front(), 900u);
    EXPECT_EQ(rows.back(), 901u);
    request.zeros_wanted = request.nulls_wanted = false;
    EXPECT_THAT(scan(*index, query, request), SizeIs(40));
}

// Elements that differ by less than codes can tell share nodes, whose rows are at distances of
// their own; half of them come by insertion.
TEST_P(Scan, RanksTheRowsOfElementsThatShareACode) {
    constexpr uint32_t kCopies = 20;
    const auto originals = random_elements(60, kDims, 25);
    auto rows = random_elements(originals.size() * kCopies, kDims, 26);
    for (size_t i = 0; i < rows.size(); ++i)
        for (size_t d = 0; d < kDims; ++d)
            rows[i][d] = originals[i % originals.size()][d] + 1e-5F * rows[i][d];
    PagedIndex index(with({.dims = kDims, .m = 8, .ef_construction = 40, .page_bytes = 8192}));
    auto built = rows;
    built.resize(rows.size() / 2);
    (void)index.user.build(build_input(index, built));
    for (size_t i = built.size(); i < rows.size(); ++i) (void)index.insert(rows[i]);
    EXPECT_THAT(faults_of(index), IsEmpty());
    const bool tells_apart = index.options.kind.element == Element::kFloat32;
    for (size_t q = 0; q < originals.size(); q += 7) {
        const auto found = scan(index, originals[q], {.ef = 40});
        expect_complete(index, found);
        for (size_t i = 1; tells_apart && i < kCopies; ++i)
            EXPECT_LE(index.distance(originals[q], found[i - 1]),
                      index.distance(originals[q], found[i]) * 1.0001);
    }
}

TEST_P(Scan, WithoutAQueryReturnsAll) {
    const auto index = make(300);
    index->user.insert_null(tid_of(901));
    index->rows[901] = {};
    expect_complete(*index, index->user.scan(nullptr, {}, nullptr));
}

/// Also where codes blur the order, as in a group of near-copies, and with no limit to end at.
TEST_P(Scan, WithoutAnOrderReadsNoRow) {
    const auto index = make(600);
    const auto query = random_elements(1, kDims, 27)[0];
    const auto noise = random_elements(100, kDims, 28);
    for (const auto& each : noise) {
        auto copy = query;
        for (size_t d = 0; d < kDims; ++d) copy[d] += 1e-5F * each[d];
        (void)index->insert(copy);
    }
    ScanRequest request;
    request.all_within = request.unranked = true;
    expect_complete(*index, index->user.scan(query.data(), request, nullptr));
}

TEST_P(Scan, LeavesOutRowsThatNobodySees) {
    const auto index = make(300);
    for (uint32_t row = 1; row <= 300; row += 2) index->remove(row);
    const std::vector<float> query(kDims, 0.25F);
    std::set<uint32_t> seen;
    for (const uint32_t row : scan(*index, query, {})) seen.insert(row);
    for (const auto& [row, element] : index->rows) EXPECT_EQ(seen.count(row), 1u);
}

TEST_P(Scan, CountsWhatItDid) {
    const auto index = make(4000);
    const std::vector<float> query = random_elements(1, kDims, 13)[0];
    const uint64_t nodes = index->user.state().live_count;
    const auto counts_of = [&](const ScanRequest& request, size_t limit) {
        TableRows table = index->table(query);
        EXPECT_THAT(index->user.scan(query.data(), request, &table, limit), SizeIs(limit));
        EXPECT_EQ(table.counts.rows, limit);
        EXPECT_EQ(table.counts.ranked_rows, table.reads);
        EXPECT_FALSE(table.counts.has_filter);
        EXPECT_EQ(table.counts.filtered_out, 0);
        return table.counts;
    };
    const ScanCounts searched = counts_of({.ef = 40}, 10);
    EXPECT_GE(searched.hops, 40);
    EXPECT_LT(searched.hops, nodes / 2);
    EXPECT_EQ(searched.sweeps, 0);
    EXPECT_EQ(searched.swept_nodes, 0);

    const ScanCounts swept = counts_of({.whole = true}, 10);
    EXPECT_EQ(swept.hops, 0);
    EXPECT_EQ(swept.sweeps, 1);
    EXPECT_EQ(swept.swept_nodes, nodes);

    // What was returned before is not measured again.
    const ScanCounts all = counts_of({.ef = 40}, 4000);
    EXPECT_GE(all.hops, searched.hops);
    EXPECT_EQ(all.sweeps, 1);
    EXPECT_LT(all.swept_nodes, nodes);
}

TEST_P(Scan, ToldHowMuchIsWantedDoesNotSearchInVain) {
    const auto index = make(4000);
    const std::vector<float> query = random_elements(1, kDims, 13)[0];
    const auto counts_of = [&](uint64_t least, size_t limit) {
        ScanRequest request;
        request.least_rows = least;
        TableRows table = index->table(query);
        EXPECT_THAT(index->user.scan(query.data(), request, &table, limit), SizeIs(limit));
        return table.counts;
    };
    const ScanCounts most = counts_of(3000, 3000);
    EXPECT_EQ(most.hops, 0);
    EXPECT_EQ(most.sweeps, 1);
    const ScanCounts untold = counts_of(0, 3000);
    EXPECT_GT(untold.hops, 0);
    EXPECT_EQ(untold.sweeps, 1);
    // As many as it begins to search for, it searches for.
    uint64_t turn = 50;
    while (turn < 3000 && counts_of(turn, turn).hops > 0) {
        EXPECT_EQ(counts_of(turn, turn).sweeps, 0) << turn;
        turn += 50;
    }
    EXPECT_GT(turn, 50);
    EXPECT_LT(turn, 3000);
}

TEST_P(Scan, GoingOnCostsWhatItAdds) {
    // Pages read for 600 rows in order, in steps, beside those of one search of that size.
    const auto index = make(4000);
    const std::vector<float> query = random_elements(1, kDims, 11)[0];
    const auto pages_of = [&](size_t ef, size_t limit) {
        ScanRequest request;
        request.ef = ef;
        request.sweeps = false;
        const uint64_t before = index->pages.reads();
        EXPECT_THAT(scan(*index, query, request, limit), SizeIs(limit));
        return index->pages.reads() - before;
    };
    const uint64_t in_steps = pages_of(40, 600);
    const uint64_t at_once = pages_of(600, 600);
    EXPECT_LE(in_steps, at_once * 3 / 2);
}

TEST_P(Scan, SortsTheRestWhenThatIsLessWork) {
    const auto index = make(4000);
    // Sketches read one page a hop, and records of any length are not read page by page.
    if (GetParam().storage == Storage::kFast || GetParam().element == Element::kSparse) return;
    const std::vector<float> query = random_elements(1, kDims, 12)[0];
    const auto pages_of = [&](bool sweeps) {
        ScanRequest request;
        request.sweeps = sweeps;
        const uint64_t before = index->pages.reads();
        EXPECT_THAT(scan(*index, query, request, 3000), SizeIs(3000));
        return index->pages.reads() - before;
    };
    EXPECT_LT(pages_of(true) * 2, pages_of(false));
}

}  // namespace
}  // namespace vx::test
