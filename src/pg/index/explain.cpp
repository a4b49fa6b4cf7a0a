// From PostgreSQL 18 on EXPLAIN asks extensions what they know of a node.  Before, it does not, and
// vectorext_last_scan has the same figures of the latest scan.
#include "pg/index/explain.h"

#include "pg/index/last_scan.h"
#include "pg/index/scan.h"

namespace vx::pg {

#ifdef VX_EXPLAINS_NODES

namespace {

explain_per_node_hook_type previous_hook = nullptr;

void show(const char* label, uint64_t count, ExplainState* to) {
    ExplainPropertyUInteger(label, nullptr, count, to);
}

/// Sums over all loops, as the server's own "Index Searches" is.
void show_report(const ScanReport& report, ExplainState* to) {
    const ScanCounts& counts = report.counts;
    ExplainPropertyText("Index Strategy", strategy_of(counts), to);
    show("Nodes Expanded", counts.hops, to);
    if (counts.sweeps > 0) show("Nodes Compared", counts.swept_nodes, to);
    if (counts.has_filter) show("Nodes Filtered", counts.filtered_out, to);
    show("Index Pages Read", report.pages, to);
    show("Rows Ranked", counts.ranked_rows, to);
}

IndexScanDesc scan_of(const PlanState* node) {
    if (IsA(node, IndexScanState))
        return reinterpret_cast<const IndexScanState*>(node)->iss_ScanDesc;
    if (IsA(node, BitmapIndexScanState))
        return reinterpret_cast<const BitmapIndexScanState*>(node)->biss_ScanDesc;
    return nullptr;
}

void hook(PlanState* node, List* ancestors, const char* relationship, const char* plan_name,
          ExplainState* to) {
    if (previous_hook != nullptr) previous_hook(node, ancestors, relationship, plan_name, to);
    // A node that was never executed has begun no scan.
    const IndexScanDesc scan = to->analyze ? scan_of(node) : nullptr;
    if (scan != nullptr && is_vector_index(scan->indexRelation)) show_report(report_of(scan), to);
}

}  // namespace

void init_explain() {
    previous_hook = explain_per_node_hook;
    explain_per_node_hook = hook;
}

#else

void init_explain() {}

#endif

}  // namespace vx::pg
