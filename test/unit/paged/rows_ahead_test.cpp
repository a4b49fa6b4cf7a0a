// Hints of rows that a scan reads soon (core/paged/rows_ahead.h).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/index_check.h"
#include "support/memory_graph.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::SizeIs;

class RowsAhead : public StorageTest {};
VX_FOR_EACH_STORAGE(RowsAhead);

TEST_P(RowsAhead, TellsRowsBeforeTheyAreReadAndFewOthers) {
    constexpr uint32_t kDims = 16;
    constexpr size_t kRows = 100;
    PagedIndex index(with({.dims = kDims, .m = 8, .ef_construction = 40, .page_bytes = 8192}));
    (void)index.user.build(build_input(index, random_elements(1500, kDims, 5)));
    for (const auto& query : random_elements(10, kDims, 7)) {
        ScanRequest request;
        request.ef = 40;
        request.sweeps = false;
        TableRows table = index.table(query);
        ASSERT_THAT(index.user.scan(query.data(), request, &table, kRows), SizeIs(kRows));
        // By distances that are exact no row is ranked.
        if (GetParam().storage == Storage::kPlain) {
            EXPECT_THAT(table.expected, SizeIs(0));
            continue;
        }
        // When a search goes on, what it finds may come before rows that were told.
        EXPECT_LE(table.unexpected_reads * 10, table.reads);
        // A row is read, or returned unread, or one of the few after the last.
        EXPECT_GE(table.expected.size(), table.reads - table.unexpected_reads);
        EXPECT_LE(table.expected.size(), table.reads + kRows + 10);
        EXPECT_GT(table.approached.size(), table.expected.size() * 3 / 4);
    }
}

TEST_P(RowsAhead, TellsNothingOfNodesWithSeveralRows) {
    constexpr uint32_t kDims = 8;
    PagedIndex index(with({.dims = kDims, .m = 8, .ef_construction = 40, .page_bytes = 8192}));
    const auto elements = random_elements(2, kDims, 5);
    for (uint32_t row = 0; row < 30; ++row) (void)index.insert(elements[row % 2]);
    ScanRequest request;
    TableRows table = index.table(elements[0]);
    EXPECT_THAT(index.user.scan(elements[0].data(), request, &table, 30), SizeIs(30));
    EXPECT_THAT(table.expected, SizeIs(0));
}

}  // namespace
}  // namespace vx::test
