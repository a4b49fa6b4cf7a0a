// vectorext_why_not: why a row is not among the nearest that an index returns.
#include <cfloat>

#include "core/quality/distances.h"
#include "pg/fmgr.h"
#include "pg/index/open_index.h"
#include "pg/index/options.h"
#include "pg/quality/arguments.h"
#include "pg/quality/neighbor_query.h"

namespace vx::pg {
namespace {

/// One row, and the answers that it may be in.
struct Inquiry {
    Subject subject;
    Datum vector;
    ItemPointerData row;
    int k;
};

struct Findings {
    RowFound row;
    int64 rank;  // 0: has none
    double kth_distance;
    double index_kth_distance;
    int64 position;    // in the index's order; 0: not seen there
    bool index_ended;  // it has returned all rows, and this one was not there
    bool returned;
};

Oid query_type(FunctionCallInfo fcinfo) {
    const Oid type = get_fn_expr_argtype(fcinfo->flinfo, 1);
    return OidIsValid(type) ? getBaseType(type) : type;
}

void require_type(const Subject& subject, Oid type) {
    if (type == subject.type) return;
    const char* wanted = format_type_be(subject.type);
    ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
            errmsg("query is of type %s, but index \"%s\" is of type %s", format_type_be(type),
                   RelationGetRelationName(subject.index), wanted),
            errhint("Cast the query to %s.", wanted));
}

/// An address that no row has, where none is given: a subquery found no row.
ItemPointerData row_argument(FunctionCallInfo fcinfo) {
    ItemPointerData row;
    ItemPointerSetInvalid(&row);
    return PG_ARGISNULL(2) ? row : *reinterpret_cast<ItemPointer>(PG_GETARG_POINTER(2));
}

/// Counted from 1; 0: not among them.
int64 position_of(const ItemPointerData& row, const Neighbors& found) {
    for (size_t i = 0; i < found.count; ++i)
        if (ItemPointerEquals(&found.rows[i], const_cast<ItemPointer>(&row)))
            return static_cast<int64>(i) + 1;
    return 0;
}

Neighbors ask_index(const Inquiry& inquiry, int limit, bool has_answers) {
    SPIPlanPtr plan = prepare_by_index(inquiry.subject, {nullptr, limit, true});
    require_index(plan, inquiry.subject, has_answers);
    const Neighbors found = find_neighbors(plan, inquiry.vector, true);
    SPI_freeplan(plan);
    return found;
}

Neighbors ask_exactly(const Inquiry& inquiry) {
    SPIPlanPtr plan = prepare_exact(inquiry.subject, {nullptr, inquiry.k, false});
    const Neighbors found = find_neighbors(plan, inquiry.vector, false);
    SPI_freeplan(plan);
    return found;
}

/// NaN where there are fewer, or where it has no distance.
double kth_of(const Neighbors& found, int k) {
    const auto count = static_cast<size_t>(k);
    return found.count >= count ? found.distances[count - 1] : get_float8_nan();
}

Findings find_out(const Inquiry& inquiry) {
    const Subject& subject = inquiry.subject;
    Findings findings{};
    findings.row = find_row(subject, inquiry.vector, inquiry.row);
    const Neighbors exact = ask_exactly(inquiry);
    const bool has_answers = exact.count > 0;
    const Neighbors found = ask_index(inquiry, inquiry.k, has_answers);
    findings.kth_distance = kth_of(exact, inquiry.k);
    findings.index_kth_distance = kth_of(found, inquiry.k);
    if (!findings.row.visible || !findings.row.covered) return findings;
    if (!findings.row.has_none)
        findings.rank = 1 + count_nearer(subject, inquiry.vector, findings.row.distance);
    findings.position = position_of(inquiry.row, found);
    findings.returned = findings.position > 0;
    if (findings.returned) return findings;
    const int ef = scan_ef(subject.index);
    const int further = 10 * inquiry.k > ef ? 10 * inquiry.k : ef;
    const Neighbors all = ask_index(inquiry, further, has_answers);
    findings.position = position_of(inquiry.row, all);
    findings.index_ended = findings.position == 0 && all.count < static_cast<size_t>(further);
    return findings;
}

/// Whether a distance is no less than another that is beyond it by so little that an index, which
/// goes by floats, may take either for the nearer.
bool is_tied(const Subject& subject, double distance, double other) {
    if (is_within(other, distance)) return true;
    const double size = open_index(subject.index).metric == Metric::kCosine ? 1 : fabs(distance);
    return other - distance <= 4 * static_cast<double>(FLT_EPSILON) * size;
}

const char* missed(Relation index, bool found_later) {
    const bool is_hnsw = strcmp(method_name(index), "hnsw") == 0;
    if (found_later)
        return is_hnsw ? "the search missed it (raise hnsw.ef_search)"
                       : "the search missed it (raise ivfflat.probes)";
    return is_hnsw ? "the search missed it, and so did a wider one (raise hnsw.ef_search, or see "
                     "vectorext_check)"
                   : "the search missed it, and so did a wider one (raise ivfflat.probes, or see "
                     "vectorext_check)";
}

/// The first that is true.
const char* reason_of(const Inquiry& inquiry, const Findings& findings) {
    const RowFound& row = findings.row;
    if (!row.visible) return "dead or not visible";
    if (!row.covered) return "not indexed: does not satisfy the predicate of the partial index";
    if (findings.returned) return "returned";
    if (findings.index_ended) return "the index does not have it (see vectorext_check)";
    if (row.has_none) return "NULL vectors have no distance";
    if (std::isnan(row.distance)) return "a distance that is not a number comes last";
    if (findings.rank > inquiry.k) return "farther than the k-th nearest";
    if (is_tied(inquiry.subject, row.distance, findings.index_kth_distance))
        return "as far as the k-th nearest, but for rounding: such rows come in any order";
    return missed(inquiry.subject.index, findings.position > 0);
}

Datum make_result(TupleDesc descriptor, const Findings& findings, const char* reason) {
    bool nulls[7] = {};
    Datum values[7] = {};
    values[0] = make_float(findings.row.distance, &nulls[0]);
    values[1] = Int64GetDatum(findings.rank);
    nulls[1] = findings.rank == 0;
    values[2] = make_float(findings.kth_distance, &nulls[2]);
    values[3] = make_float(findings.index_kth_distance, &nulls[3]);
    values[4] = BoolGetDatum(findings.returned);
    values[5] = Int64GetDatum(findings.position);
    nulls[5] = findings.position == 0;
    values[6] = CStringGetTextDatum(reason);
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}

Datum why_not(FunctionCallInfo fcinfo) {
    TupleDesc descriptor = nullptr;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    Inquiry inquiry{};
    const Oid index = DatumGetObjectId(required_argument(fcinfo, 0, "index"));
    const Datum query = required_argument(fcinfo, 1, "query");
    inquiry.row = row_argument(fcinfo);
    inquiry.k = positive_argument(fcinfo, 3, "k", kMaxK);
    connect();
    inquiry.subject = open_subject(index);
    require_type(inquiry.subject, query_type(fcinfo));
    // Once for all rows.
    inquiry.vector = PointerGetDatum(PG_DETOAST_DATUM(query));
    const int level = NewGUCNestLevel();
    put_catalog_first();
    const Findings findings = find_out(inquiry);
    const char* reason = reason_of(inquiry, findings);
    AtEOXact_GUC(true, level);
    close_subject(inquiry.subject);
    SPI_finish();
    return make_result(descriptor, findings, reason);
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(vectorext_why_not, vx::pg::why_not)
