// Opening an index: operator class, meta page, elements.
#include "pg/index/open_index.h"

#include "core/paged/meta_plan.h"
#include "pg/errors.h"
#include "pg/filter/columns.h"
#include "pg/index/facts.h"
#include "pg/index/foreign.h"
#include "pg/index/options.h"
#include "pg/memory.h"

extern "C" {
Datum vector_l2_squared_distance(PG_FUNCTION_ARGS);
Datum vector_negative_inner_product(PG_FUNCTION_ARGS);
Datum l1_distance(PG_FUNCTION_ARGS);
Datum halfvec_l2_squared_distance(PG_FUNCTION_ARGS);
Datum halfvec_negative_inner_product(PG_FUNCTION_ARGS);
Datum halfvec_l1_distance(PG_FUNCTION_ARGS);
Datum sparsevec_l2_squared_distance(PG_FUNCTION_ARGS);
Datum sparsevec_negative_inner_product(PG_FUNCTION_ARGS);
Datum sparsevec_l1_distance(PG_FUNCTION_ARGS);
Datum hamming_distance(PG_FUNCTION_ARGS);
Datum jaccard_distance(PG_FUNCTION_ARGS);
}

namespace vx::pg {
namespace {

struct KnownDistance {
    PGFunction function;
    OpclassInfo opclass;
};
const KnownDistance kDistances[] = {
    {vector_l2_squared_distance, {Metric::kL2, Element::kFloat32}},
    {vector_negative_inner_product, {Metric::kInnerProduct, Element::kFloat32}},
    {l1_distance, {Metric::kL1, Element::kFloat32}},
    {halfvec_l2_squared_distance, {Metric::kL2, Element::kFloat16}},
    {halfvec_negative_inner_product, {Metric::kInnerProduct, Element::kFloat16}},
    {halfvec_l1_distance, {Metric::kL1, Element::kFloat16}},
    {sparsevec_l2_squared_distance, {Metric::kL2, Element::kSparse}},
    {sparsevec_negative_inner_product, {Metric::kInnerProduct, Element::kSparse}},
    {sparsevec_l1_distance, {Metric::kL1, Element::kSparse}},
    {hamming_distance, {Metric::kHamming, Element::kBit}},
    {jaccard_distance, {Metric::kJaccard, Element::kBit}},
};

OpenIndex read_meta(Relation index) {
    if (is_foreign_file(index)) raise_foreign_file(index);
    BufferPages pages(index);
    const MetaContent meta =
        read_page(pages, kMetaBlock, PageKind::kMeta,
                  [](const std::byte* bytes) { return *record_at<MetaContent>(bytes, 0); });
    const OpclassInfo opclass = resolve_opclass(index);
    if (!check_meta(meta, BLCKSZ).ok() ||
        meta.dims > static_cast<uint32_t>(facts_of(opclass.element).most_dims) ||
        meta.metric != static_cast<uint8_t>(opclass.metric) ||
        meta.element != static_cast<uint8_t>(opclass.element))
        raise_corrupt_index(index, kMetaBlock, CorruptReason::kBadMeta);
    FilterKind kinds[kMaxFilterColumns];
    filter_kinds(describe_filters(index), kinds);
    if (std::memcmp(kinds, meta.filter_kinds, sizeof kinds) != 0)
        raise_corrupt_index(index, kMetaBlock, CorruptReason::kBadMeta);
    return describe_index(meta);
}

MetaContent plan(const OpclassInfo& opclass, const bytea* options, uint32_t dims, uint32_t pairs,
                 const FilterKind* kinds) {
    IndexPlan plan{};
    plan.page_bytes = BLCKSZ;
    plan.element = opclass.element;
    plan.metric = opclass.metric;
    plan.storage = chosen_storage(options, opclass, dims);
    plan.dims = dims;
    plan.pairs = pairs;
    plan.m = static_cast<uint32_t>(chosen_m(options));
    plan.ef_construction = static_cast<uint32_t>(chosen_ef_construction(options));
    plan.seed = index_seed();
    std::copy_n(kinds, kMaxFilterColumns, plan.filter_kinds);
    const Result<MetaContent> meta = plan_meta(plan);
    if (!meta.ok()) raise(meta.status);
    return meta.value;
}

}  // namespace

bool find_opclass(PGFunction distance, bool has_norm, OpclassInfo* found) {
    for (const KnownDistance& known : kDistances) {
        if (known.function != distance) continue;
        *found = known.opclass;
        // The inner product of what is scaled to unit length.
        if (has_norm && found->metric == Metric::kInnerProduct) found->metric = Metric::kCosine;
        return true;
    }
    return false;
}

OpclassInfo resolve_opclass(Relation index) {
    OpclassInfo opclass{};
    // varbit may have the operator classes of bit, but what it declares is its greatest length.
    if (TupleDescAttr(RelationGetDescr(index), 0)->atttypid != VARBITOID &&
        find_opclass(index_getprocinfo(index, 1, kDistanceProc)->fn_addr,
                     OidIsValid(index_getprocid(index, 1, kNormProc)), &opclass))
        return opclass;
    ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
            errmsg("type not supported for %s index", method_name(index)));
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
    opened.params.ef_construction =
        static_cast<uint32_t>(chosen_ef_construction(index->rd_options));
    return opened;
}

OpenIndex describe_index(const MetaContent& meta) {
    const Result<Geometry> geometry = make_geometry(layout_of(meta));
    if (!geometry.ok()) raise(geometry.status);
    const auto metric = static_cast<Metric>(meta.metric);
    OpenIndex opened{geometry.value,
                     {meta.m, meta.ef_construction},
                     metric,
                     static_cast<Element>(meta.element),
                     static_cast<Storage>(meta.storage),
                     sketch_shape(meta),
                     meta.dims,
                     meta.seed,
                     {},
                     meta.scale_exponent};
    std::copy_n(meta.filter_kinds, kMaxFilterColumns, opened.filter_kinds);
    return opened;
}

MetaContent make_meta(const OpclassInfo& opclass, const bytea* options, uint32_t dims,
                      uint32_t pairs) {
    constexpr FilterKind kNoFilters[kMaxFilterColumns] = {};
    return plan(opclass, options, dims, pairs, kNoFilters);
}

MetaContent make_meta(Relation index, uint32_t dims, uint32_t pairs) {
    FilterKind kinds[kMaxFilterColumns];
    filter_kinds(describe_filters(index), kinds);
    return plan(resolve_opclass(index), index->rd_options, dims, pairs, kinds);
}

}  // namespace vx::pg
