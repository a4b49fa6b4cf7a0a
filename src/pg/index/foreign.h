// Index files that pgvector wrote, met after its library was exchanged for this one.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// Whether the first block of the index is pgvector's meta page, of hnsw or of ivfflat.  Such a
/// file is never read further: the planner passes the index over, writing to it fails.
bool is_foreign_file(Relation index);

/// Raises ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, with the REINDEX command as its hint.
[[noreturn]] void raise_foreign_file(Relation index);

/// Notes on the meta page that rows were removed from the table and not from the index, so that
/// pgvector, should its library come back, refuses the file too.  Warns.
void retire_foreign_file(Relation index);

}  // namespace vx::pg
