// The meta page: what it says about the layout, and whether it contradicts itself.
#pragma once

#include "core/kernels/metric.h"
#include "core/paged/code_codec.h"
#include "core/paged/records.h"

namespace vx {

/// Layout that a meta page describes.
inline Layout layout_of(const MetaContent& meta) {
    return {meta.page_bytes,   meta.dims, meta.code_bytes,
            meta.sketch_bytes, meta.m,    meta.mean_block != kNoPage};
}

/// Bytes of a record for an element of `dims` floats.
inline uint32_t record_bytes(Storage storage, uint32_t dims) {
    return storage == Storage::kPlain ? dims * static_cast<uint32_t>(sizeof(float))
                                      : code_record_bytes(dims);
}

/// Fills in the part of a meta page that follows from the layout.
inline void describe_layout(MetaContent& meta, const Geometry& g) {
    meta.entry_bytes = sizeof(DirectoryEntry);
    meta.slot_bytes = g.slot_bytes;
    meta.slots_per_page = g.slots_per_page;
    meta.upper_slot_bytes = g.upper_slot_bytes;
    meta.upper_slots_per_page = g.upper_slots_per_page;
    meta.nodes_per_extent = g.nodes_per_extent;
    meta.aux_pages_per_extent = g.aux_pages;
    meta.extent_pages = g.extent_pages;
    meta.first_aux_block = g.first_aux_block;
    meta.first_extent_block = g.first_extent_block;
    meta.mean_block = g.mean_block;
}

/// The geometry of an index; kCorruptPage when its meta page makes no sense.
inline Result<Geometry> check_meta(const MetaContent& meta, uint32_t page_bytes) {
    const Status bad{Errc::kCorruptPage, kMetaBlock, static_cast<int64_t>(CorruptReason::kBadMeta)};
    const auto storage = static_cast<Storage>(meta.storage);
    const bool codes = storage == Storage::kCompact;
    if (meta.magic != kMagic || meta.format_version != kFormatVersion ||
        meta.endian_mark != kEndianMark || meta.feature_flags != 0 ||
        meta.page_bytes != page_bytes || (storage != Storage::kPlain && !codes) || meta.dims == 0 ||
        meta.dims > (1u << 20) || meta.code_bytes != record_bytes(storage, meta.dims) ||
        meta.sketch_bytes != 0 || codes != (meta.mean_block != kNoPage))
        return {{}, bad};
    Result<Geometry> geometry = make_geometry(layout_of(meta));
    if (!geometry.ok()) return {{}, bad};
    MetaContent expected = meta;
    describe_layout(expected, geometry.value);
    if (std::memcmp(&expected, &meta, sizeof meta) != 0) return {{}, bad};
    return geometry;
}

}  // namespace vx
