// The errors a user can read: the only way from core's Status to ereport.
//
// Texts and SQLSTATEs are pgvector's wherever it has the error, because clients match them.  Errors
// that name a type take the type's SQL name, so that all vector types share one text.
#pragma once

#include "core/base/status.h"
#include "pg/pg.h"

namespace vx::pg {

/// Raises the error that `status` stands for; `status` must not be ok.  Index code that knows the
/// relation raises kCorruptPage itself, with the relation's name.
[[noreturn]] void raise(Status status);

/// Raises when `a` and `b`, the dimensions of two operands of SQL type `type`, differ.
[[noreturn]] void raise_dimension_mismatch(const char* type, int a, int b);

/// Raises because a value has `actual` dimensions where `expected` are required (typmod,
/// aggregate).
[[noreturn]] void raise_unexpected_dimensions(int expected, int actual);

/// Raises because the stored value's length and its header disagree: damaged storage.
[[noreturn]] void raise_corrupt_value(const char* type);

}  // namespace vx::pg
