// The sketches of a whole list, made anew.
#pragma once

#include "core/paged/fast_codec.h"

namespace vx {

/// Prepares the sketches of the links `ids` of the node whose record is `center`; hold(id) gives
/// their records, one at a time.  Returns how many lanes there are up to the last one in use.
template <class Codec, class Hold>
uint32_t prepare_sketches(Codec& codec, typename Codec::Handle center, const NodeId* ids,
                          uint32_t lanes, Hold&& hold) {
    codec.set_center(center);
    uint32_t used = 0;  // empty lanes among them stay dead
    for (uint32_t lane = 0; lane < lanes; ++lane) {
        if (ids[lane] == kNoNode) continue;
        codec.prepare_lane(lane, hold(ids[lane]));
        used = lane + 1;
    }
    return used;
}

/// Writes them to the slot of the list.
template <class Codec>
void put_sketches(const Codec& codec, const Slot& slot, const NodeId* ids, uint32_t used) {
    codec.put_lanes(slot.sketches(), slot.g->lanes, used);
    for (uint32_t lane = 0; lane < used; ++lane)
        if (ids[lane] == kNoNode) codec.clear_lane(slot.sketches(), lane);
}

}  // namespace vx
