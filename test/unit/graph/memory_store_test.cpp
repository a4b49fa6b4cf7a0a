// The graph in memory: several threads insert at once, memory runs out.
#include "core/graph/memory_store.h"

#include <gtest/gtest.h>

#include <barrier>
#include <mutex>
#include <thread>

#include "core/graph/outliers.h"
#include "core/graph/page_order.h"
#include "support/memory_graph.h"

namespace vx::test {
namespace {

/// Chunks that threads share, as processes share those of the server.
class SharedTestChunks {
public:
    SharedTestChunks(const GraphShape& shape, size_t budget) : shape_(shape), left_(budget) {}

    ChunkSource source() { return {&SharedTestChunks::obtain, this}; }

private:
    static std::byte* obtain(void* source, uint32_t array, uint32_t chunk) {
        auto& self = *static_cast<SharedTestChunks*>(source);
        const std::lock_guard guard(self.mutex_);
        auto& chunks = self.chunks_[array];
        const size_t bytes = self.shape_.arrays[array].chunk_bytes();
        while (!self.refused_ && chunks.size() <= chunk) {
            self.refused_ = bytes > self.left_;
            if (self.refused_) break;
            self.left_ -= bytes;
            chunks.push_back(static_cast<std::byte*>(self.memory_.arena().allocate(bytes)));
        }
        return chunk < chunks.size() ? chunks[chunk] : nullptr;
    }

    const GraphShape& shape_;
    std::mutex mutex_;
    TestArena memory_;
    size_t left_;
    bool refused_ = false;
    std::vector<std::byte*> chunks_[kGraphArrays];
};

struct Threads {
    Threads(const GraphParams& params, uint32_t dims, size_t budget = size_t{1} << 28)
        : vector_dims(dims), shape(make_graph_shape(params, dims * 4, budget)),
          chunks(shape, budget) {}

    PlainStore store(Arena arena) {
        return {
            arena, &control, shape, chunks.source(),
            PlainCodec(PlainSpace(DenseSpace<float>(ranking_kernel(Metric::kL2), vector_dims)))};
    }

    /// What threads take turns at, and where they wait for each other.
    struct Steps {
        explicit Steps(uint32_t count) : barrier(count), threads(count) {}

        /// Waits for all; true for one.
        bool arrive() {
            const bool elected = arrivals++ % threads == 0;
            barrier.arrive_and_wait();
            return elected;
        }
        template <class F>
        void share(uint32_t step, uint32_t total, F&& f) {
            constexpr uint32_t kAtOnce = 16;
            for (uint32_t first = next[step].fetch_add(kAtOnce); first < total;
                 first = next[step].fetch_add(kAtOnce))
                f(first, std::min(total, first + kAtOnce));
        }

        std::barrier<> barrier;
        uint32_t threads;
        std::atomic<uint32_t> arrivals{0};
        std::atomic<uint32_t> next[3] = {};
    };

    static void grow(PlainStore& own, InsertScratch<PlainStore>& scratch, Arena arena,
                     Steps& steps) {
        Growth<PlainStore> growth(own, scratch);
        if (steps.arrive()) {
            EXPECT_TRUE(growth.found());
        }
        (void)steps.arrive();
        steps.share(0, growth.scaffold(), [&](uint32_t first, uint32_t end) {
            EXPECT_TRUE(growth.insert_scaffold(first, end));
        });
        (void)steps.arrive();
        steps.share(1, own.size(),
                    [&](uint32_t first, uint32_t end) { growth.find_pivots(first, end); });
        if (steps.arrive()) growth.prepare_others(arena);
        (void)steps.arrive();
        steps.share(2, growth.others(), [&](uint32_t first, uint32_t end) {
            EXPECT_TRUE(growth.insert_others(first, end));
        });
        (void)steps.arrive();
    }

