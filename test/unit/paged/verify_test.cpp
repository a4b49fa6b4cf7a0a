// The verifier: silent about sound indexes, and for each kind of damage it names that damage.
#include "core/paged/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "support/paged_index.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::Contains;
using testing::IsEmpty;

struct CollectingSink {
    std::vector<FindingKind> kinds;
    std::multiset<uint32_t> rows;
    size_t elements = 0;

    void finding(const Finding& finding) { kinds.push_back(finding.kind); }
    void element(const StoredRecord&) { ++elements; }
    void row(NodeId, bool live, const IndexRow& row) {
        if (live) rows.insert(row_of(row.tid));
    }
};

CollectingSink verified(PagedIndex& index) {
    CollectingSink sink;
    TestArena memory;
    MetaContent meta;
    if (verify_meta(index.pages, sink, &meta)) {
        EXPECT_TRUE(verify_index(index.pages, index.user.geometry(), memory.arena(), sink));
    }
    return sink;
}

class Verify : public StorageTest {
protected:
    Verify() {
        index.insert_random(200);
        const std::vector<float> twin = index.random_element();
        for (int i = 0; i < 40; ++i) (void)index.insert(twin);
        for (uint32_t row = 90000; row < 90020; ++row) index.user.insert_null(tid_of(row));
    }

    std::byte* page(uint32_t block) { return content(index.pages.image(block)); }
    StateContent& state() { return *record_at<StateContent>(page(kStateBlock), 0); }
    DirectoryEntry& entry(NodeId id) {
        return *entry_at(page(g.directory_block(id)), g.directory_index(id));
    }
    Slot slot(NodeId id) { return slot_at(page(g.slot_block(id)), g, id); }

    /// A node of at least `level`, not the root.
    NodeId node_of_level(Level level) {
        NodeId id = 0;
        while (id == state().root || entry(id).level < level) ++id;
        return id;
    }
    uint32_t lane_with(NodeId id, bool pinned) {
        uint32_t lane = 0;
        while (slot(id).ids()[lane] == kNoNode || slot(id).pinned(lane) != pinned) ++lane;
        return lane;
    }
    /// The node that 40 equal rows belong to.
    NodeId node_with_postings() {
        NodeId id = 0;
        while (!has_postings(entry(id))) ++id;
        return id;
    }
    PostingSegment& segment(Place place) {
        return *segment_at(page(place.block), index.user.geometry(), place.index);
    }

    void expect_finding(FindingKind kind) { EXPECT_THAT(verified(index).kinds, Contains(kind)); }

    PagedIndex index{with({})};
    const Geometry& g = index.user.geometry();
};

VX_FOR_EACH_STORAGE(Verify);

TEST_P(Verify, FindsNothingInASoundIndex) {
    const CollectingSink sink = verified(index);
    EXPECT_THAT(sink.kinds, IsEmpty());
    EXPECT_EQ(sink.rows.size(), index.rows.size() + 20);
    EXPECT_EQ(sink.elements, state().live_count);
}

TEST_P(Verify, FindsNothingBetweenBulkDeleteAndCleanupNorAfter) {
    for (const uint32_t row : index.expected_rows())
        if (row % 3 == 0) index.remove(row);
    (void)index.user.remove_dead_rows([&](uint32_t row) { return index.removed.count(row) != 0; });
    EXPECT_THAT(verified(index).kinds, IsEmpty());
    index.user.reclaim();
    EXPECT_THAT(verified(index).kinds, IsEmpty());
}

TEST_P(Verify, FindsNothingInAnEmptyIndex) {
    PagedIndex empty(with({}));
    EXPECT_THAT(verified(empty).kinds, IsEmpty());
}

TEST_P(Verify, NamesDamagedPages) {
    struct Damage {
        uint32_t block;
        FindingKind finding;
    };
    for (const Damage& damage :
         {Damage{kMetaBlock, FindingKind::kWrongPage}, Damage{kStateBlock, FindingKind::kWrongPage},
          Damage{g.extent_block(0), FindingKind::kWrongPage},
          Damage{g.slot_block(0), FindingKind::kWrongPage},
          Damage{g.first_aux_block, FindingKind::kWrongPage}}) {
        std::byte* trailer = index.pages.image(damage.block) + index.options.page_bytes - 4;
        const std::byte before = *trailer;
        *trailer ^= std::byte{0xFF};
        expect_finding(damage.finding);
        *trailer = before;
    }
    EXPECT_THAT(verified(index).kinds, IsEmpty());
}

