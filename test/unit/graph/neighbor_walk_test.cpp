// Walks over a graph of each row's nearest and some other rows, against all distances.
#include "core/graph/neighbor_walk.h"

#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "support/test_arena.h"

namespace vx {
namespace {

constexpr size_t kDims = 4;
constexpr uint32_t kLanes = 16;

struct Poll {
    void operator()() const {}
};

/// Nodes of one or more rows each.
struct Stored {
    std::vector<float> vectors;
    std::vector<NodeId> node_of;
    std::vector<NodeRows> rows_of;
    std::vector<NodeId> links;

    const float* vector(uint32_t row) const { return &vectors[row * kDims]; }
    RowGraph graph() const {
        return {links.data(),
                kLanes,
                static_cast<uint32_t>(rows_of.size()),
                rows_of.data(),
                vectors.data(),
                node_of.data(),
                kDims,
                ranking_kernel<float>(Metric::kL2),
                kNoNode};
    }
    float distance(uint32_t a, uint32_t b) const {
        return ranking_kernel<float>(Metric::kL2)(vector(a), vector(b), kDims);
    }
};

/// `rows(node)` says how many rows a node has, all with the same vector.
template <class Rows>
Stored make_stored(uint32_t nodes, Rows rows) {
    std::mt19937 random(4);
    std::normal_distribution<float> normal;
    Stored stored;
    std::vector<float> of_node(nodes * kDims);
    for (float& value : of_node) value = normal(random);
    for (NodeId node = 0; node < nodes; ++node) {
        stored.rows_of.push_back({static_cast<uint32_t>(stored.node_of.size()), rows(node), false});
        for (uint32_t i = 0; i < rows(node); ++i) {
            stored.node_of.push_back(node);
            const float* from = &of_node[node * kDims];
            stored.vectors.insert(stored.vectors.end(), from, from + kDims);
        }
    }
    // Three quarters of the lanes to the nearest nodes, the others to any, so that all can be
    // reached.
    for (NodeId node = 0; node < nodes; ++node) {
        std::vector<std::pair<float, NodeId>> others;
        for (NodeId other = 0; other < nodes; ++other)
            if (other != node)
                others.emplace_back(ranking_kernel<float>(Metric::kL2)(
                                        &of_node[node * kDims], &of_node[other * kDims], kDims),
                                    other);
        std::sort(others.begin(), others.end());
        for (uint32_t lane = 0; lane < kLanes; ++lane)
            stored.links.push_back(lane < kLanes * 3 / 4 ? others[lane].second
                                                         : others[random() % others.size()].second);
    }
    return stored;
}

double recall_of(const Stored& stored, size_t count) {
    test::TestArena arena;
    Poll poll;
    const RowGraph graph = stored.graph();
    NeighborWalk walk(graph, arena.arena(), poll);
    EXPECT_TRUE(walk.start());
    size_t right = 0;
    size_t wanted = 0;
    for (uint32_t row = 0; row < stored.node_of.size(); ++row) {
        std::vector<float> exact;
        for (uint32_t other = 0; other < stored.node_of.size(); ++other)
            if (other != row) exact.push_back(stored.distance(row, other));
        std::sort(exact.begin(), exact.end());
        const ArenaList<NearRow>& found = *walk.nearest(row, count);
        EXPECT_LE(found.size(), count);
        std::set<uint32_t> different;
        for (size_t i = 0; i < found.size(); ++i) {
            EXPECT_NE(found[i].row, row);
            EXPECT_EQ(found[i].distance, stored.distance(row, found[i].row));
            if (i > 0) {
                EXPECT_LE(found[i - 1].distance, found[i].distance);
            }
            different.insert(found[i].row);
            right += found[i].distance <= exact[count - 1] ? 1 : 0;
        }
        EXPECT_EQ(different.size(), found.size());
        wanted += count;
    }
    return static_cast<double>(right) / static_cast<double>(wanted);
}

TEST(NeighborWalk, FindsTheNearest) {
    const Stored stored = make_stored(400, [](NodeId) -> uint32_t { return 1; });
    EXPECT_GT(recall_of(stored, 1), 0.97);
    EXPECT_GT(recall_of(stored, 10), 0.97);
    EXPECT_GT(recall_of(stored, 60), 0.97);
}

TEST(NeighborWalk, FindsEqualRows) {
    EXPECT_GT(recall_of(make_stored(200, [](NodeId node) { return node % 3 + 1; }), 5), 0.97);
    EXPECT_EQ(recall_of(make_stored(20, [](NodeId) -> uint32_t { return 30; }), 5), 1);
}

TEST(NeighborWalk, GoesThroughNodesWithoutRows) {
    const Stored stored = make_stored(400, [](NodeId node) { return node % 2; });
    EXPECT_GT(recall_of(stored, 10), 0.9);
}

TEST(NeighborWalk, FindsAllWithin) {
    const Stored stored =
        make_stored(400, [](NodeId node) -> uint32_t { return node % 5 == 0 ? 3 : 1; });
    test::TestArena arena;
    Poll poll;
    const RowGraph graph = stored.graph();
    NeighborWalk walk(graph, arena.arena(), poll);
    ASSERT_TRUE(walk.start());
    // 1: a few rows; 100: all of them.
    for (const float limit : {1.0F, 100.0F}) {
        size_t found = 0;
        size_t exact = 0;
        for (uint32_t row = 0; row < stored.node_of.size(); ++row) {
            const ArenaList<NearRow>& near = *walk.within(row, limit);
            for (size_t i = 0; i < near.size(); ++i) found += near[i].distance < limit ? 1 : 0;
            for (uint32_t other = 0; other < stored.node_of.size(); ++other)
                exact += other != row && stored.distance(row, other) < limit ? 1 : 0;
        }
        EXPECT_LE(found, exact);
        EXPECT_GT(static_cast<double>(found), 0.98 * static_cast<double>(exact));
    }
}

}  // namespace
}  // namespace vx
