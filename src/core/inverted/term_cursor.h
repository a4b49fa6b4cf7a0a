// The postings of one term of a query in one segment, window by window.
#pragma once

#include <algorithm>

#include "core/inverted/segment.h"

namespace vx::inverted {

/// Documents from `first` to before `end`.
struct Window {
    uint32_t first;
    uint32_t end;
};

template <class Pages>
class TermCursor {
public:
    /// `query`: the weight of the term in the query.
    void start(const TermEntry& entry, double query, uint32_t blocks) {
        entry_ = entry;
        query_ = query;
        blocks_ = blocks;
        block_ = 0;
        loaded_ = false;
        held_heads_ = 0;
        if (blocks == 1) {
            heads_[0] = {UINT32_MAX, entry.greatest, entry.least, entry.place};
            held_heads_ = 1;
        }
    }

    uint32_t count() const { return entry_.count; }
    /// The most that it adds to the score of any document, in whichever direction.
    double reach() const {
        return std::max(most(entry_.greatest, entry_.least), -least(entry_.greatest, entry_.least));
    }

    /// The most that the term adds to the score of a document of a window, as far as is known
    /// without reading postings; leaves blocks behind that end before.  Windows come in order.
    bool bound(Segment<Pages>& segment, Window window, double* most_added) {
        *most_added = 0;
        for (;;) {
            if (block_ == blocks_) return true;
            if (!need_head(segment, block_)) return false;
            if (head(block_).last >= window.first) break;
            ++block_;
            loaded_ = false;
        }
        double sum = 0;
        if (!loaded_ || has_posting(window)) sum = most(head(block_).greatest, head(block_).least);
        for (uint32_t i = block_; i + 1 < blocks_ && head(i).last + 1 < window.end;) {
            if (!need_head(segment, ++i)) return false;
            sum = std::max(sum, most(head(i).greatest, head(i).least));
        }
        *most_added = sum;
        return true;
    }

    /// Reads the block that `bound` has come to; false where its page is another's.
    bool load(Segment<Pages>& segment) {
        if (loaded_ || block_ == blocks_) return true;
        held_ = block_ + 1 < blocks_ ? segment.sizes().postings_per_block
                                     : entry_.count - block_ * segment.sizes().postings_per_block;
        if (!segment.load(head(block_).place, held_, postings_)) return false;
        at_ = 0;
        loaded_ = true;
        return true;
    }

    /// Calls f(document, what it adds) for the documents of a window.
    template <class F>
    bool visit(Segment<Pages>& segment, Window window, F&& f) {
        while (block_ < blocks_) {
            if (!load(segment)) return false;
            while (at_ < held_ && postings_.documents[at_] < window.first) ++at_;
            for (; at_ < held_ && postings_.documents[at_] < window.end; ++at_)
                f(postings_.documents[at_], query_ * static_cast<double>(postings_.weights[at_]));
            if (at_ < held_) return true;
            const uint32_t last = postings_.documents[held_ - 1];
            ++block_;
            loaded_ = false;
            if (last + 1 >= window.end) return true;
            if (block_ < blocks_ && !need_head(segment, block_)) return false;
        }
        return true;
    }

private:
    static constexpr uint32_t kHeads = 16;

    double most(float greatest, float least) const {
        const double a = query_ * static_cast<double>(greatest);
        const double b = query_ * static_cast<double>(least);
        return std::max({a, b, 0.0});
    }
    double least(float greatest, float least) const {
        const double a = query_ * static_cast<double>(greatest);
        const double b = query_ * static_cast<double>(least);
        return std::min({a, b, 0.0});
    }

    bool has_posting(Window window) {
        while (at_ < held_ && postings_.documents[at_] < window.first) ++at_;
        return at_ < held_ && postings_.documents[at_] < window.end;
    }

    const BlockHead& head(uint32_t block) const { return heads_[block % kHeads]; }

    /// Heads are read some at a time; those from the present block on stay known.
    bool need_head(Segment<Pages>& segment, uint32_t block) {
        if (block < held_heads_) return true;
        // Those before the present block are not wanted any more.
        const uint32_t end = std::min(block_ + kHeads, blocks_);
        if (block >= end) return false;
        return read_heads(segment, end);
    }

    bool read_heads(Segment<Pages>& segment, uint32_t end) {
        while (held_heads_ < end) {
            const uint32_t at = held_heads_ % kHeads;
            const uint32_t count = std::min(end - held_heads_, kHeads - at);
            if (!segment.copy(Part::kHeads, entry_.place.page + held_heads_, count, heads_ + at))
                return false;
            held_heads_ += count;
        }
        return true;
    }

    TermEntry entry_{};
    double query_ = 0;
    uint32_t blocks_ = 0;
    uint32_t block_ = 0;  // the present one
    bool loaded_ = false;
    uint32_t at_ = 0;          // in it
    uint32_t held_ = 0;        // its postings
    uint32_t held_heads_ = 0;  // heads before this one are known, the last kHeads of them
    BlockHead heads_[kHeads];
    Postings postings_;
};

}  // namespace vx::inverted
