// A graph in plain memory, grown as a build grows it, and brute force to compare with.
#pragma once

#include <algorithm>
#include <memory>
#include <numeric>
#include <set>
#include <vector>

#include "core/graph/memory_store.h"
#include "core/graph/search.h"
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

class MemoryGraph {
public:
    MemoryGraph(const GraphParams& params, uint32_t dims, uint64_t seed = 1)
        : store_(memory_.arena(), params, dims, ranking_kernel(Metric::kL2)), random_(seed),
          entries_(params.ef_construction), pool_(entries_.data(), entries_.size()),
          visited_(memory_.arena()), scratch_(std::make_unique<InsertScratch<MemoryStore>>()) {
        scratch_->pool = &pool_;
        scratch_->visited = &visited_;
        if (!visited_.reserve(1 << 16)) throw std::bad_alloc();
    }

    MemoryStore& store() { return store_; }
    InsertScratch<MemoryStore>& scratch() { return *scratch_; }

    /// As a build adds a row (src/pg/index/build.cpp); the node that holds it.
    NodeId add(const std::vector<float>& element, HeapTid tid = {0, 0, 1}, int forced_level = -1) {
        store_.bind(element.data());
        Level level = draw_level(random_, store_.params().m);
        if (forced_level >= 0) level = static_cast<Level>(forced_level);
        plan_insert(store_, level, *scratch_);
        for (size_t i = 0; i < pool_.size(); ++i)
            if (pool_[i].distance == 0 && store_.equals_query(pool_[i].id)) {
                if (!store_.add_row(pool_[i].id, tid)) throw std::bad_alloc();
                return pool_[i].id;
            }
        const NodeId id = store_.add(element.data(), scratch_->plan, tid);
        if (id == kNoNode) throw std::bad_alloc();
        if (id > 0 && !attach_new(store_, id, *scratch_)) throw std::logic_error("no parent");
        link_neighbors(store_, id, *scratch_);
        store_.offer_entry(id, level);
        return id;
    }

    /// The `k` nearest nodes that a search with a pool of `ef` finds.
    std::vector<NodeId> search(const std::vector<float>& query, size_t k, size_t ef) {
        store_.bind(query.data());
        std::vector<PoolEntry> entries(ef);
        Pool pool(entries.data(), ef);
        const Candidate start = descend(store_, store_.entry(), 0, visited_);
        if (start.id == kNoNode) return {};
        visited_.insert(start.id);
        (void)pool.offer({start.distance, start.id, false});
        (void)search_layer(store_, 0, pool, visited_, nullptr);
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
    MemoryStore store_;
    SplitMix64 random_;
    std::vector<PoolEntry> entries_;
    Pool pool_;
    Visited visited_;
    std::unique_ptr<InsertScratch<MemoryStore>> scratch_;
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
