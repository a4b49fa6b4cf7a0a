// The SQL functions behind index conditions and orders that the planner adds.
#include <cfloat>

#include "pg/fmgr.h"
#include "pg/index/strategies.h"
#include "pg/types/distance.h"

namespace vx::pg {
namespace {

/// The function of @<, @<~, and @<@.  A row's value alone has no distance, so there is nothing to
/// say when a statement asks.  The executor asks, about a row that was updated meanwhile, in a
/// condition that the planner made, which has a collation (bounds.cpp): there the comparison from
/// which the condition came decides.
Datum within(FunctionCallInfo fcinfo) {
    if (OidIsValid(PG_GET_COLLATION())) PG_RETURN_BOOL(true);
    refuse_statement_operator();
}

/// vectorext_bound(threshold, factor, addend): y where factor * y + addend is the threshold.
///
/// Never raises: the comparison that is solved here for the distance may be true or false where the
/// server's arithmetic would overflow.  NaN comes out where anything is possible, and bounds
/// nothing.
Datum bound(FunctionCallInfo fcinfo) {
    const double factor = PG_GETARG_FLOAT8(1);
    const double addend = PG_GETARG_FLOAT8(2);
    double y = (PG_GETARG_FLOAT8(0) - addend) / factor;
    // The sum that is compared has lost this much of y beside an addend that is large, or large for
    // so small a y; less is within the room that scans leave.  Upward: the planner has bounds from
    // below negated.
    const double lost = 4 * DBL_EPSILON * fabs(addend / factor);
    if (lost > 1e-10 || lost > 1e-6 * fabs(y)) y += lost;
    PG_RETURN_FLOAT8(y + 0.0);  // no -0
}

/// Cosine distance, but less than all others where there is none.
struct CosineNanFirst : OfElements<CosineNanFirst> {
    template <class Sums>
    static double of(const Sums& sums) {
        const double distance = Cosine::of(sums);
        return isnan(distance) ? -HUGE_VAL : distance;
    }
};

}  // namespace
}  // namespace vx::pg

namespace pg = vx::pg;

VX_FUNCTION(vectorext_within, pg::within)
VX_FUNCTION(vectorext_bound, pg::bound)
VX_FUNCTION(vectorext_cosine_nan_first, pg::distance<pg::Vector, pg::CosineNanFirst>)
VX_FUNCTION(vectorext_halfvec_cosine_nan_first, pg::distance<pg::HalfVector, pg::CosineNanFirst>)
VX_FUNCTION(vectorext_sparsevec_cosine_nan_first,
            pg::distance<pg::SparseVector, pg::CosineNanFirst>)
