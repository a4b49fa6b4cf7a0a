// What the graph algorithms ask of whatever holds the graph.
//
// The memory store (build, tests) and the paged store (index) satisfy it; algorithms are templates
// over it, so that there is one search, one selection, one insertion and one repair.  Any call may
// leave by longjmp (a server error): no algorithm may own anything across one.
#pragma once

#include <concepts>
#include <cstdint>

#include "core/graph/links.h"
#include "core/graph/node.h"
#include "core/graph/params.h"
#include "core/graph/visited.h"

namespace vx {

/// Where a search starts; id kNoNode means that the graph is empty.
struct EntryPoint {
    NodeId id = kNoNode;
    Level level = 0;
};

template <class Store>
concept SearchStore = requires(Store store, NodeId id, Level level, Visited& visited,
                               Candidate* out) {
    /// Lets the server answer interrupts; called once an expansion, with nothing locked.
    store.poll();
    /// Best place to start from.
    { store.entry() } -> std::same_as<EntryPoint>;
    /// Distance of one node from the bound query.
    { store.query_distance(id) } -> std::same_as<float>;
    /// Writes the neighbors of `id` that `visited` has not seen, with their distances from the
    /// bound query, marks them as seen, and returns how many; `out` has kMaxDegree entries.
    { store.expand(id, level, visited, out) } -> std::same_as<uint32_t>;
};

/// A search store that can be told beforehand what will be measured.
template <class Store>
concept BatchStore = SearchStore<Store> &&
    requires(Store store, NodeId id, Level level, Visited& visited, NodeId* ids,
             typename Store::Record* records, uint32_t count, float* distances) {
    /// Writes the neighbors of `id` that `visited` has not seen, and where they are, marks them as
    /// seen and starts fetching them; returns how many, at most max_degree(level).
    { store.gather(id, level, visited, ids, records) } -> std::same_as<uint32_t>;
    /// Their distances from the bound query.
    store.measure(records, count, distances);
    /// Starts fetching the list of a node.
    store.prefetch_links(id, level);
};

template <class Store>
concept GraphStore = SearchStore<Store> &&
    requires(Store store, NodeId id, Level level, uint32_t scratch, Links& links,
             typename Store::Handle handle, const LinkEdit* edits, const TreeEdit& tree) {
    /// The element of `id` for comparisons: valid until the same scratch slot is used again.  There
    /// are max_degree(0) + 2 scratch slots.
    { store.hold(id, scratch) } -> std::same_as<typename Store::Handle>;
    { store.between(handle, handle) } -> std::same_as<float>;
    /// Copies a neighbor list (of a node of any state); false when the node has no such level.
    { store.load_links(id, level, links) } -> std::same_as<bool>;
    /// Fills in the distances of the lanes from their owner.
    store.link_distances(id, links);
    /// May links to this node be made on this level?  False for dead nodes and reused ids.
    { store.linkable(id, level) } -> std::same_as<bool>;
    /// Applies `count` edits of one list if each lane still holds what was expected and is not
    /// pinned; false means that nothing was changed and the caller plans again.
    { store.apply(id, level, edits, uint32_t{}) } -> std::same_as<bool>;
    /// Makes a tree edge; moves the child away from its former parent, if any, and makes it live if
    /// it was pending.  False (nothing changed) when a lane changed or the parent takes no more.
    { store.attach(tree) } -> std::same_as<bool>;
    { store.params() } -> std::same_as<const GraphParams&>;
};

}  // namespace vx
