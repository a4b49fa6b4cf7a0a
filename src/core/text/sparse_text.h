// The text form of sparse vectors: `{1:1.5, 3:-2}/5`, indices from 1, in any order.
//
// White space is allowed between all tokens.  The order of the checks is pgvector's, so that a text
// with several faults gets the same error.
#pragma once

#include "core/text/text_fault.h"

namespace vx {

/// An element that is not zero; `index` counts from 0 and is not checked yet.
struct IndexedValue {
    int32_t index;
    float value;
};

struct SparseText {
    VectorText text;
    int32_t dims = 0;  // with no fault, at least 1
};

/// Reads a whole text.  `out` must hold count_elements(text) (vector_text.h); gets the elements
/// that are not zero, in the order of the text.
SparseText parse_sparse(std::span<const char> text, int32_t max_dims, IndexedValue* out);

void sort_by_index(std::span<IndexedValue> elements);

/// What can be wrong with the indices of a sparse vector.
enum class IndexFault : uint8_t { kNone, kOutOfBounds, kDescending, kDuplicate };

/// Checks `index`, which follows `previous` (-1 before the first), in a vector of `dims`.
constexpr IndexFault check_index(int32_t previous, int32_t index, int32_t dims) {
    if (index < 0 || index >= dims) return IndexFault::kOutOfBounds;
    if (index < previous) return IndexFault::kDescending;
    return index == previous ? IndexFault::kDuplicate : IndexFault::kNone;
}

}  // namespace vx
