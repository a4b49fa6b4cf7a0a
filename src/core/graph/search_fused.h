// Search of the base level where one access to a node scores all its neighbours.
//
// The pool holds estimates, several for a node that is several nodes' neighbour: an underestimate
// in any one of them suffices to find it, which helps recall more than deduplication would. Whoever
// is expanded becomes a result, with the better distance that its own code gives (SymphonyQG,
// SIGMOD 2025, section 3; research notes 2.2).
#pragma once

#include "core/graph/pool.h"
#include "core/graph/visited.h"

namespace vx {

/// Slots fetched into the cache beforehand.
inline constexpr int kSlotsAhead = 2;

/// Expands the nearest unvisited entry of `pool` until none is left or `found` says false.  Calls
/// found(estimated, own) with the nearest estimate of each node and what `store.expand_fused(id,
/// bound, f)` says of it; that calls f(id, estimate) for the neighbors estimated below `bound`.
///
/// Further estimates of a node that was expanded keep their places: where there are many, all that
/// is near is known, and the search ends the sooner.  But where the rows lie on a curve, or in
/// small clusters, each node is a neighbour of all that are near to it, and a few would fill the
/// pool.  So their further estimates give way until `least` nodes were found.
template <class Store, class Found>
void search_fused(Store& store, Pool& pool, Visited& visited, size_t least, Found&& found) {
    size_t expanded = 0;
    for (;;) {
        const Candidate next = pool.next_unexpanded();
        if (next.id == kNoNode) return;
        if (!visited.insert(next.id)) {
            if (expanded < least) pool.forget_last();
            continue;
        }
        store.poll();
        const auto own = store.expand_fused(next.id, pool.worst(), [&](NodeId id, float estimate) {
            if (!visited.contains(id)) (void)pool.offer({estimate, id, false});
        });
        if (!found(next, own)) return;
        ++expanded;
        // The next hop's slot, and the one after it, which has a whole hop's time to arrive.
        size_t ahead = pool.find_unexpanded(pool.frontier());
        for (int i = 0; i < kSlotsAhead && ahead < pool.size(); ++i) {
            store.prefetch_slot(pool[ahead].id);
            ahead = pool.find_unexpanded(ahead + 1);
        }
    }
}

}  // namespace vx
