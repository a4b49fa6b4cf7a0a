#include "pg/advice/distance_calls.h"

#include "pg/index/open_index.h"

#include "pg/index/cost.h"
#include "pg/planner/measure.h"

namespace vx::pg {
namespace {

/// The access method by whose operator classes distances are known; InvalidOid where it is none of
/// ours.
Oid find_method() {
    const Oid method = get_am_oid("hnsw", true);
    if (!OidIsValid(method)) return InvalidOid;
    const IndexAmRoutine* routine = GetIndexAmRoutineByAmId(method, true);
    return routine != nullptr && routine->amcostestimate == estimate_cost ? method : InvalidOid;
}

bool is_call_of(const DistanceKind& kind, Oid function) {
    if (kind.function == function) return true;
    Measure measure{};
    measure.function = kind.function;
    return is_negated(measure, function);
}

struct Search {
    const List* distances;
    DistanceCall* call;
};

bool match_call(const Search& search, Node* node, Oid function, const List* args) {
    if (list_length(args) != 2) return false;
    ListCell* cell = nullptr;
    foreach (cell, search.distances) {
        const auto* kind = static_cast<const DistanceKind*>(lfirst(cell));
        if (!is_call_of(*kind, function)) continue;
        *search.call = {kind, node, static_cast<Node*>(linitial(args)),
                        static_cast<Node*>(lsecond(args))};
        return true;
    }
    return false;
}

bool visit(Node* node, void* context) {
    if (node == nullptr) return false;
    const auto& search = *static_cast<const Search*>(context);
    if (IsA(node, OpExpr)) {
        auto* op = reinterpret_cast<OpExpr*>(node);
        set_opfuncid(op);
        if (match_call(search, node, op->opfuncid, op->args)) return true;
    } else if (IsA(node, FuncExpr)) {
        const auto* function = reinterpret_cast<const FuncExpr*>(node);
        if (match_call(search, node, function->funcid, function->args)) return true;
    }
    return vx_walk_expression(node, visit, context);
}

}  // namespace

List* load_distances() {
    const Oid method = find_method();
    List* distances = NIL;
    if (!OidIsValid(method)) return distances;
    CatCList* classes = SearchSysCacheList1(CLAAMNAMENSP, ObjectIdGetDatum(method));
    for (int i = 0; i < classes->n_members; ++i) {
        const auto* form =
            reinterpret_cast<Form_pg_opclass>(GETSTRUCT(&classes->members[i]->tuple));
        const Oid type = form->opcintype;
        const Oid op = get_opfamily_member(form->opcfamily, type, type, kDistanceStrategy);
        // Filter columns have operators of that number, too, and no distance.
        if (!OidIsValid(op) ||
            !OidIsValid(get_opfamily_proc(form->opcfamily, type, type, kDistanceProc)))
            continue;
        auto* kind = static_cast<DistanceKind*>(palloc(sizeof(DistanceKind)));
        *kind = {form->oid, type, op, get_opcode(op)};
        distances = lappend(distances, kind);
    }
    ReleaseSysCacheList(classes);
    return distances;
}

bool find_distance_call(const List* distances, Node* expression, DistanceCall* call) {
    Search search{distances, call};
    return visit(expression, &search);
}

}  // namespace vx::pg
