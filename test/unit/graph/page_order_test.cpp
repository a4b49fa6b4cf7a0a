// The order in which a build writes its nodes.
#include "core/graph/page_order.h"

#include <gtest/gtest.h>

#include "support/memory_graph.h"

namespace vx::test {
namespace {

constexpr uint32_t kSlots = 5;

uint32_t page_of(const PlainStore& store, NodeId node) { return store.place_of(node) / kSlots; }

// Links that end on the page on which they begin.
uint32_t links_within_pages(const PlainStore& store) {
    uint32_t count = 0;
    for (NodeId node = 0; node < store.size(); ++node) {
        const NodeId* ids = store.base_ids(node);
        for (uint32_t lane = 0; lane < store.params().max_degree(0); ++lane)
            if (ids[lane] != kNoNode && page_of(store, ids[lane]) == page_of(store, node)) ++count;
    }
    return count;
}

TEST(PageOrder, GivesEachNodeOnePlaceAndTheRootTheFirst) {
    MemoryGraph graph({4, 16}, 8);
    for (const auto& element : random_elements(1234, 8, 3)) graph.add(element);
    PlainStore& store = graph.store();
    PageOrder(store, kSlots).run();
    ASSERT_EQ(store.placed(), store.size());
    std::set<NodeId> seen;
    for (uint32_t place = 0; place < store.size(); ++place) {
        const NodeId node = store.ordered(place);
        EXPECT_TRUE(seen.insert(node).second);
        EXPECT_EQ(store.place_of(node), place);
    }
    EXPECT_EQ(seen.size(), store.size());
    EXPECT_EQ(store.ordered(0), store.root());
}

TEST(PageOrder, PutsNeighborsOnOnePage) {
    MemoryGraph graph({8, 40}, 16);
    for (const auto& element : random_elements(2000, 16, 4)) graph.add(element);
    PlainStore& store = graph.store();
    place_in_order(store);
    const uint32_t before = links_within_pages(store);
    PageOrder(store, kSlots).run();
    // By chance, of the 2,000 nodes 4 share the page of one.
    EXPECT_GT(links_within_pages(store), 30 * before);
}

// Pages of more nodes than there are, and of more candidates than are kept.
TEST(PageOrder, TakesPagesOfManyNodes) {
    for (const uint32_t slots : {300u, 5000u}) {
        MemoryGraph graph({16, 40}, 4);
        for (const auto& element : random_elements(900, 4, 5)) graph.add(element);
        PageOrder(graph.store(), slots).run();
        EXPECT_EQ(graph.store().placed(), 900u);
        std::set<uint32_t> places;
        for (NodeId node = 0; node < 900; ++node) places.insert(graph.store().place_of(node));
        EXPECT_EQ(places.size(), 900u);
    }
}

TEST(PageOrder, LeavesOutMergedNodes) {
    for (const bool near : {false, true}) {
        MemoryGraph graph({4, 16}, 2);
        for (uint32_t i = 0; i < 100; ++i) graph.add({static_cast<float>(i % 40), 0});
        if (near)
            PageOrder(graph.store(), kSlots).run();
        else
            place_in_order(graph.store());
        ASSERT_EQ(graph.store().placed(), 40u);
        for (uint32_t place = 0; place < 40; ++place)
            EXPECT_FALSE(graph.store().node(graph.store().ordered(place)).merged);
    }
}

TEST(PageOrder, TakesAnEmptyGraph) {
    MemoryGraph graph({4, 16}, 8);
    PageOrder(graph.store(), kSlots).run();
    EXPECT_EQ(graph.store().placed(), 0u);
}

}  // namespace
}  // namespace vx::test
