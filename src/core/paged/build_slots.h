// What slots hold while an index is built against pages, and only then.
//
// The build remembers which links pruning would drop, as the graph in memory does
// (core/graph/README.md, "Building in several processes"): a bit of the link's id, whatever the
// storage, and kSlotMarked when all of them are known.  Where a slot has room for sketches, the
// distances of its links lie there; sketches are made at the end (settle.h), when lists change no
// more.  No search other than the build's meets such slots.
#pragma once

#include "core/paged/records.h"

namespace vx {

/// Beside an id in a lane: pruning would drop this link.
inline constexpr NodeId kPrunedMark = 0x80000000;

/// Ids of a build against pages stay below this, or the mark would not be one.
inline constexpr NodeId kMostMarkedNodes = 0x7FFFFF00;

constexpr NodeId without_mark(NodeId lane) {
    return lane == kNoNode ? kNoNode : lane & ~kPrunedMark;
}
constexpr bool has_mark(NodeId lane) { return lane != kNoNode && (lane & kPrunedMark) != 0; }

/// Is there room for the distances of the links?
constexpr bool keeps_distances(const Geometry& g) {
    return g.layout.sketch_bytes >= g.lanes * sizeof(float);
}

inline void set_distance(const Slot& slot, uint32_t lane, float distance) {
    std::memcpy(slot.sketches() + lane * sizeof(float), &distance, sizeof distance);
}

/// Gives every lane the mark that `pruned` has for it; `known`: Links::marked.
inline void mark_lanes(const Slot& slot, const LaneMask& pruned, bool known) {
    uint8_t& flags = slot.header()->flags;
    flags = static_cast<uint8_t>(known ? flags | kSlotMarked : flags & ~kSlotMarked);
    for (uint32_t lane = 0; lane < slot.g->lanes; ++lane) {
        NodeId& id = slot.ids()[lane];
        if (id == kNoNode) continue;
        id = pruned.test(lane) ? id | kPrunedMark : id & ~kPrunedMark;
    }
}

/// Lane that leads to `id`, or the number of lanes.
template <class Byte>
uint32_t find_marked_lane(const SlotRef<Byte>& slot, NodeId id) {
    uint32_t lane = 0;
    while (lane < slot.g->lanes && without_mark(slot.ids()[lane]) != id) ++lane;
    return lane;
}

/// Copies a list with what is known of its marks and, where they are kept, its distances.
inline void copy_marked_links(ConstSlot slot, Links& links) {
    links.lanes = slot.g->lanes;
    links.parent = slot.header()->parent;
    links.pinned = links.pruned = {};
    links.keeps_marks = true;
    links.marked = (slot.header()->flags & kSlotMarked) != 0;
    for (uint32_t lane = 0; lane < links.lanes; ++lane) {
        const NodeId id = slot.ids()[lane];
        links.ids[lane] = without_mark(id);
        if (has_mark(id)) links.pruned.set(lane);
        if (slot.pinned(lane) && id != kNoNode) links.pinned.set(lane);
    }
    if (keeps_distances(*slot.g))
        std::memcpy(links.distances, slot.sketches(), links.lanes * sizeof(float));
}

}  // namespace vx
