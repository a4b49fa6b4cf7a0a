// How a new node gets its id, its upper slots and its slot, and becomes live.
#include "core/paged/publish.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "paged/scanned.h"
#include "paged/stored_index.h"
#include "support/index_check.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Publish : public StorageTest {};
VX_FOR_EACH_STORAGE(Publish);

// ---- whole insertions

TEST_P(Publish, ElementsThatSpanPagesAreStoredWhole) {
    PagedIndex index(with({.dims = 2700, .m = 4, .ef_construction = 12, .page_bytes = 1024}));
    index.insert_random(40);
    if (index.user.geometry().layout.variable)
        ASSERT_NE(index.user.state().overflow_block, kNoPage);
    else
        ASSERT_GT(index.user.geometry().pages_per_slot, 2u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    for (const auto& [row, element] : index.rows) {
        const auto nearest = index.user.scan_nodes(element.data(), 200, 1);
        ASSERT_THAT(nearest, SizeIs(1));
        EXPECT_EQ(index.user.rows_of(nearest[0]), std::vector<uint32_t>{row});
        EXPECT_TRUE(index.user.holds(nearest[0], element));
    }
}

TEST_P(Publish, UpperSlotsOpenPagesOfTheirOwn) {
    PagedIndex index(with({.dims = 3, .m = 8, .ef_construction = 24}));
    index.user.forced_level = 3;
    index.insert_random(150);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
}

// A crash before any step leaves a node that no search meets until the tree edge makes it live, and
// that vacuum frees.
TEST_P(Publish, MakesANodeLiveInOneStep) {
    const std::vector<float> element{0.5F, 0.25F, 0.125F};
    std::vector<NodeState> states;
    for (uint64_t edits = 0; states.empty() || states.back() != NodeState::kLive; ++edits) {
        ASSERT_LT(edits, 30u);
        PagedIndex index(with({.dims = 3, .m = 4, .ef_construction = 12}));
        index.insert_random(20);
        const NodeId id = index.user.state().next_id;
        index.user.forced_level = 2;
        index.pages.crash_after(edits);
        EXPECT_THROW((void)index.insert(element), Crash);
        index.pages.never_crash();
        ASSERT_THAT(faults_of(index), IsEmpty()) << "crash before edit " << edits;
        const auto entries = [&] { return check_index(index).entries; };
        const bool reserved = entries().count(id) != 0;
        states.push_back(reserved ? entries().at(id).state : NodeState::kUnused);
        if (states.back() == NodeState::kLive) break;
        EXPECT_EQ(index.user.state().live_count, reserved ? 21u : 20u);
        EXPECT_THAT(index.user.scan_nodes(element.data(), 30), Not(Contains(id)));
        index.remove(21);  // its transaction has not committed
        (void)index.vacuum();
        EXPECT_EQ(index.user.state().dead_count, reserved ? 1u : 0u);
        index.pages.advance_clock();
        (void)index.vacuum();
        EXPECT_EQ(index.user.state().free_count, reserved ? 1u : 0u);
        EXPECT_THAT(faults_of(index, true), IsEmpty());
    }
    ASSERT_GE(states.size(), 4u);
    EXPECT_EQ(states[0], NodeState::kUnused);
    for (size_t i = 1; i + 1 < states.size(); ++i) EXPECT_EQ(states[i], NodeState::kPending) << i;
}

// Nobody has moved the children of the dead root yet, so it can be nobody's parent.
TEST_P(Publish, PutsANodeOnTopOfATreeOfTheDead) {
    PagedIndex index(with({.dims = 3, .m = 4, .ef_construction = 12}));
    index.insert_random(6);
    const NodeId root = index.user.state().root;
    index.remove_all();
    (void)index.user.remove_dead_rows([&](uint32_t row) { return index.removed.count(row) != 0; });
    (void)index.insert({0.5F, 0.25F, 0.125F});
    const NodeId id = index.user.state().next_id - 1;
    EXPECT_EQ(index.user.state().root, id);
    const Geometry& g = index.user.geometry();
    const Slot below = slot_at(content(index.pages.image(g.slot_block(root))), g, root);
    EXPECT_EQ(below.header()->parent, id);
    EXPECT_THAT(faults_of(index), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST_P(Publish, GivesANodeOfAnIdUsedAgainTheUpperSlotsThatItHad) {
    PagedIndex index(with({.dims = 3, .m = 4, .ef_construction = 12}));
    index.insert_random(20);
    index.user.forced_level = 2;
    const uint32_t row = index.insert({0.5F, 0.25F, 0.125F});
    index.user.forced_level = 0;
    const NodeId id = index.user.state().next_id - 1;
    const Geometry& g = index.user.geometry();
    const auto header = [&] {
        return *slot_at(content(index.pages.image(g.slot_block(id))), g, id).header();
    };
    const SlotHeader before = header();
    const uint32_t used = index.user.state().upper_used;
    index.remove(row);
    (void)index.vacuum();
    index.pages.advance_clock();
    (void)index.vacuum();
    (void)index.insert({0.25F, 0.5F, 0.125F});
    EXPECT_EQ(header().generation, before.generation + 1);
    EXPECT_EQ(header().level, 2);
    EXPECT_EQ(header().upper_block, before.upper_block);
    EXPECT_EQ(header().upper_index, before.upper_index);
    EXPECT_EQ(index.user.state().upper_used, used);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

// ---- ids

constexpr IndexOptions kSmall{.dims = 3, .m = 4, .ef_construction = 12};

TEST(ChooseNewId, GoesOnWithTheNextExtentThatIsNotTaken) {
    const StoredIndex index(kSmall);
    const Geometry& g = index.g;
    StateContent state{};
    for (NodeId id = 0; id < g.nodes_per_extent; ++id) EXPECT_EQ(choose_new_id(g, state), id);
    EXPECT_EQ(state.extent_count, 1u);
    state.extent_count = 4;  // extents of aux pages came in between
    EXPECT_EQ(choose_new_id(g, state), 4 * g.nodes_per_extent);
    EXPECT_EQ(state.extent_count, 5u);
    EXPECT_EQ(state.next_id, 4 * g.nodes_per_extent + 1);
}

TEST(ChooseNewId, EndsBeforeIdsOrBlocksDo) {
    for (const uint32_t dims : {3u, 60000u}) {
        IndexOptions options = kSmall;
        options.dims = dims;
        const Geometry g = geometry_of(options);
        const uint64_t by_id = kMaxNodes / g.nodes_per_extent;
        const uint64_t by_block = (uint64_t{kNoPage} - 1 - g.first_extent_block) / g.extent_pages;
        StateContent state{};
        state.extent_count = static_cast<uint32_t>(std::min(by_id, by_block)) - 1;
        state.next_id = state.extent_count * g.nodes_per_extent;
        EXPECT_NE(choose_new_id(g, state), kNoNode) << dims;
        state.next_id = state.extent_count * g.nodes_per_extent;
        const StateContent before = state;
        EXPECT_EQ(choose_new_id(g, state), kNoNode) << dims;
        EXPECT_EQ(state.extent_count, before.extent_count);
        EXPECT_EQ(state.next_id, before.next_id);
    }
}

TEST(ReserveId, MakesTheNextEntryPending) {
    StoredIndex index(kSmall);
    for (NodeId id = 0; id < index.g.nodes_per_extent + 2; ++id) {
        bool full = true;
        ASSERT_EQ(reserve_id(index.store, {kNoNode, 1}, tid_of(id + 7), &full), id);
        EXPECT_FALSE(full);
        const DirectoryEntry& entry = index.entry(id);
        EXPECT_EQ(entry.state, NodeState::kPending);
        EXPECT_EQ(entry.level, 1);
        EXPECT_EQ(entry.generation, 0);
        EXPECT_EQ(heap_tid(entry), tid_of(id + 7));
        EXPECT_GE(index.pages.page_count(), index.g.slot_block(id) + index.g.pages_per_slot);
        EXPECT_EQ(index.state().live_count, id + 1);
        EXPECT_EQ(index.state().next_id, id + 1);
    }
    EXPECT_EQ(index.state().extent_count, 2u);
    EXPECT_EQ(index.state().root, kNoNode);
}

TEST(ReserveId, TakesAFreeIdWithItsNextGeneration) {
    StoredIndex index(kSmall);
    index.user.forced_level = 1;
    index.insert_random(10);
    for (const uint32_t row : {3u, 7u}) index.remove(row);
    index.free_removed();
    ASSERT_EQ(index.state().free_count, 2u);
    const IdChoice choice = find_free_id(index.store);
    EXPECT_EQ(choice.id, 2u);
    EXPECT_EQ(choice.level, 1);
    bool full = true;
    EXPECT_EQ(reserve_id(index.store, choice, tid_of(99), &full), choice.id);
    EXPECT_FALSE(full);
    EXPECT_EQ(index.entry(choice.id).state, NodeState::kPending);
    EXPECT_EQ(index.entry(choice.id).generation, 1);
    EXPECT_EQ(index.entry(choice.id).level, 1);
    EXPECT_EQ(index.state().free_count, 1u);
    EXPECT_EQ(index.state().live_count, 9u);
    EXPECT_EQ(index.state().next_id, 10u);
}

TEST(ReserveId, LosesAnIdThatSomebodyTook) {
    StoredIndex index(kSmall);
    index.insert_random(10);
    index.remove(3);
    index.free_removed();
    const IdChoice choice = find_free_id(index.store);
    ASSERT_EQ(choice.id, 2u);
    const auto before = index.pages.dump();
    bool full = true;
    EXPECT_EQ(reserve_id(index.store, {2, static_cast<Level>(choice.level + 1)}, {}, &full),
              kNoNode)
        << "of another level by now";
    EXPECT_EQ(reserve_id(index.store, {5, 0}, {}, &full), kNoNode) << "live";
    EXPECT_FALSE(full);
    EXPECT_EQ(index.pages.dump(), before);
}

TEST(ReserveId, PlansAgainWhenAnotherTookTheNewId) {
    StoredIndex index(kSmall);
    IndexUser other(index.pages, index.options, 99);
    bool once = true;
    index.pages.before_edit = [&] {
        if (!once) return;
        once = false;
        const float element[3] = {0.1F, 0.2F, 0.3F};
        EXPECT_TRUE(other.insert(element, tid_of(1)));
    };
    bool full = true;
    EXPECT_EQ(reserve_id(index.store, {}, tid_of(2), &full), 1u);
    EXPECT_EQ(heap_tid(index.entry(0)), tid_of(1));
    EXPECT_EQ(heap_tid(index.entry(1)), tid_of(2));
}

TEST(ReserveId, SaysWhenIdsAreExhausted) {
    StoredIndex index(kSmall);
    index.state().extent_count = kMaxNodes / index.g.nodes_per_extent;
    index.state().next_id = index.state().extent_count * index.g.nodes_per_extent;
    index.pages.claim_pages(kNoPage);
    const auto before = index.pages.edits();
    bool full = false;
    EXPECT_EQ(reserve_id(index.store, {}, tid_of(1), &full), kNoNode);
    EXPECT_TRUE(full);
    EXPECT_EQ(index.pages.edits(), before);
}

TEST(FindFreeId, LooksAtSomeExtentsFromTheCursorOn) {
    StoredIndex index(kSmall);
    EXPECT_EQ(find_free_id(index.store).id, kNoNode);
    const uint32_t per_extent = index.g.nodes_per_extent;
    bool full = false;
    for (uint32_t i = 0; i < 20 * per_extent; ++i)
        (void)reserve_id(index.store, {}, tid_of(i), &full);
    ASSERT_EQ(index.state().extent_count, 20u);
    EXPECT_EQ(find_free_id(index.store).id, kNoNode);
    for (const NodeId id : {per_extent + 3, 18 * per_extent}) {
        index.entry(id).state = NodeState::kFree;
        index.entry(id).level = 1;
    }
    index.state().free_count = 0;
    EXPECT_EQ(find_free_id(index.store).id, kNoNode) << "the state page says that there is none";
    index.state().free_count = 2;
    EXPECT_EQ(find_free_id(index.store).id, per_extent + 3);
    index.state().free_cursor = 2;  // 2 to 17
    EXPECT_EQ(find_free_id(index.store).id, kNoNode) << "the search is not for ever";
    index.state().free_cursor = 15;
    EXPECT_EQ(find_free_id(index.store).id, 18 * per_extent);
    EXPECT_EQ(find_free_id(index.store).level, 1);
    index.state().free_cursor = 19;  // round the end
    EXPECT_EQ(find_free_id(index.store).id, per_extent + 3);
    index.entry(per_extent + 3).level = 255;
    EXPECT_THROW((void)find_free_id(index.store), CorruptPage);
}

// ---- upper slots, the root, entry candidates

TEST(TakeUpperSlots, AreConsecutiveAndOnOnePage) {
    StoredIndex index(kSmall);
    const uint32_t per_page = index.g.upper_slots_per_page;
    ASSERT_GT(per_page, 3u);
    std::set<std::pair<uint32_t, uint32_t>> taken;
    for (uint32_t i = 0; i < 3 * per_page; ++i) {
        const auto level = static_cast<Level>(1 + i % 3);
        const Place place = take_upper_slots(index.store, level);
        ASSERT_TRUE(upper_place_sane(index.g, place, level));
        EXPECT_EQ(page_kind(index.pages.image(place.block), index.options.page_bytes),
                  PageKind::kUpper);
        for (uint32_t l = 0; l < level; ++l)
            EXPECT_TRUE(taken.insert({place.block, place.index + l}).second);
    }
    EXPECT_FALSE(upper_place_sane(index.g, {9, static_cast<uint16_t>(per_page - 1), 0}, 2));
    EXPECT_TRUE(upper_place_sane(index.g, {9, static_cast<uint16_t>(per_page - 1), 0}, 1));
}

TEST(BecomeRoot, IsForTheFirstAlone) {
    StoredIndex index(kSmall);
    bool full = false;
    for (NodeId id = 0; id < 2; ++id)
        (void)reserve_id(index.store, {kNoNode, 1}, tid_of(id), &full);
    EXPECT_TRUE(become_root(index.store, 1, 1));
    EXPECT_EQ(index.state().root, 1u);
    EXPECT_EQ(index.state().entries[0].id, 1u);
    EXPECT_EQ(index.state().entries[0].level, 1u);
    EXPECT_EQ(index.state().entries[1].id, kNoNode);
    EXPECT_EQ(index.entry(1).state, NodeState::kLive);
    EXPECT_FALSE(become_root(index.store, 0, 1));
    EXPECT_EQ(index.state().root, 1u);
    EXPECT_EQ(index.entry(0).state, NodeState::kPending);
}

TEST(OfferEntry, TakesNoNodeOfTheBaseLevelWhereThereIsAnother) {
    StoredIndex index(kSmall);
    index.user.forced_level = 0;
    index.insert_random(12);
    EXPECT_EQ(index.state().entries[0].id, 0u);
    EXPECT_EQ(index.state().entries[1].id, kNoNode);
    index.user.forced_level = 1;
    index.insert_random(3);
    const auto& entries = index.state().entries;
    EXPECT_EQ(entries[0].id, 12u);
    EXPECT_EQ(entries[2].id, 14u);
    EXPECT_EQ(entries[3].id, 0u);
    EXPECT_THAT(faults_of(index), IsEmpty());
}

TEST(EntryCandidates, AreOrderedByLevelAndUnique) {
    EntryCandidate entries[kEntryCandidates];
    for (EntryCandidate& entry : entries) entry = {kNoNode, 0};
    for (uint32_t id = 0; id < 20; ++id) (void)insert_entry(entries, {id, id * 7 % 5});
    for (uint32_t i = 1; i < kEntryCandidates; ++i)
        EXPECT_GE(entries[i - 1].level, entries[i].level);
    EXPECT_FALSE(insert_entry(entries, entries[3]));
    EXPECT_FALSE(insert_entry(entries, {99, 0}));
    EXPECT_TRUE(insert_entry(entries, {100, 31}));
    EXPECT_EQ(entries[0].id, 100u);
}

}  // namespace
}  // namespace vx::test
