// Several segments become one; rows that are dead are left out.
#pragma once

#include "core/inverted/segment.h"
#include "core/inverted/segment_writer.h"

namespace vx::inverted {

/// A segment that is merged, term by term.  It cannot leave the index meanwhile.
template <class Pages>
class MergeInput {
public:
    MergeInput(Pages& pages, Arena arena)
        : pages_(pages), arena_(arena), segment_(pages, arena),
          entries_(arena.allocate_array<TermEntry>(segment_.sizes().per_page(sizeof(TermEntry)))) {}

    /// Reads its rows; false when memory is out.
    bool open(const SegmentRef& ref) {
        if (!segment_.has_memory() || entries_ == nullptr) return false;
        if (segment_.open(ref) == Reading::kStale) fail();
        const size_t words = segment_.rows() / 64 + size_t{1};
        live_ = arena_.allocate_array<uint64_t>(words);
        ranks_ = arena_.allocate_array<uint32_t>(words);
        if (live_ == nullptr || ranks_ == nullptr) return false;
        std::memset(live_, 0, words * sizeof *live_);
        for_each_tid(0, segment_.rows(), [&](uint32_t row, HeapTid tid) {
            if (!is_dead(tid)) live_[row / 64] |= uint64_t{1} << row % 64;
        });
        for (size_t i = 0; i < words; ++i) {
            ranks_[i] = count_;
            count_ += static_cast<uint32_t>(__builtin_popcountll(live_[i]));
        }
        return true;
    }

    /// Rows that are not dead.
    uint32_t live_rows() const { return count_; }
    const Segment<Pages>& segment() const { return segment_; }

    /// Its documents follow `before` others.
    void add_documents(SegmentWriter<Pages>& writer, uint32_t before) {
        before_ = before;
        add_rows(writer, 0, segment_.root().documents, false);
    }
    uint32_t live_documents() const { return rank(segment_.root().documents); }
    void add_nulls(SegmentWriter<Pages>& writer) {
        add_rows(writer, segment_.root().documents, segment_.rows(), true);
    }

    /// Comes to its first term, or the next; false after the last.
    bool next_term() {
        if (next_ == segment_.root().terms) return false;
        const uint32_t per_page = segment_.sizes().per_page(sizeof(TermEntry));
        const uint32_t at = next_ % per_page;
        if (at == 0) {
            const uint32_t left = segment_.root().terms - next_;
            const uint32_t count = left < per_page ? left : per_page;
            if (!segment_.copy(Part::kTerms, next_, count, entries_)) fail();
        }
        const uint32_t last = entry_.term;
        entry_ = entries_[at];
        segment_.require_sane(entry_, next_ / per_page);
        if (next_ > 0 && entry_.term <= last)
            pages_.corrupt(segment_.block_of(Part::kTerms, next_ / per_page),
                           CorruptReason::kBadPlace);
        ++next_;
        return true;
    }
    uint32_t term() const { return entry_.term; }

    /// Adds the postings of the present term.
    void add_postings(SegmentWriter<Pages>& writer) {
        const uint32_t per_block = segment_.sizes().postings_per_block;
        const uint32_t blocks = segment_.sizes().blocks_of(entry_.count);
        int64_t last = -1;
        for (uint32_t i = 0; i < blocks; ++i) {
            pages_.poll();
            BlockPlace place = entry_.place;
            if (blocks > 1) {
                BlockHead head;
                if (!segment_.copy(Part::kHeads, entry_.place.page + i, 1, &head)) fail();
                place = head.place;
            }
            const uint32_t count = i + 1 < blocks ? per_block : entry_.count - i * per_block;
            if (!segment_.load(place, count, postings_)) fail();
            for (uint32_t j = 0; j < count; ++j) {
                const uint32_t document = postings_.documents[j];
                if (int64_t{document} <= last)
                    pages_.corrupt(segment_.block_of(Part::kBlocks, place.page),
                                   CorruptReason::kBadPlace);
                last = document;
                if (is_live(document))
                    writer.add(entry_.term, before_ + rank(document), postings_.weights[j]);
            }
        }
    }

    void release() {
        arena_.release(live_);
        arena_.release(ranks_);
        arena_.release(entries_);
    }

private:
    static constexpr uint32_t kTidsAtOnce = 256;

    [[noreturn]] void fail() { pages_.corrupt(segment_.lost(), CorruptReason::kBadOwner); }

    bool is_live(uint32_t row) const { return (live_[row / 64] >> row % 64 & 1) != 0; }
    /// Live rows before one.
    uint32_t rank(uint32_t row) const {
        const uint64_t below = (uint64_t{1} << row % 64) - 1;
        return ranks_[row / 64] +
               static_cast<uint32_t>(__builtin_popcountll(live_[row / 64] & below));
    }

    template <class F>
    void for_each_tid(uint32_t first, uint32_t end, F&& f) {
        HeapTid tids[kTidsAtOnce];
        while (first < end) {
            pages_.poll();
            const uint32_t count = end - first < kTidsAtOnce ? end - first : kTidsAtOnce;
            if (!segment_.copy(Part::kTids, first, count, tids)) fail();
            for (uint32_t i = 0; i < count; ++i) f(first + i, tids[i]);
            first += count;
        }
    }

    void add_rows(SegmentWriter<Pages>& writer, uint32_t first, uint32_t end, bool are_null) {
        for_each_tid(first, end, [&](uint32_t row, HeapTid tid) {
            if (is_live(row)) writer.add_row(tid, are_null);
        });
    }

    Pages& pages_;
    Arena arena_;
    Segment<Pages> segment_;
    TermEntry* entries_;  // of a page
    TermEntry entry_{};
    uint32_t next_ = 0;  // term
    uint64_t* live_ = nullptr;
    uint32_t* ranks_ = nullptr;  // live rows before each word
    uint32_t count_ = 0;
    uint32_t before_ = 0;
    Postings postings_;
};

/// Writes one segment of what is live in `count` others, which are open and have live rows; false
/// when memory is out.
template <class Pages>
bool write_merged(Pages& pages, Arena arena, MergeInput<Pages>* const* inputs, uint32_t count,
                  SegmentRef* made) {
    auto* memory = arena.allocate(sizeof(SegmentWriter<Pages>));
    if (memory == nullptr) return false;
    auto& writer = *new (memory) SegmentWriter<Pages>(pages, arena);
    if (!writer.start()) return false;
    uint32_t documents = 0;
    for (uint32_t i = 0; i < count; ++i) {
        inputs[i]->add_documents(writer, documents);
        documents += inputs[i]->live_documents();
    }
    for (uint32_t i = 0; i < count; ++i) inputs[i]->add_nulls(writer);
    bool left[kMostSegments] = {};
    for (uint32_t i = 0; i < count; ++i) left[i] = inputs[i]->next_term();
    for (;;) {
        uint32_t least = UINT32_MAX;
        bool any = false;
        for (uint32_t i = 0; i < count; ++i) {
            if (!left[i]) continue;
            any = true;
            least = inputs[i]->term() < least ? inputs[i]->term() : least;
        }
        if (!any) break;
        for (uint32_t i = 0; i < count; ++i) {
            if (!left[i] || inputs[i]->term() != least) continue;
            inputs[i]->add_postings(writer);
            left[i] = inputs[i]->next_term();
        }
    }
    *made = writer.finish();
    writer.release(arena);
    arena.release(memory);
    return true;
}

}  // namespace vx::inverted
