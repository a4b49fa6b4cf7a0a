// The kernels of bit strings.
//
// All results are exact, and so alike in every table; only the ranking forms are rounded to float,
// at the end.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vx {

/// Bits set in both of two strings, and in at least one.
struct BitOverlap {
    uint64_t both;
    uint64_t either;
};

/// Of strings of `bytes` bytes, whose bits past the end are zero; any length, any alignment.
struct BitKernels {
    uint64_t (*hamming)(const uint8_t* a, const uint8_t* b, size_t bytes);  // bits that differ
    BitOverlap (*overlap)(const uint8_t* a, const uint8_t* b, size_t bytes);
    /// Ranking forms of Hamming and of Jaccard distance: smaller is nearer.
    float (*hamming_rank)(const uint8_t* a, const uint8_t* b, size_t bytes);
    float (*jaccard_rank)(const uint8_t* a, const uint8_t* b, size_t bytes);
};

}  // namespace vx