    /// Puts the elements by `count` threads, and grows the graph by them; the rows that were added,
    /// by their number.
    std::set<uint32_t> insert(const std::vector<std::vector<float>>& elements, uint32_t count) {
        std::atomic<uint32_t> next{0};
        std::mutex mutex;
        std::set<uint32_t> added;
        Steps steps(count);
        const auto work = [&](uint32_t number) {
            TestArena arena;
            PlainStore own = store(arena.arena());
            GraphScratch<PlainStore> scratch(shape.params.ef_construction);
            RecentNodes recent(arena.arena(), 64);
            SplitMix64 random(number);
            std::vector<uint32_t> mine;
            for (uint32_t row = next++; row < elements.size(); row = next++) {
                own.bind_for_insert(elements[row].data());
                const HeapTid tid{0, static_cast<uint16_t>(row), 1};
                if (!put_row(own, draw_level(random, shape.params.m), tid, recent)) break;
                mine.push_back(row);
            }
            grow(own, *scratch, arena.arena(), steps);
            const std::lock_guard guard(mutex);
            added.insert(mine.begin(), mine.end());
        };
        std::vector<std::thread> threads;
        for (uint32_t i = 0; i < count; ++i) threads.emplace_back(work, i);
        for (std::thread& thread : threads) thread.join();
        return added;
    }

