// The type modifier of vector types: the number of dimensions, as is.
#pragma once

#include "pg/types/datum.h"

namespace vx::pg {

/// type_typmod_in(cstring[]) -> integer
template <class T>
Datum typmod_in(FunctionCallInfo fcinfo) {
    int count = 0;
    const int32* modifiers = ArrayGetIntegerTypmods(PG_GETARG_ARRAYTYPE_P(0), &count);
    if (count != 1) {
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid type modifier"));
    }
    const int32 dims = modifiers[0];
    if (dims < 1) {
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("dimensions for type %s must be at least 1", T::kName));
    }
    if (dims > T::kMaxDims) {
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("dimensions for type %s cannot exceed %d", T::kName, T::kMaxDims));
    }
    PG_RETURN_INT32(dims);
}

/// type(T, typmod, explicit) -> T: the length coercion, which only checks.
template <class T>
Datum typmod_cast(FunctionCallInfo fcinfo) {
    const typename T::Value& value = arg<T>(fcinfo, 0);
    check_typmod(PG_GETARG_INT32(1), value.dims);
    PG_RETURN_POINTER(&value);
}

}  // namespace vx::pg
