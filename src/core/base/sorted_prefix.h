// An array that is sorted as far as it is read: a scan that ends early pays for no more order
// than it has used.
#pragma once

#include <algorithm>
#include <cstddef>

namespace vx {

/// Sorts items[0 .. count) piece by piece; `Less` is a strict order.
template <class T, class Less>
class SortedPrefix {
public:
    /// Begins with other contents of which nothing is known to be sorted.
    void reset() { sorted_ = 0; }

    /// Puts the item that belongs at `at` < count there, and sorts all before it.
    void reach(T* items, size_t count, size_t at) {
        while (at >= sorted_) {
            const size_t piece = sorted_ < kFirstPiece ? kFirstPiece : 3 * sorted_;
            const size_t end = count - sorted_ <= piece ? count : sorted_ + piece;
            if (end < count) std::nth_element(items + sorted_, items + end, items + count, Less{});
            std::sort(items + sorted_, items + end, Less{});
            sorted_ = end;
        }
    }

private:
    static constexpr size_t kFirstPiece = 64;
    size_t sorted_ = 0;
};

}  // namespace vx
