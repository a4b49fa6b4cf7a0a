// What an index must be for a function to work on it.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// Raises unless `index` is one of ours, with pages that can be read.  `verb`: what is to be done
/// with it, for messages.
void require_vector_index(Relation index, const char* verb);

}  // namespace vx::pg
