// vectorext_evaluate, vectorext_evaluate_range and the aggregate vectorext_evaluate_mean: an answer
// as an array of ids against what is known to be relevant, as another.
//
// A NULL array is an empty one, because that is what array_agg makes of no rows: a query that
// retrieved nothing must count as a bad one, not be skipped.  So none of these is strict.
#include "core/quality/measures.h"

#include "pg/fmgr.h"
#include "pg/types/id_array.h"

namespace vx::pg {
namespace {

constexpr int kMeasures = 6;

/// Both arrays of a call, by what is equal.
struct Judged {
    std::span<const double> gains;  // of the distinct retrieved ids, in their order
    std::span<const double> ideal;  // those of the relevant ones, the greatest first
    size_t hits;
};

double* new_doubles(size_t count) {
    return static_cast<double*>(palloc_extended((count + 1) * sizeof(double), MCXT_ALLOC_HUGE));
}

void check_gain(double gain) {
    if (std::isfinite(gain) && gain >= 0) return;
    ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
            errmsg("gain %g is out of range", gain),
            errdetail("Gains are finite numbers, and not negative."));
}

/// What each relevant id is worth: 1, or what argument `arg` says; null for 1.
const double* read_gains(FunctionCallInfo fcinfo, int arg, size_t count) {
    if (PG_NARGS() <= arg) return nullptr;
    ArrayType* array =
        PG_ARGISNULL(arg) ? new_array<float8>(FLOAT8OID, 0) : PG_GETARG_ARRAYTYPE_P(arg);
    require_one_dimension(array);
    const size_t given = static_cast<size_t>(ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)));
    if (given != count)
        ereport(ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                errmsg("relevant and gains have different lengths"),
                errdetail("There are %zu relevant ids and %zu gains.", count, given));
    if (array_contains_nulls(array))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                errmsg("gains must not contain nulls"));
    const double* gains = array_elements<float8>(array);
    for (size_t i = 0; i < given; ++i) check_gain(gains[i]);
    return gains;
}

/// The gains of the distinct ids of `relevant`, by number; what is given twice has its greatest.
double* gains_by_number(const IdArray& relevant, const double* given, IdSet& set) {
    double* gains = new_doubles(relevant.count);
    for (size_t i = 0; i < relevant.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        if (relevant.nulls[i]) continue;
        const double gain = given != nullptr ? given[i] : 1;
        const size_t known = set.size();
        const size_t number = set.number_of(relevant.values[i]);
        gains[number] = number < known ? std::max(gains[number], gain) : gain;
    }
    return gains;
}

/// Reads arguments `first` (retrieved), the next (relevant), and, if there are so many, the third
/// after that (gains).
Judged judge(FunctionCallInfo fcinfo, int first) {
    IdType type{};
    const IdArray retrieved = read_ids(fcinfo, first, &type);
    const IdArray relevant = read_ids(fcinfo, first + 1, &type);
    const double* given = read_gains(fcinfo, first + 3, relevant.count);
    if (type.entry == nullptr) return {};
    IdSet set(type, PG_GET_COLLATION(), retrieved.count + relevant.count);
    double* known = gains_by_number(relevant, given, set);
    const size_t judged = set.size();
    auto* seen = static_cast<bool*>(palloc_extended(judged + 1, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
    double* gains = new_doubles(retrieved.count);
    size_t rank = 0;
    size_t hits = 0;
    for (size_t i = 0; i < retrieved.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        if (retrieved.nulls[i]) continue;
        const size_t size = set.size();
        const size_t number = set.number_of(retrieved.values[i]);
        if (number < judged ? seen[number] : number < size) continue;
        if (number < judged) seen[number] = true;
        gains[rank] = number < judged ? known[number] : 0;
        hits += gains[rank++] > 0 ? 1 : 0;
    }
    std::sort(known, known + judged, [](double a, double b) { return a > b; });
    size_t relevant_count = judged;
    while (relevant_count > 0 && known[relevant_count - 1] == 0) --relevant_count;
    return {{gains, rank}, {known, relevant_count}, hits};
}

size_t read_k(FunctionCallInfo fcinfo, int arg) {
    if (PG_ARGISNULL(arg))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("k must not be null"));
    const int32 k = PG_GETARG_INT32(arg);
    if (k <= 0)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("k must be greater than zero"));
    return static_cast<size_t>(k);
}

struct MeasureArray {
    double values[kMeasures];
};

