// Growing the graph in memory, by several processes at once, in an order of its own.
//
// Rows are first put into the graph as nodes without links.  Then they are inserted, not in the
// order of the table but near ones one after the other: what a search reads has then just been read
// by the one before, and is in the cache.  Of that most of the time of a build is made: two thirds
// of it at 100 dimensions and half at 768 (README.md, "Building in several processes").
//
// Inserted in that order alone, rows would make a graph without far links.  So a tenth of the
// rows, the scaffold, is inserted first.  It also tells what is near: each other row is assigned to
// the node of its level 1 where a search for the row comes by, its pivot; pivots are sorted by
// those that they have on level 2.
//
// In steps, between which all must have finished: found by one; insert_scaffold over ranges of
// positions and then find_pivots over ranges of ids, by any number; prepare_others by one;
// insert_others.
#pragma once

#include <algorithm>

#include "core/graph/build_steps.h"
#include "core/graph/memory_store.h"

namespace vx {

/// Nodes put by one process lately, by the hashes of their records: rows of equal elements mostly
/// need not become nodes that are merged later.
class RecentNodes {
public:
    /// Memory of `bytes` at most; without any, nothing is remembered.
    RecentNodes(Arena arena, size_t bytes) {
        size_t count = 1;
        while (2 * count * sizeof(Entry) <= bytes) count *= 2;
        entries_ = arena.allocate_array<Entry>(count);
        mask_ = count - 1;
        if (entries_ != nullptr) std::fill_n(entries_, count, Entry{0, kNoNode});
    }

    /// A node whose record may be equal, or kNoNode.
    NodeId find(uint64_t hash) const {
        if (entries_ == nullptr) return kNoNode;
        const Entry& entry = entries_[hash & mask_];
        return entry.check == check_of(hash) ? entry.id : kNoNode;
    }
    void remember(uint64_t hash, NodeId id) {
        if (entries_ != nullptr) entries_[hash & mask_] = {check_of(hash), id};
    }

private:
    struct Entry {
        uint32_t check;
        NodeId id;
    };
    static uint32_t check_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

    Entry* entries_;
    size_t mask_;
};

/// Puts the row whose element the store is bound to (for insertion) into the graph; false when
/// memory is out.
template <class Store>
bool put_row(Store& store, Level level, const IndexRow& row, RecentNodes& recent) {
    const uint64_t hash = store.bound_hash();
    const NodeId known = recent.find(hash);
    if (known != kNoNode && store.has_bound_element(known)) return store.add_row(known, row);
    const NodeId id = store.put(level, row);
    if (id == kNoNode) return false;
    recent.remember(hash, id);
    return true;
}

/// Links a node that was put, or merges it into that of an equal element; the search on the base
/// level begins at `pivot` if there is one.  False: no node takes it, which cannot be.
template <class Store>
bool insert_put(Store& store, NodeId id, NodeId pivot, InsertScratch<Store>& scratch) {
    constexpr int kAttempts = 64;  // races lost to processes that attach to the same nodes
    const Level level = store.node(id).level;
    store.bind_node_for_insert(id);
    if (pivot != kNoNode)
        plan_insert_from(store, level, {store.query_distance(pivot), pivot}, level, scratch);
    else
        plan_insert(store, level, scratch);
    const bool merged = for_equal_nodes(store, *scratch.pool, [&](NodeId equal) {
        store.merge(id, equal);
        return true;
    });
    if (merged) return true;
    store.link(id, scratch.plan);
    const bool first = scratch.pool->size() == 0;
    for (int attempt = 0; !first && !attach_new(store, id, scratch); ++attempt) {
        if (attempt == kAttempts) return false;
        store.poll();
    }
    link_neighbors(store, id, scratch);
    store.offer_entry(id, level);
    return true;
}

/// One process's part in growing a graph into which all rows have been put.
template <class Store>
class Growth {
public:
    /// The visited set of `scratch` has room for all nodes.
    Growth(Store& store, InsertScratch<Store>& scratch) : store_(store), scratch_(scratch) {}

    /// Positions of the scaffold, and of the others in their order.
    uint32_t scaffold() const { return (store_.size() + kEvery - 1) / kEvery; }
    uint32_t others() const { return store_.size() - scaffold(); }

    /// Inserts the first node, which becomes the root.
    bool found() { return store_.size() == 0 || insert_put(store_, 0, kNoNode, scratch_); }

    bool insert_scaffold(uint32_t first, uint32_t end) {
        for (uint32_t at = std::max(first, 1u); at < end; ++at)
            if (!insert_put(store_, scaffold_at(at), kNoNode, scratch_)) return false;
        return true;
    }

