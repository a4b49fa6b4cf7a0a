// The best rows met so far, of which as many are kept as are wanted.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"

namespace vx::inverted {

/// A row and its inner product with the query.
struct Hit {
    double score;
    uint64_t row;  // row_key
};

/// Is `a` returned before `b`?  A strict order of all rows, the same in every search.
constexpr bool before(const Hit& a, const Hit& b) {
    return a.score > b.score || (a.score == b.score && a.row < b.row);
}

class TopRows {
public:
    explicit TopRows(Arena arena) : arena_(arena) {}

    /// Begins anew with room for `wanted` rows, at least one; false when memory is out.
    bool start(size_t wanted) {
        count_ = 0;
        wanted_ = wanted;
        if (wanted <= room_) return true;
        arena_.release(hits_);
        room_ = 0;
        hits_ = arena_.allocate_array<Hit>(wanted);
        if (hits_ == nullptr) return false;
        room_ = wanted;
        return true;
    }

    bool is_full() const { return count_ == wanted_; }
    size_t size() const { return count_; }
    /// The last of the best, where there are as many as wanted.
    const Hit& last() const { return hits_[0]; }
    const Hit& operator[](size_t i) const { return hits_[i]; }

    void offer(const Hit& hit) {
        if (!is_full()) {
            hits_[count_++] = hit;
            std::push_heap(hits_, hits_ + count_, before);
        } else if (before(hit, hits_[0])) {
            std::pop_heap(hits_, hits_ + count_, before);
            hits_[count_ - 1] = hit;
            std::push_heap(hits_, hits_ + count_, before);
        }
    }

    /// Puts them in order.
    void sort() { std::sort(hits_, hits_ + count_, before); }

private:
    Arena arena_;
    Hit* hits_ = nullptr;
    size_t room_ = 0;
    size_t wanted_ = 0;
    size_t count_ = 0;
};

}  // namespace vx::inverted
