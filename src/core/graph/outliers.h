// A finished graph, asked for each of its rows.
//
// Pruning gives popular nodes hundreds of in-links and outliers few; a search with the default
// ef_search may then end beside an outlier without meeting it, although the graph leads there.  So
// after a build every node is searched for, and where it is not found, the nodes that the search
// does find are given links to it: where a query for it will look.  Of 20,000 words (m = 16,
// ef_construction = 64) 3 to 11 rows did not find themselves first before, none or one do now.
#pragma once

#include "core/graph/insert.h"
#include "core/graph/invite.h"

namespace vx {

/// The search is that of a query with the default ef_search.
inline constexpr size_t kProbeEf = 40;
/// Rounds: what one node is given another one loses, so those concerned are asked again.
inline constexpr int kRounds = 10;
/// Mark, beside the count of a node's in-links: ask it again.
inline constexpr uint32_t kAskAgain = 0x80000000;

constexpr uint32_t in_link_count(uint32_t marked) { return marked & ~kAskAgain; }

/// Gives `id` links from the nearest nodes of `pool`.
template <GraphStore Store>
void invite(Store& store, NodeId id, const Pool& pool, uint32_t* in_links, Links& links) {
    uint32_t given = 0;
    for (size_t i = 0; i < pool.size() && given < kInvitations; ++i) {
        const PoolEntry giver = pool[i];
        if (giver.id == id || !store.load_links(giver.id, 0, links) || links.find(id) < links.lanes)
            continue;
        store.link_distances(giver.id, links);
        const uint32_t lane = lane_to_spare(
            links, [&](NodeId node) { return in_link_count(in_links[node]) > 2 * kInvitations; });
        if (lane == links.lanes) continue;
        const LinkEdit edit{lane, links.ids[lane], {giver.distance, id}};
        if (!store.apply(giver.id, 0, &edit, 1)) continue;
        ++given;
        in_links[id] = (in_links[id] + 1) | kAskAgain;
        if (edit.expected != kNoNode)
            in_links[edit.expected] = (in_links[edit.expected] - 1) | kAskAgain;
    }
}

/// Is `id`, to whose element the store is bound, what a query for it finds?  Leaves in `probe` what
/// the query met.
template <GraphStore Store>
bool finds_itself(Store& store, NodeId id, Pool& probe, Visited& visited) {
    const Candidate start = descend(store, store.entry(), 0, visited);
    probe.clear();
    visited.insert(start.id);
    (void)probe.offer({start.distance, start.id, false});
    (void)search_layer(store, 0, probe, visited, nullptr);
    for (size_t i = 0; i < probe.size(); ++i)
        if (probe[i].id == id) return true;
    return false;
}

/// Asks a finished graph for all its nodes.  `bind(id)` binds the store to a
/// node's own element; the visited set of `scratch` has room for all.  False when memory is out.
template <GraphStore Store, class Bind>
bool connect_outliers(Store& store, uint32_t size, Arena arena, InsertScratch<Store>& scratch,
                      Bind&& bind) {
    auto* in_links = arena.allocate_array<uint32_t>(size);
    auto* entries = arena.allocate_array<PoolEntry>(kProbeEf);
    if (in_links == nullptr || entries == nullptr) return false;
    std::fill(in_links, in_links + size, 0);
    Links& links = scratch.edit.links;
    for (NodeId id = 0; id < size; ++id) {
        if (!store.load_links(id, 0, links)) continue;
        for (uint32_t lane = 0; lane < links.lanes; ++lane)
            if (links.ids[lane] != kNoNode) ++in_links[links.ids[lane]];
    }
    for (NodeId id = 0; id < size; ++id) in_links[id] |= kAskAgain;
    Pool probe(entries, kProbeEf);
    for (int round = 0; round < kRounds; ++round)
        for (NodeId id = 0; id < size; ++id) {
            if ((in_links[id] & kAskAgain) == 0) continue;
            in_links[id] = in_link_count(in_links[id]);
            bind(id);
            if (!finds_itself(store, id, probe, *scratch.visited))
                invite(store, id, probe, in_links, links);
        }
    arena.release(entries);
    arena.release(in_links);
    return true;
}

}  // namespace vx
