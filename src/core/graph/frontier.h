// What a search that goes on has met and not yet expanded.
//
// A search of its own size keeps its candidates in a sorted array (`pool.h`), which is best for
// some hundred.  A scan that is asked for thousands of rows meets a million candidates; it needs
// the nearest of them one at a time and no order among the others.  So only those that the running
// stage can come to are in a heap; the others wait unsorted.
#pragma once

#include <algorithm>

#include "core/graph/pool.h"

namespace vx {

class Frontier {
public:
    explicit Frontier(Arena arena) : near_(arena), far_(arena) {}

    void add(Candidate candidate) {
        if (candidate.distance > limit_) {
            (void)far_.push(candidate);
            return;
        }
        (void)near_.push(candidate);
        std::push_heap(near_.data(), near_.data() + near_.size(), Farther{});
        if (near_.size() >= most_) shed();
    }

    /// Prepares for a stage that takes about `count` entries: the heap has that many of the
    /// nearest, if there are so many, and seldom more than twice as many.
    void gather(size_t count) {
        if (near_.size() < count && far_.size() > 0) refill(std::max(count, far_.size() / 4));
        most_ = std::max(2 * near_.size(), 2 * kRefill);
    }

    /// The nearest without taking it; id kNoNode when there is none.
    Candidate peek() {
        if (near_.size() == 0 && far_.size() > 0) refill(kRefill);
        return near_.size() == 0 ? Candidate{0, kNoNode} : near_[0];
    }
    void take() {
        std::pop_heap(near_.data(), near_.data() + near_.size(), Farther{});
        near_.resize_down(near_.size() - 1);
    }

    /// Entries that it has.
    size_t size() const { return near_.size() + far_.size(); }

private:
    static constexpr size_t kRefill = 256;
    struct Farther {
        bool operator()(const Candidate& a, const Candidate& b) const { return nearer(b, a); }
    };
    struct Nearer {
        bool operator()(const Candidate& a, const Candidate& b) const { return nearer(a, b); }
    };

    /// Moves the nearest of those that wait to the heap, until it has `count`.
    void refill(size_t count) {
        const size_t take = std::min(count - near_.size(), far_.size());
        Candidate* first = far_.data();
        Candidate* last = first + far_.size();
        // The nearest go to the end, where they can be taken off.
        std::nth_element(first, last - take, last, Farther{});
        limit_ = take < far_.size() ? (last - take)->distance : __builtin_inff();
        for (const Candidate* c = last - take; c < last; ++c) (void)near_.push(*c);
        std::make_heap(near_.data(), near_.data() + near_.size(), Farther{});
        far_.resize_down(far_.size() - take);
    }

    /// Has the farther half of the heap wait with the others.
    void shed() {
        Candidate* first = near_.data();
        const size_t keep = near_.size() / 2;
        std::nth_element(first, first + keep, first + near_.size(), Nearer{});
        limit_ = first[keep].distance;
        for (size_t i = keep; i < near_.size(); ++i) (void)far_.push(first[i]);
        near_.resize_down(keep);
        std::make_heap(first, first + keep, Farther{});
    }

    ArenaList<Candidate> near_;  // a heap, nearest first
    ArenaList<Candidate> far_;   // none nearer than limit_
    float limit_ = -__builtin_inff();
    size_t most_ = 2 * kRefill;  // entries of the heap
};

}  // namespace vx
