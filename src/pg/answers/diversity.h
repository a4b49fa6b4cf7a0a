// mmr and autocut: what of an answer's candidates is worth showing.
#pragma once

#include "core/answers/diversity.h"
#include "pg/answers/named_metric.h"
#include "pg/answers/vector_array.h"

namespace vx::pg {

/// The arguments of a call of mmr.
template <class T>
struct Candidates {
    Datum* ids;
    bool* null_ids;
    Vectors<T> vectors;
    std::span<const double> distances;
};

/// Raises unless argument `name` has as many elements as there are ids.
inline void check_candidate_count(const char* name, size_t count, size_t ids) {
    if (count == ids) return;
    ereport(ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
            errmsg("ids and %s have different lengths", name),
            errdetail("There are %zu ids and %zu %s.", ids, count, name));
}

template <class T>
Candidates<T> read_candidates(FunctionCallInfo fcinfo) {
    Candidates<T> candidates{nullptr, nullptr, vectors<T>(fcinfo, 1),
                             finite_numbers(fcinfo, 2, "distances")};
    int count = 0;
    if (!PG_ARGISNULL(0)) {
        ArrayType* array = PG_GETARG_ARRAYTYPE_P(0);
        require_one_dimension(array);
        const Oid type = ARR_ELEMTYPE(array);
        const TypeCacheEntry* entry = lookup_type_cache(type, 0);
        deconstruct_array(array, type, entry->typlen, entry->typbyval, entry->typalign,
                          &candidates.ids, &candidates.null_ids, &count);
    }
    const auto ids = static_cast<size_t>(count);
    check_candidate_count("vectors", candidates.vectors.count, ids);
    check_candidate_count("distances", candidates.distances.size(), ids);
    if (ids > 0) check_all_dims<T>(candidates.vectors[0], candidates.vectors);
    return candidates;
}

/// Similarities on the scale of the distances of the operators: the cosine, which is 1 less the
/// distance; else the distance below zero.
template <class T>
class CandidateSimilarity {
public:
    CandidateSimilarity(Metric metric, const Vectors<T>& vectors)
        : metric_(metric), vectors_(vectors) {
        if (metric != Metric::kCosine) return;
        // Once for each vector, not for each pair.
        norms_ = new_elements<double>(vectors.count);
        for (size_t i = 0; i < vectors.count; ++i)
            norms_[i] = sums_of(vectors[i], vectors[i]).dot();
    }

    [[nodiscard]] double of_distance(double distance) const {
        return metric_ == Metric::kCosine ? 1 - distance : -distance;
    }

    double operator()(size_t i, size_t j) const {
        if (metric_ != Metric::kCosine) return -distance_by<T>(metric_, vectors_[i], vectors_[j]);
        const double norms = norms_[i] * norms_[j];
        return norms > 0 ? clamp_similarity(sums_of(vectors_[i], vectors_[j]).dot() / sqrt(norms))
                         : 0;
    }

private:
    Metric metric_;
    const Vectors<T>& vectors_;
    double* norms_ = nullptr;
};

inline double lambda_argument(FunctionCallInfo fcinfo, int arg) {
    const double lambda = finite_number(fcinfo, arg, "lambda");
    if (lambda < 0 || lambda > 1)
        ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                errmsg("lambda must be between 0 and 1"));
    return lambda;
}

/// mmr(ids anyarray, vectors T[], distances float8[], k integer, lambda float8, metric text)
/// -> setof (id, distance, score)
template <class T>
Datum mmr(FunctionCallInfo fcinfo) {
    const Candidates<T> candidates = read_candidates<T>(fcinfo);
    const size_t k = positive_integer(fcinfo, 3, "k");
    const double lambda = lambda_argument(fcinfo, 4);
    const Metric metric = metric_argument(fcinfo, 5);
    InitMaterializedSRF(fcinfo, 0);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    const size_t count = candidates.vectors.count;
    const CandidateSimilarity<T> similarity(metric, candidates.vectors);
    auto* relevance = new_elements<double>(count);
    for (size_t i = 0; i < count; ++i)
        relevance[i] = similarity.of_distance(candidates.distances[i]);
    MarginalRelevance choice({relevance, count}, lambda, new_elements<double>(count),
                             new_elements<bool>(count));
    for (size_t rank = 0; rank < k && rank < count; ++rank) {
        const size_t chosen = choice.choose();
        Datum values[] = {candidates.ids[chosen], Float8GetDatum(candidates.distances[chosen]),
                          Float8GetDatum(choice.score(chosen))};
        bool nulls[] = {candidates.null_ids[chosen], false, false};
        tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
        if (rank + 1 == k) break;
        for (size_t i = 0; i < count; ++i) {
            CHECK_FOR_INTERRUPTS();
            if (!choice.is_chosen(i)) choice.note(i, similarity(chosen, i));
        }
    }
    return Datum{0};
}

/// autocut(distances float8[], jumps integer) -> integer
inline Datum autocut(FunctionCallInfo fcinfo) {
    const auto distances = finite_numbers(fcinfo, 0, "distances");
    const size_t jumps = positive_integer(fcinfo, 1, "jumps");
    PG_RETURN_INT32(static_cast<int32>(count_before_jump(distances, jumps)));
}

}  // namespace vx::pg
