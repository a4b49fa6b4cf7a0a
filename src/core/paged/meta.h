// The meta page: what it says about the layout, and whether it contradicts itself.
#pragma once

#include "core/kernels/metric.h"
#include "core/paged/fast_codec.h"
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

/// Shape of the sketches of an index that has them.
inline SketchShape sketch_shape(const MetaContent& meta) {
    return {static_cast<Metric>(meta.metric), static_cast<uint8_t>(meta.sketch_bits),
            meta.sketch_dims, static_cast<uint32_t>(padded_dims(meta.dims, kPadMultiple))};
}

/// Are the sketches' numbers what this storage may have?
inline bool sketch_sane(const MetaContent& meta) {
    if (static_cast<Storage>(meta.storage) != Storage::kFast)
        return meta.sketch_dims == 0 && meta.sketch_bits == 0 && meta.sketch_bytes == 0;
    const SketchShape shape = sketch_shape(meta);
    return (shape.bits == 1 || shape.bits == 2) && shape.dims >= 16 && shape.dims % 16 == 0 &&
           shape.dims <= shape.rotated &&
           meta.sketch_bytes == sketch_area_bytes(shape, 2 * uint32_t{meta.m});
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
    const bool codes = storage == Storage::kCompact || storage == Storage::kFast;
    if (meta.magic != kMagic || meta.format_version != kFormatVersion ||
        meta.endian_mark != kEndianMark || meta.feature_flags != 0 ||
        meta.page_bytes != page_bytes || (storage != Storage::kPlain && !codes) || meta.dims == 0 ||
        meta.dims > (1u << 20) || meta.code_bytes != record_bytes(storage, meta.dims) ||
        meta.m < 2 || meta.m > kMaxM || !sketch_sane(meta) || codes != (meta.mean_block != kNoPage))
        return {{}, bad};
    Result<Geometry> geometry = make_geometry(layout_of(meta));
    if (!geometry.ok()) return {{}, bad};
    MetaContent expected = meta;
    describe_layout(expected, geometry.value);
    if (std::memcmp(&expected, &meta, sizeof meta) != 0) return {{}, bad};
    return geometry;
}

}  // namespace vx
