// Insertion of a row into the graph in memory, by one of several processes or threads.
#pragma once

#include "core/graph/memory_store.h"

namespace vx {

enum class Added : uint8_t {
    kDone,
    kFull,      // memory is out; the graph is as it was
    kNoParent,  // no node would take the new one: cannot be
};

/// Waits while another process adds the first node.  True when the graph has one now; false when it
/// is for the caller to add it.
template <class Store>
bool await_first_node(Store& store) {
    while (store.entry().id == kNoNode) {
        if (store.found_graph()) return false;
        store.poll();
        (void)sched_yield();
    }
    return true;
}

/// Adds the row to the node of an equal element, if the search met one; nothing found: kNoParent.
template <class Store>
Added add_to_equal(Store& store, HeapTid tid, const Pool& pool) {
    Added added = Added::kNoParent;
    (void)for_equal_nodes(store, pool, [&](NodeId id) {
        added = store.add_row(id, tid) ? Added::kDone : Added::kFull;
        return true;
    });
    return added;
}

/// Inserts the element that the store is bound to for insertion.
template <class Store>
Added insert_in_memory(Store& store, Level level, HeapTid tid, InsertScratch<Store>& scratch) {
    constexpr int kAttempts = 64;  // races lost to others who attach to the same nodes
    const bool first = !await_first_node(store);
    plan_insert(store, level, scratch);  // of an empty graph: a plan without links
    if (!first) {
        const Added equal = add_to_equal(store, tid, *scratch.pool);
        if (equal != Added::kNoParent) return equal;
    }
    const NodeId id = store.add(scratch.plan, tid);
    if (id == kNoNode) {
        if (first) store.abandon_founding();
        return Added::kFull;
    }
    for (int attempt = 0; !first && !attach_new(store, id, scratch); ++attempt) {
        if (attempt == kAttempts) return Added::kNoParent;
        store.poll();
    }
    link_neighbors(store, id, scratch);
    store.offer_entry(id, level);
    return Added::kDone;
}

}  // namespace vx
