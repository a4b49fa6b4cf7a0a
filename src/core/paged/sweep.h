// All nodes of an index that a scan has not returned, measured in the order of the pages.
#pragma once

#include <algorithm>
#include <utility>

#include "core/paged/filtered_nodes.h"
#include "core/paged/measure_extent.h"
#include "core/paged/scan_candidate.h"
#include "core/paged/scan_request.h"

namespace vx {

/// What was returned, and what a filter lets pass: nodes that came after the scan began count as
/// returned, or do not pass.
template <class Store>
struct SweptNodes {
    const Visited& returned;
    FilteredNodes<Store>& filtered;
};

template <class Store>
class Sweep {
public:
    /// Memory is the arena's; the list gets what is found.
    Sweep(Arena arena, ArenaList<ScanCandidate>& found) : arena_(arena), found_(&found) {}

    /// Keeps the nearest live nodes that memory has room for, none beyond the request's limit.
    /// False: there are more, and when these are used up it is to be done again.
    bool run(Store& store, const ScanRequest& request, SweptNodes<Store> nodes) {
        store_ = &store;
        most_ = std::clamp(request.memory_bytes / sizeof(ScanCandidate), kLeastKept, kMostKept);
        cutoff_ = request.limit;
        complete_ = true;
        ++count_;
        found_->resize_down(0);
        if (nodes.filtered.active())
            measure_passing(nodes);
        else
            measure_all(nodes.returned);
        return complete_;
    }

    /// How often it was done, and the nodes measured.
    uint64_t count() const { return count_; }
    uint64_t nodes() const { return nodes_; }

private:
    static constexpr size_t kLeastKept = 1024;
    // Sorted within some 50 ms, during which no interrupt is answered.
    static constexpr size_t kMostKept = size_t{1} << 20;

    void measure_all(const Visited& returned) {
        const Geometry& g = store_->geometry();
        if (wanted_ == nullptr) {
            entries_ = arena_.allocate_array<DirectoryEntry>(g.nodes_per_extent);
            wanted_ = arena_.allocate_array<uint64_t>(g.nodes_per_extent / 64 + 1);
        }
        const StateContent state = store_->state();
        for (uint32_t extent = 0; extent < state.extent_count; ++extent) {
            store_->poll();
            if (!store_->copy_directory(extent, entries_) || !mark_wanted(extent, returned))
                continue;
            measure_extent(
                *store_, {wanted_, extent * g.nodes_per_extent},
                [&](NodeId id, Measured own) { keep_nearest(ScanCandidate::of(id, own)); });
        }
    }

    /// Notes the nodes of an extent that are to be measured; false when there are none.
    bool mark_wanted(uint32_t extent, const Visited& returned) {
        const Geometry& g = store_->geometry();
        std::fill_n(wanted_, g.nodes_per_extent / 64 + 1, 0);
        uint32_t count = 0;
        for (uint32_t i = 0; i < g.nodes_per_extent; ++i) {
            const NodeId id = extent * g.nodes_per_extent + i;
            if (entries_[i].state != NodeState::kLive || returned.contains(id)) continue;
            wanted_[i / 64] |= uint64_t{1} << (i % 64);
            ++count;
        }
        nodes_ += count;
        return count > 0;
    }

    /// The same for the nodes that a filter lets pass, which lie apart: each is prefetched by
    /// itself.
    void measure_passing(SweptNodes<Store> nodes) {
        constexpr uint32_t kExtentsAhead = 2;
        const Geometry& g = store_->geometry();
        NodeId ids[kMeasuredAtOnce];
        uint32_t count = 0;
        for (uint32_t extent = 0; extent < nodes.filtered.extents(); ++extent) {
            nodes.filtered.expect(extent + kExtentsAhead);
            const uint64_t* passing = nodes.filtered.bits(extent);
            for (uint32_t word = 0; word < list_words(g.nodes_per_extent); ++word)
                for (uint64_t left = passing[word]; left != 0; left &= left - 1) {
                    const NodeId id = extent * g.nodes_per_extent + word * 64 +
                                      static_cast<uint32_t>(__builtin_ctzll(left));
                    if (!nodes.returned.contains(id)) ids[count++] = id;
                    if (count == kMeasuredAtOnce) measure(ids, std::exchange(count, 0));
                }
        }
        measure(ids, count);
    }

    void measure(const NodeId* ids, uint32_t count) {
        constexpr uint32_t kAhead = 8;
        nodes_ += count;
        for (uint32_t i = 0; i < count; ++i) {
            if (i + kAhead < count) store_->prefetch_record(ids[i + kAhead]);
            keep_nearest(ScanCandidate::of(ids[i], store_->measure(ids[i])));
        }
    }

    void keep_nearest(const ScanCandidate& candidate) {
        if (candidate.bound > cutoff_) return;
        (void)found_->push(candidate);
        if (found_->size() < most_) return;
        ScanCandidate* first = found_->data();
        std::nth_element(first, first + most_ / 2, first + most_, BoundLess{});
        cutoff_ = first[most_ / 2].bound;
        found_->resize_down(most_ / 2 + 1);
        complete_ = false;
    }

    Arena arena_;
    ArenaList<ScanCandidate>* found_;
    Store* store_ = nullptr;
    DirectoryEntry* entries_ = nullptr;
    uint64_t* wanted_ = nullptr;
    size_t most_ = kMostKept;
    float cutoff_ = __builtin_inff();
    bool complete_ = false;
    uint64_t count_ = 0;
    uint64_t nodes_ = 0;
};

}  // namespace vx
