// What rows that are gone leave on pages, and that vacuum and the eraser leave nothing of it.
#include "core/paged/erase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/paged/reclaim.h"
#include "paged/scanned.h"
#include "paged/stored_index.h"
#include "support/index_check.h"

namespace vx::test {
namespace {

using testing::IsEmpty;

constexpr IndexOptions kSmall{.dims = 6, .m = 4, .ef_construction = 12, .filter_columns = 2};

bool has_bytes(const FakePages& pages, std::span<const std::byte> bytes) {
    const std::vector<std::byte> all = pages.dump();
    return std::search(all.begin(), all.end(), bytes.begin(), bytes.end()) != all.end();
}
bool has_element(const FakePages& pages, const std::vector<float>& element) {
    return has_bytes(pages, std::as_bytes(std::span(element)));
}
bool is_nothing(const FilterValues& values) {
    return values.nulls == 0 &&
           std::ranges::all_of(values.keys, [](uint64_t key) { return key == 0; });
}
FilterValues filters_of_node(StoredIndex& index, NodeId id) {
    std::byte* directory = content(index.pages.image(index.g.directory_block(id)));
    return directory_filters(directory, index.g).get(index.g.directory_index(id));
}
FilterValues filters_in_segment(StoredIndex& index, Place place, uint32_t at) {
    return segment_filters(content(index.pages.image(place.block)), index.g, place.index).get(at);
}

/// What erasing finds to do: free nodes that still have their elements.
uint32_t erase(StoredIndex& index) {
    TestArena memory;
    Eraser<FakePages, PlainCodec> eraser(index.store);
    EXPECT_TRUE(eraser.run(memory.arena()));
    return eraser.nodes();
}

TEST(ZeroOut, TellsWhetherThereWasSomething) {
    std::array<std::byte, 20> bytes{};
    EXPECT_FALSE(zero_out(bytes));
    bytes[19] = std::byte{1};
    EXPECT_TRUE(zero_out(bytes));
    EXPECT_EQ(bytes[19], std::byte{0});
}

TEST(ClearSlot, KeepsWhatTheNextLifeNeeds) {
    StoredIndex index(kSmall);
    index.user.forced_level = 2;
    index.insert_random(10);
    const Slot slot = index.slot(4);
    const SlotHeader before = *slot.header();
    clear_slot(index.store.codec(), slot);
    EXPECT_EQ(slot.header()->level, 2);
    EXPECT_EQ(slot.header()->generation, before.generation);
    EXPECT_EQ(slot.header()->upper_block, before.upper_block);
    EXPECT_EQ(slot.header()->upper_index, before.upper_index);
    EXPECT_EQ(slot.header()->parent, kNoNode);
    EXPECT_EQ(slot.children(), 0u);
    for (uint32_t lane = 0; lane < index.g.lanes; ++lane) EXPECT_EQ(slot.ids()[lane], kNoNode);
    EXPECT_FALSE(zero_out(element_bytes(slot)));
}

TEST(Vacuum, LeavesTheElementUntilNobodyKnowsTheNode) {
    StoredIndex index(kSmall);
    index.insert_random(40);
    const std::vector<float> element = index.rows[8];
    ASSERT_TRUE(has_element(index.pages, element));
    index.remove(8);
    (void)index.vacuum();
    EXPECT_TRUE(has_element(index.pages, element));
    index.pages.advance_clock();
    (void)index.vacuum();
    EXPECT_EQ(index.state().free_count, 1u);
    EXPECT_FALSE(has_element(index.pages, element));
    EXPECT_EQ(erase(index), 0u);
}

TEST(Vacuum, LeavesNoKeysOfFilterColumns) {
    StoredIndex index(kSmall);
    index.insert_random(40);
    ASSERT_FALSE(is_nothing(filters_of_node(index, 8)));
    index.remove(9);
    (void)index.vacuum();
    EXPECT_TRUE(is_nothing(filters_of_node(index, 8)));
    EXPECT_FALSE(is_nothing(filters_of_node(index, 9)));
}

TEST(Vacuum, LeavesNoKeysInLists) {
    StoredIndex index(kSmall);
    index.insert_random(10);
    ASSERT_FALSE(is_nothing(filters_of_node(index, 4)));
    for (int i = 0; i < 9; ++i) (void)index.insert(index.rows[5]);  // rows 11 to 19
    EXPECT_TRUE(is_nothing(filters_of_node(index, 4)));
    const Place list = posting_place(index.entry(4));
    ASSERT_EQ(index.segment(list).count, 10u);
    index.remove_if([](uint32_t row) { return row == 5 || row > 16; });
    (void)index.vacuum();
    ASSERT_EQ(index.segment(list).count, 6u);
    for (uint32_t i = 0; i < kTidsPerSegment; ++i)
        EXPECT_EQ(is_nothing(filters_in_segment(index, list, i)), i >= 6) << i;
    index.remove_if([](uint32_t row) { return row > 10; });
    (void)index.vacuum();
    for (uint32_t i = 0; i < kTidsPerSegment; ++i)
        EXPECT_TRUE(is_nothing(filters_in_segment(index, list, i))) << i;
    EXPECT_EQ(scanned(index), index.expected_rows());
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST(Vacuum, EmptiesListsOfFreeNodesOnAllLevels) {
    StoredIndex index(kSmall);
    index.user.forced_level = 1;
    index.insert_random(30);
    const NodeId gone = 6;
    const SlotHeader header = *index.slot(gone).header();
    index.remove(gone + 1);
    index.free_removed();
    const std::byte* bytes = content(index.pages.image(header.upper_block));
    EXPECT_EQ(upper_header(bytes, index.g, header.upper_index)->node, gone);
    for (uint32_t lane = 0; lane < index.g.layout.m; ++lane)
        EXPECT_EQ(upper_ids(bytes, index.g, header.upper_index)[lane], kNoNode);
    index.insert_random(1);  // the id again
    EXPECT_EQ(index.entry(gone).state, NodeState::kLive);
    EXPECT_THAT(faults_of(index), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST(Vacuum, LeavesNothingOfLargeElements) {
    StoredIndex index({.dims = 700, .m = 2, .ef_construction = 8});
    ASSERT_GT(index.g.pages_per_slot, 2u);
    index.insert_random(12);
    const std::vector<float> element = index.rows[7];
    const std::span<const float> all(element);
    index.remove(7);
    index.free_removed();
    for (size_t first = 0; first + 4 <= all.size(); first += 4)
        ASSERT_FALSE(has_bytes(index.pages, std::as_bytes(all.subspan(first, 4)))) << first;
    EXPECT_THAT(faults_of(index), IsEmpty());
    index.insert_random(2);
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST(Vacuum, LeavesNothingOfElementsOfAnyLength) {
    StoredIndex index({.dims = 4, .kind = kKinds[std::size(kKinds) - 1]});
    index.insert_random(30);
    std::vector<std::vector<std::byte>> records;
    PlainHolder holder(index.options);
    for (uint32_t row = 1; row <= 10; ++row) {
        const auto* record = static_cast<const std::byte*>(holder.encode(index.rows[row].data()));
        // The pairs that all have are in the slot, those behind them go on elsewhere.
        records.emplace_back(record + sizeof(RecordHead), record + sizeof(RecordHead) + 16);
        ASSERT_TRUE(has_bytes(index.pages, records.back()));
        index.remove(row);
    }
    index.free_removed();
    for (const auto& record : records) EXPECT_FALSE(has_bytes(index.pages, record));
    for (Place place = index.state().free_overflow; !(place == kNowhere);) {
        OverflowSegment& segment =
            *overflow_at(content(index.pages.image(place.block)), index.g, place.index);
        EXPECT_FALSE(
            zero_out({reinterpret_cast<std::byte*>(&segment + 1), index.g.overflow_data_bytes}));
        place = segment.next;
    }
    EXPECT_THAT(faults_of(index), IsEmpty());
}

TEST(Reclaimer, NeedsNoHorizonWhenReadersAreGone) {
    StoredIndex index(kSmall);
    index.insert_random(40);
    const std::vector<float> element = index.rows[8];
    index.remove(8);
    (void)index.vacuum();
    TestArena memory;
    Reclaimer<FakePages, PlainCodec> reclaimer(index.store, memory.arena());
    ASSERT_TRUE(reclaimer.run(Readers::kGone));
    EXPECT_EQ(index.state().dead_count, 0u);
    EXPECT_FALSE(has_element(index.pages, element));
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

// ---- what vacuum cannot have left, unless it was interrupted

TEST(Eraser, ErasesFreeNodesThatHaveTheirElements) {
    StoredIndex index(kSmall);
    index.insert_random(40);
    const std::vector<float> element = index.rows[8];
    index.remove(8);
    index.free_removed();
    std::memcpy(index.slot(7).code(), element.data(), element.size() * sizeof(float));
    EXPECT_EQ(erase(index), 1u);
    EXPECT_FALSE(has_element(index.pages, element));
    EXPECT_EQ(erase(index), 0u);
}

TEST(Eraser, LeavesLiveNodesAlone) {
    for (const IndexKind& kind : {kKinds[0], kKinds[std::size(kKinds) - 1]}) {
        StoredIndex index({.kind = kind, .filter_columns = 2});
        index.insert_random(60);
        for (int i = 0; i < 20; ++i) (void)index.insert(index.rows[5]);
        const std::vector<std::byte> before = index.pages.dump();
        const uint64_t edits = index.pages.edits();
        EXPECT_EQ(erase(index), 0u);
        EXPECT_EQ(index.pages.edits(), edits);
        EXPECT_EQ(index.pages.dump(), before);
    }
}

TEST(Eraser, ErasesKeysOfNodesWithoutARowOfTheirOwn) {
    StoredIndex index(kSmall);
    index.insert_random(40);
    index.remove(9);
    index.free_removed();
    std::byte* directory = content(index.pages.image(index.g.directory_block(8)));
    directory_filters(directory, index.g).put(index.g.directory_index(8), filters_of(9, 2));
    ASSERT_FALSE(is_nothing(filters_of_node(index, 8)));
    (void)erase(index);
    EXPECT_TRUE(is_nothing(filters_of_node(index, 8)));
    EXPECT_FALSE(is_nothing(filters_of_node(index, 9)));
}

// Vacuum gives a list back segment by segment; stopped in between, it has lost the others.
TEST(Eraser, FreesSegmentsThatNoListHas) {
    StoredIndex index(kSmall);
    index.insert_random(10);
    for (int i = 0; i < 60; ++i) (void)index.insert(index.rows[5]);
    const Place head = posting_place(index.entry(4));
    const Place second = index.segment(head).next;
    ASSERT_FALSE(second == kNowhere);
    const PostingSegment lost = index.segment(second);
    const auto filters =
        segment_filters(content(index.pages.image(second.block)), index.g, second.index);
    const FilterValues values = filters.get(0);
    const std::vector<float> element = index.rows[5];
    index.remove_if([&](uint32_t row) { return index.rows[row] == element; });
    index.free_removed();
    // Take it out of the chain of free segments and give it its rows back.
    Place* at = &index.state().free_segments;
    while (!(*at == second)) at = &index.segment(*at).next;
    *at = index.segment(second).next;
    index.segment(second) = lost;
    filters.put(0, values);
    ASSERT_THAT(faults_of(index), IsEmpty());

    EXPECT_EQ(erase(index), 0u);
    EXPECT_EQ(index.segment(second).owner, kNoNode);
    EXPECT_EQ(index.segment(second).count, 0u);
    EXPECT_EQ(index.state().free_segments, second);
    EXPECT_EQ(filters.get(0).keys[0], 0u);
    EXPECT_THAT(faults_of(index), IsEmpty());
}

TEST(Eraser, SaysWhenMemoryIsOut) {
    StoredIndex index(kSmall);
    TestArena memory(8);
    EXPECT_FALSE((Eraser<FakePages, PlainCodec>(index.store).run(memory.arena())));
}

TEST(Eraser, DoesWhatAnInterruptedVacuumLeft) {
    for (uint64_t edits = 0;; ++edits) {
        StoredIndex index(kSmall);
        index.insert_random(24);
        std::vector<std::vector<float>> gone;
        for (uint32_t row = 3; row <= 24; row += 3) gone.push_back(index.rows[row]);
        index.remove_if([](uint32_t row) { return row % 3 == 0; });
        (void)index.vacuum();
        index.pages.advance_clock();
        index.pages.crash_after(edits);
        bool crashed = false;
        try {
            index.user.reclaim();
        } catch (const Crash&) {
            crashed = true;
        }
        index.pages.never_crash();
        EXPECT_THAT(faults_of(index), IsEmpty()) << "after " << edits << " edits";
        index.user.reclaim();
        (void)erase(index);
        for (const auto& element : gone)
            EXPECT_FALSE(has_element(index.pages, element)) << "after " << edits << " edits";
        if (HasFailure() || !crashed) {
            EXPECT_GT(edits, 3u);
            return;
        }
    }
}

}  // namespace
}  // namespace vx::test
