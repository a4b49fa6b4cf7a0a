// Selection, the spanning tree, insertion and repair over the store in plain memory.
#include <gtest/gtest.h>

#include <cmath>

#include "core/graph/repair.h"
#include "support/memory_graph.h"

namespace vx::test {
namespace {

using Elements = std::vector<std::vector<float>>;

/// A store with these elements and no links.
struct Bare {
    explicit Bare(const Elements& elements, uint32_t m = 2)
        : graph({m, 8}, static_cast<uint32_t>(elements[0].size())), plan() {
        for (const auto& element : elements) {
            graph.store().bind_for_insert(element.data());
            EXPECT_NE(graph.store().put(0, HeapTid{0, 0, 1}), kNoNode);
        }
    }
    Candidate from(NodeId owner, NodeId other) {
        PlainStore& store = graph.store();
        return {store.between(store.hold(owner, 0), store.hold(other, 1)), other};
    }
    void link(NodeId owner, uint32_t lane, NodeId other) {
        const LinkEdit edit{lane, kNoNode, from(owner, other)};
        ASSERT_TRUE(graph.store().apply(owner, 0, &edit, 1));
    }
    Links links(NodeId id, Level level = 0) {
        Links out;
        EXPECT_TRUE(graph.store().load_links(id, level, out));
        return out;
    }

