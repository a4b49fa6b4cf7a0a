// Taking expressions over a distance apart, and solving them for it.
#include "pg/planner/linear.h"

namespace vx::pg {
namespace {

// No query is written deeper.
constexpr int kMaxDepth = 16;
// Numbers that steps may have.  A sum loses the digits of the distance that its magnitude takes:
// within these limits a solution is right to 1e-10.
constexpr double kLeastFactor = 1e-6;
constexpr double kMostFactor = 1e6;
constexpr double kMostMagnitude = 1e4;

/// A call of a function or operator with one argument or two.
struct Call {
    Oid function;
    Node* left;
    Node* right;  // null: one argument
};

bool find_call(Node* node, Call* call) {
    List* args = NIL;
    if (IsA(node, OpExpr)) {
        auto* op = reinterpret_cast<OpExpr*>(node);
        set_opfuncid(op);
        *call = {op->opfuncid, nullptr, nullptr};
        args = op->args;
    } else if (IsA(node, FuncExpr)) {
        auto* function = reinterpret_cast<FuncExpr*>(node);
        *call = {function->funcid, nullptr, nullptr};
        args = function->args;
    }
    if (list_length(args) != 1 && list_length(args) != 2) return false;
    call->left = static_cast<Node*>(linitial(args));
    if (list_length(args) == 2) call->right = static_cast<Node*>(lsecond(args));
    return true;
}

bool find_query(const Measure& measure, const Call& call, Node** query) {
    auto* index = const_cast<IndexOptInfo*>(measure.index);
    if (match_index_to_operand(call.left, 0, index) && is_fixed(measure, call.right))
        *query = call.right;
    else if (match_index_to_operand(call.right, 0, index) && is_fixed(measure, call.left))
        *query = call.left;
    else
        return false;
    return true;
}

bool find_number(Node* node, double* number) {
    if (!IsA(node, Const)) return false;
    const auto* value = reinterpret_cast<const Const*>(node);
    if (value->constisnull) return false;
    if (value->consttype == FLOAT8OID)
        *number = DatumGetFloat8(value->constvalue);
    else if (value->consttype == FLOAT4OID)
        *number = static_cast<double>(DatumGetFloat4(value->constvalue));
    else
        return false;
    return true;
}

Expr* negated(Expr* value) {
    return reinterpret_cast<Expr*>(makeFuncExpr(F_FLOAT8UM, FLOAT8OID, list_make1(value),
                                                InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL));
}

/// The step for `inner + other` and the like; the sign of each is a factor.
bool find_sum(Node* other, double inner_sign, double other_sign, LinearStep* step) {
    double number = 0;
    if (find_number(other, &number)) {
        *step = {inner_sign, other_sign * number, fabs(number), nullptr};
        return true;
    }
    Expr* addend = as_float8(other);
    *step = {inner_sign, 0, 0, other_sign < 0 ? negated(addend) : addend};
    return true;
}

bool find_product(Node* other, bool divides, LinearStep* step) {
    double number = 0;
    if (!find_number(other, &number)) return false;
    if (divides) number = 1 / number;
    *step = {number, 0, 0, nullptr};
    return true;
}

/// What a call does to its argument `*inner`, which is the one that is not fixed.
bool find_step(const Measure& measure, const Call& call, Node** inner, LinearStep* step) {
    const bool inner_is_left = call.right == nullptr || is_fixed(measure, call.right);
    *inner = inner_is_left ? call.left : call.right;
    Node* other = inner_is_left ? call.right : call.left;
    if (other != nullptr && !is_fixed(measure, other)) return false;
    switch (call.function) {
    case F_FLOAT8UP:
        *step = {1, 0, 0, nullptr};
        return true;
    case F_FLOAT8UM:
        *step = {-1, 0, 0, nullptr};
        return true;
    case F_FLOAT8PL:
    case F_FLOAT84PL:
    case F_FLOAT48PL:
        return find_sum(other, 1, 1, step);
    case F_FLOAT8MI:
    case F_FLOAT84MI:
    case F_FLOAT48MI:
        return inner_is_left ? find_sum(other, 1, -1, step) : find_sum(other, -1, 1, step);
    case F_FLOAT8MUL:
    case F_FLOAT84MUL:
    case F_FLOAT48MUL:
        return find_product(other, false, step);
    case F_FLOAT8DIV:
    case F_FLOAT84DIV:
    case F_FLOAT48DIV:
        return inner_is_left && find_product(other, true, step);
    default:
        return false;
    }
}

/// Puts a step inside those that are there; two of numbers become one.
bool add_step(const LinearStep& step, Linear* linear) {
    if (linear->count > 0) {
        LinearStep& last = linear->steps[linear->count - 1];
        if (step.expression == nullptr && last.expression == nullptr) {
            last.addend += last.factor * step.addend;
            last.magnitude += fabs(last.factor) * step.magnitude;
            last.factor *= step.factor;
            return true;
        }
    }
    if (linear->count == Linear::kMaxSteps) return false;
    linear->steps[linear->count++] = step;
    return true;
}

/// Whether all steps can be inverted without losing more than said above.
bool is_tame(const Linear& linear) {
    for (int i = 0; i < linear.count; ++i) {
        const LinearStep& step = linear.steps[i];
        const double factor = fabs(step.factor);
        // Also false for what is not a number.
        if (!(factor >= kLeastFactor && factor <= kMostFactor)) return false;
        if (!(step.magnitude <= kMostMagnitude * factor)) return false;
        if (step.expression == nullptr) continue;
        // What bound_of adds for a large addend widens a bound from above alone.
        for (int inner = i + 1; inner < linear.count; ++inner)
            if (linear.steps[inner].factor < 0 || linear.steps[inner].expression != nullptr)
                return false;
    }
    return true;
}

bool is_identity(const LinearStep& step) {
    return step.factor == 1 && step.addend == 0 && step.expression == nullptr;
}

/// The direction of what is inside of the first `from` steps.
int direction_from(const Linear& linear, int from) {
    int sign = 1;
    for (int i = from; i < linear.count; ++i)
        if (linear.steps[i].factor < 0) sign = -sign;
    return sign;
}

Expr* float8_const(double value) {
    return reinterpret_cast<Expr*>(makeConst(FLOAT8OID, -1, InvalidOid, sizeof(float8),
                                             Float8GetDatum(value), false, FLOAT8PASSBYVAL));
}

}  // namespace

int Linear::direction() const { return direction_from(*this, 0); }

bool Linear::is_constant() const {
    for (int i = 0; i < count; ++i)
        if (steps[i].expression != nullptr) return false;
    return true;
}

bool find_linear(const Measure& measure, Node* node, Linear* linear) {
    *linear = {};
    for (int depth = 0; depth < kMaxDepth; ++depth) {
        node = strip_relabel(node);
        Call call{};
        if (!find_call(node, &call)) return false;
        if (call.right != nullptr && find_query(measure, call, &linear->query)) {
            if (call.function == measure.function) return is_tame(*linear);
            if (!is_negated(measure, call.function)) return false;
            return add_step({-1, 0, 0, nullptr}, linear) && is_tame(*linear);
        }
        LinearStep step{};
        if (!find_step(measure, call, &node, &step) || !add_step(step, linear)) return false;
    }
    return false;
}

bool is_fixed(const Measure& measure, Node* node) {
    Bitmapset* columns = nullptr;
    pull_varattnos(node, measure.index->rel->relid, &columns);
    return bms_is_empty(columns) && !contain_volatile_functions(node) && !contain_subplans(node);
}

Node* strip_relabel(Node* node) {
    while (IsA(node, RelabelType))
        node = reinterpret_cast<Node*>(reinterpret_cast<RelabelType*>(node)->arg);
    return node;
}

Expr* as_float8(Node* node) {
    if (exprType(node) != FLOAT4OID) return reinterpret_cast<Expr*>(node);
    return reinterpret_cast<Expr*>(makeFuncExpr(F_FLOAT8_FLOAT4, FLOAT8OID, list_make1(node),
                                                InvalidOid, InvalidOid, COERCE_IMPLICIT_CAST));
}

Expr* invert(PlannerInfo* root, const Measure& measure, const Linear& linear, Expr* threshold) {
    // vectorext_bound rounds up: a bound from below, inside of which the distance falls, is solved
    // for negated, and stays so until it is one from above again.
    double sign = 1;
    for (int i = 0; i < linear.count; ++i) {
        const LinearStep& step = linear.steps[i];
        if (is_identity(step)) continue;
        const Oid function = find_bound_function(measure);
        if (!OidIsValid(function)) return nullptr;
        const double next_sign = direction_from(linear, i + 1);
        Expr* addend = step.expression;
        if (addend == nullptr)
            addend = float8_const(sign * step.addend);
        else if (sign < 0)
            addend = negated(addend);
        List* args = list_make3(threshold, float8_const(step.factor * sign * next_sign), addend);
        threshold = reinterpret_cast<Expr*>(
            makeFuncExpr(function, FLOAT8OID, args, InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL));
        sign = next_sign;
    }
    return reinterpret_cast<Expr*>(
        eval_const_expressions(root, reinterpret_cast<Node*>(copyObjectImpl(threshold))));
}

}  // namespace vx::pg
