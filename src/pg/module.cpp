// What happens when the server loads the library, at first use or at start (preload).
#include "core/kernels/kernel_table.h"
#include "pg/fmgr.h"
#include "pg/index/options.h"
#include "pg/pg.h"

namespace {

#define VX_VERSION "0.1.0"

Datum version(FunctionCallInfo) { PG_RETURN_TEXT_P(cstring_to_text(VX_VERSION)); }

Datum simd(FunctionCallInfo) { PG_RETURN_TEXT_P(cstring_to_text(vx::kernels().name)); }

}  // namespace

extern "C" {

VX_MODULE_MAGIC("vectorext", VX_VERSION);

PGDLLEXPORT void _PG_init(void);

void _PG_init(void) {
    vx::choose_kernels(getenv("VECTOREXT_SIMD"));
    vx::pg::init_index_options();
}

}  // extern "C"

VX_FUNCTION(vectorext_version, version)
VX_FUNCTION(vectorext_simd, simd)
