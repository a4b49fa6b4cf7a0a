// The search pool: the nearest candidates seen so far, in order, and which of them were expanded.
//
// One sorted array serves as both heaps of the HNSW paper's algorithm 2: a candidate that does not
// make it into the ef nearest would never be expanded, so nothing is lost by keeping only those.
// What falls out is remembered unsorted in `spill`, for a scan that is later asked for more rows;
// sorting is paid for only then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "core/base/arena.h"
#include "core/graph/node.h"

namespace vx {

/// Growing array in an arena; grows by doubling and never shrinks.
template <class T>
class ArenaList {
public:
    explicit ArenaList(Arena arena) : arena_(arena) {}

    /// False when memory is out; the list is then as before.
    bool push(const T& value) {
        if (count_ == capacity_ && !grow()) return false;
        items_[count_++] = value;
        return true;
    }
    T* data() { return items_; }
    const T* data() const { return items_; }
    size_t size() const { return count_; }
    void resize_down(size_t count) { count_ = count; }
    T& operator[](size_t i) { return items_[i]; }
    const T& operator[](size_t i) const { return items_[i]; }

private:
    bool grow() {
        const size_t capacity = capacity_ == 0 ? 64 : capacity_ * 2;
        T* items = arena_.allocate_array<T>(capacity);
        if (items == nullptr) return false;
        if (count_ > 0) std::memcpy(items, items_, count_ * sizeof(T));
        arena_.release(items_);
        items_ = items;
        capacity_ = capacity;
        return true;
    }

    Arena arena_;
    T* items_ = nullptr;
    size_t count_ = 0;
    size_t capacity_ = 0;
};

/// A candidate and whether its neighbors were looked at.
struct PoolEntry {
    float distance;
    NodeId id;
    bool expanded;
};

constexpr bool nearer(const PoolEntry& a, const PoolEntry& b) {
    return nearer(Candidate{a.distance, a.id}, Candidate{b.distance, b.id});
}

/// The `capacity` nearest candidates, sorted, each expanded or not.
///
/// Kept as three arrays: the position of a newcomer is found among bare distances, without branches
/// (they would be mispredicted half of the time), and what moves is as short as it can be.
class Pool {
public:
    /// One that another is to be assigned to.
    Pool() = default;

    /// `memory` has room for `capacity` > 0 entries and outlives the pool.
    Pool(PoolEntry* memory, size_t capacity)
        : distances_(reinterpret_cast<float*>(memory)),
          ids_(reinterpret_cast<NodeId*>(distances_ + capacity)),
          expanded_(reinterpret_cast<uint8_t*>(ids_ + capacity)), capacity_(capacity) {}

    /// Empties the pool for another search.
    void clear() { count_ = next_ = 0; }

    bool full() const { return count_ == capacity_; }
    size_t size() const { return count_; }
    size_t capacity() const { return capacity_; }
    PoolEntry operator[](size_t i) const { return {distances_[i], ids_[i], expanded_[i] != 0}; }

    /// Distance that a candidate must beat to enter; infinite while there is room.
    float worst() const { return full() ? distances_[count_ - 1] : __builtin_inff(); }

    /// Inserts in order.  Returns the entry that does not, or no longer, fit; its id is kNoNode
    /// when all fit.
    PoolEntry offer(PoolEntry entry) {
        PoolEntry out{0, kNoNode, false};
        if (full()) {
            const PoolEntry last = (*this)[count_ - 1];
            if (!nearer(entry, last)) return entry;
            out = last;
        }
        insert(entry);
        return out;
    }

    /// The same where what becomes of the others is not asked.
    void admit(Candidate candidate) {
        const PoolEntry entry{candidate.distance, candidate.id, false};
        if (!full() || nearer(entry, (*this)[count_ - 1])) insert(entry);
    }

    /// Distance of the last of the `count` nearest; infinite when there are fewer.
    float worst_of(size_t count) const {
        return count <= count_ ? distances_[count - 1] : __builtin_inff();
    }

    /// The nearest entry not yet expanded, marked as expanded; id kNoNode when there is none among
    /// the `limit` nearest.
    Candidate next_unexpanded(size_t limit = SIZE_MAX) {
        next_ = find_unexpanded(next_);
        if (next_ == count_ || next_ >= limit) return {0, kNoNode};
        expanded_[next_] = 1;
        return {distances_[next_], ids_[next_]};
    }

    /// Takes out what `next_unexpanded` gave last; nothing was offered since.
    void forget_last() {
        const size_t behind = count_ - next_ - 1;
        std::memmove(distances_ + next_, distances_ + next_ + 1, behind * sizeof(float));
        std::memmove(ids_ + next_, ids_ + next_ + 1, behind * sizeof(NodeId));
        std::memmove(expanded_ + next_, expanded_ + next_ + 1, behind);
        --count_;
    }

    /// Position of the nearest unexpanded entry from `from` on; size() when there is none.
    size_t find_unexpanded(size_t from) const {
        if (from >= count_) return count_;
        const void* found = std::memchr(expanded_ + from, 0, count_ - from);
        return found == nullptr
                   ? count_
                   : static_cast<size_t>(static_cast<const uint8_t*>(found) - expanded_);
    }

    /// No unexpanded entry lies before this position.
    size_t frontier() const { return next_; }

    /// Makes every entry unexpanded again: the pool of one level is where the next one starts.
    void restart() {
        std::memset(expanded_, 0, count_);
        next_ = 0;
    }

private:
    /// Puts an entry in its place; when the pool is full, the last one leaves.
    void insert(const PoolEntry& entry) {
        if (full()) --count_;
        const size_t at = position(entry);
        const size_t behind = count_ - at;
        std::memmove(distances_ + at + 1, distances_ + at, behind * sizeof(float));
        std::memmove(ids_ + at + 1, ids_ + at, behind * sizeof(NodeId));
        std::memmove(expanded_ + at + 1, expanded_ + at, behind);
        distances_[at] = entry.distance;
        ids_[at] = entry.id;
        expanded_[at] = entry.expanded ? 1 : 0;
        ++count_;
        if (at < next_) next_ = at;
    }

    /// First position whose entry is not nearer than `entry`.
    size_t position(const PoolEntry& entry) const {
        // The last steps of a binary search wait for each other; counting does not.
        constexpr size_t kWindow = 32;
        size_t first = 0;
        size_t left = count_;
        while (left > kWindow) {
            const size_t half = left / 2;
            first = distances_[first + half - 1] < entry.distance ? first + half : first;
            left -= half;
        }
        size_t at = first;
        if (count_ < kWindow) {
            while (at < count_ && distances_[at] < entry.distance) ++at;
        } else {
            first = first < count_ - kWindow ? first : count_ - kWindow;
            uint32_t less = 0;
            for (size_t i = 0; i < kWindow; ++i)
                less += static_cast<uint32_t>(distances_[first + i] < entry.distance);
            at = first + less;
        }
        while (at < count_ && distances_[at] == entry.distance && ids_[at] < entry.id) ++at;
        return at;
    }

    float* distances_ = nullptr;
    NodeId* ids_ = nullptr;
    uint8_t* expanded_ = nullptr;
    size_t capacity_ = 0;
    size_t count_ = 0;
    size_t next_ = 0;
};

static_assert(std::is_trivially_destructible_v<Pool>);
static_assert(std::is_trivially_destructible_v<ArenaList<Candidate>>);

}  // namespace vx