    uint32_t vector_dims;
    GraphShape shape;
    GraphControl control;
    SharedTestChunks chunks;
};

/// Invariants I3 to I6 (README.md) of a graph that nobody changes.
void expect_sound(PlainStore& store) {
    const uint32_t size = store.size();
    std::vector<uint32_t> parents(size);
    Links links, others;
    for (NodeId id = 0; id < size; ++id) {
        if (store.node(id).merged) {
            parents[id] = store.root();
            continue;
        }
        for (Level level = 0; level <= store.node(id).level; ++level) {
            ASSERT_TRUE(store.load_links(id, level, links));
            std::set<NodeId> seen;
            for (uint32_t lane = 0; lane < links.lanes; ++lane) {
                if (links.ids[lane] == kNoNode) continue;
                ASSERT_LT(links.ids[lane], size);
                ASSERT_NE(links.ids[lane], id);
                ASSERT_FALSE(store.node(links.ids[lane]).merged);
                ASSERT_TRUE(seen.insert(links.ids[lane]).second) << "twice in a list";
                ASSERT_GE(store.node(links.ids[lane]).level, level);
            }
        }
        ASSERT_TRUE(store.load_links(id, 0, links));
        parents[id] = links.parent;
        ASSERT_EQ(links.parent == kNoNode, id == store.root());
        ASSERT_LE(links.children(), store.params().max_children());
        for (uint32_t lane = 0; lane < links.lanes; ++lane) {
            if (!links.pinned.test(lane)) continue;
            ASSERT_TRUE(store.load_links(links.ids[lane], 0, others));
            const uint32_t back = others.find(id);
            ASSERT_LT(back, others.lanes) << "a tree edge in one direction";
            ASSERT_TRUE(others.pinned.test(back));
            ASSERT_TRUE(links.parent == links.ids[lane] || others.parent == id);
        }
    }
    for (NodeId id = 0; id < size; ++id) {
        uint32_t steps = 0;
        for (NodeId at = id; at != store.root(); at = parents[at]) ASSERT_LE(++steps, size);
    }
}

std::multiset<uint32_t> rows_of(PlainStore& store) {
    std::multiset<uint32_t> rows;
    for (NodeId id = 0; id < store.size(); ++id)
        if (!store.node(id).merged)
            store.for_each_row(id, [&](const IndexRow& row) { rows.insert(row.tid.block_low); });
    return rows;
}

class InsertByThreads : public testing::TestWithParam<uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Degrees, InsertByThreads, testing::Values(2, 4, 16));

TEST_P(InsertByThreads, KeepsTheInvariants) {
    constexpr uint32_t kCount = 3000;
    Threads threads({GetParam(), 2 * GetParam() + 16}, 4);
    EXPECT_EQ(threads.insert(random_elements(kCount, 4, 5), 4).size(), kCount);
    TestArena arena;
    PlainStore store = threads.store(arena.arena());
    EXPECT_EQ(store.size(), kCount);
    expect_sound(store);
    EXPECT_EQ(rows_of(store).size(), kCount);
}

TEST(InsertByThreads, FindsWhatBruteForceFinds) {
    constexpr uint32_t kCount = 3000;
    const auto elements = random_elements(kCount, 16, 42);
    Threads threads({16, 64}, 16);
    ASSERT_EQ(threads.insert(elements, 4).size(), kCount);
    TestArena arena;
    PlainStore store = threads.store(arena.arena());
    GraphScratch<PlainStore> scratch(64);
    uint32_t hits = 0;
    for (const auto& query : random_elements(100, 16, 43)) {
        const auto exact = exact_nearest(elements, query, 10);
        store.bind(query.data());
        const Candidate start = descend(store, store.entry(), 0, scratch.visited());
        scratch.visited().insert(start.id);
        Pool& pool = scratch.pool();
        pool.clear();
        (void)pool.offer({start.distance, start.id, false});
        (void)search_layer(store, 0, pool, scratch.visited(), nullptr);
        for (size_t i = 0; i < 10 && i < pool.size(); ++i) {
            const uint32_t row = store.node(pool[i].id).tid.block_low;
            hits += std::find(exact.begin(), exact.end(), row) != exact.end() ? 1 : 0;
        }
    }
    EXPECT_GE(hits, 960u);  // of 1000
}

TEST(InsertByThreads, SharesNodesAmongEqualElements) {
    std::vector<std::vector<float>> elements;
    for (uint32_t i = 0; i < 4000; ++i) elements.push_back({static_cast<float>(i % 5), 0});
    Threads threads({4, 16}, 2);
    ASSERT_EQ(threads.insert(elements, 4).size(), elements.size());
    TestArena arena;
    PlainStore store = threads.store(arena.arena());
    place_in_order(store);
    EXPECT_LE(store.placed(), 5u * 4) << "two that come at once may make two nodes";
    EXPECT_EQ(rows_of(store).size(), elements.size());
    expect_sound(store);
}

TEST(InsertByThreads, StopsWhereMemoryEndsWithAWholeGraph) {
    Threads threads({8, 32}, 8, 300000);
    const auto added = threads.insert(random_elements(5000, 8, 3), 4);
    EXPECT_GT(added.size(), 500u);
    EXPECT_LT(added.size(), 5000u);
    TestArena arena;
    PlainStore store = threads.store(arena.arena());
    EXPECT_EQ(store.size(), added.size());
    expect_sound(store);
    const auto rows = rows_of(store);
    EXPECT_TRUE(std::equal(rows.begin(), rows.end(), added.begin(), added.end()));
}

TEST(MemoryStore, WithNoMemoryAtAllStaysEmpty) {
    MemoryGraph graph({8, 32}, 1000, 1, 2000);
    EXPECT_FALSE(graph.try_add(std::vector<float>(1000, 1)));
    EXPECT_FALSE(graph.try_add(std::vector<float>(1000, 1)));
    EXPECT_EQ(graph.store().size(), 0u);
    EXPECT_EQ(graph.store().root(), kNoNode);
    EXPECT_EQ(graph.store().entry().id, kNoNode);
}

TEST(MemoryStore, AnswersForItsBudget) {
    for (const size_t budget : {size_t{65536}, size_t{1} << 20, size_t{1} << 30, size_t{1} << 41}) {
        const GraphShape shape = make_graph_shape({16, 64}, 136, budget);
        const ChunkShape& nodes = shape.arrays[kNodeArray];
        EXPECT_GE(nodes.chunks * nodes.chunk_bytes(),
                  std::min(budget, size_t{0xFF000000} * nodes.stride));
        for (const ChunkShape& array : shape.arrays) {
            EXPECT_LE(array.chunks, 65536u);
            EXPECT_LE(uint64_t{array.chunks} << array.shift, 0x100000000u);
        }
    }
}

}  // namespace
}  // namespace vx::test
