// The spanning tree that keeps every node reachable.
//
// Pruning alone loses nodes: an eviction may take a node's last in-link, and a node with in-links
// may still lie on an island.  So every live node but the root has a parent, and the base-level
// edges parent -> child and child -> parent are pinned: pruning never takes them.  The live nodes
// are then strongly connected whatever else happens (README.md, I3 to I5), at about two lanes a
// node.
#pragma once

#include "core/graph/select.h"
#include "core/graph/store.h"

namespace vx {

/// Working memory of one insertion or repair; lives in the caller's arena.
template <class Store>
struct EditScratch {
    Links links;
    Links other;
    Selection<Store> selection;
};

/// Lane of `links` (owner's list) to hold a pinned link to `link`: the one that already does, an
/// empty one, else the one that pruning would give up.
template <GraphStore Store>
uint32_t lane_for_pin(Store& store, NodeId owner, Links& links, Candidate link,
                      Selection<Store>& selection) {
    uint32_t lane = links.find(link.id);
    if (lane == links.lanes) lane = links.find_empty();
    if (lane < links.lanes) return lane;
    store.link_distances(owner, links);
    lane = choose_victim(store, links, link, selection);
    if (lane < links.lanes) return lane;
    // Pruning would rather drop the link itself: take the farthest lane that is not pinned.
    float farthest = -__builtin_inff();
    for (uint32_t i = 0; i < links.lanes; ++i) {
        if (links.pinned.test(i) || links.distances[i] < farthest) continue;
        farthest = links.distances[i];
        lane = i;
    }
    return lane;
}

/// Makes `parent` the parent of `child`, `distance` apart.  False when the parent is retired or has
/// all the children it may have.
template <GraphStore Store>
bool attach_child(Store& store, NodeId child, NodeId parent, float distance,
                  EditScratch<Store>& scratch) {
    constexpr int kAttempts = 16;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        store.poll();
        Links& links = scratch.links;
        if (!store.load_links(parent, 0, links)) return false;
        if (links.children() >= store.params().max_children()) return false;
        TreeEdit edit{child, parent, {}, {}};
        edit.at_parent.link = {distance, child};
        edit.at_parent.lane =
            lane_for_pin(store, parent, links, edit.at_parent.link, scratch.selection);
        if (edit.at_parent.lane == links.lanes) return false;
        edit.at_parent.expected = links.ids[edit.at_parent.lane];
        if (!store.load_links(child, 0, links)) return false;
        edit.at_child.link = {distance, parent};
        edit.at_child.lane =
            lane_for_pin(store, child, links, edit.at_child.link, scratch.selection);
        if (edit.at_child.lane == links.lanes) return false;
        edit.at_child.expected = links.ids[edit.at_child.lane];
        if (store.attach(edit)) return true;
    }
    return false;
}

/// First child of the node whose list is `links`, searched from `lane` on; `lane` moves behind it.
inline NodeId next_child(const Links& links, uint32_t& lane) {
    while (lane < links.lanes) {
        const uint32_t at = lane++;
        if (links.pinned.test(at) && links.ids[at] != links.parent) return links.ids[at];
    }
    return kNoNode;
}

/// Attaches `child` somewhere below `top`, walking down through first children until one takes it.
/// Every walk ends at a leaf, and a leaf takes a child, so only a lost race can fail.
template <GraphStore Store>
bool attach_below(Store& store, NodeId child, NodeId top, EditScratch<Store>& scratch) {
    for (NodeId at = top; at != kNoNode && at != child;) {
        store.poll();
        const float distance = store.between(store.hold(at, 0), store.hold(child, 1));
        if (store.linkable(at, 0) && attach_child(store, child, at, distance, scratch)) return true;
        if (!store.load_links(at, 0, scratch.links)) return false;
        uint32_t lane = 0;
        NodeId next = next_child(scratch.links, lane);
        while (next == child) next = next_child(scratch.links, lane);
        at = next;
    }
    return false;
}

}  // namespace vx
