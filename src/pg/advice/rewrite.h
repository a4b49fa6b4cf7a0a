// A statement that an index would serve, made of one that it does not.
#pragma once

#include "pg/advice/finding.h"

namespace vx::pg {

/// `query`, as it was analyzed and before it was rewritten, with the edits of a finding; null where
/// an edit cannot be made.
const char* rewrite_statement(const Query* query, const Finding& finding);

}  // namespace vx::pg
