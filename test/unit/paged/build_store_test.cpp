// Builds that outgrow their memory: insertion into the pages of an index under construction.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/paged/build_slots.h"
#include "paged/scanned.h"
#include "support/index_check.h"
#include "support/memory_graph.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::IsEmpty;

class OutgrownBuild : public StorageTest {};
VX_FOR_EACH_STORAGE(OutgrownBuild);

/// Memory for some dozens of the elements of these tests.
constexpr size_t kLittle = size_t{40} << 10;

/// Of 50 queries, how many of the ten nearest are found.
uint32_t hits(PagedIndex& index) {
    std::vector<std::vector<float>> elements;
    for (const auto& [row, element] : index.rows) elements.push_back(index.comparable(element));
    uint32_t hits = 0;
    for (const auto& query : random_elements(50, index.options.dims, 77)) {
        const auto exact = exact_nearest(elements, index.comparable(query), 10);
        for (const uint32_t row : index.nearest(query, 40, 10))
            hits += std::find(exact.begin(), exact.end(), row - 1) != exact.end() ? 1 : 0;
    }
    return hits;
}

TEST_P(OutgrownBuild, IsSoundAndFindsAsMuchAsOneInMemory) {
    const IndexOptions options =
        with({.dims = 8, .m = 8, .ef_construction = 40, .page_bytes = 8192});
    const auto elements = random_elements(900, options.dims, 31);
    PagedIndex in_memory(options);
    (void)in_memory.user.build(build_input(in_memory, elements));
    for (const size_t memory : {size_t{64} << 10, size_t{128} << 10}) {
        for (const bool at_once : {false, true}) {
            PagedIndex index(options);
            BuildInput input = build_input(index, elements);
            input.memory = memory;
            input.at_once = at_once;
            (void)index.user.build(input);
            EXPECT_THAT(faults_of(index, true), IsEmpty());
            EXPECT_EQ(scanned(index), index.expected_rows());
            EXPECT_GE(hits(index) + 10, hits(in_memory)) << memory << " " << at_once;
            index.insert_random(100);
            EXPECT_THAT(faults_of(index, true), IsEmpty());
        }
    }
}

TEST_P(OutgrownBuild, KeepsNoMarksInIds) {
    PagedIndex index(with({.dims = 8, .m = 6, .ef_construction = 24, .page_bytes = 8192}));
    BuildInput input = build_input(index, random_elements(500, 8, 5));
    input.memory = kLittle;
    (void)index.user.build(input);
    const Geometry& g = index.user.geometry();
    for (NodeId id = 0; id < index.user.state().next_id; ++id) {
        const std::byte* page = index.pages.image(g.slot_block(id));
        if (page_kind(page, index.pages.page_bytes()) != PageKind::kSlots) continue;
        const ConstSlot slot = slot_at(content(page), g, id);
        EXPECT_EQ(slot.header()->flags & ~(g.marks_offset != 0 ? kSlotMarked : 0), 0);
        for (uint32_t lane = 0; lane < g.lanes; ++lane)
            EXPECT_TRUE(slot.ids()[lane] == kNoNode || slot.ids()[lane] < kMostMarkedNodes);
    }
}

TEST_P(OutgrownBuild, MayBeginWithoutANodeInMemory) {
    for (const bool at_once : {false, true}) {
        PagedIndex index(with({.dims = 8, .page_bytes = 8192}));
        BuildInput input = build_input(index, random_elements(200, 8, 6));
        input.memory = 1;
        input.at_once = at_once;
        (void)index.user.build(input);
        EXPECT_THAT(faults_of(index, true), IsEmpty());
        EXPECT_EQ(scanned(index), index.expected_rows());
    }
}

TEST_P(OutgrownBuild, KeepsTheRowsOfEqualElements) {
    PagedIndex index(with({}));
    std::vector<std::vector<float>> elements;
    for (uint32_t row = 1; row <= 1400; ++row)
        elements.push_back({static_cast<float>(row % 300 + row % 7), 1, 2, 3});
    BuildInput input = build_input(index, elements);
    input.memory = kLittle;
    (void)index.user.build(input);
    PagedIndex inserted(with({}));
    for (const auto& element : elements) (void)inserted.insert(element);
    EXPECT_LE(index.user.state().next_id, inserted.user.state().next_id + 5);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST_P(OutgrownBuild, TakesElementsThatSpanPages) {
    PagedIndex index(with({.dims = 2700, .m = 4, .ef_construction = 12, .page_bytes = 1024}));
    BuildInput input = build_input(index, random_elements(40, 2700, 8));
    input.memory = size_t{128} << 10;
    (void)index.user.build(input);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
    for (const auto& [row, element] : index.rows) {
        const auto nearest = index.user.scan_nodes(element.data(), 200, 1);
        ASSERT_EQ(nearest.size(), 1u);
        EXPECT_TRUE(index.user.holds(nearest[0], element));
    }
}

// Sums of floats depend on the parts in which they are made: what an equal element measures in
// memory is not what it measures on its pages.  No distance of these metrics says by itself that
// two are equal, as zero does for L2.
TEST(OutgrownBuildOfEqualElements, MakesOneNodeOfThoseInMemoryAndOnPages) {
    constexpr uint32_t kDims = 3000, kDistinct = 24, kTimes = 4;
    for (const Metric metric : {Metric::kInnerProduct, Metric::kCosine}) {
        const IndexKind kind{"plain", Element::kFloat32, metric, Storage::kPlain};
        PagedIndex index({kDims, 8, 64, 8192, 1, kind});
        ASSERT_GT(index.user.geometry().pages_per_slot, 1u);
        std::vector<std::vector<float>> elements;
        for (const auto& element : random_elements(kDistinct, kDims, 41))
            elements.push_back(index.comparable(element));
        for (uint32_t row = kDistinct; row < kTimes * kDistinct; ++row)
            elements.push_back(elements[row % kDistinct]);
        BuildInput input = build_input(index, elements);
        input.memory = size_t{160} << 10;  // for half of the distinct ones
        (void)index.user.build(input);
        EXPECT_EQ(index.user.state().next_id, kDistinct) << static_cast<int>(metric);
        EXPECT_EQ(scanned(index), index.expected_rows());
    }
}

}  // namespace
}  // namespace vx::test
