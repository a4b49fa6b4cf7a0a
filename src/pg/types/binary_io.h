// Binary input and output, all in network byte order.  Dense: uint16 dimensions, uint16 zero, the
// elements.  Sparse: int32 dimensions, int32 count, int32 zero, the indices from 0, the elements.
#pragma once

#include "core/text/vector_binary.h"
#include "pg/types/datum.h"

namespace vx::pg {

/// type_recv(internal, oid, typmod) -> T.  Nothing is allocated before the bytes are known to
/// exist.
template <class T>
Datum binary_recv(FunctionCallInfo fcinfo) {
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
    decode_words(wire, result.elements());
    check_finite<T>(result.elements());
    PG_RETURN_POINTER(&result);
}

/// type_send(T) -> bytea
template <class T>
Datum binary_send(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const size_t bytes = VARHDRSZ + 2 * sizeof(int16) + value.elements().size_bytes();
    auto* result = static_cast<bytea*>(palloc(bytes));
    SET_VARSIZE(result, bytes);
    char* wire = VARDATA(result);
    const uint16 dims = pg_hton16(static_cast<uint16>(value.dims));
    const uint16 unused = pg_hton16(static_cast<uint16>(value.unused));
    memcpy(wire, &dims, sizeof dims);
    memcpy(wire + sizeof dims, &unused, sizeof unused);
    encode_words(value.elements(), wire + sizeof dims + sizeof unused);
    PG_RETURN_BYTEA_P(result);
}

/// sparsevec_recv(internal, oid, typmod) -> sparsevec.  Nothing is allocated before the bytes are
/// known to exist.
inline Datum sparse_recv(FunctionCallInfo fcinfo) {
    auto* message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
    const auto dims = static_cast<int32>(pq_getmsgint(message, sizeof(int32)));
    const auto count = static_cast<int32>(pq_getmsgint(message, sizeof(int32)));
    const auto unused = static_cast<int32>(pq_getmsgint(message, sizeof(int32)));
    check_dims<SparseVector>(dims);
    check_non_zero_count(count, dims);
    check_typmod(PG_GETARG_INT32(2), dims);
    if (unused != 0) raise_unexpected_unused(unused);

    const auto bytes = static_cast<int>(sizeof(int32) + sizeof(float)) * count;
    const char* wire = pq_getmsgbytes(message, bytes);
    Sparse& result = new_sparse(dims, count);
    decode_words(wire, result.indices());
    check_indices(result);
    decode_words(wire + result.indices().size_bytes(), result.values());
    for (const float value : result.values()) {
        if (!std::isfinite(value)) raise_not_finite(SparseVector::kName, value);
        if (value == 0) raise_stored_zero();
    }
    PG_RETURN_POINTER(&result);
}

/// sparsevec_send(sparsevec) -> bytea
inline Datum sparse_send(FunctionCallInfo fcinfo) {
    const Sparse& value = arg<SparseVector>(fcinfo, 0);
    const int32 header[] = {value.dims, value.count, value.unused};
    const size_t bytes =
        VARHDRSZ + sizeof header + value.indices().size_bytes() + value.values().size_bytes();
    auto* result = static_cast<bytea*>(palloc(bytes));
    SET_VARSIZE(result, bytes);
    char* wire = VARDATA(result);
    encode_words<int32>(header, wire);
    wire += sizeof header;
    encode_words(value.indices(), wire);
    encode_words(value.values(), wire + value.indices().size_bytes());
    PG_RETURN_BYTEA_P(result);
}

}  // namespace vx::pg