MeasureArray evaluate_arguments(FunctionCallInfo fcinfo, int first) {
    const size_t k = read_k(fcinfo, first + 2);
    const Judged judged = judge(fcinfo, first);
    const RankingQuality q = measure_ranking(judged.gains, judged.ideal, k);
    return {
        {q.set.precision, q.set.recall, q.set.f1, q.average_precision, q.reciprocal_rank, q.ndcg}};
}

/// A row of the function's result type: `leading`, if it has one more column, then the measures.
Datum make_row(FunctionCallInfo fcinfo, std::span<const double> measures, const Datum* leading) {
    TupleDesc descriptor = nullptr;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    Datum values[kMeasures + 1] = {};
    bool nulls[kMeasures + 1] = {};
    size_t at = 0;
    if (leading != nullptr) values[at++] = *leading;
    for (const double measure : measures) {
        nulls[at] = std::isnan(measure);
        values[at++] = Float8GetDatum(measure);
    }
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}

Datum evaluate(FunctionCallInfo fcinfo) {
    return make_row(fcinfo, evaluate_arguments(fcinfo, 0).values, nullptr);
}

Datum evaluate_range(FunctionCallInfo fcinfo) {
    const Judged judged = judge(fcinfo, 0);
    const SetQuality q = measure_set(judged.hits, judged.gains.size(), judged.ideal.size());
    const double values[] = {q.precision, q.recall, q.f1};
    return make_row(fcinfo, values, nullptr);
}

// ---- means: the state is a float8 array of the number of queries, then for each measure its sum
// and of how many queries it is, because a measure may be undefined for a query

constexpr int kStateLength = 1 + 2 * kMeasures;

/// The state of argument `arg`, checked: SQL can call these functions with any array.
float8* state_of(FunctionCallInfo fcinfo, int arg, ArrayType** array) {
    *array = PG_ARGISNULL(arg) ? nullptr : PG_GETARG_ARRAYTYPE_P(arg);
    if (*array == nullptr || ARR_NDIM(*array) != 1 || ARR_DIMS(*array)[0] != kStateLength ||
        ARR_HASNULL(*array) || ARR_ELEMTYPE(*array) != FLOAT8OID)
        elog(ERROR, "vectorext_evaluate_mean: expected state array");
    return array_elements<float8>(*array);
}

/// Argument 0 as a state that may be written to: in an aggregate it is ours, elsewhere a copy.
float8* writable_state_of(FunctionCallInfo fcinfo, ArrayType** array) {
    const float8* state = state_of(fcinfo, 0, array);
    if (AggCheckCallContext(fcinfo, nullptr) == 0) {
        *array = new_array<float8>(FLOAT8OID, kStateLength);
        memcpy(array_elements<float8>(*array), state, kStateLength * sizeof(float8));
    }
    return array_elements<float8>(*array);
}

Datum accumulate_evaluation(FunctionCallInfo fcinfo) {
    ArrayType* array = nullptr;
    float8* state = writable_state_of(fcinfo, &array);
    const MeasureArray measures = evaluate_arguments(fcinfo, 1);
    state[0] += 1;
    for (int i = 0; i < kMeasures; ++i) {
        if (std::isnan(measures.values[i])) continue;
        state[1 + 2 * i] += measures.values[i];
        state[2 + 2 * i] += 1;
    }
    PG_RETURN_ARRAYTYPE_P(array);
}

Datum combine_evaluations(FunctionCallInfo fcinfo) {
    ArrayType* array = nullptr;
    ArrayType* other_array = nullptr;
    float8* state = writable_state_of(fcinfo, &array);
    const float8* other = state_of(fcinfo, 1, &other_array);
    for (int i = 0; i < kStateLength; ++i) state[i] += other[i];
    PG_RETURN_ARRAYTYPE_P(array);
}

Datum finish_evaluation(FunctionCallInfo fcinfo) {
    ArrayType* array = nullptr;
    const float8* state = state_of(fcinfo, 0, &array);
    double means[kMeasures];
    for (int i = 0; i < kMeasures; ++i)
        means[i] = state[2 + 2 * i] > 0 ? state[1 + 2 * i] / state[2 + 2 * i] : kUndefined;
    const Datum queries = Int64GetDatum(static_cast<int64>(state[0]));
    return make_row(fcinfo, means, &queries);
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(vectorext_evaluate, vx::pg::evaluate)
VX_FUNCTION(vectorext_evaluate_range, vx::pg::evaluate_range)
VX_FUNCTION(vectorext_evaluate_accum, vx::pg::accumulate_evaluation)
VX_FUNCTION(vectorext_evaluate_combine, vx::pg::combine_evaluations)
VX_FUNCTION(vectorext_evaluate_final, vx::pg::finish_evaluation)
