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

/// The same of sparse values, which sort as dense ones do: the first index that only one of them
/// has decides by the sign of its element.
inline int compare(const Sparse& a, const Sparse& b) {
    const auto left = a.indices();
    const auto right = b.indices();
    const size_t common = left.size() < right.size() ? left.size() : right.size();
    const auto sign = [](float element) { return element < 0 ? -1 : 1; };
    for (size_t i = 0; i < common; ++i) {
        const float x = a.values()[i];
        const float y = b.values()[i];
        if (left[i] < right[i]) return sign(x);
        if (left[i] > right[i]) return -sign(y);
        if (x < y) return -1;
        if (x > y) return 1;
    }
    // One list begins with the other: what is beyond the other's dimensions does not count.
    if (left.size() > common && left[common] < b.dims) return sign(a.values()[common]);
    if (right.size() > common && right[common] < a.dims) return -sign(b.values()[common]);
    return (a.dims > b.dims) - (a.dims < b.dims);
}

template <class T>
int compare_args(FunctionCallInfo fcinfo) {
    const auto& a = arg<T>(fcinfo, 0);
    const auto& b = arg<T>(fcinfo, 1);
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

/// Hash of elements.  Equal values hash equally: -0 and 0 compare equal, so -0 is hashed as 0.
template <class Element>
uint64 hash_elements(std::span<const Element> elements, uint64 seed) {
    constexpr size_t kChunk = 64;
    float4 chunk[kChunk];
    uint64 hash = 0;
    for (auto rest = elements; !rest.empty();) {
        const auto part = rest.first(rest.size() < kChunk ? rest.size() : kChunk);
        for (size_t i = 0; i < part.size(); ++i) chunk[i] = static_cast<float>(part[i]) + 0.0F;
        const auto* bytes = reinterpret_cast<const unsigned char*>(chunk);
        const auto size = static_cast<int>(part.size() * sizeof(float4));
        hash = hash_combine64(hash, hash_bytes_extended(bytes, size, seed));
        rest = rest.subspan(part.size());
    }
    return hash;
}

template <class T>
uint64 hash_value(const Dense<T>& value, uint64 seed) {
    return hash_elements(value.elements(), seed);
}

inline uint64 hash_value(const Sparse& value, uint64 seed) {
    const auto indices = value.indices();
    const auto* bytes = reinterpret_cast<const unsigned char*>(indices.data());
    const uint64 hash = hash_bytes_extended(bytes, static_cast<int>(indices.size_bytes()),
                                            hash_combine64(seed, static_cast<uint64>(value.dims)));
    return hash_combine64(hash, hash_elements(value.values(), seed));
}

/// type_hash(T) -> integer, hash support function 1
template <class T>
Datum hash(FunctionCallInfo fcinfo) {
    const auto& value = arg<T>(fcinfo, 0);
    const uint64 result = hash_value(value, 0);
    free_if_copy<T>(fcinfo, 0, value);
    PG_RETURN_UINT32(static_cast<uint32>(result));
}

/// type_hash_extended(T, seed) -> bigint, hash support function 2.  With seed 0 its low half is
/// what `hash` returns, as hash partitioning demands.
template <class T>
Datum hash_extended(FunctionCallInfo fcinfo) {
    const auto& value = arg<T>(fcinfo, 0);
    const uint64 result = hash_value(value, static_cast<uint64>(PG_GETARG_INT64(1)));
    free_if_copy<T>(fcinfo, 0, value);
    PG_RETURN_UINT64(result);
}

}  // namespace vx::pg
