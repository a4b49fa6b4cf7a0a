// The end of a build against pages: lists change no more, marks leave the ids, sketches come.
#pragma once

#include "core/paged/build_store.h"
#include "core/paged/sketch_lanes.h"

namespace vx {

/// Makes slots of a build what those of an index are.  Any number of processes may do so at once,
/// each with other extents; `FullCodec` is the one of the index's storage.
template <class Pages, class FullCodec>
class Settler {
public:
    using Store = BuildStore<Pages, typename FullCodec::GraphCodec>;

    Settler(Store& store, const FullCodec& codec)
        : store_(store), paged_(store.paged()), g_(store.geometry()), codec_(codec),
          next_id_(paged_.state().next_id) {}

    void settle_extent(uint32_t extent) {
        const bool nodes = paged_.pages().read(g_.extent_block(extent), [&](const std::byte* page) {
            return page_kind(page, paged_.pages().page_bytes()) == PageKind::kDirectory;
        });
        const NodeId first = extent * g_.nodes_per_extent;
        for (uint32_t i = 0; nodes && i < g_.nodes_per_extent && first + i < next_id_; ++i) {
            paged_.poll();
            settle_node(first + i);
        }
    }

private:
    void settle_node(NodeId id) {
        Links& links = links_;
        (void)store_.load_links(id, 0, links);
        uint32_t used = 0;
        if constexpr (FullCodec::kSketches) {
            store_.prefetch_records(links);
            used = prepare_sketches(codec_, store_.hold(id, g_.lanes + 2), links.ids, g_.lanes,
                                    [&](NodeId to) { return store_.hold(to, g_.lanes + 3); });
        }
        EditSet set;
        set.add(g_.slot_block(id));
        (void)paged_.pages().edit(set, [&](const EditPages& pages) {
            const Slot slot = paged_.edit_slot(pages, id);
            slot.header()->flags &= static_cast<uint8_t>(~kSlotMarked);
            std::memcpy(slot.ids(), links.ids, g_.lanes * sizeof(NodeId));
            set_marks(slot, links.pruned, links.marked);  // if slots of an index have any
            if constexpr (FullCodec::kSketches) put_sketches(codec_, slot, links.ids, used);
            return true;
        });
    }

    Store& store_;
    typename Store::Paged& paged_;
    Geometry g_;
    FullCodec codec_;
    NodeId next_id_;
    Links links_;
};

}  // namespace vx
