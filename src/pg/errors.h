// The errors a user can read: the only way from core's Status to ereport.
//
// Texts and SQLSTATEs are pgvector's wherever it has the error, because clients match them.  Errors
// that name a type take the type's SQL name, so that all vector types share one text.
#pragma once

#include "core/base/status.h"
#include "core/text/sparse_text.h"
#include "pg/pg.h"

namespace vx::pg {

/// Raises the error that `status` stands for; `status` must not be ok.  Index code that knows the
/// relation raises kCorruptPage itself, with the relation's name.
[[noreturn]] void raise(Status status);

/// Raises when `a` and `b`, the dimensions of two operands of SQL type `type`, differ.
[[noreturn]] void raise_dimension_mismatch(const char* type, int a, int b);

/// Raises when two bit strings have different lengths.
[[noreturn]] void raise_length_mismatch(int a, int b);

/// Raises because a value has `actual` dimensions where `expected` are required (typmod,
/// aggregate).
[[noreturn]] void raise_unexpected_dimensions(int expected, int actual);

/// Raises because the stored value's length and its header disagree: damaged storage.
[[noreturn]] void raise_corrupt_value(const char* type);

/// Raises because a value of `type` would have no dimensions, or more than `limit`.
[[noreturn]] void raise_no_dimensions(const char* type);
[[noreturn]] void raise_too_many_dimensions(const char* type, int limit);

/// Raises because `value` is NaN or infinite and an element of `type` must not be.
[[noreturn]] void raise_not_finite(const char* type, float value);

/// Raises because `value` is finite but beyond what an element of `type` can represent.
[[noreturn]] void raise_out_of_range(const char* type, float value);

/// Raises because a sparse vector would store less than no element, more than `limit`, more than
/// it has dimensions, or a zero.
[[noreturn]] void raise_negative_count();
[[noreturn]] void raise_too_many_non_zero(int limit);
[[noreturn]] void raise_more_elements_than_dims();
[[noreturn]] void raise_stored_zero();

/// Raises because the reserved word of the binary form is not 0.
[[noreturn]] void raise_unexpected_unused(int unused);

/// Reports what is wrong with `literal`, the text form of a value of `type`.  With an error-saving
/// `context` (PG 16 on) it returns, and the input function must return its result at once.
Datum report_text_fault(fmNodePtr context, const char* type, const char* literal,
                        const VectorText& parsed);

/// Reports what is wrong with an index of a sparse vector; `fault` is not kNone.  Returns only if
/// `context`, which may be null, saves errors.
Datum report_index_fault(fmNodePtr context, IndexFault fault);

/// As raise_unexpected_dimensions, but returns if `context` saves errors.
Datum report_unexpected_dimensions(fmNodePtr context, int expected, int actual);

}  // namespace vx::pg
