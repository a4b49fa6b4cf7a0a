// The meta page of an index that is about to be built.
#pragma once

#include "core/paged/meta.h"

namespace vx {

/// What decides how an index is laid out and built.
struct IndexPlan {
    uint32_t page_bytes;
    Element element;
    Metric metric;
    Storage storage;
    uint32_t dims;
    uint32_t pairs;  // of a sparse element, for which slots have room
    uint32_t m;
    uint32_t ef_construction;
    uint64_t seed;
    FilterKind filter_kinds[kMaxFilterColumns];
};

/// The sketches of storage `fast`.  Beside them a slot's first page holds its head, its links and
/// part of the code.
inline SketchShape plan_sketch(const IndexPlan& plan) {
    constexpr uint32_t kHeadAndCode = 512;
    constexpr uint32_t kLinkBytes = 5;
    const uint32_t lanes = 2 * plan.m;
    return choose_sketch(plan.metric, plan.dims, lanes,
                         plan.page_bytes - kHeadAndCode - kLinkBytes * lanes);
}

/// kSizeOverflow when such slots do not fit a page (make_geometry).
inline Result<MetaContent> plan_meta(const IndexPlan& plan) {
    MetaContent meta{};
    meta.magic = kMagic;
    meta.format_version = kFormatVersion;
    meta.endian_mark = kEndianMark;
    meta.page_bytes = plan.page_bytes;
    meta.dims = plan.dims;
    meta.metric = static_cast<uint8_t>(plan.metric);
    meta.element = static_cast<uint8_t>(plan.element);
    meta.storage = static_cast<uint8_t>(plan.storage);
    meta.m = static_cast<uint16_t>(plan.m);
    meta.ef_construction = static_cast<uint16_t>(plan.ef_construction);
    meta.seed = plan.seed;
    std::copy_n(plan.filter_kinds, kMaxFilterColumns, meta.filter_kinds);
    if (filter_columns(meta) > 0) meta.feature_flags |= kFilterColumns;
    meta.record_bytes = plan.element == Element::kSparse
                            ? sparse_record_bytes(plan.pairs, plan.m, plan.page_bytes)
                            : record_bytes(plan.element, plan.storage, plan.dims);
    meta.mean_block = has_codes(plan.storage) ? 0 : kNoPage;
    if (plan.storage == Storage::kFast) {
        const SketchShape shape = plan_sketch(plan);
        meta.sketch_dims = shape.dims;
        meta.sketch_bits = shape.bits;
        meta.sketch_bytes = sketch_area_bytes(shape, 2 * plan.m);
    }
    const Result<Geometry> geometry = make_geometry(layout_of(meta));
    if (geometry.ok()) describe_layout(meta, geometry.value);
    return {meta, geometry.status};
}

}  // namespace vx
