// Search of the base level where one access to a node scores all its neighbors.
//
// The pool holds estimates, several for a node that is several nodes' neighbor: an underestimate
// in any one of them suffices to find it, which helps recall more than deduplication would. A node
// that is expanded becomes a result, with the better distance that its own code gives (SymphonyQG,
// SIGMOD 2025, section 3; research notes 2.2).
#pragma once

#include <algorithm>

#include "core/graph/pool.h"
#include "core/graph/visited.h"

namespace vx {

/// Slots fetched into the cache beforehand.
inline constexpr int kSlotsAhead = 2;

struct FusedDepth {
    size_t least;    // nodes to be found before further estimates of the same ones count
    size_t entries;  // the nearest of the pool, which the search expands in any case
};

/// Expands the nearest unvisited of the pool's nearest entries until all are, or `visitor` ends it:
///   bool expanded(Candidate estimated, Measured own)   the nearest estimate of a node, and what
///       `store.expand_fused(id, bound, f)` says of it; that calls f(id, estimate) for the
///       neighbors estimated below `bound`.  False: enough
///   size_t more_entries()   how many more to expand; 0: enough
/// What waits behind those entries are estimates that were among them once.
///
/// Further estimates of a node that was expanded keep their places: where there are many, all that
/// is near is known, and the search ends the sooner.  But where the rows lie on a curve, or in
/// small clusters, each node is a neighbor of all that are near to it, and a few would fill the
/// pool.  So their further estimates give way until `least` nodes were found.
template <class Store, class Visitor>
void search_fused(Store& store, Pool& pool, Visited& visited, FusedDepth depth, Visitor&& visitor) {
    size_t expanded = 0;
    for (;;) {
        const Candidate next = pool.next_unexpanded(depth.entries);
        if (next.id == kNoNode) {
            const size_t more = depth.entries < pool.size() ? visitor.more_entries() : 0;
            if (more == 0) return;
            depth.entries = std::min(depth.entries + more, pool.capacity());
            continue;
        }
        if (!visited.insert(next.id)) {
            if (expanded < depth.least) pool.forget_last();
            continue;
        }
        store.poll();
        const float bound = pool.worst_of(depth.entries);
        const auto own = store.expand_fused(next.id, bound, [&](NodeId id, float estimate) {
            if (!visited.contains(id)) (void)pool.offer({estimate, id, false});
        });
        if (!visitor.expanded(next, own)) return;
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
