// Arguments and results of the functions that ask a table for neighbors.
#pragma once

#include <cmath>

#include "pg/pg.h"

namespace vx::pg {

/// How many neighbors may be asked for.
constexpr int kMaxK = 10000;

inline Datum required_argument(FunctionCallInfo fcinfo, int arg, const char* name) {
    if (PG_ARGISNULL(arg))
        ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                errmsg("%s must not be null", name));
    return PG_GETARG_DATUM(arg);
}

/// An integer from 1 to `most`.
inline int positive_argument(FunctionCallInfo fcinfo, int arg, const char* name, int most) {
    const int32 value = DatumGetInt32(required_argument(fcinfo, arg, name));
    if (value < 1 || value > most)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("%s must be between 1 and %d", name, most));
    return value;
}

inline void connect() {
    if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
}

/// NULL for what is no number.
inline Datum make_float(double value, bool* is_null) {
    *is_null = std::isnan(value);
    return Float8GetDatum(value);
}

}  // namespace vx::pg
