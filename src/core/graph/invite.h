// Links given to nodes that few others lead to.
//
// Pruning gives popular nodes hundreds of in-links and outliers few, and each deletion takes some
// away: repair fills a list that led to a dead node, but need not choose those that the dead node
// led to.  A search beside such a node may then end without meeting it.  So the nearest nodes are
// asked for a lane that can be spared (measured in vacuum: `Reclaimer`, in builds: outliers.h).
#pragma once

#include <cstring>

#include "core/graph/tree.h"

namespace vx {

/// In-links that a node should have; a node that loses one keeps at least twice as many.
inline constexpr uint32_t kInvitations = 6;

/// Lane of `links`, whose distances are filled in, to give away: an empty one, else the farthest
/// that is not pinned and whose node `can_spare` it; `links.lanes` when there is none.
///
/// Where it is known which links selection would not keep, those go first: the others, far as they
/// are, may be all that leads to a cluster, whose nodes have in-links enough from each other.
template <class CanSpare>
uint32_t lane_to_spare(const Links& links, CanSpare&& can_spare) {
    uint32_t lane = links.find_empty();
    if (lane < links.lanes) return lane;
    bool prunes = false;
    for (uint32_t i = 0; i < links.lanes; ++i) {
        if (links.pinned.test(i) || !can_spare(links.ids[i])) continue;
        const bool pruned = links.known_pruned(i);
        if (lane < links.lanes &&
            (pruned == prunes ? links.distances[i] < links.distances[lane] : prunes))
            continue;
        lane = i;
        prunes = pruned;
    }
    return lane;
}

/// A link that a node has given away, and where it led before: kNoNode for an empty lane.
struct Invitation {
    bool given;
    NodeId loser;
    bool kept;  // selection may have kept the link to the loser
};

/// Gives `guest` a lane of the base list of `giver` (its id and its distance from the guest), if
/// one can be spared.  A lane that has changed meanwhile is left alone.
template <GraphStore Store, class CanSpare>
Invitation invite_from(Store& store, Candidate giver, NodeId guest, Links& links,
                       CanSpare&& can_spare) {
    constexpr Invitation kNone{false, kNoNode, false};
    if (!store.load_links(giver.id, 0, links) || links.find(guest) < links.lanes) return kNone;
    store.link_distances(giver.id, links);
    const uint32_t lane = lane_to_spare(links, can_spare);
    if (lane == links.lanes) return kNone;
    const bool kept = !links.known_pruned(lane);
    links.pruned.reset(lane);
    const LinkEdit edit{lane,
                        links.ids[lane],
                        {giver.distance, guest},
                        false,
                        links.marked ? &links.pruned : nullptr};
    return {store.apply(giver.id, 0, &edit, 1), edit.expected, kept};
}

/// How many base lists lead to each node, as far as it matters here: one byte per node.
class InLinkCounts {
public:
    /// False when memory is out.
    bool reserve(Arena arena, uint32_t ids) {
        counts_ = arena.allocate_array<uint8_t>(ids);
        if (counts_ == nullptr) return false;
        std::memset(counts_, 0, ids);
        ids_ = ids;
        return true;
    }
    void add(NodeId id) {
        if (id < ids_ && counts_[id] < kMany) ++counts_[id];
    }
    /// A count at its limit stays there: what it leaves out is more than one list's worth.
    void remove(NodeId id) {
        if (id < ids_ && counts_[id] > 0 && counts_[id] < kMany) --counts_[id];
    }
    bool few(NodeId id) const { return id < ids_ && counts_[id] < kInvitations; }
    bool can_spare(NodeId id) const { return id < ids_ && counts_[id] > 2 * kInvitations; }

private:
    static constexpr uint8_t kMany = 255;

    uint8_t* counts_ = nullptr;
    uint32_t ids_ = 0;
};

/// Gives `id` links from the nodes that its own list leads to, nearest first, until it has enough:
/// a favor, not an invariant.
template <GraphStore Store>
void invite_from_neighbors(Store& store, NodeId id, InLinkCounts& counts,
                           EditScratch<Store>& scratch) {
    uint32_t order[kMaxDegree];
    Links& own = scratch.other;
    if (!store.load_links(id, 0, own)) return;
    store.link_distances(id, own);
    const uint32_t count = lanes_by_distance(own, order);
    for (uint32_t i = 0; i < count && counts.few(id); ++i) {
        const Candidate giver{own.distances[order[i]], own.ids[order[i]]};
        store.poll();
        if (!store.linkable(giver.id, 0)) continue;
        const Invitation made = invite_from(store, giver, id, scratch.links,
                                            [&](NodeId node) { return counts.can_spare(node); });
        if (!made.given) continue;
        counts.add(id);
        if (made.loser != kNoNode) counts.remove(made.loser);
    }
}

}  // namespace vx
