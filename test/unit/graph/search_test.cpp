// Searching graphs so small or so regular that the way is known.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/graph/frontier.h"
#include "core/graph/search.h"
#include "support/test_arena.h"

namespace vx {
namespace {

using test::TestArena;

/// Nodes on a line at their own number; links as the test likes.
struct ToyStore {
    std::map<std::pair<NodeId, Level>, std::vector<NodeId>> lists;
    EntryPoint start;
    float query = 0;
    uint32_t distances = 0;
    uint32_t expansions = 0;

    void poll() {}
    [[nodiscard]] EntryPoint entry() const { return start; }
    float query_distance(NodeId id) {
        ++distances;
        const float apart = static_cast<float>(id) - query;
        return apart * apart;
    }
    uint32_t expand(NodeId id, Level level, Visited& visited, Candidate* out) {
        ++expansions;
        uint32_t count = 0;
        for (const NodeId other : lists[{id, level}])
            if (visited.insert(other)) out[count++] = {query_distance(other), other};
        return count;
    }

    /// A path 0 - 1 - ... on `level`, with every `step`-th node.
    void add_path(NodeId nodes, NodeId step, Level level) {
        for (NodeId id = 0; id + step < nodes; id += step) {
            lists[{id, level}].push_back(id + step);
            lists[{id + step, level}].push_back(id);
        }
    }
};
static_assert(SearchStore<ToyStore>);

class Search : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(visited.reserve(10000)); }

    /// Nodes found from the entry with a pool of `ef`.
    std::vector<NodeId> search(ToyStore& store, size_t ef, Spill* spill = nullptr) {
        entries.resize(ef);
        Pool pool(entries.data(), ef);
        const Candidate start = descend(store, store.entry(), 0, visited);
        if (start.id == kNoNode) return {};
        visited.insert(start.id);
        (void)pool.offer({start.distance, start.id, false});
        EXPECT_TRUE(search_layer(store, 0, pool, visited, spill));
        std::vector<NodeId> found;
        for (size_t i = 0; i < pool.size(); ++i) found.push_back(pool[i].id);
        return found;
    }

    /// Nodes expanded by a search that may go on until the pool's `most` entries are.
    std::vector<NodeId> search_on(ToyStore& store, SearchDepth depth, size_t most) {
        entries.resize(most);
        Pool pool(entries.data(), most);
        Spill spill(memory.arena());
        visited.clear();
        visited.insert(store.start.id);
        (void)pool.offer({store.query_distance(store.start.id), store.start.id, false});
        const size_t expanded = search_by_need(store, depth, pool, visited, spill);
        std::vector<NodeId> found;
        for (size_t i = 0; i < expanded; ++i) found.push_back(pool[i].id);
        return found;
    }

    TestArena memory;
    Visited visited{memory.arena()};
    std::vector<PoolEntry> entries;
};

TEST_F(Search, FindsNothingInAnEmptyGraph) {
    ToyStore store;
    EXPECT_TRUE(search(store, 5).empty());
    EXPECT_EQ(store.distances, 0u);
}

TEST_F(Search, FindsTheOnlyNode) {
    ToyStore store;
    store.start = {7, 0};
    EXPECT_EQ(search(store, 5), std::vector<NodeId>{7});
    EXPECT_EQ(store.distances, 1u);
}

TEST_F(Search, WalksALineToItsEnd) {
    ToyStore store;
    store.add_path(100, 1, 0);
    store.start = {0, 0};
    store.query = 90;
    EXPECT_EQ(search(store, 3), (std::vector<NodeId>{90, 89, 91}));
    // From 0 up to 92: each node is measured once, and nothing behind what can still matter.
    EXPECT_EQ(store.distances, 93u);
}

TEST_F(Search, MeasuresNoNodeTwiceOnARing) {
    ToyStore store;
    store.add_path(64, 1, 0);
    store.lists[{63, 0}].push_back(0);
    store.lists[{0, 0}].push_back(63);
    store.start = {10, 0};
    store.query = 32;
    EXPECT_EQ(search(store, 64).size(), 64u);
    EXPECT_EQ(store.distances, 64u);
    EXPECT_EQ(store.expansions, 64u);
}

TEST_F(Search, DescendsThroughTheLevels) {
    ToyStore store;
    store.add_path(1000, 1, 0);
    store.add_path(1000, 10, 1);
    store.add_path(1000, 100, 2);
    store.start = {0, 2};
    store.query = 777;
    EXPECT_EQ(search(store, 2), (std::vector<NodeId>{777, 776}));
    EXPECT_LT(store.distances, 45u);  // 9 on top, at most 10 and 2 turns on each level below
}

