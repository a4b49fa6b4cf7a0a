// The stored form of vector types, and the only functions that read or create it.
//
// A type is a trait: its SQL name, element, limit and the struct of its values.  Everything else in
// this folder is written once over such a trait.  The layouts are pgvector's, bit for bit, because
// its data files must stay readable and other extensions cast such values to structs of their own.
#pragma once

#include "core/base/half.h"
#include "core/text/vector_binary.h"
#include "pg/errors.h"
#include "pg/pg.h"

namespace vx::pg {

template <class T>
struct Dense;
struct Sparse;

/// SQL type `vector`: single-precision elements.
struct Vector {
    using Element = float;
    using Value = Dense<Vector>;
    static constexpr const char* kName = "vector";
    static constexpr int kMaxDims = 16000;
};

/// SQL type `halfvec`: half-precision elements.
struct HalfVector {
    using Element = Half;
    using Value = Dense<HalfVector>;
    static constexpr const char* kName = "halfvec";
    static constexpr int kMaxDims = 16000;
};

/// SQL type `sparsevec`: single-precision elements; those that are zero are not stored.
struct SparseVector {
    using Element = float;
    using Value = Sparse;
    static constexpr const char* kName = "sparsevec";
    static constexpr int kMaxDims = 1000000000;
    static constexpr int kMaxNonZero = 16000;
};

/// A value of a dense type `T` in memory, with a 4-byte length word; the elements follow the
/// header.
template <class T>
struct Dense {
    using Element = typename T::Element;

    int32 length_word;  // of varlena; for SET_VARSIZE and VARSIZE only
    int16 dims;
    int16 unused;  // always 0

    static constexpr size_t bytes(size_t dims) { return sizeof(Dense) + dims * sizeof(Element); }

    /// Does the header agree with the length of the value?
    bool fits(size_t length) const {
        return dims >= 1 && length == bytes(static_cast<size_t>(dims));
    }

    std::span<Element> elements() {
        return {reinterpret_cast<Element*>(this + 1), static_cast<size_t>(dims)};
    }
    std::span<const Element> elements() const {
        return {reinterpret_cast<const Element*>(this + 1), static_cast<size_t>(dims)};
    }
};
static_assert(sizeof(Dense<Vector>) == 8 && alignof(Dense<Vector>) == 4, "on disk: never change");
static_assert(sizeof(Dense<HalfVector>) == 8, "on disk: never change");

/// A value of type sparsevec in memory: after the header `count` indices, ascending from 0, then
/// the elements at these indices, none of them zero.
struct Sparse {
    int32 length_word;  // of varlena; for SET_VARSIZE and VARSIZE only
    int32 dims;
    int32 count;
    int32 unused;  // always 0

    static constexpr size_t bytes(size_t count) {
        return sizeof(Sparse) + count * (sizeof(int32) + sizeof(float));
    }

    /// Does the header agree with the length of the value?
    bool fits(size_t length) const {
        return dims >= 1 && count >= 0 && length == bytes(static_cast<size_t>(count));
    }

