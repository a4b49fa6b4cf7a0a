// What scans did, for SQL to ask.
#pragma once

#include "core/paged/scan_counts.h"
#include "pg/pg.h"

namespace vx::pg {

/// Of one scan, or of all that a node of a plan made.
struct ScanReport {
    ScanCounts counts;
    uint64_t pages = 0;  // of the index that were looked at, some again and again
};

/// How a scan came to its rows, in words.
const char* strategy_of(const ScanCounts& counts);

/// Keeps what a scan of an index did until the next has ended.
void note_scan(Oid index, const ScanReport& report);

}  // namespace vx::pg
