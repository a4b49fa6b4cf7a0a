// Order, equality and hashes: element by element, then the shorter one first, as SQL arrays.
#pragma once

#include "pg/types/datum.h"

namespace vx::pg {

/// Negative, 0 or positive as `a` sorts before, with or after `b`; dimensions may differ.
template <class T>
int compare(const Dense<T>& a, const Dense<T>& b) {
    const auto left = a.elements();
    const auto right = b.elements();
    const size_t common = left.size() < right.size() ? left.size() : right.size();
    for (size_t i = 0; i < common; ++i) {
        const auto x = static_cast<float>(left[i]);
        const auto y = static_cast<float>(right[i]);
        if (x < y) return -1;
        if (x > y) return 1;
    }
    return (left.size() > right.size()) - (left.size() < right.size());
}

template <class T>
int compare_args(FunctionCallInfo fcinfo) {
    const Dense<T>& a = arg<T>(fcinfo, 0);
    const Dense<T>& b = arg<T>(fcinfo, 1);
    const int order = compare(a, b);
    free_if_copy<T>(fcinfo, 0, a);
    free_if_copy<T>(fcinfo, 1, b);
    return order;
}

/// type_cmp(T, T) -> integer, btree support function 1
template <class T>
Datum cmp(FunctionCallInfo fcinfo) {
    PG_RETURN_INT32(compare_args<T>(fcinfo));
}

/// The six comparison operators: kHolds(order) says whether the operator is true.
template <class T, bool (*kHolds)(int order)>
Datum comparison(FunctionCallInfo fcinfo) {
    PG_RETURN_BOOL(kHolds(compare_args<T>(fcinfo)));
}

constexpr bool is_less(int order) { return order < 0; }
constexpr bool is_less_or_equal(int order) { return order <= 0; }
constexpr bool is_equal(int order) { return order == 0; }
constexpr bool is_not_equal(int order) { return order != 0; }
constexpr bool is_greater_or_equal(int order) { return order >= 0; }
constexpr bool is_greater(int order) { return order > 0; }

/// Hash of the elements.  Equal values hash equally: -0 and 0 compare equal, so -0 is hashed as 0.
template <class T>
uint64 hash_dense(const Dense<T>& value, uint64 seed) {
    constexpr size_t kChunk = 64;
    float4 chunk[kChunk];
    uint64 hash = 0;
    for (auto rest = value.elements(); !rest.empty();) {
        const auto part = rest.first(rest.size() < kChunk ? rest.size() : kChunk);
        for (size_t i = 0; i < part.size(); ++i) chunk[i] = static_cast<float>(part[i]) + 0.0F;
        const auto* bytes = reinterpret_cast<const unsigned char*>(chunk);
        const auto size = static_cast<int>(part.size() * sizeof(float4));
        hash = hash_combine64(hash, hash_bytes_extended(bytes, size, seed));
        rest = rest.subspan(part.size());
    }
    return hash;
}

/// type_hash(T) -> integer, hash support function 1
template <class T>
Datum hash(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const uint64 result = hash_dense(value, 0);
    free_if_copy<T>(fcinfo, 0, value);
    PG_RETURN_UINT32(static_cast<uint32>(result));
}

/// type_hash_extended(T, seed) -> bigint, hash support function 2.  With seed 0 its low half is
/// what `hash` returns, as hash partitioning demands.
template <class T>
Datum hash_extended(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const uint64 result = hash_dense(value, static_cast<uint64>(PG_GETARG_INT64(1)));
    free_if_copy<T>(fcinfo, 0, value);
    PG_RETURN_UINT64(result);
}

}  // namespace vx::pg
