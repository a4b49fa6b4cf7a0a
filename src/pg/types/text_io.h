// Text input and output.
#pragma once

#include "core/text/sparse_text.h"
#include "core/text/vector_text.h"
#include "pg/types/datum.h"

namespace vx::pg {

/// The value that `literal` says.  Raises, softly if `context` saves errors.
template <class T>
Datum parse_dense(fmNodePtr context, const char* literal, int32 typmod) {
    const std::span<const char> text(literal, strlen(literal));
    const size_t bound = count_elements(text);
    constexpr size_t kMaxDims = T::kMaxDims;

    // One element per comma: a valid text fills the value exactly.
    Dense<T>& result = new_dense<T>(static_cast<int>(bound < kMaxDims ? bound : kMaxDims));
    const VectorText parsed = parse_vector(text, kMaxDims, result.elements().data());
    if (parsed.fault != TextFault::kNone) {
        return report_text_fault(context, T::kName, literal, parsed);
    }
    if (typmod != -1 && typmod != result.dims) {
        return report_unexpected_dimensions(context, typmod, result.dims);
    }
    PG_RETURN_POINTER(&result);
}

/// type_in(cstring, oid, typmod) -> T.  Raises softly where the server can (PG 16 on).
template <class T>
Datum text_in(FunctionCallInfo fcinfo) {
    return parse_dense<T>(VX_ERROR_CONTEXT(fcinfo), PG_GETARG_CSTRING(0), PG_GETARG_INT32(2));
}

/// jsonb_to_type(jsonb, typmod, explicit) -> T: an array of numbers is written as a T is.
template <class T>
Datum from_jsonb(FunctionCallInfo fcinfo) {
    Jsonb* json = PG_GETARG_JSONB_P(0);
    const char* literal = JsonbToCString(nullptr, &json->root, VARSIZE(json));
    return parse_dense<T>(nullptr, literal, PG_GETARG_INT32(1));
}

/// type_out(T) -> cstring: the shortest digits that read back as the same elements.
template <class T>
Datum text_out(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    // The longest float plus a separator for each element, two brackets and the terminator.
    char* text = static_cast<char*>(
        palloc((FLOAT_SHORTEST_DECIMAL_LEN + 1) * static_cast<Size>(value.dims) + 3));
    char* p = text;
    char separator = '[';
    for (const auto element : value.elements()) {
        *p++ = separator;
        p += float_to_shortest_decimal_bufn(static_cast<float>(element), p);
        separator = ',';
    }
    *p++ = ']';
    *p = '\0';
    PG_RETURN_CSTRING(text);
}

/// type_to_jsonb(T) -> jsonb: the text of a dense vector is that of an array of numbers.
template <class T>
Datum to_jsonb(FunctionCallInfo fcinfo) {
    return DirectFunctionCall1(jsonb_in, text_out<T>(fcinfo));
}

/// A sparse value of `elements`, in ascending order of their indices.
inline Sparse& copy_sparse(int dims, std::span<const IndexedValue> elements) {
    Sparse& result = new_sparse(dims, static_cast<int>(elements.size()));
    for (size_t i = 0; i < elements.size(); ++i) {
        result.indices()[i] = elements[i].index;
        result.values()[i] = elements[i].value;
    }
    return result;
}

/// sparsevec_in(cstring, oid, typmod) -> sparsevec.  Raises softly where the server can.
inline Datum sparse_in(FunctionCallInfo fcinfo) {
    const char* literal = PG_GETARG_CSTRING(0);
    const int32 typmod = PG_GETARG_INT32(2);
    const fmNodePtr context = VX_ERROR_CONTEXT(fcinfo);
    const std::span<const char> text(literal, strlen(literal));
    const size_t room = count_elements(text);
    SparseText parsed{{TextFault::kTooManyNonZero, SparseVector::kMaxNonZero}};
    IndexedValue* elements = nullptr;
    if (room <= SparseVector::kMaxNonZero) {
        elements = static_cast<IndexedValue*>(palloc(room * sizeof(IndexedValue)));
        parsed = parse_sparse(text, SparseVector::kMaxDims, elements);
    }
    if (parsed.text.fault != TextFault::kNone) {
        return report_text_fault(context, SparseVector::kName, literal, parsed.text);
    }
    if (typmod != -1 && typmod != parsed.dims) {
        return report_unexpected_dimensions(context, typmod, parsed.dims);
    }
    const std::span<IndexedValue> read(elements, parsed.text.count);
    sort_by_index(read);
    int32 previous = -1;
    for (const IndexedValue& element : read) {
        const IndexFault fault = check_index(previous, element.index, parsed.dims);
        if (fault != IndexFault::kNone) return report_index_fault(context, fault);
        previous = element.index;
    }
    PG_RETURN_POINTER(&copy_sparse(parsed.dims, read));
}

/// sparsevec_out(sparsevec) -> cstring
inline Datum sparse_out(FunctionCallInfo fcinfo) {
    const Sparse& value = arg<SparseVector>(fcinfo, 0);
    constexpr size_t kIntegerLength = 11;  // with a sign
    constexpr size_t kElementLength = kIntegerLength + 2 + FLOAT_SHORTEST_DECIMAL_LEN;
    const auto count = static_cast<size_t>(value.count);
    char* text = static_cast<char*>(palloc(kElementLength * count + kIntegerLength + 4));
    char* p = text;
    *p++ = '{';
    for (size_t i = 0; i < count; ++i) {
        if (i > 0) *p++ = ',';
        p += pg_ltoa(static_cast<int32>(static_cast<uint32>(value.indices()[i]) + 1), p);
        *p++ = ':';
        p += float_to_shortest_decimal_bufn(value.values()[i], p);
    }
    *p++ = '}';
    *p++ = '/';
    p += pg_ltoa(value.dims, p);
    *p = '\0';
    PG_RETURN_CSTRING(text);
}

}  // namespace vx::pg
