// The text form of dense vectors: `[1, 2.5 ,-3e-2]`.
//
// White space is allowed between all tokens.  The order of the checks is pgvector's, so that a text
// with several faults gets the same error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vx {

/// Why a text is not a vector.
enum class TextFault : uint8_t {
    kNone,
    kNoOpening,   // does not start with [
    kNoElements,  // []
    kSyntax,
    kTooMany,  // more elements than the type allows
    kNaN,
    kInfinite,
    kOutOfRange,  // an element beyond the largest float; `where` is its text
    kTrailing,    // something follows the closing bracket
};

struct VectorText {
    TextFault fault = TextFault::kNone;
    size_t count = 0;                  // elements read
    std::span<const char> where = {};  // see kOutOfRange
};

/// An upper bound for the number of elements that `text` can hold.
size_t count_elements(std::span<const char> text);

/// Reads a whole text into `out`.  `out` must hold min(count_elements(text), max_elements).
VectorText parse_vector(std::span<const char> text, size_t max_elements, float* out);

}  // namespace vx
