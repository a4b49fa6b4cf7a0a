// The stored form of dense vector types, and the only functions that read or create it.
//
// A type is a trait: its SQL name, element and limit.  Everything else in this folder is written
// once over such a trait.  The layout is pgvector's, bit for bit, because its data files must stay
// readable and other extensions cast such values to structs of their own.
#pragma once

#include "pg/errors.h"
#include "pg/pg.h"

namespace vx::pg {

/// SQL type `vector`: single-precision elements.
struct Vector {
    using Element = float;
    static constexpr const char* kName = "vector";
    static constexpr int kMaxDims = 16000;
};

/// A value of type `T` in memory, with a 4-byte length word; the elements follow the header.
template <class T>
struct Dense {
    using Element = typename T::Element;

    int32 length_word;  // of varlena; for SET_VARSIZE and VARSIZE only
    int16 dims;
    int16 unused;  // always 0

    static constexpr size_t bytes(size_t dims) { return sizeof(Dense) + dims * sizeof(Element); }

    std::span<Element> elements() {
        return {reinterpret_cast<Element*>(this + 1), static_cast<size_t>(dims)};
    }
    std::span<const Element> elements() const {
        return {reinterpret_cast<const Element*>(this + 1), static_cast<size_t>(dims)};
    }
};
static_assert(sizeof(Dense<Vector>) == 8 && alignof(Dense<Vector>) == 4, "on disk: never change");

/// Raises unless `dims` is a legal number of dimensions for `T`.
template <class T>
void check_dims(int64 dims) {
    if (dims < 1) raise_no_dimensions(T::kName);
    if (dims > T::kMaxDims) raise_too_many_dimensions(T::kName, T::kMaxDims);
}

/// Raises unless `typmod`, which is the declared dimensions or -1, allows `dims`.
inline void check_typmod(int32 typmod, int dims) {
    if (typmod != -1 && typmod != dims) raise_unexpected_dimensions(typmod, dims);
}

/// Raises if an element is NaN or infinite.
template <class T>
void check_finite(std::span<const typename T::Element> elements) {
    for (const auto element : elements) {
        const auto value = static_cast<float>(element);
        if (!std::isfinite(value)) raise_not_finite(T::kName, value);
    }
}

/// Raises unless both operands have the same dimensions.
template <class T>
void check_same_dims(const Dense<T>& a, const Dense<T>& b) {
    if (a.dims != b.dims) raise_dimension_mismatch(T::kName, a.dims, b.dims);
}

/// The value behind `value`, decompressed if necessary (then a copy in the current context).  Its
/// elements are safe to read: a header that disagrees with the length raises an error.
template <class T>
const Dense<T>& view_dense(Datum value) {
    const auto* dense = reinterpret_cast<const Dense<T>*>(PG_DETOAST_DATUM(value));
    const size_t bytes = VARSIZE(dense);
    if (bytes < sizeof(Dense<T>) || dense->dims < 1 || bytes != Dense<T>::bytes(dense->dims)) {
        raise_corrupt_value(T::kName);
    }
    return *dense;
}

/// Argument `n` of an SQL function, which must not be NULL.
template <class T>
const Dense<T>& arg(FunctionCallInfo fcinfo, int n) {
    return view_dense<T>(PG_GETARG_DATUM(n));
}

/// Frees what `arg` had to copy.  Only for functions that sorting and index code calls in a
/// long-lived context; elsewhere the context dies soon enough.
template <class T>
void free_if_copy(FunctionCallInfo fcinfo, int n, const Dense<T>& value) {
    if (reinterpret_cast<const char*>(&value) != DatumGetPointer(PG_GETARG_DATUM(n))) {
        pfree(const_cast<Dense<T>*>(&value));
    }
}

/// A new value in the current context with uninitialised elements; `dims` has been checked.
template <class T>
Dense<T>& new_dense(int dims) {
    const size_t bytes = Dense<T>::bytes(static_cast<size_t>(dims));
    auto* dense = static_cast<Dense<T>*>(palloc(bytes));
    SET_VARSIZE(dense, bytes);
    dense->dims = static_cast<int16>(dims);
    dense->unused = 0;
    return *dense;
}

}  // namespace vx::pg
