// vectorext_last_scan: numbers alone are kept, in the session's own memory; nothing of the query.
#include "pg/index/last_scan.h"

#include "pg/fmgr.h"
#include "pg/index/required.h"

namespace vx::pg {
namespace {

struct NotedScan {
    Oid index;  // InvalidOid: there was none yet
    ScanReport report;
};

NotedScan noted = {};

/// The counts are of all rows of the table, also of those that a policy hides or a function or view
/// with other rights has read.  They are for who may see them all.
bool may_be_told(Oid index) {
    const Oid table = IndexGetRelation(index, true);
    const Oid caller = GetUserId();
    return OidIsValid(table) &&
           (pg_class_aclcheck(table, caller, ACL_SELECT) == ACLCHECK_OK ||
            pg_attribute_aclcheck_all(table, caller, ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK) &&
           !has_policies(table);
}

Datum bigint(uint64_t count) { return Int64GetDatum(static_cast<int64>(count)); }

Datum last_scan(FunctionCallInfo fcinfo) {
    constexpr int kColumns = 8;
    TupleDesc descriptor = nullptr;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    Datum values[kColumns] = {};
    bool nulls[kColumns];
    std::fill_n(nulls, kColumns, true);
    if (OidIsValid(noted.index)) {
        values[0] = ObjectIdGetDatum(noted.index);
        nulls[0] = false;
    }
    if (OidIsValid(noted.index) && may_be_told(noted.index)) {
        std::fill_n(nulls, kColumns, false);
        const ScanCounts& counts = noted.report.counts;
        values[1] = CStringGetTextDatum(strategy_of(counts));
        values[2] = bigint(counts.hops);
        values[3] = bigint(counts.swept_nodes);
        values[4] = bigint(counts.filtered_out);
        values[5] = bigint(noted.report.pages);
        values[6] = bigint(counts.ranked_rows);
        values[7] = bigint(counts.rows);
    }
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}

}  // namespace

const char* strategy_of(const ScanCounts& counts) {
    const bool swept = counts.sweeps > 0;
    if (counts.by_terms) return swept ? "posting lists" : "none";
    if (counts.hops > 0) {
        if (!counts.has_filter) return swept ? "search, then sweep" : "search";
        return swept ? "filtered search, then sweep of what passes" : "filtered search";
    }
    if (!swept) return "none";
    return counts.has_filter ? "sweep of what passes" : "sweep";
}

void note_scan(Oid index, const ScanReport& report) { noted = {index, report}; }

}  // namespace vx::pg

VX_FUNCTION(vectorext_last_scan, vx::pg::last_scan)
