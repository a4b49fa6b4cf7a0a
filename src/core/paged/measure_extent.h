// The distances of many nodes, page by page in the order of the file.
#pragma once

#include "core/paged/paged_store.h"

namespace vx {

/// Nodes of one page that are measured under one lock: all that 8 kB can have.
inline constexpr uint32_t kMeasuredAtOnce = 256;

/// Measures nodes of one page, whose slots are whole there.
template <class Store, class F>
void measure_on_page(Store& store, const NodeId* ids, uint32_t count, F&& f) {
    using Codec = std::decay_t<decltype(store.codec())>;
    const Geometry& g = store.geometry();
    Measured measured[kMeasuredAtOnce];
    store.poll();
    read_page(store.pages(), g.slot_block(ids[0]), PageKind::kSlots, [&](const std::byte* bytes) {
        if constexpr (Codec::kExact) {
            const std::byte* records[kMeasuredAtOnce];
            float distances[kMeasuredAtOnce];
            for (uint32_t i = 0; i < count; ++i) records[i] = slot_at(bytes, g, ids[i]).code();
            store.codec().measure(records, count, distances);
            for (uint32_t i = 0; i < count; ++i) measured[i] = {distances[i], 0};
            return 0;
        }
        for (uint32_t i = 0; i < count; ++i) {
            typename Codec::Sum sum;
            store.codec().add(sum, {slot_at(bytes, g, ids[i]).code(), 0, g.layout.record_bytes});
            measured[i] = store.measured(sum);
        }
        return 0;
    });
    for (uint32_t i = 0; i < count; ++i) f(ids[i], measured[i]);
}

/// The nodes of an extent that are to be measured: nodes_per_extent bits.
struct WantedNodes {
    const uint64_t* bits;
    NodeId first;  // of the extent

    bool has(uint32_t local) const { return (bits[local / 64] >> (local % 64) & 1) != 0; }
    /// Writes those from `at` to `end`; returns how many.
    uint32_t list(uint32_t at, uint32_t end, NodeId* ids) const {
        uint32_t count = 0;
        for (uint32_t local = at; local < end; ++local)
            if (has(local)) ids[count++] = first + local;
        return count;
    }
};

/// Calls f(id, Measured), with nothing locked, for the wanted nodes of an extent, one by one: where
/// they lie on several pages.
template <class Store, class F>
void measure_singly(Store& store, const WantedNodes& wanted, F&& f) {
    for (uint32_t local = 0; local < store.geometry().nodes_per_extent; ++local) {
        if (!wanted.has(local)) continue;
        store.poll();
        f(wanted.first + local, store.measure(wanted.first + local));
    }
}

/// The same page by page, the next one being fetched into the cache meanwhile.
template <class Store, class F>
void measure_pages(Store& store, const WantedNodes& wanted, F&& f) {
    const Geometry& g = store.geometry();
    for (uint32_t begin = 0; begin < g.nodes_per_extent; begin += g.slots_per_page) {
        const uint32_t end = begin + g.slots_per_page;
        for (uint32_t local = end; local < end + g.slots_per_page; ++local)
            if (local < g.nodes_per_extent && wanted.has(local))
                store.prefetch_record(wanted.first + local);
        for (uint32_t at = begin; at < end; at += kMeasuredAtOnce) {
            NodeId ids[kMeasuredAtOnce];
            const uint32_t most = at + kMeasuredAtOnce;
            const uint32_t count = wanted.list(at, most < end ? most : end, ids);
            if (count > 0) measure_on_page(store, ids, count, f);
        }
    }
}

/// The same as it is best for the index.
template <class Store, class F>
void measure_extent(Store& store, const WantedNodes& wanted, F&& f) {
    if (store.codec().variable() || store.geometry().pages_per_slot > 1)
        measure_singly(store, wanted, f);
    else
        measure_pages(store, wanted, f);
}

}  // namespace vx
