// reciprocal_rank_fusion, relative_score_fusion and distribution_fusion: one ranking made of the
// answers of two to four queries.
//
// The lists are arrays that the caller's own statement made, and a NULL one is empty, because that
// is what array_agg makes of no rows.  So none of these is strict.  Each number of lists has a
// function of its own: in one with defaults, a list that is not given could not be told from an
// empty one, and neither how many weights and ranks there must be.
#include "core/answers/fusion.h"

#include <limits>

#include "pg/fmgr.h"
#include "pg/types/id_array.h"

namespace vx::pg {
namespace {

constexpr int kMostLists = 4;
constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

/// The lists of a call, and for each id what it has in each list.
struct Lists {
    IdArray lists[kMostLists];
    size_t count;
    size_t capacity;  // ids in all lists together
    IdType type;      // without an entry if all lists are empty
    Datum* ids;       // by number, in the order in which they first come
    size_t ids_count;
    double* values;  // of id n in list l at l * capacity + n: rank or score, or kAbsent
    double weights[kMostLists];

    std::span<double> values_of(size_t list) { return {values + list * capacity, ids_count}; }
};

template <class T>
T* allocate(size_t count) {
    return static_cast<T*>(palloc_extended((count + 1) * sizeof(T), MCXT_ALLOC_HUGE));
}

/// Reads `count` lists, every `step` arguments from the first on.
Lists read_lists(FunctionCallInfo fcinfo, int count, int step) {
    Lists lists{};
    lists.count = static_cast<size_t>(count);
    for (int i = 0; i < count; ++i) {
        lists.lists[i] = read_ids(fcinfo, i * step, &lists.type);
        lists.capacity += lists.lists[i].count;
    }
    if (lists.capacity > UINT32_MAX / 2)
        ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many ids"));
    lists.ids = allocate<Datum>(lists.capacity);
    lists.values = allocate<double>(lists.count * lists.capacity);
    std::fill_n(lists.values, lists.count * lists.capacity, kAbsent);
    return lists;
}

/// An array of finite numbers, `count` of them; what else it may be is called `name` and `of`.
const double* read_numbers(FunctionCallInfo fcinfo, int arg, size_t count, const char* name,
                           const char* of) {
    ArrayType* array =
        PG_ARGISNULL(arg) ? new_array<float8>(FLOAT8OID, 0) : PG_GETARG_ARRAYTYPE_P(arg);
    require_one_dimension(array);
    const auto given = static_cast<size_t>(ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)));
    if (given != count)
        ereport(ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                errmsg("%s and %s have different lengths", of, name),
                errdetail("There are %zu %s and %zu %s.", count, of, given, name));
    if (array_contains_nulls(array))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                errmsg("%s must not contain nulls", name));
    const double* numbers = array_elements<float8>(array);
    for (size_t i = 0; i < given; ++i) {
        CHECK_FOR_INTERRUPTS();
        if (!std::isfinite(numbers[i]))
            ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s must be finite numbers", name));
    }
    return numbers;
}

/// The last argument: a weight for each list, or NULL for 1 each.
void read_weights(FunctionCallInfo fcinfo, Lists& lists) {
    const int arg = PG_NARGS() - 1;
    std::fill_n(lists.weights, lists.count, 1.0);
    if (PG_ARGISNULL(arg)) return;
    const double* weights = read_numbers(fcinfo, arg, lists.count, "weights", "lists");
    double sum = 0;
    for (size_t i = 0; i < lists.count; ++i) {
        if (weights[i] < 0)
            ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("weights must not be negative"));
        lists.weights[i] = weights[i];
        sum += weights[i];
    }
    if (std::isinf(sum)) float_overflow_error();
}

/// Numbers the ids, and calls take(list, place, value of the id in the list) for each that is not
/// NULL.
template <class Take>
void number_ids(FunctionCallInfo fcinfo, Lists& lists, Take take) {
    if (lists.type.entry == nullptr) return;
    IdSet set(lists.type, PG_GET_COLLATION(), lists.capacity);
    for (size_t l = 0; l < lists.count; ++l) {
        const IdArray& list = lists.lists[l];
        for (size_t i = 0; i < list.count; ++i) {
            CHECK_FOR_INTERRUPTS();
            if (list.nulls[i]) continue;
            const size_t number = set.number_of(list.values[i]);
            if (number == lists.ids_count) lists.ids[lists.ids_count++] = list.values[i];
            take(l, i, lists.values[l * lists.capacity + number]);
        }
    }
}

/// The sum over the lists of weight times worth(value), for each id.
template <class Worth>
double* sum_by_id(Lists& lists, Worth worth) {
    auto* sums = allocate<double>(lists.ids_count);
    for (size_t n = 0; n < lists.ids_count; ++n) {
        double parts[kMostLists];
        size_t count = 0;
        for (size_t l = 0; l < lists.count; ++l) {
            const double value = lists.values_of(l)[n];
            if (!std::isnan(value)) parts[count++] = lists.weights[l] * worth(value);
        }
        sums[n] = sum_ascending({parts, count});
    }
    return sums;
}

