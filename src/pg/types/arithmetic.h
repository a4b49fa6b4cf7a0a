// Element-wise arithmetic and the functions that take vectors apart and put them together.
#pragma once

#include <algorithm>

#include "pg/types/datum.h"

namespace vx::pg {

/// What an element-wise operator does to one pair of elements.  `lost` tells whether a result of
/// zero is an underflow; sums and differences of floats cannot underflow to zero.
struct Add {
    static float apply(float a, float b) { return a + b; }
    static bool lost(float, float) { return false; }
};
struct Subtract {
    static float apply(float a, float b) { return a - b; }
    static bool lost(float, float) { return false; }
};
struct Multiply {
    static float apply(float a, float b) { return a * b; }
    static bool lost(float a, float b) { return a != 0 && b != 0; }
};

/// type_op(T, T) -> T.  Raises when an element leaves the range.
template <class T, class Operation>
Datum elementwise(FunctionCallInfo fcinfo) {
    const Dense<T>& a = arg<T>(fcinfo, 0);
    const Dense<T>& b = arg<T>(fcinfo, 1);
    check_same_dims<T>(a, b);
    Dense<T>& result = new_dense<T>(a.dims);
    const auto left = a.elements();
    const auto right = b.elements();
    const auto out = result.elements();
    for (size_t i = 0; i < out.size(); ++i) {
        const auto x = static_cast<float>(left[i]);
        const auto y = static_cast<float>(right[i]);
        out[i] = static_cast<typename T::Element>(Operation::apply(x, y));
    }
    // A second pass, so that the first one is vectorised.
    for (size_t i = 0; i < out.size(); ++i) {
        const auto value = static_cast<float>(out[i]);
        if (std::isinf(value)) float_overflow_error();
        if (value != 0) continue;
        const auto x = static_cast<float>(left[i]);
        const auto y = static_cast<float>(right[i]);
        if (Operation::lost(x, y)) float_underflow_error();
    }
    PG_RETURN_POINTER(&result);
}

/// Each element of `value` times `factor`.  Raises when one leaves the range.
template <class T>
Datum scaled(const Dense<T>& value, float factor) {
    Dense<T>& result = new_dense<T>(value.dims);
    const auto in = value.elements();
    const auto out = result.elements();
    for (size_t i = 0; i < out.size(); ++i) {
        const auto x = static_cast<float>(in[i]);
        out[i] = static_cast<typename T::Element>(Multiply::apply(x, factor));
        const auto product = static_cast<float>(out[i]);
        if (std::isnan(product)) raise_not_finite(T::kName, product);
        if (std::isinf(product)) float_overflow_error();
        if (product == 0 && Multiply::lost(x, factor)) float_underflow_error();
    }
    PG_RETURN_POINTER(&result);
}

/// type_scale(T, real) -> T
template <class T>
Datum scale(FunctionCallInfo fcinfo) {
    return scaled(arg<T>(fcinfo, 0), PG_GETARG_FLOAT4(1));
}

/// type_scale(real, T) -> T
template <class T>
Datum scale_commuted(FunctionCallInfo fcinfo) {
    return scaled(arg<T>(fcinfo, 1), PG_GETARG_FLOAT4(0));
}

/// type_concat(T, T) -> T
template <class T>
Datum concat(FunctionCallInfo fcinfo) {
    const Dense<T>& a = arg<T>(fcinfo, 0);
    const Dense<T>& b = arg<T>(fcinfo, 1);
    const int dims = a.dims + b.dims;
    check_dims<T>(dims);
    Dense<T>& result = new_dense<T>(dims);
    auto* out = result.elements().data();
    memcpy(out, a.elements().data(), a.elements().size_bytes());
    memcpy(out + a.dims, b.elements().data(), b.elements().size_bytes());
    PG_RETURN_POINTER(&result);
}

/// subvector(T, start, count) -> T: what of positions start .. start + count - 1 exists, counted
/// from 1, as substring does.
template <class T>
Datum subvector(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const int64 start = PG_GETARG_INT32(1);
    const int64 count = PG_GETARG_INT32(2);
    if (count < 1) raise_no_dimensions(T::kName);
    const int64 first = start < 1 ? 1 : start;
    const int64 end = start + count > value.dims ? value.dims + 1 : start + count;
    check_dims<T>(end - first);
    Dense<T>& result = new_dense<T>(static_cast<int>(end - first));
    memcpy(result.elements().data(), value.elements().data() + (first - 1),
           result.elements().size_bytes());
    PG_RETURN_POINTER(&result);
}

/// type_element(T, position) -> real: the element at a position counted from 1; NULL where there is
/// none, as with arrays.
template <class T>
Datum element_at(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const int32 position = PG_GETARG_INT32(1);
    if (position < 1 || position > value.dims) PG_RETURN_NULL();
    PG_RETURN_FLOAT4(static_cast<float4>(value.elements()[static_cast<size_t>(position) - 1]));
}

/// sparsevec_element(sparsevec, position) -> real
inline Datum sparse_element_at(FunctionCallInfo fcinfo) {
    const Sparse& value = arg<SparseVector>(fcinfo, 0);
    const int32 position = PG_GETARG_INT32(1);
    if (position < 1 || position > value.dims) PG_RETURN_NULL();
    const auto indices = value.indices();
    const auto found = std::lower_bound(indices.begin(), indices.end(), position - 1);
    if (found == indices.end() || *found != position - 1) PG_RETURN_FLOAT4(0);
    PG_RETURN_FLOAT4(value.values()[static_cast<size_t>(found - indices.begin())]);
}

/// vector_dims(T) -> integer
template <class T>
Datum dims(FunctionCallInfo fcinfo) {
    PG_RETURN_INT32(arg<T>(fcinfo, 0).dims);
}

/// The elements that a value stores: all of a dense one.
template <class T>
std::span<const typename T::Element> stored(const Dense<T>& value) {
    return value.elements();
}
inline std::span<const float> stored(const Sparse& value) { return value.values(); }

/// Euclidean norm, summed in double.
template <class Value>
double euclidean_norm(const Value& value) {
    double sum = 0;
    for (const auto element : stored(value)) {
        const auto x = static_cast<double>(static_cast<float>(element));
        sum += x * x;
    }
    return sqrt(sum);
}

/// vector_norm(T) -> float8, l2_norm(T) -> float8
template <class T>
Datum norm(FunctionCallInfo fcinfo) {
    PG_RETURN_FLOAT8(euclidean_norm(arg<T>(fcinfo, 0)));
}

/// An element divided by the norm; 0 if that is 0.  Raises when the quotient is out of range.
template <class T>
typename T::Element scaled_down(typename T::Element element, double length) {
    const double quotient = length > 0 ? static_cast<float>(element) / length : 0;
    const auto result = static_cast<typename T::Element>(static_cast<float>(quotient));
    if (std::isinf(static_cast<float>(result))) float_overflow_error();
    return result;
}

/// l2_normalize(T) -> T of norm 1; a zero vector stays one.
template <class T>
Datum normalize(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const double length = euclidean_norm(value);
    Dense<T>& result = new_dense<T>(value.dims);
    const auto in = value.elements();
    const auto out = result.elements();
    for (size_t i = 0; i < out.size(); ++i) out[i] = scaled_down<T>(in[i], length);
    PG_RETURN_POINTER(&result);
}

/// l2_normalize(sparsevec) -> sparsevec; elements that become zero are left out.
inline Datum sparse_normalize(FunctionCallInfo fcinfo) {
    const Sparse& value = arg<SparseVector>(fcinfo, 0);
    const double length = euclidean_norm(value);
    const auto visit = [&value, length](auto callback) {
        for (size_t i = 0; i < value.values().size(); ++i) {
            callback(value.indices()[i], scaled_down<SparseVector>(value.values()[i], length));
        }
    };
    PG_RETURN_POINTER(&gather_sparse(value.dims, visit));
}

/// binary_quantize(T) -> bit: one bit per element, set where it is positive.
template <class T>
Datum binary_quantize(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const auto bytes = static_cast<size_t>(VARBITTOTALLEN(value.dims));
    auto* result = static_cast<VarBit*>(palloc0(bytes));
    SET_VARSIZE(result, bytes);
    VARBITLEN(result) = value.dims;
    bits8* out = VARBITS(result);
    const auto in = value.elements();
    for (size_t i = 0; i < in.size(); ++i) {
        if (static_cast<float>(in[i]) > 0) out[i / 8] |= static_cast<bits8>(0x80 >> i % 8);
    }
    PG_RETURN_VARBIT_P(result);
}

}  // namespace vx::pg
