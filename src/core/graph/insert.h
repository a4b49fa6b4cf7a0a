// Insertion of one node (HNSW paper, algorithm 1).
//
// In three steps, so that the paged index can make each of them atomic: plan (search and select,
// nothing written), publish (the store writes the node with its out-links, still pending), connect
// (a tree edge makes it live, then reverse edges from its neighbors).  A crash after any step
// leaves a valid graph.
#pragma once

#include <utility>

#include "core/graph/search.h"
#include "core/graph/search_fused.h"
#include "core/graph/select.h"
#include "core/graph/tree.h"

namespace vx {

/// The links a new node shall have; `count[l]` of them on level l, kept ones first.
struct InsertPlan {
    Level level = 0;
    uint32_t kept = 0;  // of the base level, the others are there to fill the list
    uint32_t count[kMaxLevel + 1];
    Candidate base[kMaxDegree];
    Candidate upper[kMaxLevel][kMaxM];

    /// Lanes of the base list that only fill it, as selection ordered them.
    LaneMask filled() const {
        LaneMask lanes;
        for (uint32_t lane = kept; lane < count[0]; ++lane) lanes.set(lane);
        return lanes;
    }
    Candidate* links(Level l) { return l == 0 ? base : upper[l - 1]; }
    const Candidate* links(Level l) const { return l == 0 ? base : upper[l - 1]; }
};

/// Working memory of insertions; the pool has ef_construction entries.
template <class Store>
struct InsertScratch {
    Pool* pool;
    Visited* visited;
    // For stores whose expand_fused scores all neighbors at once; null: they are measured.
    Pool* estimates = nullptr;
    ArenaList<Candidate>* found = nullptr;
    // Ends the search of the base level where it meets an equal element, whose node may take the
    // row: there is no plan then.
    bool stops_at_equal = false;
    bool met_equal = false;
    EditScratch<Store> edit;
    InsertPlan plan;
};

/// Pool entries of estimates for which as many nodes are found as ef_construction stands for:
/// several estimates of a node are in it, and coarse ones put others before it.  20,000 words
/// inserted one by one, those without self-recall@1 at ef_search 40 / 100 / 200, and
/// processor time per row: with 3 ef_construction 1 to 3 / 0 to 1 / 0, 342 us; with 5, 1 to 3 / 0 /
/// 0, 426 us.  (With 1.5, links that only fill lists followed too: 13 to 21 at 40, 2 to 3 at 120.)
constexpr size_t estimates_for_insert(size_t ef_construction) { return ef_construction * 3; }

/// Memory that insertions into `Store` work with; their user makes room in the visited set.
template <class Store>
InsertScratch<Store>* make_insert_scratch(Arena arena, uint32_t ef_construction) {
    const auto make_pool = [&](size_t entries) {
        return new (arena.allocate(sizeof(Pool)))
            Pool(arena.allocate_array<PoolEntry>(entries), entries);
    };
    auto* scratch = new (arena.allocate(sizeof(InsertScratch<Store>))) InsertScratch<Store>;
    scratch->pool = make_pool(ef_construction);
    scratch->visited = new (arena.allocate(sizeof(Visited))) Visited(arena);
    if constexpr (requires { requires Store::kFused; }) {
        scratch->estimates = make_pool(estimates_for_insert(ef_construction));
        scratch->found =
            new (arena.allocate(sizeof(ArenaList<Candidate>))) ArenaList<Candidate>(arena);
    }
    return scratch;
}

/// Notes whether a node with the element bound for insertion was met, where that ends the search.
template <class Store>
class EndsAtEqual {
public:
    EndsAtEqual(Store& store, InsertScratch<Store>& scratch)
        : store_(&store), scratch_(&scratch), self_(store.self_distance()) {}

    bool operator()(Candidate met) const {
        if (!scratch_->stops_at_equal || !(met.distance == self_) || !store_->equals_query(met.id))
            return false;
        scratch_->met_equal = true;
        return true;
    }

private:
    Store* store_;
    InsertScratch<Store>* scratch_;
    decltype(std::declval<Store&>().self_distance()) self_;
};

/// `search_layer` on the base level that may end sooner.
template <GraphStore Store>
void search_to_equal(Store& store, Pool& pool, Visited& visited, const EndsAtEqual<Store>& ends) {
    Candidate found[kMaxDegree];
    for (bool ended = false; !ended;) {
        const Candidate next = pool.next_unexpanded();
        if (next.id == kNoNode) return;
        store.poll();
        const uint32_t count = store.expand(next.id, 0, visited, found);
        for (uint32_t i = 0; i < count; ++i) {
            (void)pool.offer({found[i].distance, found[i].id, false});
            ended = ended || ends(found[i]);
        }
    }
}

/// Keeps what a search by sketches expands.
template <class Store>
struct FoundBySketches {
    ArenaList<Candidate>* found;
    EndsAtEqual<Store> ends;

