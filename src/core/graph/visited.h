// Which nodes a search has met: a bitmap by id that costs what is touched.
//
// One bit per node would have to be cleared before every search, which at ten million nodes is 1.2
// MB. So the bitmap is never cleared: a second, 512 times smaller bitmap says which 64-byte lines
// of it hold valid bits, and only that one is zeroed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "core/base/arena.h"
#include "core/graph/node.h"

namespace vx {

class Visited {
public:
    /// Nothing allocated yet; `reserve` before use.
    explicit Visited(Arena arena) : arena_(arena) {}

    /// Makes room for ids below `ids` and forgets everything.  False when memory is out.
    bool reserve(uint32_t ids) {
        const size_t lines = static_cast<size_t>(ids) / kIdsPerLine + 1;
        if (lines > lines_) {
            arena_.release(bits_);
            arena_.release(valid_);
            lines_ = 0;
            bits_ = arena_.allocate_array<uint64_t>(lines * kWordsPerLine);
            valid_ = arena_.allocate_array<uint64_t>(lines / 64 + 1);
            if (bits_ == nullptr || valid_ == nullptr) return false;
            lines_ = lines;
        }
        clear();
        return true;
    }

    void clear() {
        if (lines_ > 0) std::memset(valid_, 0, (lines_ / 64 + 1) * sizeof(uint64_t));
    }

    /// True when `id` was not in the set before.  Ids beyond the reservation (nodes born after the
    /// search began) count as seen: a scan need not find what was inserted behind its back.
    bool insert(NodeId id) {
        const size_t line = id / kIdsPerLine;
        if (line >= lines_) return false;
        uint64_t& valid = valid_[line / 64];
        const uint64_t valid_bit = uint64_t{1} << (line % 64);
        uint64_t* words = bits_ + line * kWordsPerLine;
        if ((valid & valid_bit) == 0) {
            std::memset(words, 0, kWordsPerLine * sizeof(uint64_t));
            valid |= valid_bit;
        }
        uint64_t& word = words[(id % kIdsPerLine) / 64];
        const uint64_t bit = uint64_t{1} << (id % 64);
        const bool fresh = (word & bit) == 0;
        word |= bit;
        return fresh;
    }

    bool contains(NodeId id) const {
        const size_t line = id / kIdsPerLine;
        if (line >= lines_) return true;
        if ((valid_[line / 64] >> (line % 64) & 1) == 0) return false;
        return (bits_[line * kWordsPerLine + (id % kIdsPerLine) / 64] >> (id % 64) & 1) != 0;
    }

private:
    static constexpr size_t kWordsPerLine = 8;
    static constexpr size_t kIdsPerLine = kWordsPerLine * 64;

    Arena arena_;
    uint64_t* bits_ = nullptr;
    uint64_t* valid_ = nullptr;
    size_t lines_ = 0;
};

static_assert(std::is_trivially_destructible_v<Visited>);

}  // namespace vx
