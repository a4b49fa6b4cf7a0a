// The table is read once for all queries' exact answers; then the index is asked, again and again,
// by the code that scans run, since the planner knows nothing of an index that is being built.
#include "pg/index/calibrate.h"

#include "core/quality/calibration.h"
#include "core/quality/distances.h"
#include "core/quality/ladder.h"
#include "pg/index/calibrated.h"
#include "pg/index/insert.h"
#include "pg/index/options.h"
#include "pg/index/scan_run.h"
#include "pg/index/strategies.h"

namespace vx::pg {
namespace {

struct Query {
    Datum vector;
    NearestDistances nearest;
    uint32 copies;  // rows of the index equal to it
};

struct Calibrator {
    Relation heap;
    Relation index;
    OpenIndex opened;
    const HeldTids* held;
    FmgrInfo distance;  // as SQL has it
    Query* queries;
    uint32 count;
    MemoryContext row_context;
};

FmgrInfo distance_function(Relation index) {
    const Oid type = index->rd_opcintype[0];
    const Oid op = get_opfamily_member(index->rd_opfamily[0], type, type, kDistanceStrategy);
    FmgrInfo function{};
    fmgr_info(get_opcode(op), &function);
    return function;
}

double distance_between(Calibrator& calibrator, Datum row, Datum query) {
    return DatumGetFloat8(FunctionCall2(&calibrator.distance, row, query));
}

bool is_copy(Datum row, Datum query) {
    const auto* a = reinterpret_cast<const varlena*>(DatumGetPointer(row));
    const auto* b = reinterpret_cast<const varlena*>(DatumGetPointer(query));
    return VARSIZE(a) == VARSIZE(b) && std::memcmp(a, b, VARSIZE(a)) == 0;
}

// ---- exact answers

void add_row(Relation, ItemPointer tid, Datum* values, bool* nulls, bool alive, void* state) {
    auto& calibrator = *static_cast<Calibrator*>(state);
    if (!alive || nulls[0] || calibrator.held->contains(to_heap_tid(*tid))) return;
    const MemoryContext caller = MemoryContextSwitchTo(calibrator.row_context);
    const Datum row = PointerGetDatum(PG_DETOAST_DATUM(values[0]));
    for (uint32 i = 0; i < calibrator.count; ++i) {
        Query& query = calibrator.queries[i];
        const double distance = distance_between(calibrator, row, query.vector);
        if (!(distance < query.nearest.limit())) continue;
        if (is_copy(row, query.vector))
            ++query.copies;
        else
            query.nearest.add(distance);
    }
    MemoryContextSwitchTo(caller);
    MemoryContextReset(calibrator.row_context);
}

/// Leaves out queries that tell nothing: without neighbors, or with so many copies that these would
/// be the answer.
void keep_telling(Calibrator& calibrator) {
    uint32 kept = 0;
    for (uint32 i = 0; i < calibrator.count; ++i) {
        const Query& query = calibrator.queries[i];
        if (!query.nearest.distances().empty() && query.copies <= kCalibrationNeighbors)
            calibrator.queries[kept++] = query;
    }
    calibrator.count = kept;
}

void find_exact_answers(Calibrator& calibrator, ::IndexInfo* info) {
    calibrator.row_context = AllocSetContextCreate(
        CurrentMemoryContext, "vectorext calibration row", ALLOCSET_DEFAULT_SIZES);
    (void)table_index_build_scan(calibrator.heap, calibrator.index, info, false, false, add_row,
                                 &calibrator, nullptr);
    keep_telling(calibrator);
}

// ---- answers of the index

/// What rows that the index finds are: their distances are SQL's.
struct RowFetcher {
    IndexFetchTableData* fetch;
    TupleTableSlot* slot;
    EState* estate;
    ::IndexInfo* info;
};

/// What the index covers of a row, in memory of the estate; false where no one can see the row.
bool fetch_value(const RowFetcher& rows, Snapshot snapshot, HeapTid tid, Datum* value) {
    ItemPointerData pointer = to_item_pointer(tid);
    bool call_again = false;
    if (!table_index_fetch_tuple(rows.fetch, &pointer, snapshot, rows.slot, &call_again, nullptr))
        return false;
    GetPerTupleExprContext(rows.estate)->ecxt_scantuple = rows.slot;
    const MemoryContext caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(rows.estate));
    Datum values[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    FormIndexDatum(rows.info, rows.slot, rows.estate, values, nulls);
    if (!nulls[0]) *value = PointerGetDatum(PG_DETOAST_DATUM(values[0]));
    MemoryContextSwitchTo(caller);
    return !nulls[0];
}

/// As a query with a LIMIT of what it has to find.
ScanRequest make_request(const Query& query, int ef_search) {
    ScanRequest request;
    request.ef = static_cast<size_t>(ef_search);
    request.least_rows = request.most_rows = query.nearest.distances().size() + query.copies;
    request.memory_bytes = scan_memory_bytes();
    request.most_visits = static_cast<uint64_t>(max_scan_tuples());
    return request;
}

/// How many of a query's neighbors a scan finds.
template <class Run>
size_t count_found(Calibrator& calibrator, const RowFetcher& rows, IndexScanDesc scan, Run& run,
                   const Query& query) {
    double found[kCalibrationNeighbors];
    size_t count = 0;
    const size_t wanted = query.nearest.distances().size();
    HeapTid tid;
    for (size_t left = wanted + query.copies; left > 0 && count < wanted && run.next(&tid);) {
        Datum value{};
        if (!fetch_value(rows, scan->xs_snapshot, tid, &value)) {
            run.forget_row();
            continue;
        }
        --left;
        if (!is_copy(value, query.vector))
            found[count++] = distance_between(calibrator, value, query.vector);
        ResetPerTupleExprContext(rows.estate);
        ExecClearTuple(rows.slot);
    }
    return count_right({found, count}, query.nearest.distances());
}

/// The recall of all queries by an ef_search.
template <class Codec>
double measure_recall(Calibrator& calibrator, const RowFetcher& rows, IndexScanDesc scan,
                      const Codec& codec, int ef_search) {
    const MemoryContext context = AllocSetContextCreate(
        CurrentMemoryContext, "vectorext calibration answer", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(context);
    size_t right = 0;
    size_t wanted = 0;
    for (uint32 i = 0; i < calibrator.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        const Query& query = calibrator.queries[i];
        const QueryArgument argument{query.vector, false};
        ScanRun<Codec> run(scan, calibrator.opened, codec, make_request(query, ef_search),
                           scale_query(calibrator.opened, argument), argument);
        right += count_found(calibrator, rows, scan, run, query);
        wanted += query.nearest.distances().size();
        run.end();
        MemoryContextReset(context);
    }
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    return static_cast<double>(right) / static_cast<double>(wanted);
}

/// The least ef_search that reaches the target; 0: none does.
int climb(Calibrator& calibrator, const RowFetcher& rows, IndexScanDesc scan, double target) {
    return with_codec(calibrator.index, calibrator.opened, [&](const auto& codec) {
        Ladder ladder(kMaxEfSearch);
        for (int ef = ladder.first(); ef > 0;)
            ef = ladder.next(ef, measure_recall(calibrator, rows, scan, codec, ef) >= target);
        return ladder.least();
    });
}

int find_ef_search(Calibrator& calibrator, double target) {
    // The latest: a transaction's own may be older than rows of the table.
    const Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
    const IndexScanDesc scan = RelationGetIndexScan(calibrator.index, 0, 0);
    scan->heapRelation = calibrator.heap;
    scan->xs_snapshot = snapshot;
    const RowFetcher rows{table_index_fetch_begin(calibrator.heap),
                          table_slot_create(calibrator.heap, nullptr), CreateExecutorState(),
                          BuildIndexInfo(calibrator.index)};
    const int ef_search = climb(calibrator, rows, scan, target);
    ExecDropSingleTupleTableSlot(rows.slot);
    table_index_fetch_end(rows.fetch);
    FreeExecutorState(rows.estate);
    IndexScanEnd(scan);
    UnregisterSnapshot(snapshot);
    return ef_search;
}

void insert_held(Relation heap, Relation index, const HeldRows& held) {
    ::IndexInfo* info = BuildIndexInfo(index);
    for (uint32 i = 0; i < held.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        HeldRow& row = held.rows[i];
        (void)insert_row(index, row.values, row.nulls, &row.tid, heap, UNIQUE_CHECK_NO, false,
                         info);
    }
}

}  // namespace

void calibrate(Relation heap, Relation index, const OpenIndex& opened, const HeldRows& held,
               const HeldTids& tids) {
    pgstat_progress_update_param(PROGRESS_CREATEIDX_SUBPHASE, kCalibrating);
    const double target = chosen_target_recall(index->rd_options);
    const MemoryContext context = AllocSetContextCreate(
        CurrentMemoryContext, "vectorext calibration", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(context);
    Calibrator calibrator{heap,    index, opened, &tids, distance_function(index),
                          nullptr, 0,     nullptr};
    calibrator.queries = static_cast<Query*>(palloc(held.count * sizeof(Query)));
    for (uint32 i = 0; i < held.count; ++i)
        calibrator.queries[calibrator.count++] = {held.rows[i].values[0], {}, 0};
    find_exact_answers(calibrator, BuildIndexInfo(index));
    if (calibrator.count > 0) {
        const int ef_search = find_ef_search(calibrator, target);
        if (ef_search > 0)
            store_calibration(index, {ef_search, target});
        else
            ereport(NOTICE,
                    errmsg("no ef_search up to %d reaches recall %g in index \"%s\"", kMaxEfSearch,
                           target, RelationGetRelationName(index)),
                    errdetail("Its scans go by hnsw.ef_search."),
                    errhint("Build the index with a larger m or ef_construction, or with storage "
                            "\"plain\"."));
    }
    insert_held(heap, index, held);
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
}

}  // namespace vx::pg
