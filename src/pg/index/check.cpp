// vectorext_check(regclass): every invariant of core/paged/verify.h, as rows; none means sound.
// vectorext_index_info(regclass): what an index is and how much of what it holds.
//
// Locks are amcheck's: AccessShareLock on the table, then on the index; functions of the index run
// as the table's owner.  They are for those who own the index and for pg_stat_scan_tables, which
// may let functions read whole tables.
#include "pg/index/check.h"

#include "core/inverted/verify.h"
#include "pg/errors.h"
#include "pg/fmgr.h"
#include "pg/index/check_text.h"
#include "pg/index/facts.h"
#include "pg/index/inverted.h"
#include "pg/index/options.h"
#include "pg/index/required.h"
#include "pg/memory.h"

namespace vx::pg {

void CheckSink::finding(const Finding& finding) {
    constexpr int kColumns = 4;
    const FindingText& text = kFindingTexts[static_cast<size_t>(finding.kind)];
    StringInfoData detail;
    initStringInfo(&detail);
    appendStringInfoString(&detail, text.text);
    if (text.label_a != nullptr)
        appendStringInfo(&detail, " (%s " INT64_FORMAT, text.label_a, finding.a);
    if (text.label_b != nullptr)
        appendStringInfo(&detail, ", %s " INT64_FORMAT, text.label_b, finding.b);
    appendStringInfoString(&detail, text.label_a != nullptr ? ")." : ".");
    if (finding.node == kNullListOwner)
        appendStringInfoString(&detail, "  This is about the rows that are NULL.");
    if (finding.node == kZeroListOwner)
        appendStringInfoString(&detail, "  This is about the rows without a direction.");
    Datum values[kColumns] = {Int64GetDatum(finding.block), Int64GetDatum(finding.node),
                              CStringGetTextDatum(text.name), CStringGetTextDatum(detail.data)};
    bool nulls[kColumns] = {finding.block == kNoPage, finding.node >= kMaxNodes, false, false};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
    pfree(detail.data);
}

void CheckSink::element(const StoredRecord& stored) {
    if (rows != nullptr) rows->add_element(stored);
}

void CheckSink::row(NodeId owner, bool live, const IndexRow& row) {
    if (rows != nullptr) rows->add_index_row(owner, live, row);
}

namespace {

/// Both relations of a check, and who asked for it.
struct Checked {
    Relation heap;
    Relation index;
    Oid caller;
    int security_context;
    int guc_level;
};

/// Before anything is locked: who may not look shall not wait in nobody's way.
void require_privilege(Oid index) {
    const Oid caller = GetUserId();
    if (vx_owns_relation(index, caller) || has_privs_of_role(caller, ROLE_PG_STAT_SCAN_TABLES))
        return;
    ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
            errmsg("permission denied for index \"%s\"", get_rel_name(index)),
            errdetail("Only its owner and roles with privileges of the role \"%s\" may look at it.",
                      "pg_stat_scan_tables"));
}

Checked open_checked(Oid index_oid) {
    Checked checked{};
    const Oid heap_oid = IndexGetRelation(index_oid, true);
    // The table first, as everywhere; an index that is none fails in index_open.
    if (OidIsValid(heap_oid)) {
        checked.heap = table_open(heap_oid, AccessShareLock);
        GetUserIdAndSecContext(&checked.caller, &checked.security_context);
        SetUserIdAndSecContext(checked.heap->rd_rel->relowner,
                               checked.security_context | SECURITY_RESTRICTED_OPERATION);
        checked.guc_level = NewGUCNestLevel();
        vx_restrict_search_path();
    }
    checked.index = index_open(index_oid, AccessShareLock);
    if (checked.heap == nullptr || heap_oid != IndexGetRelation(index_oid, false))
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
                errmsg("could not open parent table of index \"%s\"",
                       RelationGetRelationName(checked.index)));
    require_vector_index(checked.index, "check");
    return checked;
}

void close_checked(const Checked& checked) {
    AtEOXact_GUC(false, checked.guc_level);
    SetUserIdAndSecContext(checked.caller, checked.security_context);
    index_close(checked.index, AccessShareLock);
    table_close(checked.heap, AccessShareLock);
}

/// The snapshot comes before the index is read: whoever it sees has finished inserting.
Snapshot take_snapshot(Relation index) {
    Snapshot snapshot = RegisterSnapshot(GetTransactionSnapshot());
    if (IsolationUsesXactSnapshot() && index->rd_index->indcheckxmin &&
        !TransactionIdPrecedes(HeapTupleHeaderGetXmin(index->rd_indextuple->t_data),
                               snapshot->xmin))
        ereport(ERROR, errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                errmsg("index \"%s\" cannot be verified using transaction snapshot",
                       RelationGetRelationName(index)));
    return snapshot;
}

bool verify_pages(CheckedPages& pages, const OpenIndex& opened, CheckSink& sink) {
    const Arena arena = context_arena(CurrentMemoryContext);
    if (opened.storage != Storage::kInverted)
        return verify_index(pages, opened.geometry, arena, sink);
    using Verifier = inverted::Verifier<CheckedPages, CheckSink>;
    return (new (palloc(sizeof(Verifier))) Verifier(pages, arena, sink))->run();
}

