// VACUUM.
#pragma once

#include "core/paged/reclaim.h"
#include "pg/pg.h"

namespace vx::pg {

IndexBulkDeleteResult* bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                   IndexBulkDeleteCallback callback, void* callback_state);
IndexBulkDeleteResult* vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats);

/// Passes B and C; returns what the index then says of itself.
StateContent reclaim_nodes(Relation index, Readers readers);

}  // namespace vx::pg
