// The conditions of a scan on filter columns, as the index tests them.
#pragma once

#include "core/filter/row_filter.h"
#include "pg/filter/columns.h"

namespace vx::pg {

struct ScanFilter {
    RowFilter filter;
    bool none = false;     // no row can pass
    bool recheck = false;  // of the rows that pass, the executor must check the conditions
};

/// Of the scan keys on the columns after the first; others are left alone.  Memory: the current
/// context's.
ScanFilter read_conditions(const FilterColumns& columns, const ScanKeyData* keys, int count);

}  // namespace vx::pg
