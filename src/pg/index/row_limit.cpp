// The executor computes LIMIT when its node first runs, and tells sorts below it, but not index
// scans.  So when a query has been started, its plan is looked at: each LIMIT is noted beside the
// scans of ours below it, which find it when they run.
#include "pg/index/row_limit.h"

#include "pg/index/scan.h"

namespace vx::pg {
namespace {

/// A scan below a LIMIT, as long as its query lives.
struct LimitedScan {
    LimitedScan* next;
    LimitedScan** link;  // what leads here: the list's head or the one before's next
    MemoryContextCallback end;
    const IndexScanState* scan;
    const LimitState* limit;
    bool is_least;     // the query takes at least so many rows, if there are
    bool is_most;      // and never more
    double kept_rows;  // that pass conditions which the scan is not given, by the planner; 0: all
};

ExecutorStart_hook_type previous_hook = nullptr;
LimitedScan* limited_scans = nullptr;

void forget(void* entry) {
    const auto* gone = static_cast<LimitedScan*>(entry);
    *gone->link = gone->next;
    if (gone->next != nullptr) gone->next->link = gone->link;
}

/// The memory is the query's, whether it ends well or not.
void remember(const LimitedScan& found, IndexScanState* scan) {
    if (scan->iss_RelationDesc == nullptr || !is_vector_index(scan->iss_RelationDesc)) return;
    MemoryContext query = scan->ss.ps.state->es_query_cxt;
    auto* entry = new (MemoryContextAlloc(query, sizeof(LimitedScan))) LimitedScan(found);
    entry->scan = scan;
    entry->kept_rows = scan->ss.ps.qual != nullptr ? scan->ss.ps.plan->plan_rows : 0;
    entry->next = limited_scans;
    entry->link = &limited_scans;
    if (entry->next != nullptr) entry->next->link = &entry->next;
    limited_scans = entry;
    entry->end.arg = entry;
    entry->end.func = forget;
    MemoryContextRegisterResetCallback(query, &entry->end);
}

/// Remembers the scans that `below` reads its rows from.  What may take rows away, or asks for some
/// more, makes the limit less than a promise.
void note(LimitedScan limit, PlanState* below) {
    if (below == nullptr) return;
    if (below->qual != nullptr) limit.is_most = false;
    switch (nodeTag(below)) {
    case T_IndexScanState:
        remember(limit, reinterpret_cast<IndexScanState*>(below));
        return;
    case T_ResultState:
        // One that may return nothing at all asks for nothing.
        if (reinterpret_cast<ResultState*>(below)->resconstantqual != nullptr)
            limit.is_least = false;
        note(limit, outerPlanState(below));
        return;
    case T_LockRowsState:         // leaves out rows that have changed
    case T_IncrementalSortState:  // reads on to where the ties end
        limit.is_most = false;
        note(limit, outerPlanState(below));
        return;
    case T_WindowAggState:
        // It may read on to where a frame ends, and stops where its own condition says so.
        limit.is_most = false;
        if (reinterpret_cast<WindowAggState*>(below)->runcondition != nullptr)
            limit.is_least = false;
        note(limit, outerPlanState(below));
        return;
    case T_SubqueryScanState:
        note(limit, reinterpret_cast<SubqueryScanState*>(below)->subplan);
        return;
    case T_MergeAppendState: {
        // Any one of them may have all the rows, or none.
        limit.is_least = false;
        const auto* append = reinterpret_cast<const MergeAppendState*>(below);
        for (int i = 0; i < append->ms_nplans; ++i) note(limit, append->mergeplans[i]);
        return;
    }
    default:
        return;
    }
}

bool look(PlanState* node, void* context) {
    if (node == nullptr) return false;
    if (IsA(node, LimitState)) {
        LimitedScan found{};
        found.limit = reinterpret_cast<const LimitState*>(node);
        found.is_least = true;
        found.is_most = found.limit->limitOption != LIMIT_OPTION_WITH_TIES;
        note(found, outerPlanState(node));
    }
    return vx_walk_plan(node, look, context);
}

void start(QueryDesc* query, int flags) {
    if (previous_hook != nullptr)
        previous_hook(query, flags);
    else
        standard_ExecutorStart(query, flags);
    (void)look(query->planstate, nullptr);
}

}  // namespace

void add_row_limit(IndexScanDesc scan, ScanRequest* request) {
    for (const LimitedScan* entry = limited_scans; entry != nullptr; entry = entry->next) {
        if (entry->scan->iss_ScanDesc != scan) continue;
        // Computed by now: the node above has asked for this row.
        const LimitState& limit = *entry->limit;
        if (limit.noCount || limit.count < 0 || limit.offset < 0) return;
        const auto rows = static_cast<uint64_t>(limit.count) + static_cast<uint64_t>(limit.offset);
        if (entry->is_least) request->least_rows = rows;
        request->kept_rows = entry->kept_rows;
        if (entry->is_most) request->most_rows = rows;
        return;
    }
}

void init_row_limits() {
    previous_hook = ExecutorStart_hook;
    ExecutorStart_hook = start;
}

}  // namespace vx::pg
