// The labels of an enum type, in their order.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

struct EnumLabels {
    const Oid* oids;
    size_t count;

    /// The place of a label; `count` for one that is not there.
    size_t find(Oid label) const {
        size_t at = 0;
        while (at < count && oids[at] != label) ++at;
        return at;
    }
};

/// Reads the catalog.  Memory: the current context's.
EnumLabels read_enum_labels(Oid type);

}  // namespace vx::pg
