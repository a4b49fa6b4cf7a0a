// The access method as PostgreSQL sees it.
#include "pg/fmgr.h"
#include "pg/index/build.h"
#include "pg/index/cost.h"
#include "pg/index/insert.h"
#include "pg/index/options.h"
#include "pg/index/scan.h"
#include "pg/index/vacuum.h"
#include "pg/index/validate.h"

namespace vx::pg {
namespace {

bool answer_property(Oid, int attribute, IndexAMProperty property, const char*, bool* result,
                     bool* is_null) {
    if (property != AMPROP_DISTANCE_ORDERABLE || attribute == 0) return false;
    *result = attribute == 1;
    *is_null = false;
    return true;
}

/// What both names have in common: one graph, one file format.
IndexAmRoutine* make_routine() {
    IndexAmRoutine* am = makeNode(IndexAmRoutine);
    // No fixed set: catalogs of pgvector have the first of those in planner/measure.h alone.
    am->amstrategies = 0;
    am->amcanorderbyop = true;
    // The first key column orders; its quals, which the planner's hook makes, only bound the
    // distance.
    am->amoptionalkey = true;
    // What vacuum keeps of each node, 11 bits, it keeps whatever maintenance_work_mem says: other
    // indexes of the table need not share theirs with it.
    am->amusemaintenanceworkmem = false;
    // Not COND_CLEANUP, which leaves cleanup to one process where bulk deletion has run: taking the
    // dead out of the graph is the larger part of a VACUUM, and it is cleanup's, whether rows were
    // deleted just now or by a VACUUM before.  What cleanup has to do is on the index's pages
    // alone: it may be another process's than bulk deletion was, which hands it only the server's
    // struct.
    am->amparallelvacuumoptions = VACUUM_OPTION_PARALLEL_BULKDEL | VACUUM_OPTION_PARALLEL_CLEANUP;
    am->amkeytype = InvalidOid;
    am->ambuild = build_index;
    am->ambuildempty = build_empty_index;
    am->aminsert = insert_row;
    am->ambulkdelete = bulk_delete;
    am->amvacuumcleanup = vacuum_cleanup;
    am->amcostestimate = estimate_cost;
    am->amproperty = answer_property;
    am->ambuildphasename = build_phase_name;
    am->ambeginscan = begin_scan;
    am->amrescan = start_scan;
    am->amgettuple = next_row;
    am->amgetbitmap = fill_bitmap;
    am->amendscan = end_scan;
    return am;
}

Datum handler(FunctionCallInfo) {
    IndexAmRoutine* am = make_routine();
    am->amsupport = 3;  // distance, norm, type support: pgvector's numbers
    // Filter columns after the vector.
    am->amcanmulticol = true;
    am->amsearcharray = true;
    am->amsearchnulls = true;
    am->amoptions = parse_reloptions;
    am->amvalidate = validate_opclass;
    PG_RETURN_POINTER(am);
}

/// The same index under the name of pgvector's other access method, with that one's options.
Datum ivfflat_handler(FunctionCallInfo) {
    IndexAmRoutine* am = make_routine();
    am->amsupport = 5;  // distance, norm, both once more for k-means, type support
    am->amoptions = parse_ivfflat_reloptions;
    am->amvalidate = validate_ivfflat_opclass;
    PG_RETURN_POINTER(am);
}

/// Support function 3 (hnsw) or 5 (ivfflat) of operator classes, as pgvector has it.  What an
/// operator class is for is known from its distance function (open_index.cpp): nothing calls these,
/// catalogs refer to them.
Datum describe_type(FunctionCallInfo) { PG_RETURN_POINTER(nullptr); }

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(hnswhandler, vx::pg::handler)
VX_FUNCTION(ivfflathandler, vx::pg::ivfflat_handler)
VX_FUNCTION(hnsw_halfvec_support, vx::pg::describe_type)
VX_FUNCTION(hnsw_sparsevec_support, vx::pg::describe_type)
VX_FUNCTION(hnsw_bit_support, vx::pg::describe_type)
VX_FUNCTION(ivfflat_halfvec_support, vx::pg::describe_type)
VX_FUNCTION(ivfflat_bit_support, vx::pg::describe_type)
