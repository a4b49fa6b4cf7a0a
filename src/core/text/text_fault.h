// Why a text is not a value, as the parsers of this folder report it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vx {

/// The fault found first.
enum class TextFault : uint8_t {
    kNone,
    kNoOpening,   // does not start with [
    kNoBrace,     // does not start with {
    kNoElements,  // [], or a sparse vector of no dimensions
    kSyntax,
    kTooMany,         // more elements, or dimensions, than the type allows
    kTooManyNonZero,  // more elements than a sparse vector can store
    kNaN,
    kInfinite,
    kOutOfRange,    // an element that the type cannot represent; `where` is its text
    kNoSlash,       // nothing says how many dimensions a sparse vector has
    kTrailing,      // something follows the closing bracket
    kTrailingDims,  // something follows the dimensions
};

struct VectorText {
    TextFault fault = TextFault::kNone;
    size_t count = 0;                  // elements read; with kTooMany the limit
    std::span<const char> where = {};  // see kOutOfRange
};

}  // namespace vx