    /// Assigns nodes [first, end) to pivots: pivots of the scaffold to those on level 2.
    void find_pivots(NodeId first, NodeId end) {
        for (NodeId id = first; id < end; ++id) {
            const MemoryNode& node = store_.node(id);
            if (node.merged || (is_scaffold(id) && node.level == 0)) continue;
            if (is_scaffold(id) && node.level > 1) {
                store_.pivot(id) = id;
                continue;
            }
            store_.bind_node(id);
            const Level above = is_scaffold(id) ? 1 : 0;
            store_.pivot(id) = descend(store_, store_.entry(), above, *scratch_.visited).id;
        }
    }

    /// Decides how the others are inserted: by which links, and in what order.
    void prepare_others(Arena arena) {
        if (lists_are_thin()) store_.follow_filled();
        sort_others(arena);
    }

    bool insert_others(uint32_t first, uint32_t end) {
        for (uint32_t at = first; at < end; ++at) {
            const NodeId id = other_at(at);
            // Where links on more levels are wanted, all are walked.
            const NodeId pivot = store_.node(id).level == 0 ? store_.pivot(id).load() : kNoNode;
            store_.pivot(id) = 0;
            if (!insert_put(store_, id, pivot, scratch_)) return false;
        }
        return true;
    }

private:
    static constexpr uint32_t kEvery = 10;

    /// Are more than three quarters of the links of lists there only to fill them?
    ///
    /// So it is where a few nodes are near to all, by inner product or among short texts, and where
    /// rows lie in groups.  What lists keep then leads to the same few nodes, and an insertion that
    /// leaves out the others finds little else.  Links kept by a list of 32 of the scaffold: unit
    /// cube by inner product 3 to 4, sparse rows 3.5, raw TF-IDF 4.0, lognormal lengths 6.2, groups
    /// 6.6 to 7; pictures and embeddings 9 to 16, normal rows 15.  Recall at LIMIT 40 when all
    /// links are followed, and when not: unit cube of 8 dimensions 0.908 and 0.857, of 16 0.919 and
    /// 0.878, TF-IDF 0.895 and 0.888.  A build that follows them takes a fifth more time.
    bool lists_are_thin() const {
        constexpr uint32_t kMostSeen = 4096;
        const uint32_t step = scaffold() / kMostSeen + 1;
        uint64_t kept = 0, lanes = 0;
        for (uint32_t at = 0; at < scaffold(); at += step) {
            const NodeId id = scaffold_at(at);
            if (store_.node(id).merged) continue;
            kept += store_.kept_links(id);
            lanes += store_.params().max_degree(0);
        }
        return 4 * kept < lanes;
    }

    /// Orders the others by their pivots, unless there are no pivots or no memory.
    void sort_others(Arena arena) {
        const uint32_t pivots = store_.entry().level > 0 ? count_pivots() : 0;
        if (pivots == 0) return;
        auto* sorted = arena.allocate_array<NodeId>(pivots);
        auto* begins = arena.allocate_array<uint32_t>(size_t{pivots} + 1);
        auto* node = static_cast<std::byte*>(arena.allocate(store_.node_bytes()));
        if (sorted == nullptr || begins == nullptr || node == nullptr) return;
        rank_pivots(sorted, pivots);
        std::fill_n(begins, pivots + 1, 0u);
        each_other([&](NodeId id) { ++begins[rank_of(id) + 1]; });
        for (uint32_t i = 0; i < pivots; ++i) begins[i + 1] += begins[i];
        each_other([&](NodeId id) { store_.set_ordered(begins[rank_of(id)]++, id); });
        for (uint32_t i = 0; i < pivots; ++i) store_.pivot(sorted[i]) = 0;
        move_others(node);
    }

    /// Which of the ten nodes `at` is of the scaffold: any, lest the table have a rhythm.
    uint32_t pick(uint32_t at) const {
        const uint32_t picked = (at * 0x9E3779B1u >> 16) % kEvery;
        return at * kEvery + picked < store_.size() ? picked : 0;
    }
    NodeId scaffold_at(uint32_t position) const { return position * kEvery + pick(position); }
    bool is_scaffold(NodeId id) const { return id % kEvery == pick(id / kEvery); }
    NodeId other_at(uint32_t position) const {
        const uint32_t tens = position / (kEvery - 1), left = position % (kEvery - 1);
        return tens * kEvery + left + (left >= pick(tens) ? 1 : 0);
    }
    uint32_t position_of(NodeId other) const {
        const uint32_t tens = other / kEvery, left = other % kEvery;
        return tens * (kEvery - 1) + left - (left > pick(tens) ? 1 : 0);
    }
    bool is_pivot(NodeId id) const { return store_.node(id).level > 0 && !store_.node(id).merged; }
    uint32_t rank_of(NodeId id) { return store_.pivot(store_.pivot(id).load()).load(); }

