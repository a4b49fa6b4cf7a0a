#include "pg/quality/comparison.h"

#include <algorithm>

#include "core/quality/distances.h"
#include "pg/index/options.h"

namespace vx::pg {
namespace {

double* new_latencies(size_t count) {
    return static_cast<double*>(palloc((count + 1) * sizeof(double)));
}

/// Milliseconds that f() takes.
template <class F>
double time_of(F&& f) {
    instr_time start;
    instr_time end;
    INSTR_TIME_SET_CURRENT(start);
    f();
    INSTR_TIME_SET_CURRENT(end);
    INSTR_TIME_SUBTRACT(end, start);
    return INSTR_TIME_GET_MILLISEC(end);
}

/// A sum's share of each of `count`; NaN of none.
double mean_of(double sum, size_t count) {
    return count > 0 ? sum / static_cast<double>(count) : get_float8_nan();
}

int64 buffers_read() {
    return pgBufferUsage.shared_blks_hit + pgBufferUsage.shared_blks_read +
           pgBufferUsage.local_blks_hit + pgBufferUsage.local_blks_read;
}

/// Only hnsw has an ef_search; scans of ivfflat go by their probes.
void require_ef_search(Relation index) {
    const char* method = method_name(index);
    if (strcmp(method, "hnsw") == 0) return;
    ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
            errmsg("index \"%s\" has no ef_search", RelationGetRelationName(index)),
            errdetail("Its access method is %s.", method),
            errhint("Set ivfflat.probes and call vectorext_recall() without ef_search."));
}

/// Queries from their text; NULLs are left out.
void read_vectors(Comparison* comparison, ArrayType* texts) {
    Datum* elements = nullptr;
    bool* nulls = nullptr;
    int count = 0;
    deconstruct_array(texts, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
    Oid input = InvalidOid;
    Oid parameter = InvalidOid;
    getTypeInputInfo(comparison->subject.type, &input, &parameter);
    comparison->vectors =
        static_cast<Datum*>(palloc((static_cast<size_t>(count) + 1) * sizeof(Datum)));
    for (int i = 0; i < count; ++i)
        if (!nulls[i])
            comparison->vectors[comparison->queries++] =
                OidInputFunctionCall(input, TextDatumGetCString(elements[i]), parameter, -1);
}

void choose_queries(Comparison* comparison, const ComparisonRequest& request) {
    if (request.vectors != nullptr) {
        read_vectors(comparison, request.vectors);
        return;
    }
    const SampledRows sampled = sample_rows(comparison->subject, request.queries, request.seed);
    comparison->queries = sampled.count;
    comparison->vectors = sampled.vectors;
    comparison->own_rows = sampled.rows;
}

/// The answer to a query; one that is a row of the table is not its own neighbor.
Neighbors ask(const Comparison& comparison, SPIPlanPtr plan, size_t query) {
    const bool has_own_row = comparison.own_rows != nullptr;
    Neighbors found = find_neighbors(plan, comparison.vectors[query], has_own_row);
    if (!has_own_row) return found;
    size_t kept = 0;
    for (size_t i = 0; i < found.count && kept < comparison.k; ++i)
        if (!ItemPointerEquals(&found.rows[i], &comparison.own_rows[query]))
            found.distances[kept++] = found.distances[i];
    found.count = kept;
    return found;
}

void find_exact_answers(Comparison* comparison, const NeighborRequest& request) {
    SPIPlanPtr plan = prepare_exact(comparison->subject, request);
    comparison->exact =
        static_cast<Neighbors*>(palloc((comparison->queries + 1) * sizeof(Neighbors)));
    const double all = time_of([&] {
        for (size_t i = 0; i < comparison->queries; ++i)
            comparison->exact[i] = ask(*comparison, plan, i);
    });
    comparison->exact_ms = mean_of(all, comparison->queries);
    SPI_freeplan(plan);
}

/// Of all queries.
struct Sums {
    size_t right;
    size_t wanted;
    double* ms;
};

void ask_all(const Comparison& comparison, Sums* sums) {
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "vectorext answer", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(context);
    *sums = {0, 0, sums->ms};
    for (size_t i = 0; i < comparison.queries; ++i) {
        CHECK_FOR_INTERRUPTS();
        Neighbors found{};
        sums->ms[i] = time_of([&] { found = ask(comparison, comparison.by_index, i); });
        const Neighbors& exact = comparison.exact[i];
        sums->right += count_right({found.distances, found.count}, {exact.distances, exact.count});
        sums->wanted += exact.count;
        MemoryContextReset(context);
    }
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
}

double sum_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum;
}

}  // namespace

bool has_answers(const Comparison& comparison) {
    for (size_t i = 0; i < comparison.queries; ++i)
        if (comparison.exact[i].count > 0) return true;
    return false;
}

Comparison begin_comparison(const ComparisonRequest& request) {
    Comparison comparison{};
    comparison.subject = open_subject(request.index);
    if (request.needs_ef_search) require_ef_search(comparison.subject.index);
    comparison.k = static_cast<size_t>(request.k);
    comparison.guc_level = NewGUCNestLevel();
    put_catalog_first();
    choose_queries(&comparison, request);
    const bool has_own_rows = comparison.own_rows != nullptr;
    const NeighborRequest neighbors{request.filter, request.k + (has_own_rows ? 1 : 0),
                                    has_own_rows};
    find_exact_answers(&comparison, neighbors);
    comparison.by_index = prepare_by_index(comparison.subject, neighbors);
    require_index(comparison.by_index, comparison.subject, has_answers(comparison));
    return comparison;
}

void end_comparison(const Comparison& comparison) {
    SPI_freeplan(comparison.by_index);
    AtEOXact_GUC(true, comparison.guc_level);
    close_subject(comparison.subject);
}

Outcome ask_index(const Comparison& comparison, int ef_search) {
    const int level = NewGUCNestLevel();
    if (ef_search > 0) set_meanwhile("hnsw.ef_search", psprintf("%d", ef_search));
    const Relation index = comparison.subject.index;
    Sums sums{0, 0, new_latencies(comparison.queries)};
    ask_all(comparison, &sums);
    const int64 buffers_before = buffers_read();
    const int64 rows_before = vx_rows_fetched(index);
    ask_all(comparison, &sums);
    const std::span<double> ms(sums.ms, comparison.queries);
    std::sort(ms.begin(), ms.end());
    const int64 rows_after = vx_rows_fetched(index);
    const int64 buffers_after = buffers_read();
    const Outcome outcome{
        .ef_search = scan_ef(index),
        .recall = mean_of(static_cast<double>(sums.right), sums.wanted),
        .mean_ms = mean_of(sum_of(ms), ms.size()),
        .p50_ms = percentile(ms, 0.5),
        .p95_ms = percentile(ms, 0.95),
        .buffers = mean_of(static_cast<double>(buffers_after - buffers_before), ms.size()),
        .rows_read = rows_before < 0
                         ? get_float8_nan()
                         : mean_of(static_cast<double>(rows_after - rows_before), ms.size()),
    };
    AtEOXact_GUC(true, level);
    return outcome;
}

}  // namespace vx::pg
