// Catalog lookups for the planner.  All go through the system caches.
#include "pg/planner/measure.h"

#include "pg/index/cost.h"
#include "pg/index/open_index.h"

extern "C" {
Datum inner_product(PG_FUNCTION_ARGS);
Datum halfvec_inner_product(PG_FUNCTION_ARGS);
Datum sparsevec_inner_product(PG_FUNCTION_ARGS);
Datum vector_negative_inner_product(PG_FUNCTION_ARGS);
Datum halfvec_negative_inner_product(PG_FUNCTION_ARGS);
Datum sparsevec_negative_inner_product(PG_FUNCTION_ARGS);
}

namespace vx::pg {
namespace {

struct Negation {
    PGFunction function;
    PGFunction negative;
};
const Negation kNegations[] = {
    {inner_product, vector_negative_inner_product},
    {halfvec_inner_product, halfvec_negative_inner_product},
    {sparsevec_inner_product, sparsevec_negative_inner_product},
};

PGFunction address_of(Oid function) {
    FmgrInfo info;
    fmgr_info(function, &info);
    return info.fn_addr;
}

}  // namespace

bool is_vector_index(const IndexOptInfo* index) {
    return reinterpret_cast<amcostestimate_function>(index->amcostestimate) == estimate_cost;
}

bool find_measure(const IndexOptInfo* index, Measure* measure) {
    if (!is_vector_index(index)) return false;
    const Oid family = index->opfamily[0];
    const Oid type = index->opcintype[0];
    const Oid distance = get_opfamily_member(family, type, type, kDistanceStrategy);
    if (!OidIsValid(distance)) return false;
    *measure = {
        .index = index,
        .family = family,
        .type = type,
        .distance = distance,
        .function = get_opcode(distance),
        .sort_family = get_op_opfamily_sortfamily(distance, family),
        .within = get_opfamily_member(family, type, FLOAT8OID, kWithinStrategy),
        .within_or_nan = get_opfamily_member(family, type, FLOAT8OID, kWithinOrNanStrategy),
        .nan_first = get_opfamily_member(family, type, type, kNanFirstStrategy),
        .query = get_opfamily_member(family, type, type, kQueryStrategy),
        .may_be_nan = OidIsValid(get_opfamily_proc(family, type, type, kNormProc)),
    };
    return true;
}

bool is_negated(const Measure& measure, Oid function) {
    // Before its library is loaded: one that belongs to the extension is in the same schema.
    if (get_func_namespace(function) != get_func_namespace(measure.function)) return false;
    const PGFunction found = address_of(function);
    for (const Negation& negation : kNegations)
        if (negation.function == found) return address_of(measure.function) == negation.negative;
    return false;
}

Oid find_bound_function(const Measure& measure) {
    constexpr Oid kTypes[] = {FLOAT8OID, FLOAT8OID, FLOAT8OID};
    return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum("vectorext_bound"),
                           PointerGetDatum(buildoidvector(kTypes, lengthof(kTypes))),
                           ObjectIdGetDatum(get_func_namespace(get_opcode(measure.within))));
}

}  // namespace vx::pg