    std::span<int32> indices() {
        return {reinterpret_cast<int32*>(this + 1), static_cast<size_t>(count)};
    }
    std::span<const int32> indices() const {
        return {reinterpret_cast<const int32*>(this + 1), static_cast<size_t>(count)};
    }
    std::span<float> values() {
        return {reinterpret_cast<float*>(indices().data() + count), static_cast<size_t>(count)};
    }
    std::span<const float> values() const {
        return {reinterpret_cast<const float*>(indices().data() + count),
                static_cast<size_t>(count)};
    }
};
static_assert(sizeof(Sparse) == 16 && alignof(Sparse) == 4, "on disk: never change");

/// Raises unless `dims` is a legal number of dimensions for `T`.
template <class T>
void check_dims(int64 dims) {
    if (dims < 1) raise_no_dimensions(T::kName);
    if (dims > T::kMaxDims) raise_too_many_dimensions(T::kName, T::kMaxDims);
}

/// Raises unless a sparse value of `dims` may store `count` elements.
inline void check_non_zero_count(int64 count, int dims) {
    if (count < 0) raise_negative_count();
    if (count > SparseVector::kMaxNonZero) raise_too_many_non_zero(SparseVector::kMaxNonZero);
    if (count > dims) raise_more_elements_than_dims();
}

/// Raises unless the indices of `value` ascend within its dimensions.
inline void check_indices(const Sparse& value) {
    int32 previous = -1;
    for (const int32 index : value.indices()) {
        const IndexFault fault = check_index(previous, index, value.dims);
        if (fault != IndexFault::kNone) report_index_fault(nullptr, fault);
        previous = index;
    }
}

/// Raises unless `typmod`, which is the declared dimensions or -1, allows `dims`.
inline void check_typmod(int32 typmod, int dims) {
    if (typmod != -1 && typmod != dims) raise_unexpected_dimensions(typmod, dims);
}

/// Raises if an element is NaN or infinite.
template <class T>
void check_finite(std::span<const typename T::Element> elements) {
    const size_t bad = find_not_finite(elements);
    if (bad < elements.size()) raise_not_finite(T::kName, static_cast<float>(elements[bad]));
}

/// `value` as an element.  Raises if it is finite but beyond the largest element; NaN and infinity
/// stay what they are.
template <class T>
typename T::Element narrow(float value) {
    if constexpr (std::is_same_v<typename T::Element, float>) {
        return value;
    } else {
        const auto element = static_cast<typename T::Element>(value);
        if (is_infinite(element) && !std::isinf(value)) raise_out_of_range(T::kName, value);
        return element;
    }
}

/// Raises unless both operands have the same dimensions.
template <class T>
void check_same_dims(const typename T::Value& a, const typename T::Value& b) {
    if (a.dims != b.dims) raise_dimension_mismatch(T::kName, a.dims, b.dims);
}

/// The value behind `value`, decompressed if necessary (then a copy in the current context).  Its
/// elements are safe to read: a header that disagrees with the length raises an error.  The indices
/// of a sparse value are not checked: a caller that uses one as an offset must.
template <class T>
const typename T::Value& view(Datum value) {
    using Value = typename T::Value;
    const auto* viewed = reinterpret_cast<const Value*>(PG_DETOAST_DATUM(value));
    const size_t length = VARSIZE(viewed);
    if (length < sizeof(Value) || !viewed->fits(length)) raise_corrupt_value(T::kName);
    return *viewed;
}

/// Argument `n` of an SQL function, which must not be NULL.
template <class T>
const typename T::Value& arg(FunctionCallInfo fcinfo, int n) {
    return view<T>(PG_GETARG_DATUM(n));
}

/// Frees what `arg` had to copy.  Only for functions that sorting and index code calls in a
/// long-lived context; elsewhere the context dies soon enough.
template <class T>
void free_if_copy(FunctionCallInfo fcinfo, int n, const typename T::Value& value) {
    if (reinterpret_cast<const char*>(&value) != DatumGetPointer(PG_GETARG_DATUM(n))) {
        pfree(const_cast<typename T::Value*>(&value));
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

/// A new sparse value in the current context with uninitialised indices and elements; `dims` and
/// `count` have been checked.
inline Sparse& new_sparse(int dims, int count) {
    const size_t bytes = Sparse::bytes(static_cast<size_t>(count));
    auto* sparse = static_cast<Sparse*>(palloc(bytes));
    SET_VARSIZE(sparse, bytes);
    sparse->dims = dims;
    sparse->count = count;
    sparse->unused = 0;
    return *sparse;
}

/// The sparse value of `dims` dimensions whose elements that are not zero are what
/// visit(callback) calls callback(index, element) with, in ascending order.  It is called twice.
/// Raises when they are too many.
template <class Visit>
Sparse& gather_sparse(int dims, Visit visit) {
    int count = 0;
    visit([&count](int, float value) { count += value != 0; });
    check_non_zero_count(count, dims);
    Sparse& result = new_sparse(dims, count);
    int32* index = result.indices().data();
    float* element = result.values().data();
    visit([&index, &element](int i, float value) {
        if (value == 0) return;
        *index++ = i;
        *element++ = value;
    });
    return result;
}

}  // namespace vx::pg
