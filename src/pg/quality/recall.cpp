// vectorext_recall: how much of the true neighbors an index finds, and how fast.
// vectorext_tune: the same over a ladder of ef_search, to choose one.
#include <algorithm>

#include "core/quality/ladder.h"
#include "pg/fmgr.h"
#include "pg/index/calibrated.h"
#include "pg/index/options.h"
#include "pg/quality/arguments.h"
#include "pg/quality/comparison.h"

namespace vx::pg {
namespace {

constexpr int kMaxQueries = 100000;

char* text_argument(FunctionCallInfo fcinfo, int arg) {
    return PG_ARGISNULL(arg) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(arg));
}

ArrayType* array_argument(FunctionCallInfo fcinfo, int arg) {
    return PG_ARGISNULL(arg) ? nullptr : PG_GETARG_ARRAYTYPE_P(arg);
}

/// The arguments that both functions have.  k, queries and filter come one after the other, from
/// `first` on; the others are in the same places.
ComparisonRequest read_request(FunctionCallInfo fcinfo, int first, bool needs_ef_search) {
    return {
        .index = DatumGetObjectId(required_argument(fcinfo, 0, "index")),
        .k = positive_argument(fcinfo, first, "k", kMaxK),
        .queries = positive_argument(fcinfo, first + 1, "queries", kMaxQueries),
        .vectors = array_argument(fcinfo, 5),
        .seed = DatumGetInt64(required_argument(fcinfo, 6, "seed")),
        .filter = text_argument(fcinfo, first + 2),
        .needs_ef_search = needs_ef_search,
    };
}

Datum recall(FunctionCallInfo fcinfo) {
    TupleDesc descriptor = nullptr;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    const int ef_search =
        PG_ARGISNULL(4) ? 0 : positive_argument(fcinfo, 4, "ef_search", kMaxEfSearch);
    const ComparisonRequest request = read_request(fcinfo, 1, ef_search > 0);
    connect();
    const Comparison comparison = begin_comparison(request);
    const Outcome outcome = ask_index(comparison, ef_search);
    end_comparison(comparison);
    SPI_finish();
    Datum values[9] = {Int32GetDatum(static_cast<int32>(comparison.queries)),
                       Int32GetDatum(outcome.ef_search)};
    bool nulls[9] = {};
    int at = 2;
    for (const double number : {outcome.recall, outcome.mean_ms, outcome.p50_ms, outcome.p95_ms,
                                comparison.exact_ms, outcome.buffers, outcome.rows_read}) {
        values[at] = make_float(number, &nulls[at]);
        ++at;
    }
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}

// ---- tuning

/// ALTER INDEX, with the rights of the caller, and what goes with it.
void set_option(Oid index, const char* option) {
    const char* sql =
        psprintf("ALTER INDEX %s SET (%s)",
                 quote_qualified_identifier(get_namespace_name(get_rel_namespace(index)),
                                            get_rel_name(index)),
                 option);
    const int result = SPI_execute(sql, false, 0);
    if (result != SPI_OK_UTILITY)
        elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
}

/// An index that goes by its target_recall is calibrated anew, as a build would; any other, or for
/// a recall that cannot be an option, gets an ef_search, which goes before that.
void store_choice(Oid id, const Calibration& chosen) {
    const Relation index = index_open(id, ShareUpdateExclusiveLock);
    const bytea* options = index->rd_options;
    const bool calibrates = chosen_target_recall(options) > 0 && !gives_ef_search(options) &&
                            can_be_target_recall(chosen.target_recall);
    if (calibrates) store_calibration(index, chosen);
    index_close(index, NoLock);
    set_option(id, calibrates ? psprintf("target_recall = %g", chosen.target_recall)
                              : psprintf("ef_search = %d", chosen.ef_search));
}

/// Before minutes are spent.
void require_storing(Oid index) {
    PreventCommandIfReadOnly("vectorext_tune()");
    if (!vx_owns_relation(index, GetUserId()))
        aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_INDEX, get_rel_name(index));
}

void put_rung(ReturnSetInfo* result, const Outcome& outcome, bool chosen) {
    Datum values[5] = {Int32GetDatum(outcome.ef_search)};
    bool nulls[5] = {};
    values[1] = make_float(outcome.recall, &nulls[1]);
    values[2] = make_float(outcome.mean_ms, &nulls[2]);
    values[3] = make_float(outcome.p95_ms, &nulls[3]);
    values[4] = BoolGetDatum(chosen);
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/// Climbs until the target is reached; returns the ef_search that is chosen, or 0.
int climb(const ComparisonRequest& request, double target, ReturnSetInfo* result) {
    const Comparison comparison = begin_comparison(request);
    Outcome outcomes[kMostRungs];
    Ladder ladder(kMaxEfSearch);
    int count = 0;
    for (int ef = has_answers(comparison) ? ladder.first() : 0; ef > 0; ++count) {
        outcomes[count] = ask_index(comparison, ef);
        ef = ladder.next(ef, outcomes[count].recall >= target);
    }
    if (count == 0)
        ereport(NOTICE, errmsg("there is no query with an answer to measure by"));
    else if (ladder.least() == 0)
        ereport(NOTICE, errmsg("no ef_search up to %d reaches recall %g", kMaxEfSearch, target),
                errhint("Build the index with a larger m or ef_construction, or with storage "
                        "\"plain\"."));
    end_comparison(comparison);
    std::sort(outcomes, outcomes + count,
              [](const Outcome& a, const Outcome& b) { return a.ef_search < b.ef_search; });
    for (int i = 0; i < count; ++i)
        put_rung(result, outcomes[i], outcomes[i].ef_search == ladder.least());
    return ladder.least();
}

Datum tune(FunctionCallInfo fcinfo) {
    const ComparisonRequest request = read_request(fcinfo, 2, true);
    const double target = DatumGetFloat8(required_argument(fcinfo, 1, "target_recall"));
    if (!(target > 0 && target <= 1))
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("target_recall must be greater than 0 and at most 1"));
    const bool store = DatumGetBool(required_argument(fcinfo, 7, "store"));
    InitMaterializedSRF(fcinfo, 0);
    connect();
    if (store) require_storing(request.index);
    const int chosen = climb(request, target, reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo));
    if (store && chosen > 0) store_choice(request.index, {chosen, target});
    SPI_finish();
    return Datum{0};
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(vectorext_recall, vx::pg::recall)
VX_FUNCTION(vectorext_tune, vx::pg::tune)
