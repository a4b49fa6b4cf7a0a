// The search pool: the nearest candidates seen so far, in order, and which of them were expanded.
//
// One sorted array serves as both heaps of the HNSW paper's algorithm 2: a candidate that does not
// make it into the ef nearest would never be expanded, so nothing is lost by keeping only those.
// What falls out is remembered unsorted in `spill`, for a scan that is later asked for more rows;
// sorting is paid for only then.
#pragma once

#include <algorithm>
#include <cstddef>
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

/// A candidate and whether its neighbours were looked at.
struct PoolEntry {
    float distance;
    NodeId id;
    bool expanded;
};

constexpr bool nearer(const PoolEntry& a, const PoolEntry& b) {
    return nearer(Candidate{a.distance, a.id}, Candidate{b.distance, b.id});
}

/// The `capacity` nearest candidates, sorted, each expanded or not.
class Pool {
public:
    /// `entries` has room for `capacity` > 0 entries and outlives the pool.
    Pool(PoolEntry* entries, size_t capacity) : entries_(entries), capacity_(capacity) {}

    /// Empties the pool for another search.
    void clear() { count_ = next_ = 0; }

    bool full() const { return count_ == capacity_; }
    size_t size() const { return count_; }
    size_t capacity() const { return capacity_; }
    const PoolEntry& operator[](size_t i) const { return entries_[i]; }

    /// Distance that a candidate must beat to enter; infinite while there is room.
    float worst() const { return full() ? entries_[count_ - 1].distance : __builtin_inff(); }

    /// Inserts in order.  Returns the entry that does not, or no longer, fit; its id is kNoNode
    /// when all fit.
    PoolEntry offer(PoolEntry entry) {
        PoolEntry out{0, kNoNode, false};
        if (full()) {
            if (!nearer(entry, entries_[count_ - 1])) return entry;
            out = entries_[--count_];
        }
        const size_t at = position(entry);
        std::memmove(entries_ + at + 1, entries_ + at, (count_ - at) * sizeof(PoolEntry));
        entries_[at] = entry;
        ++count_;
        if (at < next_) next_ = at;
        return out;
    }

    /// The nearest entry not yet expanded, marked as expanded; id kNoNode when there is none.
    Candidate next_unexpanded() {
        while (next_ < count_ && entries_[next_].expanded) ++next_;
        if (next_ == count_) return {0, kNoNode};
        entries_[next_].expanded = true;
        return {entries_[next_].distance, entries_[next_].id};
    }

    /// What next_unexpanded would return, without marking it.
    NodeId peek_unexpanded() {
        while (next_ < count_ && entries_[next_].expanded) ++next_;
        return next_ == count_ ? kNoNode : entries_[next_].id;
    }

    /// Makes every entry unexpanded again: the pool of one level is where the next one starts.
    void restart() {
        for (size_t i = 0; i < count_; ++i) entries_[i].expanded = false;
        next_ = 0;
    }

private:
    /// First position whose entry is not nearer than `entry`.
    size_t position(const PoolEntry& entry) const {
        return static_cast<size_t>(
            std::lower_bound(entries_, entries_ + count_, entry,
                             [](const PoolEntry& a, const PoolEntry& b) { return nearer(a, b); }) -
            entries_);
    }

    PoolEntry* entries_;
    size_t capacity_;
    size_t count_ = 0;
    size_t next_ = 0;  // no unexpanded entry lies before it
};

static_assert(std::is_trivially_destructible_v<Pool>);
static_assert(std::is_trivially_destructible_v<ArenaList<Candidate>>);

}  // namespace vx
