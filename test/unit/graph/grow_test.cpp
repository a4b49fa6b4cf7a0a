// Growing a graph of rows that were put into it, near ones one after the other.
#include "core/graph/grow.h"

#include <gtest/gtest.h>

#include <map>

#include "core/graph/page_order.h"
#include "support/grow_alone.h"
#include "support/memory_graph.h"

namespace vx::test {
namespace {

using Elements = std::vector<std::vector<float>>;

/// Twenty heaps of points, far from each other, interleaved.
Elements heaps(uint32_t count) {
    Elements elements = random_elements(count, 8, 7);
    for (uint32_t i = 0; i < count; ++i) elements[i][i % 8] += static_cast<float>(20 * (i % 20));
    return elements;
}

/// The level of each.
std::vector<Level> put(MemoryGraph& graph, const Elements& elements) {
    std::vector<Level> levels;
    SplitMix64 random(3);
    for (uint32_t i = 0; i < elements.size(); ++i) {
        graph.store().bind_for_insert(elements[i].data());
        levels.push_back(draw_level(random, 8));
        const HeapTid tid{0, static_cast<uint16_t>(i), 1};
        EXPECT_NE(graph.store().put(levels.back(), tid), kNoNode);
    }
    return levels;
}

std::vector<float> element_of(const PlainStore& store, NodeId node) {
    const auto* values = reinterpret_cast<const float*>(store.record(node));
    return {values, values + 8};
}

/// Each element is put three times.
size_t first_of_three(size_t row) { return row / 3 * 3; }

uint32_t row_of(const PlainStore& store, NodeId node) { return store.node(node).tid.block_low; }

TEST(Growth, FindsWhatBruteForceFinds) {
    const Elements elements = heaps(4000);
    MemoryGraph graph({16, 64}, 8);
    (void)put(graph, elements);
    TestArena arena;
    grow_alone(graph.store(), graph.scratch(), arena.arena());
    EXPECT_EQ(graph.reachable(graph.store().root()).size(), elements.size());
    uint32_t hits = 0;
    for (uint32_t row = 0; row < elements.size(); row += 40) {
        const auto exact = exact_nearest(elements, elements[row], 10);
        for (const NodeId node : graph.search(elements[row], 10, 64))
            hits +=
                std::find(exact.begin(), exact.end(), row_of(graph.store(), node)) != exact.end()
                    ? 1
                    : 0;
    }
    EXPECT_GE(hits, 970u);  // of 1000
}

// Elements, rows and levels stay together, and near ones come to lie side by side.
TEST(Growth, MovesNodesWholeAndNearOnesTogether) {
    const Elements elements = heaps(4000);
    MemoryGraph graph({8, 24}, 8);
    const std::vector<Level> levels = put(graph, elements);
    PlainStore& store = graph.store();
    TestArena arena;
    grow_alone(store, graph.scratch(), arena.arena());
    std::set<uint32_t> rows;
    uint32_t changes = 0;
    for (NodeId id = 0; id < store.size(); ++id) {
        const uint32_t row = row_of(store, id);
        EXPECT_TRUE(rows.insert(row).second);
        EXPECT_EQ(element_of(store, id), elements[row]);
        EXPECT_EQ(store.node(id).level, levels[row]);
        EXPECT_EQ(store.in_links(id), 0u) << "outliers.h counts from zero";
        if (id > 0) changes += row % 20 != row_of(store, id - 1) % 20 ? 1 : 0;
    }
    EXPECT_EQ(rows.size(), elements.size());
    // In the order of arrival 3,999; a tenth of the nodes stays where it was.
    EXPECT_LT(changes, 2000u);
}

TEST(Growth, TakesGraphsOfFewNodes) {
    for (const uint32_t count : {0u, 1u, 2u, 10u, 11u, 12u, 60u}) {
        const Elements elements = heaps(count);
        MemoryGraph graph({4, 16}, 8);
        (void)put(graph, elements);
        TestArena arena;
        grow_alone(graph.store(), graph.scratch(), arena.arena());
        if (count > 0) {
            EXPECT_EQ(graph.reachable(0).size(), count);
        }
        place_in_order(graph.store());
        EXPECT_EQ(graph.store().placed(), count);
    }
}

TEST(Growth, MergesEqualElementsWithAllTheirRows) {
    Elements elements = heaps(600);
    for (uint32_t i = 0; i < 600; ++i) elements[i] = elements[i % 50];
    MemoryGraph graph({4, 16}, 8);
    PlainStore& store = graph.store();
    TestArena arena;
    // Remembers one row, so that few are recognized when they are put.
    RecentNodes recent(arena.arena(), 8);
    for (uint32_t i = 0; i < 600; ++i) {
        store.bind_for_insert(elements[first_of_three(i)].data());
        ASSERT_TRUE(put_row(store, 0, HeapTid{0, static_cast<uint16_t>(i), 1}, recent));
    }
    EXPECT_EQ(store.size(), 200u);
    grow_alone(store, graph.scratch(), arena.arena());
    std::map<std::vector<float>, uint32_t> found;
    std::set<uint32_t> rows;
    for (NodeId id = 0; id < store.size(); ++id) {
        if (store.node(id).merged) continue;
        store.for_each_row(id, [&](const IndexRow& row) {
            EXPECT_TRUE(rows.insert(row.tid.block_low).second);
            EXPECT_EQ(element_of(store, id), elements[first_of_three(row.tid.block_low)]);
        });
        EXPECT_EQ(++found[element_of(store, id)], 1u) << "two nodes of one element";
    }
    EXPECT_EQ(rows.size(), 600u);
}

TEST(RecentNodes, RemembersAndForgets) {
    TestArena arena;
    RecentNodes recent(arena.arena(), 32);
    EXPECT_EQ(recent.find(0), kNoNode);
    recent.remember(uint64_t{7} << 32 | 2, 11);
    EXPECT_EQ(recent.find(uint64_t{7} << 32 | 2), 11u);
    EXPECT_EQ(recent.find(uint64_t{8} << 32 | 2), kNoNode);
    recent.remember(uint64_t{8} << 32 | 6, 12);  // the same place
    EXPECT_EQ(recent.find(uint64_t{7} << 32 | 2), kNoNode);
    EXPECT_EQ(recent.find(uint64_t{8} << 32 | 6), 12u);
}

/// Rows of differing numbers of elements that are not zero: the shortest are near to all.
Elements sparse_rows(uint32_t count) {
    Elements elements(count, std::vector<float>(200));
    SplitMix64 random(9);
    for (auto& element : elements)
        for (uint64_t left = 3 + random.next() % 25; left > 0; --left)
            element[random.next() % 200] = static_cast<float>(random.next_unit());
    return elements;
}

// Where selection keeps a link or two, the search for an insertion finds little by these alone.
TEST(Growth, FollowsFillersWhereListsKeepFewLinks) {
    for (const bool thin : {false, true}) {
        const Elements elements = thin ? sparse_rows(3000) : random_elements(3000, 50, 8);
        MemoryGraph graph({16, 64}, static_cast<uint32_t>(elements[0].size()));
        (void)put(graph, elements);
        TestArena arena;
        grow_alone(graph.store(), graph.scratch(), arena.arena());
        EXPECT_EQ(graph.store().follows_filled(), thin);
    }
}

}  // namespace
}  // namespace vx::test