/// How the third column shows a value.
struct Element {
    Oid type;
    int16 length;
    char alignment;
    Datum (*make)(double value);
};

/// Puts a row for each id, best first: id, sum, array of its values.
void put_rows(FunctionCallInfo fcinfo, Lists& lists, const double* sums, const Element& element) {
    InitMaterializedSRF(fcinfo, 0);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    auto* order = allocate<uint32>(lists.ids_count);
    order_best_first({sums, lists.ids_count}, {order, lists.ids_count});
    for (size_t i = 0; i < lists.ids_count; ++i) {
        CHECK_FOR_INTERRUPTS();
        Datum elements[kMostLists] = {};
        bool absent[kMostLists] = {};
        for (size_t l = 0; l < lists.count; ++l) {
            const double value = lists.values_of(l)[order[i]];
            absent[l] = std::isnan(value);
            if (!absent[l]) elements[l] = element.make(value);
        }
        int length = static_cast<int>(lists.count);
        int lower_bound = 1;
        ArrayType* array =
            construct_md_array(elements, absent, 1, &length, &lower_bound, element.type,
                               element.length, true, element.alignment);
        Datum values[] = {lists.ids[order[i]], Float8GetDatum(sums[order[i]]),
                          PointerGetDatum(array)};
        bool nulls[] = {false, false, false};
        tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
        pfree(array);
    }
}

double read_k(FunctionCallInfo fcinfo, int arg) {
    if (PG_ARGISNULL(arg))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("k must not be null"));
    const int32 k = PG_GETARG_INT32(arg);
    if (k <= 0)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("k must be greater than zero"));
    return k;
}

/// reciprocal_rank_fusion(list, list, ..., k, weights)
Datum fuse_ranks(FunctionCallInfo fcinfo) {
    const int count = PG_NARGS() - 2;
    Lists lists = read_lists(fcinfo, count, 1);
    const double k = read_k(fcinfo, count);
    read_weights(fcinfo, lists);
    number_ids(fcinfo, lists, [](size_t, size_t place, double& rank) {
        if (std::isnan(rank)) rank = static_cast<double>(place) + 1;
    });
    const double* sums = sum_by_id(lists, [k](double rank) { return reciprocal_rank(rank, k); });
    put_rows(fcinfo, lists, sums, {INT4OID, sizeof(int32), TYPALIGN_INT, [](double rank) {
                                       return Int32GetDatum(static_cast<int32>(rank));
                                   }});
    return Datum{0};
}

/// Scales the scores that a list has, by scale(scores).
template <class Scale>
void scale_list(std::span<double> values, double* scratch, Scale scale) {
    size_t count = 0;
    for (const double value : values)
        if (!std::isnan(value)) scratch[count++] = value;
    scale(std::span<double>(scratch, count));
    count = 0;
    for (double& value : values)
        if (!std::isnan(value)) value = scratch[count++];
}

/// ..._fusion(ids, scores, ids, scores, ..., weights)
template <class Scale>
Datum fuse_scores(FunctionCallInfo fcinfo, Scale scale) {
    const int count = (PG_NARGS() - 1) / 2;
    Lists lists = read_lists(fcinfo, count, 2);
    const double* scores[kMostLists] = {};
    for (int i = 0; i < count; ++i)
        scores[i] = read_numbers(fcinfo, 2 * i + 1, lists.lists[i].count, "scores", "ids");
    read_weights(fcinfo, lists);
    number_ids(fcinfo, lists, [&scores](size_t list, size_t place, double& value) {
        const double score = scores[list][place];
        if (!(value >= score)) value = score;
    });
    auto* scratch = allocate<double>(lists.ids_count);
    for (size_t l = 0; l < lists.count; ++l) scale_list(lists.values_of(l), scratch, scale);
    const double* sums = sum_by_id(lists, [](double score) { return score; });
    put_rows(fcinfo, lists, sums, {FLOAT8OID, sizeof(float8), TYPALIGN_DOUBLE, [](double score) {
                                       return Float8GetDatum(score);
                                   }});
    return Datum{0};
}

Datum fuse_relative_scores(FunctionCallInfo fcinfo) {
    return fuse_scores(fcinfo, scale_by_extremes);
}

Datum fuse_distributions(FunctionCallInfo fcinfo) {
    return fuse_scores(fcinfo, scale_by_deviation);
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(reciprocal_rank_fusion, vx::pg::fuse_ranks)
VX_FUNCTION(relative_score_fusion, vx::pg::fuse_relative_scores)
VX_FUNCTION(distribution_fusion, vx::pg::fuse_distributions)
