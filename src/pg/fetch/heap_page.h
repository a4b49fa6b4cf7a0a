// Finding a heap's pages by hints, for fetches that are the server's own.
#pragma once

#include "pg/fetch/buffer_hints.h"

namespace vx::pg {

/// Has a fetch of a row find the row's page pinned already.  Each of the nearest rows lies on
/// another page, and the server looks it up in a table of buffers that is as cold as the row; a
/// fetch keeps the page of its last row, and looks nothing up when the next one is there (GloVe: 5
/// % less time per query).  `fetch` may be null.
void pin_heap_page(Relation table, IndexFetchTableData* fetch, const ItemPointerData& row);

/// Begins to bring the page of a row near: from the disk where no shared buffer is known to hold
/// it, else what a fetch reads of it first.
void prefetch_heap_page(Relation table, const ItemPointerData& row);

/// When that may have come, begins to bring the row near.
void prefetch_heap_row(Relation table, const ItemPointerData& row);

}  // namespace vx::pg