    template <class Measured>
    bool expanded(Candidate estimated, Measured own) {
        const Candidate met{own.distance, estimated.id};
        (void)found->push(met);
        return !ends(met);
    }
    static size_t more_entries() { return 0; }
};

/// Searches `level` from what the pool holds; leaves there what was found, nearest first.
template <GraphStore Store>
void search_for_links(Store& store, Level level, InsertScratch<Store>& scratch) {
    Pool& pool = *scratch.pool;
    Visited& visited = *scratch.visited;
    visited.clear();
    if constexpr (requires { requires Store::kFused; }) {
        if (level == 0 && scratch.estimates != nullptr) {
            scratch.estimates->clear();
            for (size_t i = 0; i < pool.size(); ++i)
                (void)scratch.estimates->offer({pool[i].distance, pool[i].id, false});
            scratch.found->resize_down(0);
            search_fused(store, *scratch.estimates, visited, {0, scratch.estimates->capacity()},
                         FoundBySketches<Store>{scratch.found, EndsAtEqual(store, scratch)});
            pool.clear();
            for (size_t i = 0; i < scratch.found->size(); ++i)
                (void)pool.offer({(*scratch.found)[i].distance, (*scratch.found)[i].id, true});
            return;
        }
    }
    for (size_t i = 0; i < pool.size(); ++i) visited.insert(pool[i].id);
    pool.restart();
    if (level == 0 && scratch.stops_at_equal)
        search_to_equal(store, pool, visited, EndsAtEqual(store, scratch));
    else
        (void)search_layer(store, level, pool, visited, nullptr);
}

/// Finds the links of a new node of `level` whose element the store is bound to, on the levels from
/// `top` down, of which searches begin with `start` (kNoNode: the graph is empty).
///
/// On return the pool holds what the base level search found, nearest first (empty when the graph
/// is), where the caller can look for an equal element.
template <GraphStore Store>
void plan_insert_from(Store& store, Level level, Candidate start, Level top,
                      InsertScratch<Store>& scratch) {
    InsertPlan& plan = scratch.plan;
    Pool& pool = *scratch.pool;
    plan.level = level;
    plan.kept = 0;
    scratch.met_equal = false;
    for (uint32_t& count : plan.count) count = 0;
    pool.clear();
    if (start.id == kNoNode) return;
    (void)pool.offer({start.distance, start.id, false});
    for (int l = top; l >= 0; --l) {
        search_for_links(store, static_cast<Level>(l), scratch);
        if (scratch.met_equal) return;
        plan.count[l] = select_neighbors(store, pool, static_cast<Level>(l), scratch.edit.selection,
                                         plan.links(static_cast<Level>(l)));
        plan.kept = scratch.edit.selection.kept;
    }
}

/// The same from the entry point.
template <GraphStore Store>
void plan_insert(Store& store, Level level, InsertScratch<Store>& scratch) {
    const EntryPoint entry = store.entry();
    const Candidate start = descend(store, entry, level, *scratch.visited);
    plan_insert_from(store, level, start, std::min(level, entry.level), scratch);
}

/// Calls f(id) for nodes of the pool that hold the element bound for insertion, until it returns
/// true; whether one did.
template <class Store, class F>
bool for_equal_nodes(Store& store, const Pool& pool, F&& f) {
    const auto self = store.self_distance();
    for (size_t i = 0; i < pool.size(); ++i)
        if (pool[i].distance == self && store.equals_query(pool[i].id) && f(pool[i].id))
            return true;
    return false;
}

/// Gives the published node `id` a parent, which makes it live.  False when no live node takes it
/// (the graph died under the insertion); the caller plans again.
template <GraphStore Store>
bool attach_new(Store& store, NodeId id, InsertScratch<Store>& scratch) {
    const Pool& pool = *scratch.pool;
    for (size_t i = 0; i < pool.size(); ++i) {
        if (pool[i].id == id || !store.linkable(pool[i].id, 0)) continue;
        if (attach_child(store, id, pool[i].id, pool[i].distance, scratch.edit)) return true;
    }
    for (size_t i = 0; i < pool.size(); ++i)
        if (attach_below(store, id, pool[i].id, scratch.edit)) return true;
    return false;
}

/// Offers a link to `newcomer` to the list of `owner`, which takes it unless pruning says no.
template <GraphStore Store>
void link_back(Store& store, NodeId owner, Level level, Candidate newcomer,
               EditScratch<Store>& scratch) {
    constexpr int kAttempts = 4;  // after that the link is skipped: the tree keeps it reachable
    Links& links = scratch.links;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        store.poll();
        if (!store.load_links(owner, level, links)) return;
        if (links.find(newcomer.id) < links.lanes) return;
        uint32_t lane = links.find_empty();
        const bool full = lane == links.lanes;
        if (full) {
            store.link_distances(owner, links);
            lane = choose_victim(store, links, newcomer, scratch.selection);
            if (lane == links.lanes) return;
        }
        const LinkEdit edit{lane, links.ids[lane], newcomer, false,
                            full && links.keeps_marks ? &links.pruned : nullptr};
        if (store.apply(owner, level, &edit, 1)) return;
    }
}

/// Makes the reverse edges from every planned neighbor, upper levels first so that searches find
/// the way down.
template <GraphStore Store>
void link_neighbors(Store& store, NodeId id, InsertScratch<Store>& scratch) {
    const InsertPlan& plan = scratch.plan;
    for (int l = plan.level; l >= 0; --l) {
        const Candidate* links = plan.links(static_cast<Level>(l));
        for (uint32_t i = 0; i < plan.count[l]; ++i)
            link_back(store, links[i].id, static_cast<Level>(l), {links[i].distance, id},
                      scratch.edit);
    }
}

}  // namespace vx
