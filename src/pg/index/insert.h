// aminsert.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

bool insert_row(Relation index, Datum* values, bool* nulls, ItemPointer row, Relation heap,
                IndexUniqueCheck unique, bool unchanged, ::IndexInfo* info);

}  // namespace vx::pg
