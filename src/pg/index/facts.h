// What is to be known of each kind of element and each metric of indexes, a line for each.
#pragma once

#include "core/kernels/metric.h"
#include "core/paged/page_format.h"
#include "pg/pg.h"

namespace vx::pg {

/// A kind of element, and the SQL type whose values consist of such.
struct ElementFacts {
    const char* name;  // as vectorext_index_info has it
    const char* type;  // declares the dimensions
    int most_dims;     // of a value, all of which can be indexed
    size_t (*stored_bytes)(uint32_t dims, uint32_t pairs);  // of a value; `pairs` of a sparse one
};

const ElementFacts& facts_of(Element element);

/// As vectorext_index_info has it.
const char* metric_name(Metric metric);

}  // namespace vx::pg
