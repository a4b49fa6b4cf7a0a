#include "pg/planner/plan_scans.h"

#include "pg/index/strategies.h"

namespace vx::pg {
namespace {

List* add_scans(List* indexes, const Plan* plan);

bool is_of_range(const BitmapIndexScan* scan) {
    const ListCell* cell = nullptr;
    foreach (cell, scan->indexqual) {
        const auto* qual = static_cast<const Node*>(lfirst(cell));
        if (!IsA(qual, OpExpr)) continue;
        const auto* op = reinterpret_cast<const OpExpr*>(qual);
        const auto* column = static_cast<const Var*>(linitial(op->args));
        if (op->inputcollid == kRangeCollation && column->varattno == 1) return true;
    }
    return false;
}

List* add_all(List* indexes, const List* plans) {
    ListCell* cell = nullptr;
    foreach (cell, plans) indexes = add_scans(indexes, static_cast<const Plan*>(lfirst(cell)));
    return indexes;
}

List* add_scans(List* indexes, const Plan* plan) {
    if (plan == nullptr) return indexes;
    switch (nodeTag(plan)) {
    case T_IndexScan:
        if (reinterpret_cast<const IndexScan*>(plan)->indexorderby != NIL)
            indexes = lappend_oid(indexes, reinterpret_cast<const IndexScan*>(plan)->indexid);
        break;
    case T_BitmapIndexScan:
        if (is_of_range(reinterpret_cast<const BitmapIndexScan*>(plan)))
            indexes = lappend_oid(indexes, reinterpret_cast<const BitmapIndexScan*>(plan)->indexid);
        break;
    case T_BitmapAnd:
        indexes = add_all(indexes, reinterpret_cast<const BitmapAnd*>(plan)->bitmapplans);
        break;
    case T_BitmapOr:
        indexes = add_all(indexes, reinterpret_cast<const BitmapOr*>(plan)->bitmapplans);
        break;
    case T_SubqueryScan:
        indexes = add_scans(indexes, reinterpret_cast<const SubqueryScan*>(plan)->subplan);
        break;
    case T_Append:
        indexes = add_all(indexes, reinterpret_cast<const Append*>(plan)->appendplans);
        break;
    case T_MergeAppend:
        indexes = add_all(indexes, reinterpret_cast<const MergeAppend*>(plan)->mergeplans);
        break;
    case T_CustomScan:
        indexes = add_all(indexes, reinterpret_cast<const CustomScan*>(plan)->custom_plans);
        break;
    default:
        break;
    }
    return add_scans(add_scans(indexes, plan->lefttree), plan->righttree);
}

}  // namespace

List* find_index_scans(const PlannedStmt* statement) {
    return add_all(add_scans(NIL, statement->planTree), statement->subplans);
}

}  // namespace vx::pg
