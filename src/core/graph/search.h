// Best-first search of one level (HNSW paper, algorithm 2) and the greedy descent above it.
#pragma once

#include "core/graph/pool.h"
#include "core/graph/store.h"

namespace vx {

/// What a search left outside its pool; lets a scan go on later (README.md, "Complete scans").
using Spill = ArenaList<PoolEntry>;

/// Nodes met and not yet measured.
template <BatchStore Store>
struct Batch {
    NodeId ids[kMaxDegree];
    typename Store::Record records[kMaxDegree];
    float distances[kMaxDegree];
};

/// Lists that are fetched into the cache beforehand.
inline constexpr int kListsAhead = 2;

/// Starts fetching the lists that come next, unless something nearer is found meanwhile.
template <BatchStore Store>
void fetch_next_lists(const Store& store, Level level, const Pool& pool) {
    size_t ahead = pool.find_unexpanded(pool.frontier());
    for (int i = 0; i < kListsAhead && ahead < pool.size(); ++i) {
        store.prefetch_links(pool[ahead].id, level);
        ahead = pool.find_unexpanded(ahead + 1);
    }
}

/// `search_layer` for stores in memory; ends where it would expand `target`.
template <BatchStore Store>
void search_in_batches(Store& store, Level level, Pool& pool, Visited& visited, NodeId target) {
    Batch<Store> met;
    for (;;) {
        const Candidate next = pool.next_unexpanded();
        if (next.id == kNoNode || next.id == target) return;
        store.poll();
        const uint32_t count = store.gather(next.id, level, visited, met.ids, met.records);
        fetch_next_lists(store, level, pool);
        store.measure(met.records, count, met.distances);
        // Which ones are near enough cannot be predicted, so nothing branches on it.
        const float worst = pool.worst();
        uint32_t near = 0;
        for (uint32_t i = 0; i < count; ++i) {
            const Candidate candidate{met.distances[i], met.ids[i]};
            met.distances[near] = candidate.distance;
            met.ids[near] = candidate.id;
            near += static_cast<uint32_t>(candidate.distance <= worst);
        }
        for (uint32_t i = 0; i < near; ++i) pool.admit({met.distances[i], met.ids[i]});
    }
}

/// Expands the nearest unexpanded entry of `pool` until none is left.
///
/// What does not fit the pool goes to `spill` if that is not null.  False when memory for the spill
/// is out.  `visited` must already contain the entries of `pool`.
template <SearchStore Store>
bool search_layer(Store& store, Level level, Pool& pool, Visited& visited, Spill* spill) {
    if constexpr (BatchStore<Store>) {
        if (spill == nullptr) {
            search_in_batches(store, level, pool, visited, kNoNode);
            return true;
        }
    }
    Candidate found[kMaxDegree];
    for (;;) {
        const Candidate next = pool.next_unexpanded();
        if (next.id == kNoNode) return true;
        store.poll();
        const uint32_t count = store.expand(next.id, level, visited, found);
        for (uint32_t i = 0; i < count; ++i) {
            const PoolEntry out = pool.offer({found[i].distance, found[i].id, false});
            if (out.id != kNoNode && spill != nullptr && !spill->push(out)) return false;
        }
    }
}

/// Walks to the nearest node that is reachable downhill on `level`, starting from `from`.
template <SearchStore Store>
Candidate descend_layer(Store& store, Level level, Candidate from, Visited& visited) {
    Candidate found[kMaxDegree];
    for (;;) {
        store.poll();
        const uint32_t count = store.expand(from.id, level, visited, found);
        Candidate best = from;
        for (uint32_t i = 0; i < count; ++i)
            if (nearer(found[i], best)) best = found[i];
        if (best.id == from.id) return from;
        from = best;
    }
}

/// Descends from the entry point to `level` (exclusive) and returns where it arrived; id kNoNode
/// when the graph is empty.  Leaves `visited` empty.
template <SearchStore Store>
Candidate descend(Store& store, EntryPoint entry, Level level, Visited& visited) {
    if (entry.id == kNoNode) return {0, kNoNode};
    Candidate at{store.query_distance(entry.id), entry.id};
    visited.clear();
    for (Level l = entry.level; l > level; --l) {
        visited.insert(at.id);
        at = descend_layer(store, l, at, visited);
        visited.clear();
    }
    return at;
}

}  // namespace vx
