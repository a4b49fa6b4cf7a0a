// The meta page: what it says about the layout, and whether it contradicts itself.
#pragma once

#include "core/kernels/metric.h"
#include "core/paged/fast_codec.h"
#include "core/paged/records.h"

namespace vx {

/// Filter columns that a meta page names.
inline uint32_t filter_columns(const MetaContent& meta) {
    uint32_t count = 0;
    while (count < kMaxFilterColumns && meta.filter_kinds[count] != FilterKind::kNone) ++count;
    return count;
}

/// Does a meta page say of filter columns what it may?
inline bool filters_sane(const MetaContent& meta) {
    const uint32_t count = filter_columns(meta);
    for (uint32_t i = 0; i < kMaxFilterColumns; ++i)
        if (meta.filter_kinds[i] > kLastFilterKind ||
            (meta.filter_kinds[i] != FilterKind::kNone) != (i < count))
            return false;
    return (count > 0) == ((meta.feature_flags & kFilterColumns) != 0);
}

/// Layout that a meta page describes.
inline Layout layout_of(const MetaContent& meta) {
    return {meta.page_bytes,
            meta.dims,
            meta.record_bytes,
            meta.sketch_bytes,
            meta.m,
            meta.mean_block != kNoPage,
            static_cast<Element>(meta.element) == Element::kSparse,
            filter_columns(meta)};
}

/// Most dimensions that elements of a kind can have: far beyond what SQL types allow, but so that
/// no size computed from them overflows.
constexpr uint32_t most_dims(Element element) {
    if (element == Element::kSparse) return 1u << 30;
    return element == Element::kBit ? 1u << 27 : 1u << 20;
}

/// Can an index order elements of this kind by this metric, and keep them in this storage?
constexpr bool is_supported(Element element, Metric metric, Storage storage) {
    const bool bits = metric == Metric::kHamming || metric == Metric::kJaccard;
    const bool codes = has_codes(storage);
    if (storage == Storage::kInverted)
        return element == Element::kSparse && metric == Metric::kInnerProduct;
    if ((storage != Storage::kPlain && !codes) || metric < Metric::kL2 || metric > kLastMetric ||
        bits != (element == Element::kBit))
        return false;
    switch (element) {
    case Element::kFloat32:
    case Element::kFloat16:
        return !codes || metric != Metric::kL1;
    case Element::kBit:
    case Element::kSparse:
        return !codes;
    }
    return false;
}

/// Bytes of the record of an element of `dims`; 0 where records have lengths of their own.
constexpr uint32_t record_bytes(Element element, Storage storage, uint32_t dims) {
    if (has_codes(storage)) return code_record_bytes(dims);
    switch (element) {
    case Element::kFloat32:
        return dims * 4;
    case Element::kFloat16:
        return dims * 2;
    case Element::kBit:
        return (dims + 7) / 8;
    case Element::kSparse:
        break;
    }
    return 0;
}

/// Bytes that a slot has for records of any length if `pairs` of a sparse element shall fit, or as
/// many as there is room for beside `m` links.
inline uint32_t sparse_record_bytes(uint32_t pairs, uint32_t m, uint32_t page_bytes) {
    const uint32_t head = static_cast<uint32_t>(sizeof(Place) + sizeof(RecordHead));
    // What geometry.h puts before the element: header, pins, links.
    const uint32_t before = static_cast<uint32_t>(sizeof(SlotHeader)) + (2 * m + 31) / 32 * 4 +
                            8 * m + kPageHeaderBytes + static_cast<uint32_t>(sizeof(PageTrailer));
    constexpr auto kPairBytes = static_cast<uint32_t>(sizeof(SparsePair));
    const uint32_t most = (page_bytes - before - head) / kPairBytes - 1;
    const uint32_t chosen = pairs < 1 ? 1 : pairs < most ? pairs : most;
    return head + chosen * kPairBytes;
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

/// Gives a meta page the exponent of the scale of its codes (quantize/scale.h).
inline void set_scale(MetaContent& meta, int exponent) {
    meta.scale_exponent = exponent;
    meta.feature_flags = (meta.feature_flags & ~kScaledCodes) | (exponent != 0 ? kScaledCodes : 0);
}

/// Is the scale one that an index of such elements may have?
inline bool scale_sane(const MetaContent& meta) {
    if ((meta.feature_flags & kScaledCodes) == 0) return meta.scale_exponent == 0;
    const bool codes = has_codes(static_cast<Storage>(meta.storage));
    return codes && meta.scale_exponent != 0 && meta.scale_exponent >= -kMostScale &&
           meta.scale_exponent <= kMostScale;
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
    const auto element = static_cast<Element>(meta.element);
    const bool codes = has_codes(storage);
    const uint32_t bytes = record_bytes(element, storage, meta.dims);
    if (meta.magic != kMagic || meta.format_version != kFormatVersion ||
        meta.endian_mark != kEndianMark || !scale_sane(meta) || !filters_sane(meta) ||
        (meta.feature_flags & ~kKnownFlags) != 0 || meta.page_bytes != page_bytes ||
        !is_supported(element, static_cast<Metric>(meta.metric), storage) || meta.dims == 0 ||
        meta.dims > most_dims(element) || (bytes != 0 && meta.record_bytes != bytes) ||
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
