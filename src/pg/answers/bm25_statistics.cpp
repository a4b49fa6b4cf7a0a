// The type bm25_statistics and the aggregate that makes its values, bm25_statistics(tsvector).
//
// An aggregate, not a function that is given a table's name: the caller's own SELECT says which
// documents there are, so that rights, row security, partitions, joins and expressions are as in
// any query, workers share the work, and no SQL is put together here.
#include "pg/answers/term_counts.h"
#include "pg/fmgr.h"

namespace vx::pg {
namespace {

// ---- text: documents, words, then the terms, as 3 17 'cat':2 'dog':1

struct Reader {
    const char* at;

    void skip_space() {
        while (*at == ' ' || (*at >= '\t' && *at <= '\r')) ++at;
    }

    bool take(char expected) {
        if (*at != expected) return false;
        ++at;
        return true;
    }

    /// Digits that say a number up to `most`.
    bool take_number(int64 most, int64* number) {
        const char* first = at;
        *number = 0;
        for (; *at >= '0' && *at <= '9'; ++at) {
            const int digit = *at - '0';
            if (digit > most || *number > (most - digit) / 10) return false;
            *number = *number * 10 + digit;
        }
        return at != first;
    }

    /// A text in quotes, those within it doubled; written to `buffer`, where the source has room.
    bool take_quoted(char* buffer, std::string_view* text) {
        if (!take('\'')) return false;
        size_t length = 0;
        for (; *at != '\0'; ++at) {
            if (*at == '\'' && *++at != '\'') {
                *text = {buffer, length};
                return true;
            }
            buffer[length++] = *at;
        }
        return false;
    }
};

bool take_term(Reader& reader, char* buffer, int64 documents, TermCounts& counts) {
    std::string_view term;
    int64 count = 0;
    return reader.take_quoted(buffer, &term) && reader.take(':') &&
           reader.take_number(documents, &count) && count > 0 &&
           counts.add_term(term, static_cast<uint32>(count));
}

Datum statistics_in(FunctionCallInfo fcinfo) {
    const char* literal = PG_GETARG_CSTRING(0);
    Reader reader{literal};
    int64 documents = 0;
    int64 words = 0;
    TermCounts counts;
    reader.skip_space();
    bool good = reader.take_number(TermStatistics::kMostDocuments, &documents);
    reader.skip_space();
    good = good && reader.take_number(INT64_MAX, &words);
    if (good) counts.add_documents(documents, words);
    reader.skip_space();
    char* buffer = static_cast<char*>(palloc_extended(strlen(literal) + 1, MCXT_ALLOC_HUGE));
    while (good && *reader.at != '\0') {
        CHECK_FOR_INTERRUPTS();
        good = take_term(reader, buffer, documents, counts);
        reader.skip_space();
    }
    if (!good)
        VX_SOFT_ERROR(VX_ERROR_CONTEXT(fcinfo), errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                      errmsg("invalid input syntax for type %s", TermStatistics::kName),
                      errdetail("The text is wrong at or before byte %zu.",
                                static_cast<size_t>(reader.at - literal) + 1));
    // The order is that of this database's encoding; the text may be of another's.
    counts.sort();
    PG_RETURN_POINTER(&counts.to_statistics());
}

const TermStatistics& plain_argument(FunctionCallInfo fcinfo) {
    return checked_statistics(PG_DETOAST_DATUM(PG_GETARG_DATUM(0)));
}

Datum statistics_out(FunctionCallInfo fcinfo) {
    const TermStatistics& statistics = plain_argument(fcinfo);
    const TermList terms = statistics.terms();
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, INT64_FORMAT " " INT64_FORMAT, statistics.documents, statistics.words);
    for (size_t i = 0; i < terms.size(); ++i) {
        CHECK_FOR_INTERRUPTS();
        appendStringInfoString(&text, " '");
        for (const char byte : terms.term(i)) {
            if (byte == '\'') appendStringInfoChar(&text, '\'');
            appendStringInfoChar(&text, byte);
        }
        appendStringInfo(&text, "':%u", statistics.frequencies()[i]);
    }
    PG_RETURN_CSTRING(text.data);
}

// ---- binary: documents, words, number of terms; for each its documents, its bytes, its text

/// Bytes in the client's encoding, after how many they are.
void send_term(StringInfo message, std::string_view term) {
    const int at = message->len;
    pq_sendint32(message, 0);
    pq_sendtext(message, term.data(), static_cast<int>(term.size()));
    const uint32 length =
        pg_hton32(static_cast<uint32>(message->len - at) - uint32{sizeof(uint32)});
    memcpy(message->data + at, &length, sizeof length);
}

Datum statistics_send(FunctionCallInfo fcinfo) {
    const TermStatistics& statistics = plain_argument(fcinfo);
    const TermList terms = statistics.terms();
    StringInfoData message;
    pq_begintypsend(&message);
    pq_sendint64(&message, static_cast<uint64>(statistics.documents));
    pq_sendint64(&message, static_cast<uint64>(statistics.words));
    pq_sendint32(&message, statistics.count);
    for (size_t i = 0; i < terms.size(); ++i) {
        CHECK_FOR_INTERRUPTS();
        pq_sendint32(&message, statistics.frequencies()[i]);
        send_term(&message, terms.term(i));
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

[[noreturn]] void raise_bad_message() {
    ereport(ERROR, errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
            errmsg("invalid external \"%s\" value", TermStatistics::kName));
    pg_unreachable();
}

Datum statistics_recv(FunctionCallInfo fcinfo) {
    auto* message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
    const int64 documents = pq_getmsgint64(message);
    const int64 words = pq_getmsgint64(message);
    if (documents < 0 || documents > TermStatistics::kMostDocuments || words < 0)
        raise_bad_message();
    TermCounts counts;
    counts.add_documents(documents, words);
    for (uint32 left = pq_getmsgint(message, sizeof(uint32)); left > 0; --left) {
        CHECK_FOR_INTERRUPTS();
        const uint32 count = pq_getmsgint(message, sizeof(uint32));
        const uint32 length = pq_getmsgint(message, sizeof(uint32));
        if (count == 0 || count > documents || length > INT_MAX) raise_bad_message();
        int bytes = 0;
        char* term = pq_getmsgtext(message, static_cast<int>(length), &bytes);
        if (!counts.add_term({term, static_cast<size_t>(bytes)}, count)) raise_bad_message();
        pfree(term);
    }
    counts.sort();
    PG_RETURN_POINTER(&counts.to_statistics());
}

// ---- what a value says

Datum summarize(FunctionCallInfo fcinfo) {
    const TermStatistics& statistics = plain_argument(fcinfo);
    TupleDesc descriptor = nullptr;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    Datum values[] = {Int64GetDatum(statistics.documents),
                      Float8GetDatum(statistics.average_length()),
                      Int32GetDatum(static_cast<int32>(statistics.count))};
    bool nulls[] = {false, statistics.documents == 0, false};
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}

Datum list_terms(FunctionCallInfo fcinfo) {
    const TermStatistics& statistics = plain_argument(fcinfo);
    const TermList terms = statistics.terms();
    InitMaterializedSRF(fcinfo, 0);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    for (size_t i = 0; i < terms.size(); ++i) {
        CHECK_FOR_INTERRUPTS();
        const std::string_view term = terms.term(i);
        text* copy = cstring_to_text_with_len(term.data(), static_cast<int>(term.size()));
        Datum values[] = {Int32GetDatum(static_cast<int32>(i + 1)), PointerGetDatum(copy),
                          Int64GetDatum(int64{statistics.frequencies()[i]})};
        bool nulls[] = {false, false, false};
        tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
        pfree(copy);
    }
    return Datum{0};
}

// ---- the aggregate; the state is a TermCounts in the aggregate's memory

TermCounts* new_counts(MemoryContext context) {
    const MemoryContext caller = MemoryContextSwitchTo(context);
    auto* counts = new (palloc(sizeof(TermCounts))) TermCounts;
    MemoryContextSwitchTo(caller);
    return counts;
}

/// The state of argument `n`, or null.
TermCounts* counts_argument(FunctionCallInfo fcinfo, int n) {
    return PG_ARGISNULL(n) ? nullptr : reinterpret_cast<TermCounts*>(PG_GETARG_POINTER(n));
}

MemoryContext aggregate_context(FunctionCallInfo fcinfo) {
    MemoryContext context = nullptr;
    if (AggCheckCallContext(fcinfo, &context) == 0)
        elog(ERROR, "%s: called outside of an aggregate", TermStatistics::kName);
    return context;
}

/// The context grows with the state: it allocates in the one that it was made in.
Datum accumulate(FunctionCallInfo fcinfo) {
    const MemoryContext context = aggregate_context(fcinfo);
    TermCounts* counts = counts_argument(fcinfo, 0);
    if (counts == nullptr) counts = new_counts(context);
    if (!PG_ARGISNULL(1)) {
        TSVector vector = PG_GETARG_TSVECTOR(1);
        counts->add(Document{vector});
    }
    PG_RETURN_POINTER(counts);
}

Datum combine(FunctionCallInfo fcinfo) {
    const MemoryContext context = aggregate_context(fcinfo);
    TermCounts* counts = counts_argument(fcinfo, 0);
    const TermCounts* other = counts_argument(fcinfo, 1);
    if (counts == nullptr) counts = new_counts(context);
    if (other != nullptr) counts->add(other->to_statistics());
    PG_RETURN_POINTER(counts);
}

/// From a worker to its leader: a value whose terms are in no order.
Datum serialize(FunctionCallInfo fcinfo) {
    (void)aggregate_context(fcinfo);
    PG_RETURN_POINTER(&counts_argument(fcinfo, 0)->to_statistics());
}

Datum deserialize(FunctionCallInfo fcinfo) {
    (void)aggregate_context(fcinfo);
    TermCounts* counts = new_counts(CurrentMemoryContext);
    // A bytea in a row may lie anywhere, a copy does not.
    counts->add(checked_statistics(
        pg_detoast_datum_copy(reinterpret_cast<varlena*>(PG_GETARG_POINTER(0)))));
    PG_RETURN_POINTER(counts);
}

Datum finish(FunctionCallInfo fcinfo) {
    (void)aggregate_context(fcinfo);
    TermCounts* counts = counts_argument(fcinfo, 0);
    if (counts == nullptr) counts = new_counts(CurrentMemoryContext);
    counts->sort();
    PG_RETURN_POINTER(&counts->to_statistics());
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(bm25_statistics_in, vx::pg::statistics_in)
VX_FUNCTION(bm25_statistics_out, vx::pg::statistics_out)
VX_FUNCTION(bm25_statistics_recv, vx::pg::statistics_recv)
VX_FUNCTION(bm25_statistics_send, vx::pg::statistics_send)
VX_FUNCTION(bm25_summary, vx::pg::summarize)
VX_FUNCTION(bm25_terms, vx::pg::list_terms)
VX_FUNCTION(bm25_statistics_accum, vx::pg::accumulate)
VX_FUNCTION(bm25_statistics_combine, vx::pg::combine)
VX_FUNCTION(bm25_statistics_serialize, vx::pg::serialize)
VX_FUNCTION(bm25_statistics_deserialize, vx::pg::deserialize)
VX_FUNCTION(bm25_statistics_final, vx::pg::finish)
