#include "pg/planner/plan_scans.h"

namespace vx::pg {
namespace {

List* add_scans(List* indexes, const Plan* plan);

List* add_all(List* indexes, const List* plans) {
    ListCell* cell = nullptr;
    foreach (cell, plans) indexes = add_scans(indexes, static_cast<const Plan*>(lfirst(cell)));
    return indexes;
}

List* add_scans(List* indexes, const Plan* plan) {
    if (plan == nullptr) return indexes;
    switch (nodeTag(plan)) {
    case T_IndexScan:
        indexes = lappend_oid(indexes, reinterpret_cast<const IndexScan*>(plan)->indexid);
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
