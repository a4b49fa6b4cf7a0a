// Repair after deletions: the neighbors of the dead, from the dead nodes' own neighbors.
//
// No search: what a dead node was linked to is what its neighbors should now be linked to
// (IP-DiskANN, arXiv 2502.13826, uses the same candidates).  All functions are idempotent, so that
// a vacuum that was interrupted anywhere can simply run again.
#pragma once

#include <algorithm>

#include "core/graph/tree.h"

namespace vx {

/// Working memory of one repair; lives in the caller's arena.
template <class Store>
struct RepairScratch {
    static constexpr uint32_t kCandidates = 4 * kMaxDegree;
    Candidate candidates[kCandidates];
    LinkEdit edits[kMaxDegree];
    EditScratch<Store> edit;
};

/// Collects live neighbors of the dead neighbors of `owner`, with their distances from `owner`,
/// nearest first.  `links` is the owner's list.
template <GraphStore Store, class IsDead>
uint32_t collect_replacements(Store& store, NodeId owner, Level level, IsDead&& is_dead,
                              RepairScratch<Store>& scratch) {
    const Links& links = scratch.edit.links;
    Links& other = scratch.edit.other;
    uint32_t count = 0;
    const auto known = [&](NodeId id) {
        return id == kNoNode || id == owner || is_dead(id) || links.find(id) < links.lanes ||
               std::any_of(scratch.candidates, scratch.candidates + count,
                           [&](const Candidate& c) { return c.id == id; });
    };
    for (uint32_t lane = 0; lane < links.lanes; ++lane) {
        if (links.ids[lane] == kNoNode || !is_dead(links.ids[lane])) continue;
        if (!store.load_links(links.ids[lane], level, other)) continue;
        for (uint32_t i = 0; i < other.lanes && count < scratch.kCandidates; ++i)
            if (!known(other.ids[i]) && store.linkable(other.ids[i], level))
                scratch.candidates[count++] = {0, other.ids[i]};
    }
    const auto held = store.hold(owner, 0);
    for (uint32_t i = 0; i < count; ++i)
        scratch.candidates[i].distance =
            store.between(held, store.hold(scratch.candidates[i].id, 1));
    std::sort(scratch.candidates, scratch.candidates + count,
              [](const Candidate& a, const Candidate& b) { return nearer(a, b); });
    return count;
}

/// Replaces the links of `owner` that lead to dead nodes; true when the list then has none.
///
/// Survivors stay; free lanes go to the nearest diverse replacements, then to the nearest others.
template <GraphStore Store, class IsDead>
bool repair_links(Store& store, NodeId owner, Level level, IsDead&& is_dead,
                  RepairScratch<Store>& scratch) {
    Links& links = scratch.edit.links;
    if (!store.load_links(owner, level, links)) return true;
    uint32_t edits = 0;
    for (uint32_t lane = 0; lane < links.lanes; ++lane)
        if (links.ids[lane] != kNoNode && is_dead(links.ids[lane]))
            scratch.edits[edits++] = {lane, links.ids[lane], {0, kNoNode}, true};
    if (edits == 0) return true;
    const uint32_t count = collect_replacements(store, owner, level, is_dead, scratch);
    Selection<Store>& selection = scratch.edit.selection;
    selection.clear();
    for (uint32_t lane = 0; lane < links.lanes; ++lane)
        if (links.ids[lane] != kNoNode && !is_dead(links.ids[lane]))
            selection.keep({0, links.ids[lane]}, store.hold(links.ids[lane], selection.kept));
    uint32_t filled = 0;
    for (uint32_t i = 0; i < count && filled < edits; ++i) {
        Candidate& candidate = scratch.candidates[i];
        const auto handle = store.hold(candidate.id, selection.kept);
        if (!selection.diverse(store, handle, candidate.distance)) continue;
        selection.keep(candidate, handle);
        scratch.edits[filled++].link = candidate;
        candidate.id = kNoNode;
    }
    for (uint32_t i = 0; i < count && filled < edits; ++i)
        if (scratch.candidates[i].id != kNoNode)
            scratch.edits[filled++].link = scratch.candidates[i];
    return store.apply(owner, level, scratch.edits, edits);
}

/// Nearest live ancestor of `child`; kNoNode when there is none within reach.
template <GraphStore Store, class IsDead>
NodeId live_ancestor(Store& store, NodeId child, IsDead&& is_dead, Links& links) {
    constexpr int kClimb = 64;  // beyond that any place will do
    NodeId at = child;
    for (int step = 0; step < kClimb; ++step) {
        if (!store.load_links(at, 0, links) || links.parent == kNoNode) return kNoNode;
        at = links.parent;
        if (!is_dead(at)) return at;
    }
    return kNoNode;
}

/// A live child, other than `child`, of the node whose list is `links`; kNoNode if none.
template <class IsDead>
NodeId live_child(const Links& links, NodeId child, Turns& turns, IsDead&& is_dead) {
    NodeId chosen = kNoNode;
    uint32_t lane = 0;
    turns.begin();
    for (NodeId next = next_child(links, lane); next != kNoNode; next = next_child(links, lane))
        if (next != child && !is_dead(next) && turns.takes()) chosen = next;
    return chosen;
}

/// Hangs `child` below the live node `edge.parent`, all children of which are dead: one above the
/// limit.  When vacuums that were interrupted have used up its lanes, a dead child gives way.
template <GraphStore Store, class IsDead>
bool attach_beside_dead(Store& store, TreeEdge edge, IsDead&& is_dead,
                        EditScratch<Store>& scratch) {
    Links& links = scratch.links;
    if (!store.load_links(edge.parent, 0, links)) return false;
    edge.most_children = links.lanes - (links.parent == kNoNode ? 0 : 1);
    if (attach_edge(store, edge, scratch)) return true;
    if (!store.load_links(edge.parent, 0, links)) return false;
    uint32_t lane = 0;
    const NodeId gone = next_child(links, lane);
    if (gone == kNoNode || !is_dead(gone)) return false;
    const LinkEdit drop{lane - 1, gone, {0, kNoNode}, true};
    return store.apply(edge.parent, 0, &drop, 1) && attach_edge(store, edge, scratch);
}

/// May `id` lie below `top` in the tree?  Climbs until it meets `top` or the root; a climb that is
/// too long to be worth its pages says yes.
template <GraphStore Store>
bool may_be_below(Store& store, NodeId id, NodeId top, Links& links) {
    constexpr int kClimb = 256;
    NodeId at = id;
    for (int step = 0; step < kClimb; ++step) {
        store.poll();
        if (at == top || !store.load_links(at, 0, links)) return true;
        if (links.parent == kNoNode) return false;
        at = links.parent;
    }
    return true;
}

/// Makes one of the nearest live nodes that `child` links to its parent, if any of them takes it.
/// A parent that is near is a way that a search for the child finds.
template <GraphStore Store, class IsDead>
bool move_to_neighbor(Store& store, NodeId child, IsDead&& is_dead, EditScratch<Store>& scratch) {
    constexpr uint32_t kTries = 8;  // each may cost a climb to the root
    Candidate near[kTries];
    uint32_t order[kMaxDegree];
    Links& links = scratch.links;
    if (!store.load_links(child, 0, links)) return false;
    store.link_distances(child, links);
    const uint32_t lanes = lanes_by_distance(links, order);
    uint32_t count = 0;
    for (uint32_t i = 0; i < lanes && count < kTries; ++i)
        if (!is_dead(links.ids[order[i]]))
            near[count++] = {links.distances[order[i]], links.ids[order[i]]};
    for (uint32_t i = 0; i < count; ++i) {
        if (!store.linkable(near[i].id, 0) || !store.load_links(near[i].id, 0, links) ||
            links.children() >= store.params().usual_children() ||
            may_be_below(store, near[i].id, child, links))
            continue;
        if (attach_child(store, child, near[i].id, near[i].distance, scratch)) return true;
    }
    return false;
}

/// Moves the live child `child` of a dead node below a live neighbor of its own, else below its
/// nearest live ancestor, or below the live root `root` when that is far.
///
/// The walk goes down through live children only, and none of them lies below `child`: whatever is
/// below it has it among its ancestors, and these lead up to the starting point without meeting it.
/// So no circle can arise.  A node full of dead children takes one above the limit; its dead ones
/// leave in the same vacuum.
template <GraphStore Store, class IsDead>
bool move_child(Store& store, NodeId child, NodeId root, IsDead&& is_dead,
                EditScratch<Store>& scratch) {
    if (move_to_neighbor(store, child, is_dead, scratch)) return true;
    Links& links = scratch.links;
    NodeId at = live_ancestor(store, child, is_dead, links);
    if (at == kNoNode) at = root;
    CycleGuard guard;
    Turns turns(child);
    while (at != kNoNode && at != child && guard.step(at)) {
        store.poll();
        const float distance = store.between(store.hold(at, 0), store.hold(child, 1));
        if (attach_child(store, child, at, distance, scratch)) return true;
        if (!store.load_links(at, 0, links)) return false;
        const NodeId next = live_child(links, child, turns, is_dead);
        if (next == kNoNode)
            return attach_beside_dead(store, {child, at, distance, 0}, is_dead, scratch);
        at = next;
    }
    return false;
}

}  // namespace vx
