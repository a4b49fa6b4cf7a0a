// Index scans: by distance, or in no order.
#pragma once

#include "pg/index/last_scan.h"

namespace vx::pg {

IndexScanDesc begin_scan(Relation index, int keys, int orderbys);
void start_scan(IndexScanDesc scan, ScanKey keys, int key_count, ScanKey orderbys,
                int orderby_count);
bool next_row(IndexScanDesc scan, ScanDirection direction);
int64 fill_bitmap(IndexScanDesc scan, TIDBitmap* bitmap);
void end_scan(IndexScanDesc scan);

/// What a scan has done since it was begun, as often as it was started again.
ScanReport report_of(IndexScanDesc scan);

/// Whether scans of an index are those above.
bool is_vector_index(Relation index);

}  // namespace vx::pg