TEST_F(Search, StopsWhereTheBaseLevelEnds) {
    ToyStore store;
    store.add_path(10, 1, 0);
    store.start = {0, 5};  // a level that no node has links on
    store.query = 4;
    EXPECT_EQ(search(store, 1), std::vector<NodeId>{4});
}

TEST_F(Search, LeavesInSpillAndFrontierWhatItDidNotReach) {
    ToyStore store;
    constexpr NodeId kSide = 30;  // a grid, as far as links go
    for (NodeId id = 0; id < kSide * kSide; ++id) {
        if (id % kSide + 1 < kSide) {
            store.lists[{id, 0}].push_back(id + 1);
            store.lists[{id + 1, 0}].push_back(id);
        }
        if (id + kSide < kSide * kSide) {
            store.lists[{id, 0}].push_back(id + kSide);
            store.lists[{id + kSide, 0}].push_back(id);
        }
    }
    store.start = {0, 0};
    store.query = 435;
    Spill spill(memory.arena());
    std::vector<NodeId> all = search(store, 7, &spill);
    Frontier frontier(memory.arena());
    for (size_t i = 0; i < spill.size(); ++i) {
        if (spill[i].expanded)
            all.push_back(spill[i].id);
        else
            frontier.add({spill[i].distance, spill[i].id});
    }
    for (;;) {
        const Candidate next = frontier.peek();
        if (next.id == kNoNode) break;
        frontier.take();
        all.push_back(next.id);
        Candidate met[kMaxDegree];
        const uint32_t count = store.expand(next.id, 0, visited, met);
        for (uint32_t i = 0; i < count; ++i) frontier.add(met[i]);
    }
    EXPECT_EQ(all.size(), kSide * kSide);
    EXPECT_EQ(std::set<NodeId>(all.begin(), all.end()).size(), kSide * kSide);
    EXPECT_EQ(store.distances, kSide * kSide);
}

TEST_F(Search, SaysThatMemoryForTheRestIsOut) {
    ToyStore store;
    store.add_path(1000, 1, 0);
    store.start = {0, 0};
    store.query = 900;
    TestArena little(64 * sizeof(PoolEntry));
    Spill spill(little.arena());
    PoolEntry one[1];
    Pool pool(one, 1);
    visited.insert(0);
    (void)pool.offer({store.query_distance(0), 0, false});
    EXPECT_FALSE(search_layer(store, 0, pool, visited, &spill));
}

/// A chain from 50 on, away from the query at 0; far along it is a link to nodes that are near.
ToyStore chain_to_near_ones(NodeId turn, std::initializer_list<std::pair<NodeId, NodeId>> links) {
    ToyStore store;
    for (NodeId id = 50; id < 90; ++id) store.lists[{id, 0}].push_back(id + 1);
    store.lists[{turn, 0}].push_back(3);
    for (const auto& [from, to] : links) store.lists[{from, 0}].push_back(to);
    store.start = {50, 0};
    return store;
}

TEST_F(Search, GoesOnWhileItsLatestStepsBringNearerNodes) {
    // The 8 nearest are expanded when 57 was, which leads to 3; the quarter after that leads to 2.
    ToyStore store = chain_to_near_ones(57, {{58, 2}});
    EXPECT_EQ(search(store, 8).front(), 3u);
    EXPECT_EQ(search_on(store, {8, 1}, 8).front(), 3u);  // the pool has no more
    EXPECT_EQ(search_on(store, {8, 1}, 12).front(), 2u);
}

TEST_F(Search, EndsAtEfWhereItsLatestStepsBringNothingNearer) {
    // 51 leads to 3, six expansions before the last of the 8.
    ToyStore store = chain_to_near_ones(51, {{57, 2}});
    EXPECT_EQ(search_on(store, {8, 1}, 12).front(), 3u);
    EXPECT_EQ(store.expansions, 8u);
    // What comes last is nearer than some of the 8, but not than the one that is wanted.
    store = chain_to_near_ones(51, {{55, 20}, {57, 2}});
    store.expansions = 0;
    EXPECT_EQ(search_on(store, {8, 1}, 12).front(), 3u);
    EXPECT_EQ(store.expansions, 8u);
    EXPECT_EQ(search_on(store, {8, 8}, 12).front(), 2u);
}

TEST_F(Search, GoesOnNoFurtherThanThereAreNodes) {
    ToyStore store;
    store.add_path(5, 1, 0);
    store.start = {0, 0};
    store.query = 4;
    EXPECT_EQ(search_on(store, {8, 8}, 12), (std::vector<NodeId>{4, 3, 2, 1, 0}));
    EXPECT_EQ(store.expansions, 5u);
}

}  // namespace
}  // namespace vx
