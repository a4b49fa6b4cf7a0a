// CREATE INDEX: the graph grows in memory, then its pages are written and logged once.
//
// This file prepares what build_task.cpp does, in one process or in several.
#include "pg/index/build.h"

#include "core/paged/flush.h"
#include "pg/filter/columns.h"
#include "pg/index/build_shared.h"
#include "pg/index/calibrate.h"
#include "pg/index/facts.h"
#include "pg/index/inverted.h"
#include "pg/index/options.h"
#include "pg/index/sample.h"
#include "pg/memory.h"
#include "pg/types/datum.h"

namespace vx::pg {
namespace {

/// How many non-zero elements slots are made for, if they are sparse: what nine rows in ten have.
uint32_t choose_pairs(Relation heap, Relation index, ::IndexInfo* info, uint32_t dims) {
    const OpclassInfo opclass = resolve_opclass(index);
    if (opclass.element != Element::kSparse) return 0;
    const bool has_slots = chosen_storage(index->rd_options, opclass, dims) != Storage::kInverted;
    return heap == nullptr || !has_slots ? kUnknownPairs : sample_pairs(heap, index, info);
}

MetaContent plan_meta(Relation heap, Relation index, ::IndexInfo* info) {
    check_graph_options(index->rd_options);
    // Says so where the first column is none with vectors.
    (void)describe_filters(index);
    const OpclassInfo opclass = resolve_opclass(index);
    const int typmod = TupleDescAttr(RelationGetDescr(index), 0)->atttypmod;
    const uint32_t dims = check_column_dims(typmod, opclass.element);
    const MetaContent meta = make_meta(index, dims, choose_pairs(heap, index, info, dims));
    require_no_filters(meta);
    return meta;
}

/// None where the index is not to be calibrated.
HeldRows hold_out(Relation heap, Relation index, ::IndexInfo* info, const OpenIndex& opened) {
    if (chosen_target_recall(index->rd_options) == 0) return {};
    return hold_out_rows(heap, index, info, opened);
}

HeldTids tids_of(const HeldRows& held) {
    HeldTids tids{};
    for (uint32 i = 0; i < held.count; ++i)
        tids.keys[tids.count++] = HeldTids::key_of(to_heap_tid(held.rows[i].tid));
    std::sort(tids.keys, tids.keys + tids.count);
    return tids;
}

void build_alone(BuildTask task) {
    Arena arena = context_arena(CurrentMemoryContext);
    ArenaChunks chunks(arena, task.shared->memory_limit);
    task.source = chunks.source(task.shared->shape.arrays);
    run_build(task, kLoadStep);
}

}  // namespace

size_t build_memory() {
    const size_t limit = static_cast<size_t>(maintenance_work_mem) * 1024;
    return limit > kLeastBuildMemory ? limit : kLeastBuildMemory;
}

void check_graph_options(const bytea* options) {
    if (chosen_ef_construction(options) < 2 * chosen_m(options))
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("ef_construction must be greater than or equal to 2 * m"));
}

void check_has_dims(int typmod, const char* type) {
    if (typmod < 0)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("column does not have dimensions"),
                errhint("Declare the column as %s(n), or index an expression: ((column::%s(n))).",
                        type, type));
}

uint32_t check_column_dims(int typmod, Element element) {
    const int limit = facts_of(element).most_dims;
    check_has_dims(typmod, facts_of(element).type);
    if (typmod > limit)
        ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                errmsg("column cannot have more than %d dimensions for hnsw index", limit));
    return static_cast<uint32_t>(typmod);
}

IndexBuildResult* build_index(Relation heap, Relation index, ::IndexInfo* info) {
    MetaContent meta = plan_meta(heap, index, info);
    OpenIndex opened = describe_index(meta);
    if (opened.storage == Storage::kInverted) return build_inverted(heap, index, info, meta);
    BufferPages pages(index, WriteMode::kBuild);
    const bool codes = opened.geometry.mean_pages > 0;
    const CodeFrame frame = codes ? sample_frame(heap, index, info, opened) : CodeFrame{nullptr, 0};
    set_scale(meta, frame.scale_exponent);
    opened.scale_exponent = frame.scale_exponent;
    write_empty(pages, opened.geometry, meta);
    if (codes) write_mean(pages, opened.geometry, frame.center);
    auto* shared = new (palloc(sizeof(BuildShared))) BuildShared{};
    shared->heap = RelationGetRelid(heap);
    shared->index = RelationGetRelid(index);
    shared->concurrent = info->ii_Concurrent;
    const HeldRows held = hold_out(heap, index, info, opened);
    shared->held = tids_of(held);
    shared->memory_limit = build_memory();
    shared->shape = make_graph_shape(opened.params, graph_record_bytes(opened.geometry),
                                     shared->memory_limit, opened.geometry.layout.filter_columns);
    const BuildTask task{heap,    index,   info,      opened, shared, {nullptr, nullptr},
                         nullptr, nullptr, meta.seed, true};
    if (!build_in_parallel(task)) build_alone(task);
    if (shared->broken_hot_chain.load()) info->ii_BrokenHotChain = true;
    auto* result = static_cast<IndexBuildResult*>(palloc(sizeof(IndexBuildResult)));
    result->heap_tuples = static_cast<double>(shared->heap_rows.load());
    result->index_tuples = static_cast<double>(shared->rows.load());
    if (held.count > 0) calibrate(heap, index, opened, held, shared->held);
    result->index_tuples += held.count;
    return result;
}

void build_empty_index(Relation index) {
    const MetaContent meta = plan_meta(nullptr, index, nullptr);
    BufferPages pages(index, WriteMode::kInit);
    const OpenIndex opened = describe_index(meta);
    if (opened.storage == Storage::kInverted) return build_empty_inverted(index, meta);
    write_empty(pages, opened.geometry, meta);
    // Nothing is known of the rows to come; a mean of zero is as good as any.
    write_mean(pages, opened.geometry,
               static_cast<const float*>(palloc0(opened.dims * sizeof(float))));
}

char* build_phase_name(int64 phase) {
    switch (phase) {
    case kInitializing:
        return pstrdup("initializing");
    case kLoading:
        return pstrdup("loading tuples");
    case kGrowing:
        return pstrdup("growing graph");
    case kConnecting:
        return pstrdup("connecting outliers");
    case kWriting:
        return pstrdup("writing pages");
    case kInserting:
        return pstrdup("inserting into pages");
    case kLogging:
        return pstrdup("logging pages");
    case kCalibrating:
        return pstrdup("calibrating");
    default:
        return nullptr;
    }
}

}  // namespace vx::pg
