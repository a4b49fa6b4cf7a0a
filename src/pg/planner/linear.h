// Expressions that grow or fall with a distance: 1 - (e <=> q), (2 - (e <=> q)) / 2, inner_product.
#pragma once

#include "pg/planner/measure.h"

namespace vx::pg {

/// value = factor * inner + addend, where the addend is a number or an expression.
struct LinearStep {
    double factor;
    double addend;
    double magnitude;  // of all numbers that were added up in `addend`
    Expr* expression;  // null: the addend is the number
};

/// An expression over a distance, from the outside in.  Every step grows or falls strictly but for
/// rounding, which keeps the order; so what is ordered by the distance is ordered by the
/// expression, ties of the expression included.
struct Linear {
    static constexpr int kMaxSteps = 3;

    Node* query;  // what the distance of the indexed column is taken to
    LinearStep steps[kMaxSteps];
    int count;

    /// 1 when the expression grows with the distance, -1 when it falls.
    int direction() const;
    /// Whether it depends on nothing but the distance and numbers.
    bool is_constant() const;
};

/// Takes `node` apart; false when it is no such expression over the measure's distance.
bool find_linear(const Measure& measure, Node* node, Linear* linear);

/// Whether an expression has one value for a whole scan of the table and no effects.  It may have
/// columns of other tables: each of their rows has a scan of its own.
bool is_fixed(const Measure& measure, Node* node);

/// `node` without casts that change nothing.
Node* strip_relabel(Node* node);

/// An expression of type real or double precision as double precision.
Expr* as_float8(Node* node);

/// The greatest distance at which `linear` can be on the other side of `threshold`: below it when
/// the expression grows with the distance, above it when it falls.  An expression, evaluated once a
/// scan, never raising; its rounding may add to the distance a billionth.  Null when the
/// extension's version lacks what it takes.
Expr* invert(PlannerInfo* root, const Measure& measure, const Linear& linear, Expr* threshold);

}  // namespace vx::pg
