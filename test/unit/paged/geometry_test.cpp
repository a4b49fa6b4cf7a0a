// Layout arithmetic and record accessors.
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "core/paged/pages.h"
#include "core/paged/records.h"

namespace vx::test {
namespace {

Layout layout_of(uint32_t dims, uint32_t m, uint32_t page_bytes = 8192) {
    return {page_bytes, dims, dims * 4, 0, m};
}

class GeometryOf : public testing::TestWithParam<std::tuple<uint32_t, uint32_t, uint32_t>> {};
INSTANTIATE_TEST_SUITE_P(Layouts, GeometryOf,
                         testing::Combine(testing::Values(1, 3, 100, 384, 768, 1999, 2000, 16000),
                                          testing::Values(2, 5, 16, 48, 100),
                                          testing::Values(8192, 32768)));

TEST_P(GeometryOf, GivesEveryNodeItsOwnBytesInsideAPage) {
    const auto [dims, m, page_bytes] = GetParam();
    const Result<Geometry> made = make_geometry(layout_of(dims, m, page_bytes));
    ASSERT_TRUE(made.ok());
    const Geometry& g = made.value;
    ASSERT_GT(g.nodes_per_extent, 0u);
    ASSERT_LE(g.nodes_per_extent * sizeof(DirectoryEntry), g.usable_bytes);
    ASSERT_GE(g.upper_slots_per_page * g.upper_slot_bytes, 1u);
    ASSERT_LE(g.upper_slots_per_page * g.upper_slot_bytes, g.usable_bytes);
    ASSERT_LE(g.segments_per_page * g.segment_bytes, g.usable_bytes);
    ASSERT_GE(g.max_level(), 1);
    std::set<std::pair<uint32_t, uint32_t>> slots;
    std::set<std::pair<uint32_t, uint32_t>> entries;
    const uint32_t count = 3 * g.nodes_per_extent;
    for (NodeId id = 0; id < count; ++id) {
        const uint32_t first = g.extent_block(g.extent_of(id));
        ASSERT_EQ(g.directory_block(id), first);
        ASSERT_LT(g.directory_index(id), g.nodes_per_extent);
        ASSERT_GE(g.slot_block(id), first + 1 + g.aux_pages);
        ASSERT_LE(g.slot_block(id) + g.pages_per_slot, first + g.extent_pages);
        ASSERT_LE(g.slot_offset(id) + g.slot_bytes, g.usable_bytes);
        ASSERT_EQ(g.slot_offset(id) % 8, 0u);
        ASSERT_TRUE(slots.insert({g.slot_block(id), g.slot_offset(id)}).second);
        ASSERT_TRUE(entries.insert({g.directory_block(id), g.directory_index(id)}).second);
    }
    for (uint32_t extent = 0; extent < 3; ++extent)
        ASSERT_EQ(g.extent_block(extent), g.first_extent_block + extent * g.extent_pages);
}

TEST_P(GeometryOf, SplitsAnElementIntoPartsThatAddUp) {
    const auto [dims, m, page_bytes] = GetParam();
    const Geometry g = make_geometry(layout_of(dims, m, page_bytes)).value;
    uint32_t bytes = 0;
    for (uint32_t part = 0; part < g.pages_per_slot; ++part) {
        ASSERT_GT(g.record_part_bytes(part), 0u);
        ASSERT_LE(g.record_part_bytes(part), g.usable_bytes);
        ASSERT_EQ(g.record_part_bytes(part) % sizeof(float), 0u);
        bytes += g.record_part_bytes(part);
    }
    EXPECT_EQ(bytes, dims * 4);
    EXPECT_LE(g.code_offset + g.first_record_bytes, g.slot_bytes);
}

TEST(Geometry, LargeElementsSpanPages) {
    EXPECT_EQ(make_geometry(layout_of(1900, 16)).value.pages_per_slot, 1u);
    EXPECT_EQ(make_geometry(layout_of(2048, 16)).value.pages_per_slot, 2u);
    EXPECT_EQ(make_geometry(layout_of(16000, 16)).value.pages_per_slot, 8u);
}

TEST(Geometry, RefusesWhatDoesNotFit) {
    EXPECT_EQ(make_geometry(layout_of(3, 1)).status.code, Errc::kSizeOverflow);
    EXPECT_EQ(make_geometry(layout_of(3, 101)).status.code, Errc::kSizeOverflow);
    EXPECT_EQ(make_geometry(layout_of(0, 16)).status.code, Errc::kSizeOverflow);
    EXPECT_EQ(make_geometry(layout_of(3, 100, 1024)).status.code, Errc::kSizeOverflow);
    EXPECT_EQ(make_geometry({8192, 1, (1u << 24) + 4, 0, 16}).status.code, Errc::kSizeOverflow);
}

TEST(Geometry, IdsStayClearOfTheSpecialValues) {
    const Geometry g = make_geometry(layout_of(3, 16)).value;
    EXPECT_EQ(id_limit(g, 0), 0u);
    EXPECT_EQ(id_limit(g, 2), 2 * g.nodes_per_extent);
    EXPECT_EQ(id_limit(g, UINT32_MAX), kMaxNodes);
}

TEST(Records, ADirectoryEntryHoldsARowAPlaceOrAStamp) {
    DirectoryEntry entry{};
    set_heap_tid(entry, {1, 2, 3});
    EXPECT_FALSE(has_postings(entry));
    EXPECT_EQ(heap_tid(entry), (HeapTid{1, 2, 3}));
    set_posting_place(entry, {0xABCD1234, 77, 0});
    EXPECT_TRUE(has_postings(entry));
    EXPECT_EQ(posting_place(entry).block, 0xABCD1234u);
    EXPECT_EQ(posting_place(entry).index, 77);
    set_heap_tid(entry, {4, 5, 6});
    EXPECT_FALSE(has_postings(entry));
    set_stamp(entry, 0x1122334455667788);
    EXPECT_EQ(stamp(entry), 0x1122334455667788u);
}

TEST(Records, PinsAreCountedAsChildrenExceptTheParent) {
    const Geometry g = make_geometry(layout_of(3, 40)).value;
    std::vector<std::byte> page(8192);
    const Slot slot = slot_at(page.data(), g, 1);
    *slot.header() = {0, 0, 0, kNoNode, kNoPage, 0, 0};
    for (const uint32_t lane : {0u, 31u, 32u, 79u}) {
        EXPECT_FALSE(slot.pinned(lane));
        set_pinned(slot, lane, true);
        EXPECT_TRUE(slot.pinned(lane));
    }
    EXPECT_EQ(slot.children(), 4u);
    slot.header()->parent = 9;
    EXPECT_EQ(slot.children(), 3u);
    set_pinned(slot, 32, false);
    EXPECT_EQ(slot.children(), 2u);
    EXPECT_EQ(slot.find_lane(12345), g.lanes);
    slot.ids()[79] = 12345;
    EXPECT_EQ(slot.find_lane(12345), 79u);
}

TEST(EditSet, KeepsBlocksAscendingAndOnce) {
    EditSet set;
    for (const uint32_t block : {7u, 3u, 7u, 9u, 3u}) set.add(block);
    ASSERT_EQ(set.count(), 3u);
    EXPECT_EQ(set.block(0), 3u);
    EXPECT_EQ(set.block(1), 7u);
    EXPECT_EQ(set.block(2), 9u);
}

}  // namespace
}  // namespace vx::test