TEST_P(Verify, NamesADamagedMean) {
    if (g.mean_pages == 0) {
        EXPECT_TRUE(mean_readable(index.pages, g));
        return;
    }
    EXPECT_TRUE(mean_readable(index.pages, g));
    index.pages.init_page(index.pages.image(g.mean_block), PageKind::kUpper);
    EXPECT_FALSE(mean_readable(index.pages, g));
    expect_finding(FindingKind::kWrongPage);
}

TEST_P(Verify, NamesEmptyPages) {
    for (const uint32_t block : {kMetaBlock, g.extent_block(0), g.first_aux_block}) {
        std::vector<std::byte> before(index.pages.image(block),
                                      index.pages.image(block) + index.options.page_bytes);
        std::memset(index.pages.image(block), 0, index.options.page_bytes);
        expect_finding(FindingKind::kEmptyPage);
        std::memcpy(index.pages.image(block), before.data(), before.size());
    }
    std::memset(index.pages.image(g.slot_block(7)), 0, index.options.page_bytes);
    expect_finding(FindingKind::kNoSlot);
}

TEST_P(Verify, NamesPagesBeyondWhatWasGivenOut) {
    const uint32_t block = index.pages.page_count() + g.extent_pages;
    index.pages.extend_to(block + 1);
    EXPECT_THAT(verified(index).kinds, IsEmpty());
    index.pages.init_page(index.pages.image(block), PageKind::kSlots);
    expect_finding(FindingKind::kUnexpectedPage);
}

TEST_P(Verify, NamesRecordsThatWalWouldNotKeep) {
    std::memset(index.pages.image(g.slot_block(0)) + 12, 0, 2);
    expect_finding(FindingKind::kBadPageHeader);
    const uint16_t lower = kPageHeaderBytes + 4;
    std::memcpy(index.pages.image(g.slot_block(0)) + 12, &lower, 2);
    expect_finding(FindingKind::kOutsidePage);
}

TEST_P(Verify, NamesMetaAndStateOutOfRange) {
    MetaContent& meta = *record_at<MetaContent>(page(kMetaBlock), 0);
    ++meta.slot_bytes;
    expect_finding(FindingKind::kBadMeta);
    --meta.slot_bytes;
    state().extent_count = 0xFFFFFFFF;
    expect_finding(FindingKind::kBadState);
}

TEST_P(Verify, NamesWrongCounters) {
    ++state().live_count;
    ++state().dead_count;
    ++state().free_count;
    const std::vector<FindingKind> kinds = verified(index).kinds;
    EXPECT_THAT(kinds, testing::ElementsAre(FindingKind::kLiveCount, FindingKind::kDeadCount,
                                            FindingKind::kFreeCount));
}

TEST_P(Verify, NamesDamagedNodes) {
    const NodeId id = node_of_level(0);
    ++entry(id).generation;
    expect_finding(FindingKind::kGeneration);
    --entry(id).generation;
    slot(id).header()->flags = kSlotRetired;
    expect_finding(FindingKind::kRetired);
    slot(id).header()->flags = 0;
    ++slot(id).header()->level;
    expect_finding(FindingKind::kNodeLevel);
    --slot(id).header()->level;
    entry(id).state = static_cast<NodeState>(9);
    expect_finding(FindingKind::kNodeState);
    entry(id).state = NodeState::kUnused;
    expect_finding(FindingKind::kUnusedNode);
    entry(id).state = NodeState::kLive;
    --state().next_id;
    expect_finding(FindingKind::kUsedNode);
}

TEST_P(Verify, NamesDamagedLinks) {
    const NodeId id = node_of_level(1);
    uint32_t& target = slot(id).ids()[lane_with(id, false)];
    const uint32_t before = target;
    target = 1000000;
    expect_finding(FindingKind::kLinkRange);
    target = id;
    expect_finding(FindingKind::kLinkSelf);
    target = slot(id).ids()[lane_with(id, true)];
    expect_finding(FindingKind::kLinkDuplicate);
    target = before;
    entry(before).state = NodeState::kFree;
    expect_finding(FindingKind::kLinkToUnused);
    entry(before).state = NodeState::kUnlinked;
    expect_finding(FindingKind::kLinkToUnlinked);
}

TEST_P(Verify, NamesDamagedUpperSlots) {
    const NodeId id = node_of_level(1);
    SlotHeader& header = *slot(id).header();
    std::byte* upper = page(header.upper_block);
    upper_header(upper, g, header.upper_index)->node = id + 1;
    expect_finding(FindingKind::kUpperOwner);
    upper_header(upper, g, header.upper_index)->node = id;
    NodeId low = 0;
    while (entry(low).level > 0) ++low;
    upper_ids(upper, g, header.upper_index)[0] = low;
    expect_finding(FindingKind::kLinkLevel);
    header.upper_index = 60000;
    expect_finding(FindingKind::kUpperPlace);
    header.upper_block = 0xFFFFFFF0;
    expect_finding(FindingKind::kUpperPlace);
}

