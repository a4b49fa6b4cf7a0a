// The order in which a build writes its nodes: near ones share a page.
//
// Rows come in the order of the table, which has nothing to do with where their vectors lie, so a
// page of nodes in that order is read for one of them.  A search that expands a node soon expands
// some of its neighbors; when they are on its page already, that is a page less to read from a
// cold disk.
//
// After Starling (Wang et al., SIGMOD 2024, section 4.1, "block shuffling"), in its greedy form:
// a page begins with the first node left over, and takes next the node that most links of those
// already on it lead to, of the nearest links of each.
#pragma once

#include "core/graph/memory_store.h"

namespace vx {

/// Places all nodes in the order of their ids.
template <class Store>
void place_in_order(Store& store) {
    store.clear_places();
    for (NodeId id = 0; id < store.size(); ++id)
        if (store.wants_place(id)) store.place(id);
}

template <class Store>
class PageOrder {
public:
    /// For a graph that no longer changes, and whose counts of in-links are no longer wanted;
    /// `slots_per_page` nodes make a page.
    PageOrder(Store& store, uint32_t slots_per_page)
        : store_(store), slots_per_page_(slots_per_page) {}

    /// Places all nodes, node 0 first.
    void run() {
        store_.clear_places();
        for (;;) {
            store_.poll();
            if (store_.placed() % slots_per_page_ == 0) count_ = 0;
            const NodeId next = count_ > 0 ? take_best() : take_left_over();
            if (next == kNoNode) return;
            store_.place(next);
            offer_links(next);
        }
    }

private:
    // Links of a node that count, the nearest: with all of them as many pages are read (README.md
    // beside this file), and more candidates compared.
    static constexpr uint32_t kLinks = 12;
    // Pages of many small nodes have more candidates; those met first do.
    static constexpr uint32_t kMost = 256;

    struct Wanted {
        NodeId id;
        uint32_t links;  // from nodes of the page
        float distance;  // of the shortest
    };

    NodeId take_left_over() {
        while (left_over_ < store_.size() && !store_.wants_place(left_over_)) ++left_over_;
        return left_over_ < store_.size() ? left_over_ : kNoNode;
    }

    NodeId take_best() {
        uint32_t best = 0;
        for (uint32_t i = 1; i < count_; ++i) {
            const Wanted &a = wanted_[i], &b = wanted_[best];
            if (a.links > b.links || (a.links == b.links && a.distance < b.distance)) best = i;
        }
        const NodeId id = wanted_[best].id;
        wanted_[best] = wanted_[--count_];
        return id;
    }

    void offer_links(NodeId id) {
        Candidate links[kMaxDegree];
        uint32_t count = 0;
        const NodeId* ids = store_.base_ids(id);
        const float* distances = store_.base_distances(id);
        for (uint32_t lane = 0; lane < store_.params().max_degree(0); ++lane)
            if (ids[lane] != kNoNode && store_.wants_place(ids[lane]))
                links[count++] = {distances[lane], ids[lane]};
        if (count > kLinks) {
            std::nth_element(links, links + kLinks, links + count,
                             [](const Candidate& a, const Candidate& b) { return nearer(a, b); });
            count = kLinks;
        }
        for (uint32_t i = 0; i < count; ++i) offer(links[i]);
    }

    void offer(Candidate link) {
        for (uint32_t i = 0; i < count_; ++i) {
            if (wanted_[i].id != link.id) continue;
            ++wanted_[i].links;
            wanted_[i].distance = std::min(wanted_[i].distance, link.distance);
            return;
        }
        if (count_ < kMost) wanted_[count_++] = {link.id, 1, link.distance};
    }

    Store& store_;
    uint32_t slots_per_page_;
    NodeId left_over_ = 0;  // those before it have places
    uint32_t count_ = 0;
    Wanted wanted_[kMost];
};

}  // namespace vx
