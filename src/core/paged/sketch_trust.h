// How far a search can trust the estimates that it goes by, from what it sees on its way.
#pragma once

#include <algorithm>

#include "core/graph/pool.h"

namespace vx {

/// Each node that is expanded tells the distance by its own code beside the estimate that led to
/// it.  Where the two differ by as much as the nearest nodes lie apart, estimates cannot tell which
/// of them are nearest, and a search by them finds what chance brings.  The ratio, the mean of 300
/// queries at ef 40: GloVe 0.07, MNIST 0.11, 768 dimensions of low rank 0.13, clusters 0.4, a slow
/// spectrum 0.6, where nothing is lost; normal rows of 384 and 1,536 dimensions 1.7 and 2.4,
/// queries off the data 1.7, inner products of lengths that vary 1.6 to 54, where up to a third is.
class SketchTrust {
public:
    /// Expansions from one look to the next.
    static constexpr size_t kLook = 16;

    explicit SketchTrust(Arena arena) : distances_(arena), nearest_(arena) {}

    /// Begins a search for `wanted` > 0 rows.
    void start(size_t wanted) {
        wanted_ = wanted;
        distances_.resize_down(0);
        nearest_.resize_down(0);
        since_nearer_ = 0;
        squares_ = 0;
    }

    void add(float estimate, float distance) {
        note_nearest(distance);
        const double error = static_cast<double>(distance) - static_cast<double>(estimate);
        // Of rows that are too long for a code nothing is known.
        if (!(error * error < __builtin_inf()) || !distances_.push(distance)) return;
        squares_ += error * error;
    }

    size_t count() const { return distances_.size(); }

    /// What the `nearest` nearest lie apart.
    double apart(size_t nearest) {
        if (count() == 0) return __builtin_inf();
        // Of fewer than ten, what they lie apart says little.
        constexpr size_t kLeast = 10;
        float* first = distances_.data();
        float* last = first + std::min(std::max(nearest, kLeast), count()) - 1;
        std::nth_element(first, last, first + count());
        return static_cast<double>(*last) - static_cast<double>(*std::min_element(first, last + 1));
    }

    /// Are the errors as large as what the `nearest` nearest lie apart?
    bool fails(size_t nearest) {
        if (count() == 0) return false;
        const double apart = this->apart(nearest);
        return squares_ > static_cast<double>(count()) * apart * apart;
    }

    /// Nodes that came after the last one which was nearer than those wanted.
    size_t since_nearer() const { return since_nearer_; }

private:
    void note_nearest(float distance) {
        ++since_nearer_;
        if (distance != distance) return;  // out of range
        if (nearest_.size() == wanted_) {
            if (!(distance < nearest_[0])) return;
            std::pop_heap(nearest_.data(), nearest_.data() + wanted_);
            nearest_.resize_down(wanted_ - 1);
        }
        (void)nearest_.push(distance);
        std::push_heap(nearest_.data(), nearest_.data() + nearest_.size());
        since_nearer_ = 0;
    }

    ArenaList<float> distances_;
    ArenaList<float> nearest_;  // those wanted: a heap, farthest first
    size_t wanted_ = 1;
    size_t since_nearer_ = 0;
    double squares_ = 0;
};

}  // namespace vx
