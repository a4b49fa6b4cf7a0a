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
        for (uint32_t i = 0; i < count; ++i) {
            typename Codec::Sum sum;
            store.codec().add(sum, {slot_at(bytes, g, ids[i]).code(), 0, g.layout.code_bytes});
            measured[i] = store.measured(sum);
        }
        return 0;
    });
    for (uint32_t i = 0; i < count; ++i) f(ids[i], measured[i]);
}

/// Calls f(id, Measured), with nothing locked, for the nodes of an extent whose bit is set in
/// `wanted`: of nodes_per_extent bits.
template <class Store, class F>
void measure_extent(Store& store, uint32_t extent, const uint64_t* wanted, F&& f) {
    using Codec = std::decay_t<decltype(store.codec())>;
    const Geometry& g = store.geometry();
    const NodeId first = extent * g.nodes_per_extent;
    const auto is_wanted = [&](uint32_t local) {
        return (wanted[local / 64] >> (local % 64) & 1) != 0;
    };
    if (Codec::kVariable || g.pages_per_slot > 1) {
        for (uint32_t local = 0; local < g.nodes_per_extent; ++local) {
            if (!is_wanted(local)) continue;
            store.poll();
            f(first + local, store.measure(first + local));
        }
        return;
    }
    for (uint32_t begin = 0; begin < g.nodes_per_extent; begin += g.slots_per_page) {
        const uint32_t end = begin + g.slots_per_page;
        for (uint32_t local = end; local < end + g.slots_per_page; ++local)
            if (local < g.nodes_per_extent && is_wanted(local))
                store.prefetch_record(first + local);
        for (uint32_t at = begin; at < end; at += kMeasuredAtOnce) {
            NodeId ids[kMeasuredAtOnce];
            uint32_t count = 0;
            for (uint32_t local = at; local < end && local < at + kMeasuredAtOnce; ++local)
                if (is_wanted(local)) ids[count++] = first + local;
            if (count > 0) measure_on_page(store, ids, count, f);
        }
    }
}

}  // namespace vx
