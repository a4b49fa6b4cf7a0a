// The kernels of filter columns: which of many keys pass a condition.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vx {

/// Of `count` keys, 64 at most, those that pass, a bit each; any alignment of eight bytes.
struct FilterKernels {
    /// low <= key <= high
    uint64_t (*between)(const uint64_t* keys, size_t count, uint64_t low, uint64_t high);
    /// Some bit of `labels` is set, or all of them are.
    uint64_t (*overlapping)(const uint64_t* keys, size_t count, uint64_t labels);
    uint64_t (*containing)(const uint64_t* keys, size_t count, uint64_t labels);
};

}  // namespace vx
