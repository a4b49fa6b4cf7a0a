// Rows in memory that become a segment.
#pragma once

#include "core/graph/pool.h"
#include "core/inverted/segment_writer.h"
#include "core/inverted/waiting.h"

namespace vx::inverted {

class RowBuffer {
public:
    explicit RowBuffer(Arena arena)
        : arena_(arena), postings_(arena), tids_(arena), null_tids_(arena) {}

    /// False when memory is out.
    bool add(const NewRow& row) {
        if (row.is_null) return null_tids_.push(row.tid);
        const auto document = static_cast<uint32_t>(tids_.size());
        if (!tids_.push(row.tid)) return false;
        for (const SparsePair& pair : row.pairs)
            if (!postings_.push({pair.index, document, pair.value})) return false;
        return true;
    }

    size_t rows() const { return tids_.size() + null_tids_.size(); }

    /// What it takes at most, to be written too.
    size_t bytes() const {
        return postings_.size() * kCopies * sizeof(Posting) + 2 * rows() * sizeof(HeapTid);
    }

    void clear() {
        postings_.resize_down(0);
        tids_.resize_down(0);
        null_tids_.resize_down(0);
    }

    /// Writes the rows, of which there are some; false when memory is out.
    template <class Pages>
    bool write(Pages& pages, SegmentRef* made) {
        if (!sort(pages)) return false;
        auto* memory = arena_.allocate(sizeof(SegmentWriter<Pages>));
        if (memory == nullptr) return false;
        auto& writer = *new (memory) SegmentWriter<Pages>(pages, arena_);
        if (!writer.start()) return false;
        for (size_t i = 0; i < tids_.size(); ++i) writer.add_row(tids_[i], false);
        for (size_t i = 0; i < null_tids_.size(); ++i) writer.add_row(null_tids_[i], true);
        for (size_t i = 0; i < postings_.size(); ++i)
            writer.add(postings_[i].term, postings_[i].document, postings_[i].weight);
        *made = writer.finish();
        writer.release(arena_);
        arena_.release(memory);
        return true;
    }

private:
    // The list, one that it grows from, and one to sort to.
    static constexpr size_t kCopies = 3;
    static constexpr uint32_t kDigitBits = 11;
    static constexpr size_t kDigits = size_t{1} << kDigitBits;
    static constexpr size_t kPolled = size_t{1} << 18;

    /// By term; the documents of each ascend already.
    template <class Pages>
    bool sort(Pages& pages) {
        const size_t count = postings_.size();
        auto* other = arena_.allocate_array<Posting>(count);
        if (other == nullptr) return false;
        Posting* from = postings_.data();
        Posting* to = other;
        uint32_t all = 0;
        for (size_t i = 0; i < count; ++i) all |= from[i].term;
        for (uint32_t shift = 0; shift < 32 && all >> shift != 0; shift += kDigitBits) {
            sort_by_digit(pages, std::span<const Posting>(from, count), shift, to);
            std::swap(from, to);
        }
        if (from == other && count > 0)
            std::memcpy(postings_.data(), other, count * sizeof(Posting));
        arena_.release(other);
        return true;
    }

    template <class Pages>
    static void sort_by_digit(Pages& pages, std::span<const Posting> from, uint32_t shift,
                              Posting* to) {
        size_t places[kDigits] = {};
        const auto digit = [&](const Posting& posting) {
            return posting.term >> shift & (kDigits - 1);
        };
        for (const Posting& posting : from) ++places[digit(posting)];
        size_t before = 0;
        for (size_t& place : places) {
            const size_t count = place;
            place = before;
            before += count;
        }
        for (size_t i = 0; i < from.size(); ++i) {
            if (i % kPolled == 0) pages.poll();
            to[places[digit(from[i])]++] = from[i];
        }
    }

    Arena arena_;
    ArenaList<Posting> postings_;
    ArenaList<HeapTid> tids_;
    ArenaList<HeapTid> null_tids_;
};

}  // namespace vx::inverted
