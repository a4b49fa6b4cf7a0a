// How many rows of an index lie within a distance, by a sample.
#pragma once

#include <cmath>

#include "core/paged/paged_store.h"

namespace vx {

/// Distances of nodes that lie spread over an index, always the same ones, so that who asks again
/// finds their pages in the cache.
class WithinSample {
public:
    /// Measures from the query that the store is bound to.
    template <class Pages, class Codec>
    void take(PagedStore<Pages, Codec>& store) {
        measure(store, kNodes);
    }

    /// Measures from some of the nodes, for a query that may be like any of them.  The store has
    /// scratch places.
    template <class Pages, class Codec>
    void take_between(PagedStore<Pages, Codec>& store) {
        while (count_ < kNodes) {
            const NodeId query = next_node(store);
            if (query == kNoNode) return;
            store.bind_held(store.hold(query, 0));
            measure(store, count_ + kNodes / kQueries);
        }
    }

    /// Which share of the nodes is within `limit`; below 0 where nothing was measured.
    double share(float limit) const {
        uint32_t within = 0;
        for (uint32_t i = 0; i < count_; ++i) within += distances_[i] <= limit ? 1 : 0;
        if (count_ == 0 || within > 0) return count_ == 0 ? -1 : 1.0 * within / count_;
        // The nearest rows of an index are far fewer than one of the sample: where none is within,
        // the share is taken from a normal distribution of the same mean and spread.
        double sum = 0;
        double squares = 0;
        for (uint32_t i = 0; i < count_; ++i) sum += static_cast<double>(distances_[i]);
        const double mean = sum / count_;
        for (uint32_t i = 0; i < count_; ++i) {
            const double apart = static_cast<double>(distances_[i]) - mean;
            squares += apart * apart;
        }
        const double deviation = std::sqrt(squares / count_);
        const double half = 0.5 / count_;
        if (!(deviation > 0)) return half;
        const double scores = (static_cast<double>(limit) - mean) / deviation;
        return std::fmin(half, std::erfc(-scores / std::sqrt(2.0)) / 2);
    }

private:
    static constexpr uint32_t kNodes = 64;
    static constexpr uint32_t kMostTried = 4 * kNodes;  // some may be dead

    static constexpr uint32_t kQueries = 8;

    /// Are there nodes in an extent?  Others hold overflow segments.
    template <class Pages, class Codec>
    static bool holds_nodes(PagedStore<Pages, Codec>& store, uint32_t extent) {
        Pages& pages = store.pages();
        return pages.read(store.geometry().extent_block(extent), [&](const std::byte* page) {
            return page_kind(page, pages.page_bytes()) == PageKind::kDirectory;
        });
    }

    /// The next live node; kNoNode when enough were tried.
    template <class Pages, class Codec>
    NodeId next_node(PagedStore<Pages, Codec>& store) {
        const uint32_t id_limit = store.id_limit(store.state());
        while (tried_ < kMostTried && tried_ < id_limit) {
            // A step of the golden ratio comes to all parts alike, whatever number of steps.
            last_ = static_cast<NodeId>((last_ + uint64_t{0x9E3779B1} % id_limit) % id_limit);
            ++tried_;
            if (holds_nodes(store, store.geometry().extent_of(last_)) &&
                store.directory(last_).state == NodeState::kLive)
                return last_;
        }
        return kNoNode;
    }

    template <class Pages, class Codec>
    void measure(PagedStore<Pages, Codec>& store, uint32_t until) {
        while (count_ < until) {
            const NodeId id = next_node(store);
            if (id == kNoNode) return;
            const float distance = store.query_distance(id);
            if (std::isfinite(distance)) distances_[count_++] = distance;
        }
    }

    float distances_[kNodes] = {};
    uint32_t count_ = 0;
    uint32_t tried_ = 0;
    NodeId last_ = 0;
};

}  // namespace vx
