// The links of one node on one level, copied out of a store.
//
// A list has fixed lanes; an empty one holds kNoNode.  Lanes are never shifted, so that replacing a
// neighbor changes four bytes on disk.  A pinned lane carries an edge of the spanning tree
// (invariants I3 to I5 in README.md) and is never given to another neighbor.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/graph/node.h"

namespace vx {

/// One bit per lane.
struct LaneMask {
    uint64_t words[(kMaxDegree + 63) / 64] = {};

    constexpr bool test(uint32_t lane) const { return (words[lane / 64] >> (lane % 64) & 1) != 0; }
    constexpr void set(uint32_t lane) { words[lane / 64] |= uint64_t{1} << (lane % 64); }
    constexpr void reset(uint32_t lane) { words[lane / 64] &= ~(uint64_t{1} << (lane % 64)); }
    constexpr uint32_t count() const {
        uint32_t total = 0;
        for (const uint64_t word : words)
            total += static_cast<uint32_t>(__builtin_popcountll(word));
        return total;
    }
};

struct Links {
    uint32_t lanes = 0;           // how many lanes the list has (GraphParams::max_degree)
    NodeId ids[kMaxDegree];       // kNoNode = empty lane
    float distances[kMaxDegree];  // from the owner; filled by Store::link_distances
    LaneMask pinned;
    LaneMask pruned;           // lanes that selection would not keep; right only when `marked`
    bool marked = false;       // set by load_links where the store remembers `pruned`
    bool keeps_marks = false;  // whether the store would remember it (set by load_links too)
    NodeId parent = kNoNode;   // of the owner, in the spanning tree; base level only

    /// First empty lane, or `lanes`.
    uint32_t find_empty() const { return find(kNoNode); }

    /// Lane of `id`, or `lanes`.
    uint32_t find(NodeId id) const {
        uint32_t lane = 0;
        while (lane < lanes && ids[lane] != id) ++lane;
        return lane;
    }

    /// Is it known that selection would not keep the link of this lane?
    bool known_pruned(uint32_t lane) const { return marked && pruned.test(lane); }

    /// Children in the spanning tree: pinned lanes that do not lead to the parent.
    uint32_t children() const { return pinned.count() - (parent == kNoNode ? 0 : 1); }
};

/// Lanes of a list whose distances are filled in, nearest first; returns how many are not empty.
inline uint32_t lanes_by_distance(const Links& links, uint32_t* order) {
    uint32_t count = 0;
    for (uint32_t lane = 0; lane < links.lanes; ++lane)
        if (links.ids[lane] != kNoNode) order[count++] = lane;
    std::sort(order, order + count, [&](uint32_t a, uint32_t b) {
        return nearer(Candidate{links.distances[a], links.ids[a]},
                      Candidate{links.distances[b], links.ids[b]});
    });
    return count;
}

/// One change of one lane, planned without locks and validated by the store when it is applied.
struct LinkEdit {
    uint32_t lane;
    NodeId expected;     // what the lane held when the edit was planned
    Candidate link;      // what it shall hold; id kNoNode empties the lane
    bool unpin = false;  // the lane may be a tree edge: its other end is dead and has no children
    const LaneMask* pruned = nullptr;  // Links::pruned after this edit, if it is known
};

/// A new tree edge: both directions are written, pinned, in one atomic step.
struct TreeEdit {
    NodeId child;
    NodeId parent;
    LinkEdit at_parent;      // the parent's lane that shall lead to the child
    LinkEdit at_child;       // the child's lane that shall lead to the parent
    uint32_t most_children;  // the parent takes no more than that
};

}  // namespace vx
