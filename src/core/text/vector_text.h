// The text form of dense vectors: `[1, 2.5 ,-3e-2]`.
//
// White space is allowed between all tokens.  The order of the checks is pgvector's, so that a text
// with several faults gets the same error.
#pragma once

#include "core/text/text_fault.h"

namespace vx {

/// An upper bound for the number of elements that `text` can hold.
size_t count_elements(std::span<const char> text);

/// Reads a whole text into `out`, of Element float or Half.  `out` must hold
/// min(count_elements(text), max_elements).  Numbers are rounded to float first, as pgvector does.
template <class Element>
VectorText parse_vector(std::span<const char> text, size_t max_elements, Element* out);

}  // namespace vx
