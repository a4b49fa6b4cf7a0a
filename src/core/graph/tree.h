// The spanning tree that keeps every node reachable.
//
// Pruning alone loses nodes: an eviction may take a node's last in-link, and a node with in-links
// may still lie on an island.  So every live node but the root has a parent, and the base-level
// edges parent -> child and child -> parent are pinned: pruning never takes them.  The live nodes
// are then strongly connected whatever else happens (README.md, I3 to I5), at about two lanes a
// node.
#pragma once

#include "core/base/random.h"
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

/// An edge of the spanning tree that shall be made.
struct TreeEdge {
    NodeId child;
    NodeId parent;
    float distance;
    uint32_t most_children;  // the parent takes no more than that
};

/// Makes a tree edge.  False when the parent is retired or has all the children it may have.
template <GraphStore Store>
bool attach_edge(Store& store, const TreeEdge& edge, EditScratch<Store>& scratch) {
    constexpr int kAttempts = 16;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        store.poll();
        Links& links = scratch.links;
        if (!store.load_links(edge.parent, 0, links)) return false;
        if (links.children() >= edge.most_children) return false;
        TreeEdit edit{edge.child, edge.parent, {}, {}, edge.most_children};
        edit.at_parent.link = {edge.distance, edge.child};
        edit.at_parent.lane =
            lane_for_pin(store, edge.parent, links, edit.at_parent.link, scratch.selection);
        if (edit.at_parent.lane == links.lanes) return false;
        edit.at_parent.expected = links.ids[edit.at_parent.lane];
        if (!store.load_links(edge.child, 0, links)) return false;
        edit.at_child.link = {edge.distance, edge.parent};
        edit.at_child.lane =
            lane_for_pin(store, edge.child, links, edit.at_child.link, scratch.selection);
        // All pinned: a new parent may take the lane of the former one.
        if (edit.at_child.lane == links.lanes && links.parent != kNoNode)
            edit.at_child.lane = links.find(links.parent);
        if (edit.at_child.lane == links.lanes) return false;
        edit.at_child.expected = links.ids[edit.at_child.lane];
        if (store.attach(edit)) return true;
    }
    return false;
}

/// Makes `parent` the parent of `child`, `distance` apart; false as `attach_edge`, and where the
/// parent has as many children as is usual.
template <GraphStore Store>
bool attach_child(Store& store, NodeId child, NodeId parent, float distance,
                  EditScratch<Store>& scratch) {
    return attach_edge(store, {child, parent, distance, store.params().usual_children()}, scratch);
}

/// First child of the node whose list is `links`, searched from `lane` on; `lane` moves behind it.
inline NodeId next_child(const Links& links, uint32_t& lane) {
    while (lane < links.lanes) {
        const uint32_t at = lane++;
        if (links.pinned.test(at) && links.ids[at] != links.parent) return links.ids[at];
    }
    return kNoNode;
}

/// Notices a walk that goes round in circles, which no walk over a valid tree does (Brent's method:
/// remembers one node, a later one each time the distance walked has doubled).
class CycleGuard {
public:
    /// False when `id` closes a circle.
    bool step(NodeId id) {
        if (id == remembered_) return false;
        if (++steps_ == limit_) {
            remembered_ = id;
            steps_ = 0;
            limit_ *= 2;
        }
        return true;
    }

private:
    NodeId remembered_ = kNoNode;
    uint64_t steps_ = 0;
    uint64_t limit_ = 1;
};

/// Which of a node's children a walk goes on with: any, by a seed of its own.  If all walks took
/// the first, those from one node would make a single path that grows with each.
class Turns {
public:
    explicit Turns(NodeId seed) : random_(seed) {}
    void begin() { children_ = 0; }
    /// Shall the child met now take the place of the one chosen before?
    bool takes() { return random_.next() % ++children_ == 0; }

private:
    SplitMix64 random_;
    uint32_t children_ = 0;
};

/// Where a walk down the tree is, and whose subtree it stays out of.
struct TreeStep {
    NodeId at;
    NodeId not_this;
};

/// A child that the node `step.at`, whose list is in `scratch.links`, really has, other than
/// `step.not_this`; a live one if there is any.  The lanes of a dead node still lead to children
/// that moved away.
template <GraphStore Store>
NodeId find_child(Store& store, TreeStep step, Turns& turns, EditScratch<Store>& scratch) {
    NodeId dead = kNoNode;
    NodeId chosen = kNoNode;
    uint32_t lane = 0;
    turns.begin();
    for (NodeId next = next_child(scratch.links, lane); next != kNoNode;
         next = next_child(scratch.links, lane)) {
        if (next == step.not_this || !store.load_links(next, 0, scratch.other) ||
            scratch.other.parent != step.at)
            continue;
        if (!store.linkable(next, 0))
            dead = next;
        else if (turns.takes())
            chosen = next;
    }
    return chosen != kNoNode ? chosen : dead;
}

/// Attaches `child` somewhere below `top`, which is not below it, walking down the tree until a
/// node takes it.  The walk follows real edges and avoids `child`, so it never enters its subtree.
/// Every walk ends at a leaf, and a live leaf takes a child.
template <GraphStore Store>
bool attach_below(Store& store, NodeId child, NodeId top, EditScratch<Store>& scratch) {
    CycleGuard guard;
    Turns turns(child);
    for (NodeId at = top; at != kNoNode && at != child && guard.step(at);) {
        store.poll();
        const float distance = store.between(store.hold(at, 0), store.hold(child, 1));
        if (store.linkable(at, 0) && attach_child(store, child, at, distance, scratch)) return true;
        if (!store.load_links(at, 0, scratch.links)) return false;
        at = find_child(store, {at, child}, turns, scratch);
    }
    return false;
}

}  // namespace vx
