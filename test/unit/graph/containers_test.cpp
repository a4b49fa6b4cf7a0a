// Pool, visited set and growing list.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/base/random.h"
#include "core/graph/frontier.h"
#include "core/graph/pool.h"
#include "core/graph/visited.h"
#include "support/test_arena.h"

namespace vx {
namespace {

using test::TestArena;

std::vector<NodeId> ids_of(const Pool& pool) {
    std::vector<NodeId> ids;
    for (size_t i = 0; i < pool.size(); ++i) ids.push_back(pool[i].id);
    return ids;
}

TEST(Pool, KeepsTheNearestInOrder) {
    PoolEntry entries[3];
    Pool pool(entries, 3);
    EXPECT_EQ(pool.worst(), __builtin_inff());
    EXPECT_EQ(pool.offer({3, 30, false}).id, kNoNode);
    EXPECT_EQ(pool.offer({1, 10, false}).id, kNoNode);
    EXPECT_EQ(pool.offer({2, 20, false}).id, kNoNode);
    EXPECT_EQ(ids_of(pool), (std::vector<NodeId>{10, 20, 30}));
    EXPECT_EQ(pool.worst(), 3);
    EXPECT_EQ(pool.offer({4, 40, false}).id, 40u);  // does not get in
    EXPECT_EQ(pool.offer({0, 5, false}).id, 30u);   // the farthest falls out
    EXPECT_EQ(ids_of(pool), (std::vector<NodeId>{5, 10, 20}));
}

TEST(Pool, ForgetsWhatItGaveLast) {
    PoolEntry entries[3];
    Pool pool(entries, 3);
    for (const NodeId id : {1u, 2u, 3u}) (void)pool.offer({static_cast<float>(id), id, false});
    EXPECT_EQ(pool.next_unexpanded().id, 1u);
    EXPECT_EQ(pool.next_unexpanded().id, 2u);
    pool.forget_last();
    EXPECT_EQ(ids_of(pool), (std::vector<NodeId>{1, 3}));
    EXPECT_FALSE(pool.full());
    (void)pool.offer({2.5F, 4, false});
    EXPECT_EQ(pool.next_unexpanded().id, 4u);
    EXPECT_EQ(pool.next_unexpanded().id, 3u);
    pool.forget_last();
    EXPECT_EQ(pool.next_unexpanded().id, kNoNode);
    EXPECT_EQ(ids_of(pool), (std::vector<NodeId>{1, 4}));
}

TEST(Pool, OrdersEqualDistancesById) {
    PoolEntry entries[2];
    Pool pool(entries, 2);
    (void)pool.offer({1, 7, false});
    (void)pool.offer({1, 5, false});
    EXPECT_EQ(pool.offer({1, 6, false}).id, 7u);
    EXPECT_EQ(pool.offer({1, 9, false}).id, 9u);
    EXPECT_EQ(ids_of(pool), (std::vector<NodeId>{5, 6}));
}

TEST(Pool, OfAnySizeHoldsWhatASortedListWould) {
    SplitMix64 random(8);
    for (const size_t capacity : {1u, 31u, 32u, 33u, 64u, 200u}) {
        std::vector<PoolEntry> entries(capacity);
        Pool pool(entries.data(), capacity);
        std::vector<Candidate> sorted;
        for (NodeId i = 0; i < 600; ++i) {
            // Few different distances: many are equal.
            const Candidate candidate{static_cast<float>(random.next() % 50), i * 7919 % 600};
            if (i % 2 == 0)
                pool.admit(candidate);
            else
                (void)pool.offer({candidate.distance, candidate.id, false});
            sorted.push_back(candidate);
            std::sort(sorted.begin(), sorted.end(),
                      [](const Candidate& a, const Candidate& b) { return nearer(a, b); });
            if (sorted.size() > capacity) sorted.pop_back();
            if (i % 7 == 0) (void)pool.next_unexpanded();
        }
        std::vector<NodeId> expected;
        expected.reserve(sorted.size());
        for (const Candidate& candidate : sorted) expected.push_back(candidate.id);
        EXPECT_EQ(ids_of(pool), expected) << capacity;
    }
}

TEST(Pool, ExpandsEachEntryOnceNearestFirst) {
    PoolEntry entries[4];
    Pool pool(entries, 4);
    EXPECT_EQ(pool.next_unexpanded().id, kNoNode);
    (void)pool.offer({2, 20, false});
    (void)pool.offer({3, 30, false});
    EXPECT_EQ(pool.next_unexpanded().id, 20u);
    (void)pool.offer({1, 10, false});  // nearer than what was expanded last
    EXPECT_EQ(pool.next_unexpanded().id, 10u);
    EXPECT_EQ(pool.next_unexpanded().id, 30u);
    EXPECT_EQ(pool.next_unexpanded().id, kNoNode);
    pool.restart();
    EXPECT_EQ(pool.next_unexpanded().id, 10u);
    pool.clear();
    EXPECT_EQ(pool.size(), 0u);
    EXPECT_EQ(pool.next_unexpanded().id, kNoNode);
}

TEST(Visited, AgreesWithASet) {
    TestArena memory;
    Visited visited(memory.arena());
    ASSERT_TRUE(visited.reserve(100000));
    SplitMix64 random(3);
    for (int round = 0; round < 5; ++round) {
        std::set<NodeId> seen;
        for (int i = 0; i < 2000; ++i) {
            const auto id = static_cast<NodeId>(random.next() % 3000 * 33);
            ASSERT_EQ(visited.contains(id), seen.count(id) != 0);
            ASSERT_EQ(visited.insert(id), seen.insert(id).second);
            ASSERT_TRUE(visited.contains(id));
        }
        visited.clear();
        for (const NodeId id : seen) ASSERT_FALSE(visited.contains(id));
    }
}

TEST(Visited, TakesIdsBeyondItsRoomForSeen) {
    TestArena memory;
    Visited visited(memory.arena());
    EXPECT_FALSE(visited.insert(0));
    ASSERT_TRUE(visited.reserve(10));
    EXPECT_TRUE(visited.insert(9));
    EXPECT_FALSE(visited.insert(5000));
    EXPECT_TRUE(visited.contains(kNoNode));
}

TEST(Visited, ForgetsWhenItGrows) {
    TestArena memory;
    Visited visited(memory.arena());
    ASSERT_TRUE(visited.reserve(100));
    EXPECT_TRUE(visited.insert(50));
    ASSERT_TRUE(visited.reserve(200000));
    EXPECT_FALSE(visited.contains(50));
    EXPECT_TRUE(visited.insert(199999));
    EXPECT_EQ(memory.live_count(), 2u);
}

TEST(Visited, SaysThatMemoryIsOut) {
    TestArena memory(100);
    Visited visited(memory.arena());
    EXPECT_FALSE(visited.reserve(100000));
    EXPECT_FALSE(visited.insert(1));  // as if it had no room
}

TEST(ArenaList, KeepsItsItemsWhenItGrows) {
    TestArena memory;
    ArenaList<uint64_t> list(memory.arena());
    for (uint64_t i = 0; i < 1000; ++i) ASSERT_TRUE(list.push(i * 3));
    ASSERT_EQ(list.size(), 1000u);
    for (uint64_t i = 0; i < 1000; ++i) ASSERT_EQ(list[i], i * 3);
    EXPECT_EQ(memory.live_count(), 1u);
    list.resize_down(10);
    EXPECT_EQ(list.size(), 10u);
}

TEST(ArenaList, IsAsBeforeWhenMemoryIsOut) {
    TestArena memory(64 * sizeof(uint32_t));
    ArenaList<uint32_t> list(memory.arena());
    for (uint32_t i = 0; i < 64; ++i) ASSERT_TRUE(list.push(i));
    EXPECT_FALSE(list.push(64));
    EXPECT_EQ(list.size(), 64u);
    EXPECT_EQ(list[63], 63u);
}

/// Entries 0 .. count - 1 in an order that looks like none; `stage`: how many are taken between two
/// calls of gather, before each of which one more is added that is nearer than what was taken.
void take_in_order(uint32_t count, uint32_t stage) {
    TestArena memory;
    Frontier frontier(memory.arena());
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t shuffled = i * 7 % count;
        frontier.add({static_cast<float>(shuffled), shuffled});
    }
    ASSERT_EQ(frontier.size(), count);
    for (uint32_t taken = 0; taken < count; ++taken) {
        if (taken % stage == 0) {
            frontier.gather(stage);
            frontier.add({static_cast<float>(taken) - 0.5F, count + taken});
            ASSERT_EQ(frontier.peek().id, count + taken);
            frontier.take();
        }
        ASSERT_EQ(frontier.peek().id, taken);
        frontier.take();
    }
    EXPECT_EQ(frontier.peek().id, kNoNode);
    EXPECT_EQ(frontier.size(), 0u);
}

TEST(Frontier, GivesTheNearestOfAllOneAtATime) {
    take_in_order(1, 1);
    take_in_order(25, 10);
    take_in_order(5000, 16);
    take_in_order(5000, 3000);
}

TEST(Frontier, KeepsWhatTheHeapSheds) {
    TestArena memory;
    Frontier frontier(memory.arena());
    frontier.add({-1, 0});
    frontier.gather(1);  // from here on all that comes is in the heap
    constexpr uint32_t kCount = 3000;
    for (uint32_t i = 1; i < kCount; ++i)
        frontier.add({static_cast<float>(i * 7 % kCount) - 4000, i});
    float last = -__builtin_inff();
    uint32_t taken = 0;
    for (; frontier.peek().id != kNoNode; ++taken) {
        ASSERT_GE(frontier.peek().distance, last);
        last = frontier.peek().distance;
        frontier.take();
    }
    EXPECT_EQ(taken, kCount);
}

}  // namespace
}  // namespace vx
