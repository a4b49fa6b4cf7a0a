// amvalidate.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// Checks that an operator class of hnsw has what the access method needs and nothing stray;
/// reports each problem as INFO, as the core access methods do.
bool validate_opclass(Oid opclass);

/// The same for ivfflat, whose operator classes have more support functions.
bool validate_ivfflat_opclass(Oid opclass);

}  // namespace vx::pg
