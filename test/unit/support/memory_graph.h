// A graph in plain memory, grown as a build grows it, and brute force to compare with.
#pragma once

#include <algorithm>
#include <memory>
#include <numeric>
#include <set>
#include <stdexcept>
#include <vector>

#include "core/graph/grow.h"
#include "core/graph/search.h"
#include "core/paged/codec.h"
#include "support/test_arena.h"

namespace vx::test {

/// `count` elements with coordinates in (0, 1].
inline std::vector<std::vector<float>> random_elements(uint32_t count, uint32_t dims,
                                                       uint64_t seed) {
    SplitMix64 random(seed);
    std::vector<std::vector<float>> elements(count, std::vector<float>(dims));
    for (auto& element : elements)
        for (float& value : element) value = static_cast<float>(random.next_unit());
    return elements;
}

/// The store of most tests: elements as they are.
using PlainStore = MemoryStore<PlainCodec>;

/// Memory of insertions: a pool, a visited set with room for 65,536 nodes.
template <class Store>
class GraphScratch {
public:
    explicit GraphScratch(size_t ef)
        : entries_(ef), pool_(entries_.data(), ef), visited_(memory_.arena()),
          scratch_(std::make_unique<InsertScratch<Store>>()) {
        scratch_->pool = &pool_;
        scratch_->visited = &visited_;
        if (!visited_.reserve(1 << 16)) throw std::bad_alloc();
    }

    InsertScratch<Store>& operator*() { return *scratch_; }
    Pool& pool() { return pool_; }
    Visited& visited() { return visited_; }

private:
    TestArena memory_;
    std::vector<PoolEntry> entries_;
    Pool pool_;
    Visited visited_;
    std::unique_ptr<InsertScratch<Store>> scratch_;
};

class MemoryGraph {
public:
    static constexpr size_t kBudget = size_t{1} << 30;

    MemoryGraph(const GraphParams& params, uint32_t dims, uint64_t seed = 1,
                size_t budget = kBudget)
        : shape_(make_graph_shape(params, dims * static_cast<uint32_t>(sizeof(float)), budget)),
          chunks_(memory_.arena(), budget),
          store_(memory_.arena(), &control_, shape_, chunks_.source(shape_.arrays),
                 PlainCodec(PlainSpace(DenseSpace<float>(ranking_kernel(Metric::kL2), dims)))),
          random_(seed), scratch_(params.ef_construction) {}

    PlainStore& store() { return store_; }
    InsertScratch<PlainStore>& scratch() { return *scratch_; }

    /// Adds a row to the graph at once; false when memory is out.
    bool try_add(const std::vector<float>& element, HeapTid tid = {0, 0, 1},
                 int forced_level = -1) {
        store_.bind_for_insert(element.data());
        Level level = draw_level(random_, store_.params().m);
        if (forced_level >= 0) level = static_cast<Level>(forced_level);
        const NodeId id = store_.put(level, tid);
        if (id == kNoNode) return false;
        if (!insert_put(store_, id, kNoNode, *scratch_)) throw std::runtime_error("no parent");
        return true;
    }
    void add(const std::vector<float>& element, HeapTid tid = {0, 0, 1}, int forced_level = -1) {
        if (!try_add(element, tid, forced_level)) throw std::runtime_error("not added");
    }

    /// The `k` nearest nodes that a search with a pool of `ef` finds.
    std::vector<NodeId> search(const std::vector<float>& query, size_t k, size_t ef) {
        store_.bind(query.data());
        std::vector<PoolEntry> entries(ef);
        Pool pool(entries.data(), ef);
        const Candidate start = descend(store_, store_.entry(), 0, scratch_.visited());
        if (start.id == kNoNode) return {};
        scratch_.visited().insert(start.id);
        (void)pool.offer({start.distance, start.id, false});
        (void)search_layer(store_, 0, pool, scratch_.visited(), nullptr);
        std::vector<NodeId> found;
        for (size_t i = 0; i < pool.size() && i < k; ++i) found.push_back(pool[i].id);
        return found;
    }

    /// Nodes that base-level links lead to from `from`.
    std::set<NodeId> reachable(NodeId from) {
        std::set<NodeId> seen{from};
        std::vector<NodeId> queue{from};
        Links links;
        while (!queue.empty()) {
            const NodeId at = queue.back();
            queue.pop_back();
            (void)store_.load_links(at, 0, links);
            for (uint32_t lane = 0; lane < links.lanes; ++lane)
                if (links.ids[lane] != kNoNode && seen.insert(links.ids[lane]).second)
                    queue.push_back(links.ids[lane]);
        }
        return seen;
    }

private:
    TestArena memory_;
    GraphControl control_;
    GraphShape shape_;
    ArenaChunks chunks_;
    PlainStore store_;
    SplitMix64 random_;
    GraphScratch<PlainStore> scratch_;
};

/// Numbers of the `k` nearest elements, by brute force.
inline std::vector<uint32_t> exact_nearest(const std::vector<std::vector<float>>& elements,
                                           const std::vector<float>& query, size_t k) {
    std::vector<std::pair<float, uint32_t>> order;
    for (uint32_t i = 0; i < elements.size(); ++i)
        order.emplace_back(
            ranking_kernel(Metric::kL2)(elements[i].data(), query.data(), query.size()), i);
    std::sort(order.begin(), order.end());
    std::vector<uint32_t> nearest;
    for (size_t i = 0; i < k && i < order.size(); ++i) nearest.push_back(order[i].second);
    return nearest;
}

}  // namespace vx::test