TEST_P(Verify, NamesADamagedTree) {
    const NodeId root = state().root;
    const NodeId child = slot(root).ids()[lane_with(root, true)];
    slot(child).header()->parent = kNoNode;
    expect_finding(FindingKind::kSecondRoot);
    expect_finding(FindingKind::kStrayPin);
    slot(child).header()->parent = 1000000;
    expect_finding(FindingKind::kBadParent);
    slot(child).header()->parent = root;
    set_pinned(slot(child), slot(child).find_lane(root), false);
    expect_finding(FindingKind::kNoLaneToParent);
    set_pinned(slot(child), slot(child).find_lane(root), true);
    set_pinned(slot(root), slot(root).find_lane(child), false);
    expect_finding(FindingKind::kNoLaneToChild);
    set_pinned(slot(root), slot(root).find_lane(child), true);
    EXPECT_THAT(verified(index).kinds, IsEmpty());
    slot(root).header()->parent = child;
    const std::vector<FindingKind> kinds = verified(index).kinds;
    EXPECT_THAT(kinds, Contains(FindingKind::kTreeCycle));
    EXPECT_THAT(kinds, Contains(FindingKind::kBadRoot));
}

TEST_P(Verify, NamesTooManyChildren) {
    const NodeId id = node_of_level(0);
    for (uint32_t lane = 0; lane < g.lanes; ++lane) {
        const NodeId other = (id + 1 + lane) % 100;
        slot(id).ids()[lane] = other;
        set_pinned(slot(id), lane, true);
        slot(other).header()->parent = id;
    }
    expect_finding(FindingKind::kTooManyChildren);
}

TEST_P(Verify, NamesEntryPointsThatCannotBe) {
    const EntryCandidate first = state().entries[0];
    ++state().entries[0].level;
    expect_finding(FindingKind::kEntryLevel);
    state().entries[0] = {1000000, first.level};
    expect_finding(FindingKind::kEntryState);
    state().entries[0] = {kNoNode, 0};
    state().entries[1] = first;
    expect_finding(FindingKind::kEntryOrder);
    for (EntryCandidate& entry_point : state().entries) entry_point = {kNoNode, 0};
    state().root = kNoNode;
    expect_finding(FindingKind::kNoEntry);
}

TEST_P(Verify, NamesNodesThatNoSearchFinds) {
    NodeId lost = 0;
    while (entry(lost).level > 0 || lost == state().root) ++lost;
    ASSERT_NE(state().entries[0].id, lost);
    for (NodeId id = 0; id < state().next_id; ++id) {
        const uint32_t lane = slot(id).find_lane(lost);
        if (lane < g.lanes) slot(id).ids()[lane] = kNoNode;
    }
    expect_finding(FindingKind::kUnreachable);
}

TEST_P(Verify, NamesDamagedPostingLists) {
    const NodeId id = node_with_postings();
    const Place head = posting_place(entry(id));
    PostingSegment& first = segment(head);
    ++first.generation;
    expect_finding(FindingKind::kSegmentGeneration);
    --first.generation;
    const uint16_t count = first.count;
    first.count = kTidsPerSegment + 1;
    expect_finding(FindingKind::kSegmentCount);
    first.count = count;
    const Place next = first.next;
    first.next = head;
    expect_finding(FindingKind::kSegmentShared);
    first.next = {head.block, 60000, 0};
    expect_finding(FindingKind::kSegmentPlace);
    first.next = state().null_list;
    expect_finding(FindingKind::kSegmentOwner);
    first.next = next;
    state().free_segments = head;
    expect_finding(FindingKind::kSegmentOwner);
}

// Whatever the bytes are: the verifier ends, stays inside pages and memory (AddressSanitizer sees
// that), and never takes the way of an error.
TEST_P(Verify, SurvivesAnyDamage) {
    const std::vector<std::byte> sound = index.pages.dump();
    SplitMix64 random(42);
    for (int round = 0; round < 300; ++round) {
        index.pages.load(sound);
        for (int i = 0; i < 40; ++i) {
            const auto block = static_cast<uint32_t>(random.next() % index.pages.page_count());
            const auto at = static_cast<uint32_t>(random.next() % index.options.page_bytes);
            index.pages.image(block)[at] = static_cast<std::byte>(random.next());
        }
        index.pages.limit_work(1000000);
        EXPECT_NO_THROW((void)verified(index));
    }
}

}  // namespace
}  // namespace vx::test
