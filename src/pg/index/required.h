// What an index must be for a function to work on it.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// Raises unless `index` is one of ours, with pages that can be read.  `verb`: what is to be done
/// with it, for messages.
void require_vector_index(Relation index, const char* verb);

/// Does row-level security apply to who calls?
bool has_policies(Oid table);

/// Raises ERRCODE_FEATURE_NOT_SUPPORTED where it does: policies are the planner's, and what looks
/// at the rows by itself would tell of those that they hide.
void require_no_policies(Relation table, const char* detail, const char* hint);

}  // namespace vx::pg
