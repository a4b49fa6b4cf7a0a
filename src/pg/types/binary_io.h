// Binary input and output of dense vectors: uint16 dimensions, uint16 zero, the elements, all in
// network byte order.
#pragma once

#include "core/text/vector_binary.h"
#include "pg/types/datum.h"

namespace vx::pg {

/// type_recv(internal, oid, typmod) -> T.  Nothing is allocated before the bytes are known to
/// exist.
template <class T>
Datum binary_recv(FunctionCallInfo fcinfo) {
    static_assert(std::is_same_v<typename T::Element, float>, "decode_floats reads floats");
    auto* message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
    const int32 typmod = PG_GETARG_INT32(2);
    const auto dims = static_cast<int>(pq_getmsgint(message, sizeof(int16)));
    const auto unused = static_cast<int>(pq_getmsgint(message, sizeof(int16)));
    check_dims<T>(dims);
    check_typmod(typmod, dims);
    if (unused != 0) raise_unexpected_unused(unused);

    const auto bytes = static_cast<int>(sizeof(typename T::Element)) * dims;
    const char* wire = pq_getmsgbytes(message, bytes);
    Dense<T>& result = new_dense<T>(dims);
    const size_t bad = decode_floats(wire, result.elements());
    if (bad < result.elements().size()) raise_not_finite(T::kName, result.elements()[bad]);
    PG_RETURN_POINTER(&result);
}

/// type_send(T) -> bytea
template <class T>
Datum binary_send(FunctionCallInfo fcinfo) {
    static_assert(std::is_same_v<typename T::Element, float>, "encode_floats writes floats");
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const size_t bytes = VARHDRSZ + 2 * sizeof(int16) + value.elements().size_bytes();
    auto* result = static_cast<bytea*>(palloc(bytes));
    SET_VARSIZE(result, bytes);
    char* wire = VARDATA(result);
    const uint16 dims = pg_hton16(static_cast<uint16>(value.dims));
    const uint16 unused = pg_hton16(static_cast<uint16>(value.unused));
    memcpy(wire, &dims, sizeof dims);
    memcpy(wire + sizeof dims, &unused, sizeof unused);
    encode_floats(value.elements(), wire + sizeof dims + sizeof unused);
    PG_RETURN_BYTEA_P(result);
}

}  // namespace vx::pg