    MemoryGraph graph;
    InsertPlan plan;
};

TEST(SelectNeighbors, PrefersDiverseCandidatesAndFillsUp) {
    // 0 is the owner; 1 and 2 are near duplicates, 3 lies on the other side.
    Bare bare({{0, 0}, {1, 0}, {1.1f, 0}, {-2, 0}}, 2);
    PoolEntry entries[8];
    Pool pool(entries, 8);
    for (const NodeId id : {1u, 2u, 3u}) {
        const Candidate candidate = bare.from(0, id);
        (void)pool.offer({candidate.distance, candidate.id, false});
    }
    Selection<PlainStore> selection;
    Candidate out[kMaxDegree];
    ASSERT_EQ(select_neighbors(bare.graph.store(), pool, 0, selection, out), 3u);
    EXPECT_EQ(out[0].id, 1u);
    EXPECT_EQ(out[1].id, 3u);
    EXPECT_EQ(out[2].id, 2u);  // pruned, but there was room
    EXPECT_EQ(selection.kept, 2u);
}

TEST(SelectNeighbors, LeavesOutDeadNodesAndThoseBelowTheLevel) {
    Bare bare({{0, 0}, {1, 0}, {0, 1}, {-2, 0}});
    bare.graph.store().mark_dead(1);
    PoolEntry entries[8];
    Pool pool(entries, 8);
    for (const NodeId id : {1u, 2u, 3u}) (void)pool.offer({bare.from(0, id).distance, id, false});
    Selection<PlainStore> selection;
    Candidate out[kMaxDegree];
    EXPECT_EQ(select_neighbors(bare.graph.store(), pool, 0, selection, out), 2u);
    EXPECT_EQ(select_neighbors(bare.graph.store(), pool, 1, selection, out), 0u);
}

TEST(ChooseVictim, GivesUpTheFartherOfTwoNearDuplicates) {
    Bare bare({{0, 0}, {1, 0}, {0, 3}, {-3, 0}, {0, -3}, {1.1f, 0}});
    for (uint32_t lane = 0; lane < 4; ++lane) bare.link(0, lane, lane + 1);
    Selection<PlainStore> selection;
    // 5 hides behind 1: the newcomer itself goes.
    Links links = bare.links(0);
    EXPECT_EQ(choose_victim(bare.graph.store(), links, bare.from(0, 5), selection), links.lanes);
}

TEST(ChooseVictim, GivesUpTheFarthestWhenAllAreDiverse) {
    Bare bare({{0, 0}, {1, 0}, {0, 3}, {-2, 0}, {0, -4}, {0, 0.5f}});
    for (uint32_t lane = 0; lane < 4; ++lane) bare.link(0, lane, lane + 1);
    Selection<PlainStore> selection;
    // 5 is nearer to 2 than 0 is, so 2 is what pruning drops; 4 is farther but diverse.
    Links diverse = bare.links(0);
    EXPECT_EQ(choose_victim(bare.graph.store(), diverse, bare.from(0, 5), selection), 1u);
    Bare square({{0, 0}, {1, 0}, {0, 2}, {-3, 0}, {0, -4}, {-0.1f, -0.1f}});
    for (uint32_t lane = 0; lane < 4; ++lane) square.link(0, lane, lane + 1);
    Links links = square.links(0);
    EXPECT_EQ(choose_victim(square.graph.store(), links, {16.5f, 4}, selection), 4u);
}

TEST(ChooseVictim, RemembersWhatItPrunes) {
    // The first newcomer has all lanes compared; with what it leaves behind, the second one loses
    // to the same lane as in a list of which nothing is known.
    const Elements elements = random_elements(200, 3, 19);
    Selection<PlainStore> selection;
    uint32_t same = 0;
    for (NodeId owner = 0; owner < 100; ++owner) {
        Bare bare(elements, 8);
        for (uint32_t lane = 0; lane < 16; ++lane) bare.link(owner, lane, 100 + lane);
        PlainStore& store = bare.graph.store();
        Links links = bare.links(owner);
        EXPECT_FALSE(links.marked);
        const Candidate first = bare.from(owner, 150);
        const uint32_t lane = choose_victim(store, links, first, selection);
        if (lane == links.lanes) continue;
        const LinkEdit edit{lane, links.ids[lane], first, false, &links.pruned};
        ASSERT_TRUE(store.apply(owner, 0, &edit, 1));
        links = bare.links(owner);
        ASSERT_TRUE(links.marked);
        Links unknown = links;
        unknown.marked = false;
        const Candidate second = bare.from(owner, 151);
        same += choose_victim(store, links, second, selection) ==
                        choose_victim(store, unknown, second, selection)
                    ? 1
                    : 0;
    }
    EXPECT_GE(same, 45u);
}

TEST(ChooseVictim, IsTheSameWhereMarksAreForgotten) {
    const Elements elements = random_elements(200, 3, 23);
    Selection<PlainStore> selection;
    SplitMix64 random(29);
    uint32_t ended_early = 0;
    for (NodeId owner = 0; owner < 100; ++owner) {
        Bare bare(elements, 8);
        for (uint32_t lane = 0; lane < 16; ++lane) bare.link(owner, lane, 100 + lane);
        Links kept = bare.links(owner);
        for (uint32_t lane = 0; lane < kept.lanes; ++lane)
            if (random.next() % 3 == 0) kept.pinned.set(lane);
        Links forgotten = kept;
        forgotten.keeps_marks = false;
        const Candidate newcomer = bare.from(owner, 150);
        PlainStore& store = bare.graph.store();
        EXPECT_EQ(choose_victim(store, forgotten, newcomer, selection),
                  choose_victim(store, kept, newcomer, selection));
        ended_early += forgotten.pruned.count() < kept.pruned.count() ? 1 : 0;
    }
    EXPECT_GT(ended_early, 50u);
}

TEST(MemoryStore, InsertionsLeaveOutWhatOnlyFillsAListAndQueriesDoNot) {
    const Elements elements = {{0, 0}, {1, 0}, {1.1f, 0}, {-2, 0}, {1.2f, 0}, {3, 3}};
    Bare bare(elements, 2);
    PlainStore& store = bare.graph.store();
    // A node whose list has two kept links, and two that fill it.
    bare.plan.kept = 2;
    bare.plan.count[0] = 4;
    for (uint32_t i = 0; i < 4; ++i) bare.plan.base[i] = bare.from(0, i + 1);
    store.bind_for_insert(elements[0].data());
    const NodeId node = store.put(0, HeapTid{0, 0, 1});
    store.link(node, bare.plan);
    TestArena memory;
    Visited visited(memory.arena());
    ASSERT_TRUE(visited.reserve(10));
    const auto met = [&] {
        Candidate found[kMaxDegree];
        visited.clear();
        std::vector<NodeId> ids(store.expand(node, 0, visited, found));
        for (size_t i = 0; i < ids.size(); ++i) ids[i] = found[i].id;
        return ids;
    };
    EXPECT_EQ(met(), (std::vector<NodeId>{1, 2}));
    store.bind(elements[0].data());
    EXPECT_EQ(met(), (std::vector<NodeId>{1, 2, 3, 4}));
    // A link of which nothing is known yet is followed.
    const LinkEdit edit{3, 4, bare.from(0, 5)};
    ASSERT_TRUE(store.apply(node, 0, &edit, 1));
    store.bind_for_insert(elements[0].data());
    EXPECT_EQ(met(), (std::vector<NodeId>{1, 2, 5}));
}

TEST(ChooseVictim, NeverGivesUpAPinnedLane) {
    const Elements elements = random_elements(30, 3, 11);
    Bare bare(elements, 4);
    SplitMix64 random(5);
    for (uint32_t lane = 0; lane < 8; ++lane) bare.link(0, lane, lane + 1);
    Selection<PlainStore> selection;
    for (int round = 0; round < 500; ++round) {
        Links links = bare.links(0);
        for (uint32_t lane = 0; lane < links.lanes; ++lane)
            if (random.next() % 2 == 0) links.pinned.set(lane);
        const auto newcomer = static_cast<NodeId>(9 + random.next() % 20);
        const uint32_t lane =
            choose_victim(bare.graph.store(), links, bare.from(0, newcomer), selection);
        ASSERT_LE(lane, links.lanes);
        ASSERT_TRUE(lane == links.lanes || !links.pinned.test(lane));
    }
}

TEST(Tree, ANodeTakesAsManyChildrenAsItMay) {
    const Elements elements = random_elements(8, 2, 3);
    Bare bare(elements, 2);
    EditScratch<PlainStore> scratch;
    PlainStore& store = bare.graph.store();
    EXPECT_TRUE(attach_child(store, 1, 0, bare.from(0, 1).distance, scratch));
    EXPECT_TRUE(attach_child(store, 2, 0, bare.from(0, 2).distance, scratch));
    EXPECT_FALSE(attach_child(store, 3, 0, bare.from(0, 3).distance, scratch));
    EXPECT_EQ(bare.links(0).children(), 2u);
    EXPECT_EQ(bare.links(1).parent, 0u);
    EXPECT_EQ(bare.links(1).children(), 0u);
    EXPECT_TRUE(attach_below(store, 3, 0, scratch));
    const NodeId parent = bare.links(3).parent;
    EXPECT_TRUE(parent == 1 || parent == 2) << "below either child";
}

TEST(Tree, ALeafTakesAChildAlsoWhenItsListIsFull) {
    const Elements elements = random_elements(12, 2, 4);
    Bare bare(elements, 2);
    for (uint32_t lane = 0; lane < 4; ++lane) bare.link(0, lane, lane + 5);
    for (uint32_t lane = 0; lane < 4; ++lane) bare.link(1, lane, lane + 5);
    EditScratch<PlainStore> scratch;
    ASSERT_TRUE(attach_child(bare.graph.store(), 1, 0, bare.from(0, 1).distance, scratch));
    const Links parent = bare.links(0);
    const Links child = bare.links(1);
    ASSERT_LT(parent.find(1), parent.lanes);
    ASSERT_LT(child.find(0), child.lanes);
    EXPECT_TRUE(parent.pinned.test(parent.find(1)));
    EXPECT_TRUE(child.pinned.test(child.find(0)));
}

TEST(Tree, AWalkInACircleIsNoticed) {
    CycleGuard guard;
    uint32_t steps = 0;
    for (NodeId at = 0; guard.step(at); at = at < 10 ? at + 1 : 5) ASSERT_LT(++steps, 100u);
    CycleGuard straight;
    for (NodeId at = 0; at < 10000; ++at) ASSERT_TRUE(straight.step(at));
}

class InsertWithM : public testing::TestWithParam<uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Degrees, InsertWithM, testing::Values(2, 3, 8, 100));

TEST_P(InsertWithM, EveryNodeIsReachableWhateverTheDegree) {
    MemoryGraph graph({GetParam(), 2 * GetParam() + 4}, 3, 21);
    const uint32_t count = GetParam() == 100 ? 400 : 1500;
    for (const auto& element : random_elements(count, 3, 17)) graph.add(element);
    EXPECT_EQ(graph.reachable(graph.store().root()).size(), count);
    EXPECT_EQ(graph.reachable(count - 1).size(), count);
    for (NodeId id = 0; id < count; ++id) {
        Links links;
        ASSERT_TRUE(graph.store().load_links(id, 0, links));
        ASSERT_LE(links.children(), GetParam());
        ASSERT_EQ(links.parent == kNoNode, id == graph.store().root());
    }
}

TEST(Insert, KeepsTightClustersReachable) {
    // Clusters of near duplicates are where pruning leaves islands.
    MemoryGraph graph({4, 16}, 2, 5);
    SplitMix64 random(9);
    constexpr uint32_t kCount = 1200;
    for (uint32_t i = 0; i < kCount; ++i) {
        const auto noise = static_cast<float>(random.next_unit()) * 1e-3f;
        const uint32_t cluster = i / 40;
        graph.add({static_cast<float>(cluster) + noise, noise});
    }
    EXPECT_EQ(graph.reachable(graph.store().root()).size(), graph.store().size());
}

TEST(Insert, FindsWhatBruteForceFinds) {
    constexpr uint32_t kCount = 2000;
    const Elements elements = random_elements(kCount, 16, 42);
    MemoryGraph graph({16, 64}, 16, 1);
    for (const auto& element : elements) graph.add(element);
    uint32_t hits = 0;
    const Elements queries = random_elements(100, 16, 43);
    for (const auto& query : queries) {
        const auto exact = exact_nearest(elements, query, 10);
        const auto found = graph.search(query, 10, 64);
        for (const NodeId id : found)
            hits += std::find(exact.begin(), exact.end(), id) != exact.end() ? 1 : 0;
    }
    EXPECT_GE(hits, 970u);  // of 1000
}

TEST(Insert, PutsEqualElementsIntoOneNode) {
    MemoryGraph graph({4, 16}, 2);
    for (uint16_t i = 1; i <= 30; ++i) graph.add({static_cast<float>(i % 3), 0}, {0, 0, i});
    PlainStore& store = graph.store();
    std::set<uint16_t> rows;
    for (NodeId id = 0; id < store.size(); ++id) {
        ASSERT_EQ(store.node(id).merged, id >= 3);
        if (id >= 3) continue;
        EXPECT_EQ(store.row_count(id), 10u);
        EXPECT_TRUE(store.has_more_rows(id));
        store.for_each_row(id, [&](const IndexRow& row) { rows.insert(row.tid.offset); });
    }
    EXPECT_EQ(rows.size(), 30u);
}

TEST(Repair, LeavesNoLinkToTheDeadAndCanBeDoneAgain) {
    constexpr uint32_t kCount = 800;
    MemoryGraph graph({8, 32}, 4, 3);
    for (const auto& element : random_elements(kCount, 4, 8)) graph.add(element);
    PlainStore& store = graph.store();
    const auto dead = [](NodeId id) { return id % 3 == 1; };
    for (NodeId id = 0; id < kCount; ++id)
        if (dead(id)) store.mark_dead(id);
    auto scratch = std::make_unique<RepairScratch<PlainStore>>();
    Links links;
    for (NodeId id = 0; id < kCount; ++id)
        for (Level level = 0; !dead(id) && level <= store.node(id).level; ++level) {
            ASSERT_TRUE(repair_links(store, id, level, dead, *scratch));
            ASSERT_TRUE(store.load_links(id, level, links));
            std::set<NodeId> seen;
            for (uint32_t lane = 0; lane < links.lanes; ++lane) {
                if (links.ids[lane] == kNoNode) continue;
                ASSERT_FALSE(dead(links.ids[lane]));
                ASSERT_NE(links.ids[lane], id);
                ASSERT_TRUE(seen.insert(links.ids[lane]).second);
            }
            const Links before = links;
            ASSERT_TRUE(repair_links(store, id, level, dead, *scratch));
            ASSERT_TRUE(store.load_links(id, level, links));
            ASSERT_TRUE(std::equal(links.ids, links.ids + links.lanes, before.ids));
        }
}

TEST(Repair, MovesChildrenWithoutClosingCircles) {
    // Root 0 has two children, both dead and each with two live children: m = 2.
    Bare bare(random_elements(9, 2, 6), 2);
    PlainStore& store = bare.graph.store();
    EditScratch<PlainStore> scratch;
    const auto attach = [&](NodeId child, NodeId parent) {
        ASSERT_TRUE(attach_child(store, child, parent, bare.from(parent, child).distance, scratch));
    };
    attach(1, 0);
    attach(2, 0);
    for (const NodeId child : {3u, 4u}) attach(child, 1);
    for (const NodeId child : {5u, 6u}) attach(child, 2);
    const auto dead = [](NodeId id) { return id == 1 || id == 2; };
    store.mark_dead(1);
    store.mark_dead(2);
    for (const NodeId child : {3u, 4u, 5u, 6u})
        ASSERT_TRUE(move_child(store, child, 0, dead, scratch));
    for (NodeId id = 3; id <= 6; ++id) {
        NodeId at = id;
        for (int step = 0; step < 5 && at != 0; ++step) {
            at = bare.links(at).parent;
            ASSERT_FALSE(dead(at));
        }
        EXPECT_EQ(at, 0u) << "from " << id;
    }
}

}  // namespace
}  // namespace vx::test
