// A finished graph, asked for each of its rows.
//
// Pruning gives popular nodes hundreds of in-links and outliers few; a search with the default
// ef_search may then end beside an outlier without meeting it, although the graph leads there.  So
// after a build every node is searched for, and where it is not found, the nodes that the search
// does find are given links to it: where a query for it will look.  That is no question to ask
// where other vectors are nearer to one than itself (is_own_nearest in metric.h): of no use, and it
// takes the lanes of links that are.
//
// In three steps, between which all processes must have finished: count_in_links and ask_nodes over
// ranges of ids, by any number of processes at once, then ask_again by one.
#pragma once

#include <algorithm>

#include "core/graph/invite.h"
#include "core/graph/memory_store.h"

namespace vx {

/// The search has half of the default ef_search: it measures, where a scan by sketches estimates
/// and loses its way to a cluster that few links lead to.  6,000 rows in clusters of 20, 100 builds
/// with storage fast each, the 20 nearest of 600 rows at ef_search 40: of 12,000, at least 11,875
/// were found when asked with 40, 11,952 with 20.
inline constexpr size_t kProbeEf = 20;
/// Rounds: what one node is given another one loses, so those concerned are asked again.
inline constexpr int kRounds = 10;
/// Mark, beside the count of a node's in-links: ask it again.
inline constexpr uint32_t kAskAgain = 0x80000000;

constexpr uint32_t in_link_count(uint32_t marked) { return marked & ~kAskAgain; }

/// Has those nodes asked again that may have been found by a link that now leads elsewhere: its
/// node and, where the link was one that selection keeps, the nodes near to that.  A whole cluster
/// may have hung on it.
template <class Store>
void ask_losers(Store& store, const Invitation& made) {
    store.in_links(made.loser).fetch_sub(1);
    store.in_links(made.loser).fetch_or(kAskAgain);
    if (!made.kept) return;
    const NodeId* ids = store.base_ids(made.loser);
    for (uint32_t lane = 0; lane < store.params().max_degree(0); ++lane) {
        const NodeId id = __atomic_load_n(&ids[lane], __ATOMIC_ACQUIRE);
        if (id != kNoNode) store.in_links(id).fetch_or(kAskAgain);
    }
}

/// Gives `id` links from the nearest nodes of `pool`.
template <class Store>
void invite(Store& store, NodeId id, const Pool& pool, Links& links) {
    uint32_t given = 0;
    for (size_t i = 0; i < pool.size() && given < kInvitations; ++i) {
        const PoolEntry giver = pool[i];
        if (giver.id == id) continue;
        const Invitation made =
            invite_from(store, {giver.distance, giver.id}, id, links, [&](NodeId of) {
                return in_link_count(store.in_links(of).load()) > 2 * kInvitations;
            });
        if (!made.given) continue;
        ++given;
        store.in_links(id).fetch_add(1);
        store.in_links(id).fetch_or(kAskAgain);
        if (made.loser != kNoNode) ask_losers(store, made);
    }
}

/// Is `id`, to whose element the store is bound, what a query for it finds?  If not, `probe` has
/// what the query found.
template <BatchStore Store>
bool finds_itself(Store& store, NodeId id, Pool& probe, Visited& visited) {
    const Candidate start = descend(store, store.entry(), 0, visited);
    probe.clear();
    visited.insert(start.id);
    (void)probe.offer({start.distance, start.id, false});
    // Nothing is nearer to it than itself: once met it is the next one, and stays in the pool.
    search_in_batches(store, 0, probe, visited, id);
    for (size_t i = 0; i < probe.size(); ++i)
        if (probe[i].id == id) return true;
    return false;
}

/// Is all that the query for `id` has found much farther than the nearest node that its list leads
/// to?  Then the search has ended somewhere else, as where no link leads to a cluster of rows.
template <class Store>
bool is_lost(Store& store, NodeId id, const Pool& probe) {
    constexpr float kMuchFarther = 2;
    const NodeId* ids = store.base_ids(id);
    const float* distances = store.base_distances(id);
    float nearest = __builtin_inff();
    for (uint32_t lane = 0; lane < store.params().max_degree(0); ++lane)
        if (ids[lane] != kNoNode) nearest = std::min(nearest, distances[lane]);
    return probe[0].distance > kMuchFarther * nearest;
}

/// Counts the links of the nodes [first, end) at the nodes that they lead to.
template <class Store>
void count_in_links(Store& store, NodeId first, NodeId end) {
    for (NodeId id = first; id < end; ++id) {
        const NodeId* ids = store.base_ids(id);
        for (uint32_t lane = 0; lane < store.params().max_degree(0); ++lane)
            if (ids[lane] != kNoNode) store.in_links(ids[lane]).fetch_add(1);
    }
}

/// Nodes [first, end).
struct NodeRange {
    NodeId first;
    NodeId end;
};

/// Asks those of the nodes for which `wanted(in_links)`; the visited set of `scratch` has room for
/// all nodes, its pool for kProbeEf.
template <class Store, class Wanted>
void ask_nodes(Store& store, NodeRange nodes, InsertScratch<Store>& scratch, Pool& probe,
               Wanted&& wanted) {
    for (NodeId id = nodes.first; id < nodes.end; ++id) {
        if (store.node(id).merged || !wanted(store.in_links(id).load())) continue;
        store.poll();
        store.in_links(id).fetch_and(~kAskAgain);
        store.bind_node(id);
        AskedNodes& asked = store.asked();
        asked.all.fetch_add(1);
        if (finds_itself(store, id, probe, *scratch.visited)) continue;
        if (!is_lost(store, id, probe)) {
            asked.missed.fetch_add(1);
            if (asked.says_little(store.size())) {
                store.in_links(id).fetch_or(kAskAgain);
                continue;
            }
            if (asked.misses_many()) continue;
        }
        invite(store, id, probe, scratch.edit.links);
    }
}

/// Asks again those whose links changed.
template <class Store>
void ask_again(Store& store, InsertScratch<Store>& scratch, Pool& probe) {
    for (int round = 1; round < kRounds; ++round)
        ask_nodes(store, {0, store.size()}, scratch, probe,
                  [](uint32_t in_links) { return (in_links & kAskAgain) != 0; });
}

}  // namespace vx
