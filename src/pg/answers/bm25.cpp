// bm25, and the same score as the inner product of two sparse vectors: bm25_vector of a document,
// bm25_query of a query.
#include "core/answers/bm25.h"

#include <algorithm>

#include "pg/answers/document.h"
#include "pg/answers/query_terms.h"
#include "pg/answers/term_statistics.h"
#include "pg/fmgr.h"
#include "pg/types/datum.h"

namespace vx::pg {
namespace {

constexpr double kMostK1 = 1000;

/// Arguments `first` and the next.
Bm25Parameters read_parameters(FunctionCallInfo fcinfo, int first) {
    const Bm25Parameters parameters{PG_GETARG_FLOAT8(first), PG_GETARG_FLOAT8(first + 1)};
    if (!(parameters.k1 >= 0 && parameters.k1 <= kMostK1))
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("k1 must be between 0 and %g", kMostK1));
    if (!(parameters.b >= 0 && parameters.b <= 1))
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("b must be between 0 and 1"));
    return parameters;
}

InverseFrequency read_formula(FunctionCallInfo fcinfo, int arg) {
    const text* name = PG_GETARG_TEXT_PP(arg);
    const std::string_view given(VARDATA_ANY(name), static_cast<size_t>(VARSIZE_ANY_EXHDR(name)));
    if (given == "lucene") return InverseFrequency::kLucene;
    if (given == "okapi") return InverseFrequency::kOkapi;
    if (given == "plus") return InverseFrequency::kPlus;
    ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
            errmsg("unknown idf \"%s\"", text_to_cstring(name)),
            errhint("Valid values are \"lucene\", \"okapi\", and \"plus\"."));
    pg_unreachable();
}

/// The inverse frequency of term `number` of `statistics`.
double inverse_frequency_of(const TermStatistics& statistics, InverseFrequency formula,
                            size_t number) {
    return inverse_frequency(formula, static_cast<double>(statistics.documents),
                             statistics.frequencies()[number]);
}

/// The share of a document's `i`-th term, of `length` terms in all.
double saturation(const Document& document, size_t i, double length,
                  const TermStatistics& statistics, const Bm25Parameters& parameters) {
    return term_saturation(document.frequency(i), length, statistics.average_length(), parameters);
}

/// bm25(tsvector, query, bm25_statistics, k1, b, idf) -> float8
template <class Query>
Datum score(FunctionCallInfo fcinfo) {
    const Document document{PG_GETARG_TSVECTOR(0)};
    const Query query(PG_GETARG_DATUM(1));
    const TermStatistics& statistics = statistics_argument(fcinfo, 2);
    const Bm25Parameters parameters = read_parameters(fcinfo, 3);
    const InverseFrequency formula = read_formula(fcinfo, 5);
    const TermList terms = statistics.terms();
    const double length = document.length();
    double sum = 0;
    query.each([&](const QueryTerm& term) {
        const TermRange range = term.find_in(document);
        for (size_t i = range.first; i < range.end; ++i) {
            const TermRange known = find_term(terms, document.term(i));
            if (known.first == known.end) continue;
            sum += inverse_frequency_of(statistics, formula, known.first) *
                   saturation(document, i, length, statistics, parameters);
        }
    });
    PG_RETURN_FLOAT8(sum);
}

// ---- sparse vectors: a dimension for each term of the statistics

/// Dimensions of the vectors; one where there is no term, since a vector has some.
int dimensions_of(const TermStatistics& statistics) {
    if (statistics.count > SparseVector::kMaxDims)
        ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                errmsg("sparsevec cannot have more than %d dimensions", SparseVector::kMaxDims),
                errdetail("The statistics have %u terms.", statistics.count));
    return statistics.count > 0 ? static_cast<int>(statistics.count) : 1;
}

void require_few(size_t count, const char* hint) {
    if (count > SparseVector::kMaxNonZero)
        ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                errmsg("sparsevec cannot have more than %d non-zero elements",
                       SparseVector::kMaxNonZero),
                errhint("%s", hint));
}

