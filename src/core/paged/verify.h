// The verifier: states every invariant of an index and checks it, page by page.
//
//  I1  Pages. Every block is what the arithmetic of geometry.h says: meta, state, T or aux extent
//      head, U or P where aux pages were given out, S or still new, new where nothing was given
//      out.  What a page holds lies inside what its header declares as in use (WAL keeps nothing
//      else).
//  I2  Nodes.  States are legal; ids below next_id have been used, others not; directory and slot
//      of a live or dead node agree in generation and level; a live node is not retired.
//  I3  Tree.  The root is live and has no parent; every other live node has a live parent, and
//      every way up ends at the root.
//  I4  A node has at most max_children() live children.
//  I5  Both directions of every tree edge are in the base lists, pinned; nothing else is pinned.
//  I6  Links lead to other live nodes, to each at most once in a list, on upper levels only to
//      nodes that reach them; an upper slot names its node and level.
//  I7  Every live node is reachable on the base level from where a search starts.
//  I8  Entry candidates are live, of the level they claim, highest first, without gaps.
//  I9  live_count, dead_count and free_count are what counting gives.
//  I10 Posting lists end, share no segment, and belong to their owner of that generation; so does
//      the chain of free segments.
//  I11 Every row is in the index at most once.
//  I12 Every row that a snapshot taken before the check sees, and that the index covers, is there.
//  I13 The stored element is that of the row, bit for bit; NULLs and vectors without a direction
//      are in their lists.
//  I14 Elements of any length are as long as they say; the segments that hold the rest of one
//  belong
//      to its node of that generation, free ones to none.
//
// Between a bulk delete and its cleanup, dead nodes stand wherever live ones must.  A link to an
// unlinked node is reported; it is harmless, the next VACUUM removes it, and an insertion that ran
// beside the last one may have made it.  Counts and tree edges are only exact while no process
// writes: an index in use may show findings that are gone a moment later.
//
// I11 to I13 need the table; the server's part (src/pg/index/check.cpp) checks them with what the
// sink is given here.  Memory: five bytes and four bits per node, nine bytes per page.
#pragma once

#include "core/paged/verify_lists.h"
#include "core/paged/verify_nodes.h"
#include "core/paged/verify_pages.h"
#include "core/paged/verify_tree.h"

namespace vx {

/// Checks everything but the meta page, which `g` has been made from (verify_meta).  Findings and
/// rows go to the sink.  False when memory is out.
template <class Pages, class Sink>
bool verify_index(Pages& pages, const Geometry& g, Arena arena, Sink& sink) {
    using Context = VerifyContext<Pages, Sink>;
    Context context{pages, g, arena, sink};
    if (!PageVerifier<Pages, Sink>(context).run()) return true;
    context.briefs = arena.allocate_array<uint8_t>(context.id_limit + size_t{1});
    context.parents = arena.allocate_array<NodeId>(context.id_limit + size_t{1});
    context.entries = arena.allocate_array<DirectoryEntry>(g.nodes_per_extent);
    // An upper slot is looked at in the same place.
    const uint32_t record = g.slot_bytes > g.upper_slot_bytes ? g.slot_bytes : g.upper_slot_bytes;
    context.slot = arena.allocate_array<std::byte>(record);
    context.element = arena.allocate_array<std::byte>(g.record_limit());
    NodeVerifier<Pages, Sink> nodes(context);
    TreeVerifier<Pages, Sink> tree(context);
    ListVerifier<Pages, Sink> lists(context);
    if (context.briefs == nullptr || context.parents == nullptr || context.entries == nullptr ||
        context.slot == nullptr || context.element == nullptr ||
        !context.broken.reserve(arena, context.id_limit) || !lists.start() || !nodes.learn() ||
        !tree.verify_tree())
        return false;
    nodes.verify([&](NodeId id, const DirectoryEntry& entry) { lists.verify_node(id, entry); });
    tree.verify_entries();
    lists.verify_state_lists();
    if (g.layout.variable) OverflowVerifier<Pages, Sink>(context).verify_free();
    return tree.verify_reachability();
}

}  // namespace vx
