// What the store tells of its lists, and what it promises a search that goes by sketches, in slots
// on one page and on several.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/paged/paged_store.h"
#include "support/paged_index.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::Contains;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAreArray;

class PagedStoreOf : public StorageTest {};
VX_FOR_EACH_STORAGE(PagedStoreOf);

TEST_P(PagedStoreOf, AListTellsTheDistancesOfItsNodes) {
    for (const uint32_t dims : {3u, 40u}) {
        PagedIndex index(with({.dims = dims, .m = 6, .page_bytes = 8192}));
        index.insert_random(300);
        for (NodeId id = 0; id < 300; ++id) {
            const ListDistances list = index.user.list_distances(id);
            ASSERT_THAT(list.told, SizeIs(12));
            for (size_t i = 0; i < list.told.size(); ++i)
                EXPECT_NEAR(list.told[i], list.measured[i],
                            0.01f + 0.02f * std::fabs(list.measured[i]))
                    << id << " lane " << i;
        }
    }
}

// ---- searches by sketches

constexpr float kNoBound = __builtin_inff();

/// Dimensions with which a slot takes one page of 1024 bytes, or several.
class FusedStore : public testing::TestWithParam<uint32_t> {
protected:
    using Store = PagedStore<FakePages, FastCodec>;

    static constexpr uint32_t kNodes = 24;

    FusedStore() {
        index.user.forced_level = 0;
        index.insert_random(kNodes);
    }

    static IndexOptions options() {
        IndexOptions options{.dims = GetParam(), .m = 4, .ef_construction = 2 * kNodes};
        for (const IndexKind& kind : kKinds)
            if (kind.storage == Storage::kFast) options.kind = kind;
        return options;
    }

    Slot slot(NodeId id) { return slot_at(content(index.pages.image(g.slot_block(id))), g, id); }

    /// The neighbors in lanes that `marked` has or has not.
    std::vector<NodeId> neighbors(NodeId id, bool marked) {
        std::vector<NodeId> found;
        const LaneMask marks = marks_of(ConstSlot{slot(id).bytes, &g});
        for (uint32_t lane = 0; lane < g.lanes; ++lane)
            if (slot(id).ids()[lane] != kNoNode && marks.test(lane) == marked)
                found.push_back(slot(id).ids()[lane]);
        return found;
    }
    std::vector<NodeId> all_neighbors(NodeId id) {
        std::vector<NodeId> all = neighbors(id, false);
        const std::vector<NodeId> pruned = neighbors(id, true);
        all.insert(all.end(), pruned.begin(), pruned.end());
        return all;
    }

    /// Marks the lanes whose neighbor is told to be pruned, and no others.
    template <class F>
    void mark_lanes(F&& is_pruned) {
        for (NodeId id = 0; id < index.user.state().next_id; ++id) {
            LaneMask marks;
            for (uint32_t lane = 0; lane < g.lanes; ++lane)
                if (is_pruned(slot(id).ids()[lane])) marks.set(lane);
            set_marks(slot(id), marks, true);
        }
    }

    /// What an expansion calls its sink for.
    std::vector<NodeId> expanded(NodeId id) {
        std::vector<NodeId> found;
        (void)store.expand_fused(id, kNoBound,
                                 [&](NodeId neighbor, float) { found.push_back(neighbor); });
        return found;
    }

    /// Inserts a row whose nearest by far is the node of `element`; returns whom its list names.
    std::vector<NodeId> neighbors_of_near_copy(std::vector<float> element, float shift) {
        for (uint32_t i = 0; i < element.size() / 10; ++i) element[i] += shift;
        const NodeId id = index.user.state().next_id;
        (void)index.insert(element);
        EXPECT_EQ(index.user.state().next_id, id + 1) << "not a node of its own";
        return all_neighbors(id);
    }

    PagedIndex index{options()};
    const Geometry& g = index.user.geometry();
    FastHolder holder{index.options};
    Store store{
        index.pages, g, holder.codec, {index.options.m, index.options.ef_construction}, nullptr};
};
INSTANTIATE_TEST_SUITE_P(Slots, FusedStore, testing::Values(60, 2700),
                         [](const auto& tested) { return "Of" + std::to_string(tested.param); });

TEST_P(FusedStore, HasTheSlotsThatTheseTestsMean) {
    EXPECT_EQ(g.pages_per_slot > 1, GetParam() > 1024);
    EXPECT_NE(g.marks_offset, 0u);
}

TEST_P(FusedStore, LeavesPrunedLinksOutOfAnInsertionAlone) {
    mark_lanes([](NodeId neighbor) { return neighbor % 2 == 1; });
    const auto element = index.random_element();
    size_t pruned = 0;
    for (NodeId id = 0; id < kNodes; ++id) {
        store.bind_for_insert(element.data());
        EXPECT_THAT(expanded(id), UnorderedElementsAreArray(neighbors(id, false)));
        store.bind(element.data());
        EXPECT_THAT(expanded(id), UnorderedElementsAreArray(all_neighbors(id)));
        pruned += neighbors(id, true).size();
    }
    EXPECT_GT(pruned, size_t{kNodes});
}

// Every link to one node is marked, so an insertion cannot come by it, near as it is.
TEST_P(FusedStore, InsertsByNoLinkThatPruningDropped) {
    const NodeId target = kNodes - 1;
    ASSERT_NE(store.entry().id, target);
    const std::vector<uint32_t> rows = index.user.rows_of(target);
    ASSERT_EQ(rows.size(), 1u);
    const std::vector<float> element = index.rows[rows[0]];

    mark_lanes([&](NodeId neighbor) { return neighbor == target; });
    EXPECT_THAT(neighbors_of_near_copy(element, 0.3F), Not(Contains(target)));
    mark_lanes([](NodeId) { return false; });
    EXPECT_THAT(neighbors_of_near_copy(element, 0.2F), Contains(target));
}

TEST_P(FusedStore, CallsItsSinkWithNothingLent) {
    const auto element = index.random_element();
    store.bind(element.data());
    size_t calls = 0;
    for (NodeId id = 0; id < kNodes; ++id) {
        const Measured own = store.expand_fused(id, kNoBound, [&](NodeId neighbor, float) {
            EXPECT_FALSE(index.pages.lent()) << id;
            if (!index.pages.lent()) (void)store.query_distance(neighbor);  // it may read pages
            ++calls;
        });
        EXPECT_FLOAT_EQ(own.distance, store.query_distance(id));
    }
    EXPECT_GT(calls, 2 * size_t{kNodes});
}

}  // namespace
}  // namespace vx::test