    template <class F>
    void each_other(F&& f) {
        uint32_t since_poll = 0;
        for (NodeId id = 0; id < store_.size(); ++id) {
            if (is_scaffold(id)) continue;
            if (++since_poll % kBetweenPolls == 0) store_.poll();
            f(id);
        }
    }

    /// Moves the others to where the order has them; `node` has room for one.  Nothing leads to
    /// them yet.  Without this, near nodes being scattered over memory, GloVe took 66.7 s in place
    /// of 51.
    void move_others(std::byte* node) {
        for (uint32_t begin = 0; begin < others(); ++begin) {
            if (begin % kBetweenPolls == 0) store_.poll();
            const NodeId first = other_at(begin);
            if (store_.ordered(begin) == first) continue;
            std::memcpy(node, store_.node_at(first), store_.node_bytes());
            for (uint32_t at = begin;;) {
                const NodeId from = store_.ordered(at);
                const NodeId to = other_at(at);
                store_.set_ordered(at, to);
                std::memcpy(store_.node_at(to), from == first ? node : store_.node_at(from),
                            store_.node_bytes());
                if (from == first) break;
                at = position_of(from);
            }
        }
    }

    uint32_t count_pivots() const {
        uint32_t count = 0;
        for (uint32_t at = 0; at < scaffold(); ++at) count += is_pivot(scaffold_at(at)) ? 1 : 0;
        return count;
    }

    /// Gives each pivot its rank in place of its own pivot.
    void rank_pivots(NodeId* sorted, uint32_t pivots) {
        uint32_t count = 0;
        for (uint32_t at = 0; at < scaffold(); ++at)
            if (is_pivot(scaffold_at(at))) sorted[count++] = scaffold_at(at);
        std::sort(sorted, sorted + pivots, [&](NodeId a, NodeId b) {
            const uint32_t above_a = store_.pivot(a), above_b = store_.pivot(b);
            return above_a < above_b || (above_a == above_b && a < b);
        });
        for (uint32_t rank = 0; rank < pivots; ++rank) store_.pivot(sorted[rank]) = rank;
    }

    static constexpr uint32_t kBetweenPolls = 1024;

    Store& store_;
    InsertScratch<Store>& scratch_;
};

template <class Store>
Growth<Store> begin_growth(Store& store, InsertScratch<Store>& scratch) {
    (void)scratch.visited->reserve(store.size() + 1);
    return {store, scratch};
}

/// By one of the team, when all rows have been put into the graph.
template <class Store, class Team>
void found_graph(Store& store, InsertScratch<Store>& scratch, Team& team) {
    if (!begin_growth(store, scratch).found()) team.fail();
}

/// By all of the team, from `step` (after kFoundStep) on to kCountStep.
template <class Store, class Team>
void grow_graph(Store& store, InsertScratch<Store>& scratch, Arena arena, Team& team, int step) {
    // To be inserted one after the other they are near; taken by two processes, interleaved, they
    // would be less so.
    constexpr uint32_t kInsertionsAtOnce = 128;
    Growth<Store> growth = begin_growth(store, scratch);
    team.show(kScaffoldStep, store.size());
    switch (step) {
    default:
        team.share(kScaffoldStep, growth.scaffold(), kInsertionsAtOnce,
                   [&](uint32_t first, uint32_t end) {
                       if (!growth.insert_scaffold(first, end)) team.fail();
                   });
        (void)team.arrive();
        [[fallthrough]];
    case kPivotsStep:
        team.share(kPivotsStep, store.size(), kNodesAtOnce,
                   [&](NodeId first, NodeId end) { growth.find_pivots(first, end); });
        if (team.arrive()) growth.prepare_others(arena);
        [[fallthrough]];
    case kSortStep:
        (void)team.arrive();
        [[fallthrough]];
    case kInsertStep:
        team.share(kInsertStep, growth.others(), kInsertionsAtOnce,
                   [&](uint32_t first, uint32_t end) {
                       if (!growth.insert_others(first, end)) team.fail();
                   });
        (void)team.arrive();
    }
}

}  // namespace vx
