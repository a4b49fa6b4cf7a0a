// Groups of dimensions as jsonb has them: {"color": [1, 2, "7-9"], "shape": "10-128", "size": 3}.
#pragma once

#include "core/answers/contributions.h"
#include "pg/answers/vector_array.h"

namespace vx::pg {

struct DimensionGroups {
    Datum* names;  // texts, by number
    size_t count;
    std::span<const DimensionRange> ranges;  // sorted; none has a dimension of another
};

/// Groups of vectors of so many dimensions.  Raises about what is no group, no dimension, or in two
/// groups.
DimensionGroups read_groups(Jsonb* groups, int dims);

}  // namespace vx::pg
