// Links for nodes that few others lead to.
#include "core/graph/invite.h"

#include <gtest/gtest.h>

#include "support/memory_graph.h"

namespace vx::test {
namespace {

TEST(LaneToSpare, IsTheFarthestThatIsNeitherPinnedNorNeeded) {
    Links links;
    links.lanes = 3;
    for (uint32_t lane = 0; lane < links.lanes; ++lane) {
        links.ids[lane] = lane;
        links.distances[lane] = static_cast<float>(lane);
    }
    const auto all = [](NodeId) { return true; };
    const auto none = [](NodeId) { return false; };
    EXPECT_EQ(lane_to_spare(links, all), 2u);
    EXPECT_EQ(lane_to_spare(links, [](NodeId id) { return id == 0; }), 0u);
    links.pinned.set(2);
    EXPECT_EQ(lane_to_spare(links, all), 1u);
    EXPECT_EQ(lane_to_spare(links, none), links.lanes);
    links.ids[0] = kNoNode;
    EXPECT_EQ(lane_to_spare(links, none), 0u);
}

TEST(LaneToSpare, IsRatherOneThatSelectionWouldNotKeep) {
    Links links;
    links.lanes = 3;
    for (uint32_t lane = 0; lane < links.lanes; ++lane) {
        links.ids[lane] = lane;
        links.distances[lane] = static_cast<float>(lane);
    }
    links.pruned.set(0);
    const auto all = [](NodeId) { return true; };
    EXPECT_EQ(lane_to_spare(links, all), 2u) << "what is not known does not count";
    links.marked = true;
    EXPECT_EQ(lane_to_spare(links, all), 0u);
    links.pruned.set(1);
    EXPECT_EQ(lane_to_spare(links, all), 1u);
    EXPECT_EQ(lane_to_spare(links, [](NodeId id) { return id == 2; }), 2u);
}

TEST(InLinkCounts, StopAtTheirLimit) {
    TestArena memory;
    InLinkCounts counts;
    ASSERT_TRUE(counts.reserve(memory.arena(), 2));
    EXPECT_TRUE(counts.few(0));
    for (int i = 0; i < 1000; ++i) counts.add(0);
    for (int i = 0; i < 1000; ++i) counts.remove(0);
    EXPECT_TRUE(counts.can_spare(0));
    counts.add(1);
    counts.remove(1);
    counts.remove(1);
    EXPECT_TRUE(counts.few(1));
    EXPECT_FALSE(counts.few(2)) << "a node born later is nobody's business";
}

}  // namespace
}  // namespace vx::test
