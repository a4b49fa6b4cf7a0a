// Whatever instructions hnswlib was compiled for, it is the same library.
#include "bench/hnswlib_graph.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <vector>

#include "bench/scratch_dir.h"

namespace vx::bench {

namespace {

constexpr std::size_t kDims = 32;
constexpr std::size_t kRows = 300;

std::vector<float> random_rows() {
    std::mt19937 random(7);
    std::uniform_real_distribution<float> number(-1, 1);
    std::vector<float> rows(kRows * kDims);
    for (float& value : rows) value = number(random);
    return rows;
}

/// How many rows find themselves first, by a graph that was saved and read again.
std::size_t count_found(const HnswlibTable& table, HnswlibSpace space, const std::string& path) {
    const auto rows = random_rows();
    const HnswlibShape shape = {space, kDims, kRows, 16, 100};
    auto built = table.open(shape, "");
    for (std::size_t row = 0; row < kRows; ++row) built->add(&rows[row * kDims], row);
    built->save(path);
    const auto graph = table.open(shape, path);
    EXPECT_EQ(graph->size(), kRows);
    graph->set_ef(kRows);
    std::size_t found = 0;
    for (std::size_t row = 0; row < kRows; ++row) {
        std::int64_t nearest[2] = {-1, -1};
        graph->search(&rows[row * kDims], nearest);
        EXPECT_GE(nearest[1], 0);
        found += nearest[0] == static_cast<std::int64_t>(row) ? 1 : 0;
    }
    return found;
}

TEST(Hnswlib, EveryCompilationFindsTheRows) {
    const ScratchDir dir;
    for (const HnswlibTable& table : hnswlib_tables()) {
        if (!table.supported()) continue;
        const std::string path = (dir.file("graph")).string();
        EXPECT_EQ(count_found(table, HnswlibSpace::kL2, path), kRows) << table.instructions;
        EXPECT_GT(count_found(table, HnswlibSpace::kInnerProduct, path), 0U) << table.instructions;
    }
}

TEST(Hnswlib, TheLastCompilationRunsAnywhere) {
    if (hnswlib_tables().empty()) {
        EXPECT_THROW((void)best_hnswlib_table(), std::runtime_error);
    } else {
        EXPECT_TRUE(hnswlib_tables().back().supported());
        EXPECT_TRUE(best_hnswlib_table().supported());
    }
}

}  // namespace

}  // namespace vx::bench
