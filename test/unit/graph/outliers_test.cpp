// Nodes that a query for them would miss.
#include "core/graph/outliers.h"

#include <gtest/gtest.h>

#include "support/memory_graph.h"

namespace vx::test {
namespace {

// A dense ball inserted around a few far points: the ball's lists fill up with the ball.
std::vector<std::vector<float>> ball_with_outliers() {
    auto elements = random_elements(4000, 8, 11);
    for (uint32_t i = 0; i < 40; ++i)
        for (float& value : elements[i]) value = value * 40 - 20;
    return elements;
}

uint32_t missed(MemoryGraph& graph, const std::vector<std::vector<float>>& elements) {
    uint32_t count = 0;
    for (NodeId id = 0; id < elements.size(); ++id) {
        const auto found = graph.search(elements[id], 1, kProbeEf);
        count += found.empty() || found[0] != id ? 1 : 0;
    }
    return count;
}

TEST(Outliers, AreFoundByAQueryForThemOnceTheyAreConnected) {
    const auto elements = ball_with_outliers();
    MemoryGraph graph({4, 16}, 8);
    for (const auto& element : elements) graph.add(element);
    const uint32_t before = missed(graph, elements);
    EXPECT_GT(before, 0u) << "the data show nothing";
    auto& store = graph.store();
    std::vector<PoolEntry> entries(kProbeEf);
    Pool probe(entries.data(), kProbeEf);
    count_in_links(store, 0, store.size());
    ask_nodes(store, {0, store.size()}, graph.scratch(), probe, [](uint32_t) { return true; });
    ask_again(store, graph.scratch(), probe);
    EXPECT_LT(missed(graph, elements), before / 4 + 1);
    EXPECT_EQ(graph.reachable(0).size(), elements.size());
}

// Small clusters, inserted interleaved: what leads from one to another are a few links, which must
// not be given away to lead to a third.
TEST(Outliers, DoNotTakeTheWayToOthers) {
    constexpr uint32_t kClusters = 200;
    const auto centers = random_elements(kClusters, 16, 21);
    auto elements = random_elements(size_t{kClusters} * 20, 16, 22);
    for (size_t i = 0; i < elements.size(); ++i)
        for (size_t d = 0; d < 16; ++d)
            elements[i][d] = centers[i % kClusters][d] + 0.02F * elements[i][d];
    MemoryGraph graph({8, 40}, 16);
    for (const auto& element : elements) graph.add(element);
    EXPECT_GT(missed(graph, elements), 0u) << "the data show nothing";
    auto& store = graph.store();
    std::vector<PoolEntry> entries(kProbeEf);
    Pool probe(entries.data(), kProbeEf);
    count_in_links(store, 0, store.size());
    ask_nodes(store, {0, store.size()}, graph.scratch(), probe, [](uint32_t) { return true; });
    ask_again(store, graph.scratch(), probe);
    EXPECT_EQ(missed(graph, elements), 0u);
    EXPECT_EQ(graph.reachable(0).size(), elements.size());
}

// Rows that fill their dimensions evenly: most are no other's neighbor, and links to them would be
// taken from those by which searches find their way.
TEST(Outliers, AreLeftAloneWhereMostAreMissed) {
    constexpr uint32_t kRows = 3000;
    const auto elements = random_elements(kRows, 64, 31);
    MemoryGraph graph({4, 16}, 64);
    for (const auto& element : elements) graph.add(element);
    EXPECT_GT(missed(graph, elements), kRows / 4) << "the data show nothing";
    auto& store = graph.store();
    const uint32_t lanes = store.params().max_degree(0);
    std::vector<NodeId> before;
    for (NodeId id = 0; id < kRows; ++id)
        before.insert(before.end(), store.base_ids(id), store.base_ids(id) + lanes);
    std::vector<PoolEntry> entries(kProbeEf);
    Pool probe(entries.data(), kProbeEf);
    count_in_links(store, 0, store.size());
    ask_nodes(store, {0, store.size()}, graph.scratch(), probe, [](uint32_t) { return true; });
    ask_again(store, graph.scratch(), probe);
    EXPECT_TRUE(store.asked().misses_many());
    uint32_t given = 0;
    for (NodeId id = 0; id < kRows; ++id)
        for (uint32_t lane = 0; lane < lanes; ++lane)
            given += store.base_ids(id)[lane] != before[size_t{id} * lanes + lane] ? 1 : 0;
    EXPECT_LT(given, kRows / 2);
}

/// All links of the base level.
std::vector<NodeId> all_links(PlainStore& store) {
    std::vector<NodeId> links;
    for (NodeId id = 0; id < store.size(); ++id)
        links.insert(links.end(), store.base_ids(id),
                     store.base_ids(id) + store.params().max_degree(0));
    return links;
}

// Where most are missed, links to them would be taken from the few nodes at which queries end.
TEST(Outliers, LeaveTheGraphAloneWhereMostAreMissed) {
    const auto elements = random_elements(3000, 200, 31);
    MemoryGraph graph({4, 8}, 200);
    for (const auto& element : elements) graph.add(element);
    auto& store = graph.store();
    const std::vector<NodeId> before = all_links(store);
    std::vector<PoolEntry> entries(kProbeEf);
    Pool probe(entries.data(), kProbeEf);
    count_in_links(store, 0, store.size());
    ask_nodes(store, {0, store.size()}, graph.scratch(), probe, [](uint32_t) { return true; });
    EXPECT_GT(store.asked().missed.load(), 600u) << "the data show nothing";
    ask_again(store, graph.scratch(), probe);
    EXPECT_EQ(all_links(store), before);
}

}  // namespace
}  // namespace vx::test