void check_relations(const Checked& checked, ReturnSetInfo* result) {
    CheckedPages pages(checked.index);
    CheckSink sink{result, nullptr};
    MetaContent meta;
    if (!verify_meta(pages, sink, &meta)) return;
    const OpenIndex opened = open_index(checked.index);
    const Snapshot snapshot = take_snapshot(checked.index);
    // Without the mean no record can be made of a row: then the damage to its pages is what is
    // found.
    if (mean_readable(pages, opened.geometry))
        sink.rows = new (palloc(sizeof(RowComparison))) RowComparison(checked.index, opened);
    if (!verify_pages(pages, opened, sink)) raise({Errc::kOutOfMemory, 0, 0});
    if (sink.rows != nullptr) {
        sink.rows->add_table_rows(checked.heap, checked.index, snapshot);
        sink.rows->compare(sink);
    }
    UnregisterSnapshot(snapshot);
}

Datum check(FunctionCallInfo fcinfo) {
    InitMaterializedSRF(fcinfo, 0);
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "vectorext check", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(context);
    require_privilege(PG_GETARG_OID(0));
    const Checked checked = open_checked(PG_GETARG_OID(0));
    check_relations(checked, reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo));
    close_checked(checked);
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    return Datum{0};
}

struct PageCounts {
    int64 of_kind[14] = {};  // by PageKind; 0 counts new and unknown pages
    int64 total = 0;
};

PageCounts count_pages(BufferPages& pages) {
    PageCounts counts;
    const uint32_t total = pages.page_count();
    for (uint32_t block = 0; block < total; ++block) {
        pages.poll();
        const auto kind = static_cast<uint16_t>(
            pages.read(block, [](const std::byte* page) { return page_kind(page, BLCKSZ); }));
        ++counts.of_kind[kind < lengthof(counts.of_kind) ? kind : 0];
    }
    counts.total = total;
    return counts;
}

struct NodeCounts {
    int64 live = 0;  // of storage inverted, rows
    int64 dead = 0;
    int64 free = 0;
    int32 levels = 0;
};

NodeCounts count_nodes(BufferPages& pages, const OpenIndex& opened) {
    if (opened.storage == Storage::kInverted) {
        const InvertedCounts counts = count_inverted(pages.relation(), true);
        return {static_cast<int64>(counts.live), static_cast<int64>(counts.dead), 0, 0};
    }
    PagedStore<BufferPages> store(pages, opened.geometry, PlainCodec(), opened.params, nullptr);
    const StateContent state = store.state();
    const bool empty = state.entries[0].id == kNoNode;
    return {state.live_count, state.dead_count, state.free_count,
            empty ? 0 : static_cast<int32>(state.entries[0].level) + 1};
}

Datum info(FunctionCallInfo fcinfo) {
    TupleDesc descriptor = nullptr;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    require_privilege(PG_GETARG_OID(0));
    Relation index = index_open(PG_GETARG_OID(0), AccessShareLock);
    require_vector_index(index, "check");
    const OpenIndex opened = open_index(index);
    BufferPages pages(index);
    const NodeCounts nodes = count_nodes(pages, opened);
    const PageCounts counts = count_pages(pages);
    const auto of = [&](PageKind kind) { return counts.of_kind[static_cast<uint16_t>(kind)]; };
    const auto pages_of = [&](PageKind kind) { return Int64GetDatum(of(kind)); };
    // An index has pages of one of them.
    const auto either = [&](PageKind a, PageKind b) { return Int64GetDatum(of(a) + of(b)); };
    Datum values[] = {
        Int32GetDatum(kFormatVersion),
        CStringGetTextDatum(metric_name(opened.metric)),
        CStringGetTextDatum(facts_of(opened.element).name),
        CStringGetTextDatum(storage_name(opened.storage)),
        Int32GetDatum(static_cast<int32>(opened.dims)),
        Int32GetDatum(static_cast<int32>(opened.params.m)),
        Int32GetDatum(static_cast<int32>(opened.params.ef_construction)),
        Int64GetDatum(nodes.live),
        Int64GetDatum(nodes.dead),
        Int64GetDatum(nodes.free),
        Int32GetDatum(nodes.levels),
        Int64GetDatum(counts.total),
        either(PageKind::kDirectory, PageKind::kSegmentRoot),
        pages_of(PageKind::kSlots),
        pages_of(PageKind::kUpper),
        either(PageKind::kPostings, PageKind::kSegment),
        either(PageKind::kOverflow, PageKind::kWaiting),
        Int64GetDatum(counts.of_kind[0] + of(PageKind::kFree)),
    };
    bool nulls[lengthof(values)] = {};
    // What belongs to graphs.
    for (const int i : {5, 6, 9, 10, 13, 14}) nulls[i] = opened.storage == Storage::kInverted;
    index_close(index, AccessShareLock);
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(vectorext_check, vx::pg::check)
VX_FUNCTION(vectorext_index_info, vx::pg::info)
