// What is known of an index before it is built.
#pragma once

#include "pg/index/open_index.h"

namespace vx::pg {

/// A column of a table, and bytes of its values as they are stored.
struct EstimatedColumn {
    AttrNumber number;  // 0: an expression
    size_t value_bytes;
};

/// Rows of a table: as many for each page as ANALYZE or VACUUM has counted.  If neither has run, by
/// the width of a row, which the width of the column mostly decides.
double estimate_rows(Relation heap, const EstimatedColumn& column);

}  // namespace vx::pg
