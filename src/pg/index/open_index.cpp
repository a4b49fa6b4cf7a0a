// Opening an index: operator class, meta page, elements.
#include "pg/index/open_index.h"

#include "pg/index/options.h"
#include "pg/memory.h"
#include "pg/types/datum.h"

extern "C" {
Datum vector_l2_squared_distance(PG_FUNCTION_ARGS);
Datum vector_negative_inner_product(PG_FUNCTION_ARGS);
Datum l1_distance(PG_FUNCTION_ARGS);
}

namespace vx::pg {
namespace {

// Support function numbers, pgvector's.
constexpr uint16 kDistanceProc = 1;
constexpr uint16 kNormProc = 2;

OpenIndex read_meta(Relation index) {
    BufferPages pages(index);
    const MetaContent meta =
        read_page(pages, kMetaBlock, PageKind::kMeta,
                  [](const std::byte* bytes) { return *record_at<MetaContent>(bytes, 0); });
    const OpclassInfo opclass = resolve_opclass(index);
    if (!check_meta(meta, BLCKSZ).ok() || meta.dims > Vector::kMaxDims ||
        meta.metric != static_cast<uint8_t>(opclass.metric) ||
        meta.element != static_cast<uint8_t>(opclass.element))
        raise_corrupt_index(index, kMetaBlock, CorruptReason::kBadMeta);
    return describe_index(meta);
}

/// Scales to unit length; false when there is no direction.
bool normalize(float* element, uint32_t dims) {
    double sum = 0;
    for (uint32_t i = 0; i < dims; ++i)
        sum += static_cast<double>(element[i]) * static_cast<double>(element[i]);
    const double norm = sqrt(sum);
    if (!(norm > 0)) return false;
    for (uint32_t i = 0; i < dims; ++i) element[i] = static_cast<float>(element[i] / norm);
    return true;
}

ElementKind copy_element(const OpenIndex& index, const Dense<Vector>& value, float* out) {
    std::memcpy(out, value.elements().data(), index.dims * sizeof(float));
    if (needs_unit_vectors(index.metric) && !normalize(out, index.dims)) return ElementKind::kZero;
    return ElementKind::kNormal;
}

}  // namespace

OpclassInfo resolve_opclass(Relation index) {
    const PGFunction distance = index_getprocinfo(index, 1, kDistanceProc)->fn_addr;
    const bool has_norm = OidIsValid(index_getprocid(index, 1, kNormProc));
    if (distance == vector_l2_squared_distance) return {Metric::kL2, Element::kFloat32};
    if (distance == l1_distance) return {Metric::kL1, Element::kFloat32};
    if (distance == vector_negative_inner_product)
        return {has_norm ? Metric::kCosine : Metric::kInnerProduct, Element::kFloat32};
    ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
            errmsg("type not supported for hnsw index"));
    pg_unreachable();
}

OpenIndex open_index(Relation index) {
    if (index->rd_amcache == nullptr) {
        const OpenIndex opened = read_meta(index);
        void* cache = MemoryContextAlloc(index->rd_indexcxt, sizeof(OpenIndex));
        std::memcpy(cache, &opened, sizeof opened);
        index->rd_amcache = cache;
    }
    // A copy: an invalidation may free the cached one during the next server call.
    OpenIndex opened;
    std::memcpy(&opened, index->rd_amcache, sizeof opened);
    opened.params.ef_construction = static_cast<uint32_t>(index_ef_construction(index));
    return opened;
}

OpenIndex describe_index(const MetaContent& meta) {
    const Result<Geometry> geometry = make_geometry(layout_of(meta));
    if (!geometry.ok()) raise(geometry.status);
    const auto metric = static_cast<Metric>(meta.metric);
    return {geometry.value,
            {meta.m, meta.ef_construction},
            metric,
            static_cast<Storage>(meta.storage),
            sketch_shape(meta),
            ranking_kernel(metric),
            meta.dims,
            meta.seed};
}

MetaContent make_meta(Relation index, uint32_t dims, uint64_t seed) {
    MetaContent meta{};
    meta.magic = kMagic;
    meta.format_version = kFormatVersion;
    meta.endian_mark = kEndianMark;
    meta.page_bytes = BLCKSZ;
    meta.dims = dims;
    const OpclassInfo opclass = resolve_opclass(index);
    const Storage storage = index_storage(index, opclass.metric);
    meta.metric = static_cast<uint8_t>(opclass.metric);
    meta.element = static_cast<uint8_t>(opclass.element);
    meta.storage = static_cast<uint8_t>(storage);
    meta.m = static_cast<uint16_t>(index_m(index));
    meta.ef_construction = static_cast<uint16_t>(index_ef_construction(index));
    meta.seed = seed;
    meta.code_bytes = record_bytes(opclass.element, storage, dims);
    meta.mean_block = storage == Storage::kPlain ? kNoPage : 0;
    if (storage == Storage::kFast) {
        // Beside the sketches a slot's first page holds its head, its links and part of the code.
        const uint32_t lanes = 2 * uint32_t{meta.m};
        const uint32_t most = BLCKSZ - 512 - 5 * lanes;
        const SketchShape shape = choose_sketch(opclass.metric, dims, lanes, most);
        meta.sketch_dims = shape.dims;
        meta.sketch_bits = shape.bits;
        meta.sketch_bytes = sketch_area_bytes(shape, lanes);
    }
    const Result<Geometry> geometry = make_geometry(layout_of(meta));
    if (!geometry.ok()) raise(geometry.status);
    describe_layout(meta, geometry.value);
    return meta;
}

ElementKind read_element(const OpenIndex& index, Datum value, bool is_null, float* out) {
    if (is_null) return ElementKind::kNull;
    const Dense<Vector>& vector = view_dense<Vector>(value);
    if (static_cast<uint32_t>(vector.dims) != index.dims)
        raise_unexpected_dimensions(static_cast<int>(index.dims), vector.dims);
    return copy_element(index, vector, out);
}

ElementKind read_query(const OpenIndex& index, Datum value, bool is_null, float* out) {
    if (is_null) return ElementKind::kNull;
    const Dense<Vector>& vector = view_dense<Vector>(value);
    if (static_cast<uint32_t>(vector.dims) != index.dims)
        raise_dimension_mismatch(Vector::kName, vector.dims, static_cast<int>(index.dims));
    return copy_element(index, vector, out);
}

}  // namespace vx::pg
