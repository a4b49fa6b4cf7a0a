// Text input and output of dense vectors.
#pragma once

#include "core/text/vector_text.h"
#include "pg/types/datum.h"

namespace vx::pg {

/// type_in(cstring, oid, typmod) -> T.  Raises softly where the server can (PG 16 on).
template <class T>
Datum text_in(FunctionCallInfo fcinfo) {
    const char* literal = PG_GETARG_CSTRING(0);
    const int32 typmod = PG_GETARG_INT32(2);
    const std::span<const char> text(literal, strlen(literal));
    const size_t bound = count_elements(text);
    constexpr size_t kMaxDims = T::kMaxDims;

    // One element per comma: a valid text fills the value exactly.
    Dense<T>& result = new_dense<T>(static_cast<int>(bound < kMaxDims ? bound : kMaxDims));
    const VectorText parsed = parse_vector(text, kMaxDims, result.elements().data());
    if (parsed.fault != TextFault::kNone) {
        return report_text_fault(VX_ERROR_CONTEXT(fcinfo), T::kName, literal, parsed);
    }
    if (typmod != -1 && typmod != result.dims) {
        return report_unexpected_dimensions(VX_ERROR_CONTEXT(fcinfo), typmod, result.dims);
    }
    PG_RETURN_POINTER(&result);
}

/// type_out(T) -> cstring: the shortest digits that read back as the same elements.
template <class T>
Datum text_out(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    // The longest float plus a separator for each element, two brackets and the terminator.
    char* text = static_cast<char*>(palloc((FLOAT_SHORTEST_DECIMAL_LEN + 1) * value.dims + 3));
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

}  // namespace vx::pg