/// bm25_vector(tsvector, bm25_statistics, k1, b) -> sparsevec
Datum document_vector(FunctionCallInfo fcinfo) {
    const Document document{PG_GETARG_TSVECTOR(0)};
    const TermStatistics& statistics = statistics_argument(fcinfo, 1);
    const Bm25Parameters parameters = read_parameters(fcinfo, 2);
    const int dims = dimensions_of(statistics);
    const TermList terms = statistics.terms();
    const double length = document.length();
    // Both lists have the same order, so indices ascend.
    auto* indices = static_cast<int32*>(palloc((document.size() + 1) * sizeof(int32)));
    auto* values = static_cast<float*>(palloc((document.size() + 1) * sizeof(float)));
    size_t count = 0;
    for (size_t i = 0; i < document.size(); ++i) {
        const TermRange known = find_term(terms, document.term(i));
        if (known.first == known.end) continue;
        indices[count] = static_cast<int32>(known.first);
        values[count++] =
            static_cast<float>(saturation(document, i, length, statistics, parameters));
    }
    require_few(count, "Split the document, or use bm25(), which has no such limit.");
    PG_RETURN_POINTER(&gather_sparse(dims, [&](auto callback) {
        for (size_t i = 0; i < count; ++i) callback(indices[i], values[i]);
    }));
}

/// The numbers of a query's terms in ascending order, each as often as the query has it.
struct TermNumbers {
    int32* numbers;
    size_t count;
};

template <class Query>
TermNumbers number_terms(const Query& query, const TermList& terms) {
    constexpr const char* kHint = "Use longer prefixes, or bm25(), which has no such limit.";
    size_t count = 0;
    query.each([&](const QueryTerm& term) {
        const TermRange range = term.find_in(terms);
        require_few(range.end - range.first, kHint);
        count += range.end - range.first;
    });
    TermNumbers found{
        static_cast<int32*>(palloc_extended((count + 1) * sizeof(int32), MCXT_ALLOC_HUGE)), 0};
    query.each([&](const QueryTerm& term) {
        const TermRange range = term.find_in(terms);
        for (size_t i = range.first; i < range.end; ++i)
            found.numbers[found.count++] = static_cast<int32>(i);
    });
    std::sort(found.numbers, found.numbers + found.count);
    size_t different = 0;
    for (size_t i = 0; i < found.count; ++i)
        different += i == 0 || found.numbers[i] != found.numbers[i - 1] ? 1 : 0;
    require_few(different, kHint);
    return found;
}

/// bm25_query(query, bm25_statistics, idf) -> sparsevec
template <class Query>
Datum query_vector(FunctionCallInfo fcinfo) {
    const Query query(PG_GETARG_DATUM(0));
    const TermStatistics& statistics = statistics_argument(fcinfo, 1);
    const InverseFrequency formula = read_formula(fcinfo, 2);
    const int dims = dimensions_of(statistics);
    const TermNumbers found = number_terms(query, statistics.terms());
    PG_RETURN_POINTER(&gather_sparse(dims, [&](auto callback) {
        for (size_t i = 0; i < found.count;) {
            const size_t first = i;
            while (i < found.count && found.numbers[i] == found.numbers[first]) ++i;
            const auto number = static_cast<size_t>(found.numbers[first]);
            const double weight =
                static_cast<double>(i - first) * inverse_frequency_of(statistics, formula, number);
            callback(found.numbers[first], static_cast<float>(weight));
        }
    }));
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(bm25, vx::pg::score<vx::pg::ParsedQuery>)
VX_FUNCTION(bm25_of_terms, vx::pg::score<vx::pg::ListedQuery>)
VX_FUNCTION(bm25_vector, vx::pg::document_vector)
VX_FUNCTION(bm25_query, vx::pg::query_vector<vx::pg::ParsedQuery>)
VX_FUNCTION(bm25_query_of_terms, vx::pg::query_vector<vx::pg::ListedQuery>)
