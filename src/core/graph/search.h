// Best-first search of one level (HNSW paper, algorithm 2) and the greedy descent above it.
#pragma once

#include <algorithm>

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

/// How far a search goes.
struct SearchDepth {
    size_t ef;      // entries that it expands in any case
    size_t wanted;  // rows for whose sake it goes on, 1 to ef
};

/// Pool entries of a search that may go on beyond `ef`.
///
/// Recall of ten at ef 40, normal rows of 384 dimensions: without 0.63, up to a half more 0.68, up
/// to twice as many 0.69; forty: 0.56, 0.65, 0.71.  pgvector: 0.65, 0.57.
constexpr size_t entries_to_go_on(size_t ef) { return ef + ef / 2; }

/// `search_layer` on the base level, which goes on beyond ef entries by quarters of that, as long
/// as the latest quarter of ef expansions has brought something nearer than the last of the rows
/// wanted, until the pool has no more.  So easy queries end at ef, and those whose nearest are
/// still to come do not.
///
/// Returns how many of the pool's first entries are expanded: those found.  0 when memory is out.
template <SearchStore Store>
size_t search_by_need(Store& store, SearchDepth depth, Pool& pool, Visited& visited, Spill& spill) {
    constexpr size_t kQuarters = 4;
    const size_t quarter = depth.ef / kQuarters > 0 ? depth.ef / kQuarters : 1;
    Candidate found[kMaxDegree];
    size_t limit = depth.ef;
    size_t hops = 0;
    size_t latest = 0;  // of them that brought something nearer
    for (;;) {
        const Candidate next = pool.next_unexpanded(limit);
        if (next.id == kNoNode) {
            if (hops - latest >= quarter || limit >= pool.size())
                return std::min(limit, pool.size());
            limit = std::min(limit + quarter, pool.capacity());
            continue;
        }
        store.poll();
        ++hops;
        const uint32_t count = store.expand(next.id, 0, visited, found);
        for (uint32_t i = 0; i < count; ++i) {
            if (found[i].distance < pool.worst_of(depth.wanted)) latest = hops;
            const PoolEntry out = pool.offer({found[i].distance, found[i].id, false});
            if (out.id != kNoNode && !spill.push(out)) return 0;
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
