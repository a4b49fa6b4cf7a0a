// What happens when the server loads the library, at first use or at start (preload).
#include "core/kernels/kernel_table.h"
#include "pg/advice/inspect.h"
#include "pg/fmgr.h"
#include "pg/index/explain.h"
#include "pg/index/guard.h"
#include "pg/index/option_notice.h"
#include "pg/index/options.h"
#include "pg/index/row_limit.h"
#include "pg/pg.h"
#include "pg/planner/grouped.h"
#include "pg/planner/index_choice.h"
#include "pg/planner/paths.h"

namespace {

// VX_VERSION is the control file's default_version: the Makefile defines it, for this file alone.
Datum version(FunctionCallInfo) { PG_RETURN_TEXT_P(cstring_to_text(VX_VERSION)); }

/// Called by the install scripts: the two names of this extension, and pgvector, have the same
/// types and access methods.  Without it the second CREATE EXTENSION would end in whichever name
/// clashes first.
Datum claim_names(FunctionCallInfo) {
    static const char* const kNames[] = {"vector", "vectorext"};
    for (const char* name : kNames) {
        const Oid other = get_extension_oid(name, true);
        if (!OidIsValid(other) || other == CurrentExtensionObject) continue;
        ereport(ERROR, errcode(ERRCODE_DUPLICATE_OBJECT),
                errmsg("extension \"%s\" is installed in this database", name),
                errdetail("It has the same types and access methods; a database can have one of "
                          "the extensions \"vector\" and \"vectorext\"."),
                errhint("What uses either works with the one that is there.  To change the name, "
                        "see \"Moving from pgvector\" in the documentation of vectorext."));
    }
    PG_RETURN_VOID();
}

Datum simd(FunctionCallInfo) { PG_RETURN_TEXT_P(cstring_to_text(vx::kernels().name)); }

}  // namespace

extern "C" {

VX_MODULE_MAGIC("vectorext", VX_VERSION);

PGDLLEXPORT void _PG_init(void);

void _PG_init(void) {
    vx::choose_kernels(getenv("VECTOREXT_SIMD"));
    vx::pg::init_index_options();
    vx::pg::init_planner();
    vx::pg::init_option_notice();
    vx::pg::init_index_guard();
    vx::pg::init_row_limits();
    vx::pg::init_explain();
    vx::pg::init_index_choice();
    vx::pg::init_grouped();
    vx::pg::init_advice();
}

}  // extern "C"

VX_FUNCTION(vectorext_version, version)
VX_FUNCTION(vectorext_simd, simd)
VX_FUNCTION(vectorext_claim_names, claim_names)
