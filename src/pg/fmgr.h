// Glue between SQL-callable C symbols and C++ function bodies.
#pragma once

#include "pg/pg.h"

/// Defines the C symbol `symbol` (plus its pg_finfo companion) as a call of `body`, a function
/// `Datum(FunctionCallInfo)`; the body may be a template instance, hence the variadic form.  Names
/// are never pasted together, so that a grep for a symbol finds SQL, C++ and tests alike.
#define VX_FUNCTION(symbol, ...)                                                                   \
    extern "C" {                                                                                   \
    PG_FUNCTION_INFO_V1(symbol);                                                                   \
    PGDLLEXPORT Datum symbol(PG_FUNCTION_ARGS) { return __VA_ARGS__(fcinfo); }                     \
    }
