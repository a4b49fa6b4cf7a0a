// Refuses statements that would leave an index that cannot be built again.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// At load: looks at new indexes from then on.
void init_index_guard();

}  // namespace vx::pg
