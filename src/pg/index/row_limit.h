// How many rows a query takes of a scan of ours: its LIMIT, which the executor tells no index.
#pragma once

#include "core/paged/scan_request.h"
#include "pg/pg.h"

namespace vx::pg {

/// Says in `request` what is known of the rows that are read from `scan`, which has begun to run.
void add_row_limit(IndexScanDesc scan, ScanRequest* request);

/// Makes this process look at the queries that it starts.  Called once, at load.
void init_row_limits();

}  // namespace vx::pg
