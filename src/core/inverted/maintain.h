// Making segments: of rows that wait, and of other segments.
//
// One process at a time, which has the index's maintenance lock.  A segment becomes part of the
// index, and what it replaces leaves it, by one edit of the state page.  *Crash before:* the new
// pages belong to nobody; *after:* the old ones do.
#pragma once

#include <algorithm>

#include "core/inverted/merge.h"
#include "core/inverted/row_buffer.h"

namespace vx::inverted {

/// Pages of rows that wait from which on an insertion makes a segment of them.
inline constexpr uint32_t kMostWaiting = 64;
/// Pages of them that become one segment at most, so that memory is bounded where many wait because
/// VACUUM took long: 70 MB.
inline constexpr uint32_t kMostFlushed = 2048;
/// Pages of what an insertion merges; the rest is VACUUM's.
inline constexpr uint32_t kMostMergedByInsertion = 2048;

template <class Pages>
class Maintainer {
public:
    Maintainer(Pages& pages, Arena arena)
        : pages_(pages), arena_(arena), buffer_(arena), blocks_(arena) {}

    /// Makes a segment of the rows on full waiting pages, of the first ones where they are many,
    /// and of one more row if it is not null; false when memory is out.
    bool flush(const NewRow* more = nullptr) {
        if (!make_room()) return false;
        const InvertedState state = read_state(pages_);
        auto* scratch = arena_.allocate_array<std::byte>(pages_.page_bytes());
        if (scratch == nullptr) return false;
        buffer_.clear();
        blocks_.resize_down(0);
        WaitingReader<Pages> reader(pages_, state.waiting, scratch);
        WaitingRef rest = state.waiting;
        bool stored = true;
        while (stored && blocks_.size() < kMostFlushed && reader.next() && reader.is_full()) {
            pages_.poll();
            reader.for_each([&](const NewRow& row, uint32_t) {
                stored = stored && (is_dead(row.tid) || buffer_.add(row));
            });
            stored = stored && blocks_.push(reader.block());
            rest = reader.rest();
        }
        if (reader.is_stale()) pages_.corrupt(reader.block(), CorruptReason::kBadOwner);
        stored = stored && (more == nullptr || buffer_.add(*more));
        arena_.release(scratch);
        if (!stored || (buffer_.rows() == 0 && blocks_.size() == 0)) return stored;
        SegmentRef made{};
        if (buffer_.rows() > 0 && !buffer_.write(pages_, &made)) return false;
        const auto taken = static_cast<uint32_t>(blocks_.size());
        (void)change_state(pages_, [&](InvertedState& now) {
            now.waiting.head = rest.head;
            now.waiting.serial = rest.serial;
            now.waiting.pages -= taken;
            add(now, made);
            ++now.version;
            return true;
        });
        free_blocks();
        return true;
    }

    /// Makes a segment of rows that are in memory only; false when memory is out.
    bool add_segment(RowBuffer& rows) {
        if (!make_room()) return false;
        SegmentRef made{};
        if (rows.rows() == 0) return true;
        if (!rows.write(pages_, &made)) return false;
        (void)change_state(pages_, [&](InvertedState& now) {
            add(now, made);
            ++now.version;
            return true;
        });
        return true;
    }

    /// Merges segments of about the same size where there are several, if they have no more than
    /// `most_pages` together; false when memory is out.
    bool merge_alike(uint32_t most_pages) {
        for (;;) {
            SegmentRef chosen[kMostSegments];
            const uint32_t count = choose(read_state(pages_), most_pages, chosen);
            if (count < 2) return true;
            if (!merge(chosen, count)) return false;
        }
    }

    /// Merges all segments.
    bool merge_all() {
        const InvertedState state = read_state(pages_);
        return state.segment_count < 2 || merge(state.segments, state.segment_count);
    }

    /// Writes segments anew of whose rows more than one in `share` are dead; 0: that have any such
    /// row.
    bool rewrite_dead(uint32_t share) {
        const InvertedState state = read_state(pages_);
        for (uint32_t i = 0; i < state.segment_count; ++i) {
            const SegmentRef& segment = state.segments[i];
            const uint32_t most = share > 0 ? segment.rows / share : 0;
            if (segment.dead > most && !merge(&segment, 1)) return false;
        }
        return true;
    }

private:
    // Segments are merged when the smaller ones have as many times the pages of the largest: each
    // posting is then written once for four times as many.
    static constexpr uint64_t kSmaller = 3;
    // From so many on, insertions merge what VACUUM has not.
    static constexpr uint32_t kManySegments = kMostSegments - 4;

    static void add(InvertedState& state, const SegmentRef& made) {
        if (made.pages > 0) state.segments[state.segment_count++] = made;
    }

    /// There is a place for one more.
    bool make_room() {
        const InvertedState state = read_state(pages_);
        if (state.segment_count < kMostSegments) return true;
        SegmentRef sorted[kMostSegments];
        sort_by_pages(state, sorted);
        return merge(sorted, state.segment_count / 2);
    }

    static void sort_by_pages(const InvertedState& state, SegmentRef* sorted) {
        std::copy_n(state.segments, state.segment_count, sorted);
        std::sort(sorted, sorted + state.segment_count,
                  [](const SegmentRef& a, const SegmentRef& b) { return a.pages < b.pages; });
    }

    /// As many of the smallest as fit together.
    static uint32_t choose(const InvertedState& state, uint32_t most_pages, SegmentRef* sorted) {
        sort_by_pages(state, sorted);
        if (state.segment_count >= kManySegments) return state.segment_count / 2;
        uint32_t chosen = 0;
        uint64_t sum = 0;
        uint64_t rows = 0;
        for (uint32_t i = 0; i < state.segment_count; ++i) {
            const uint64_t before = sum;
            sum += sorted[i].pages;
            rows += sorted[i].rows;
            if (sum > most_pages || rows >= UINT32_MAX) break;
            if (before >= kSmaller * sorted[i].pages) chosen = i + 1;
        }
        return chosen;
    }

    bool merge(const SegmentRef* refs, uint32_t count) {
        using Input = MergeInput<Pages>;
        Input* inputs[kMostSegments];
        uint64_t rows = 0;
        for (uint32_t i = 0; i < count; ++i) {
            auto* memory = arena_.allocate(sizeof(Input));
            if (memory == nullptr) return false;
            inputs[i] = new (memory) Input(pages_, arena_);
            if (!inputs[i]->open(refs[i])) return false;
            rows += inputs[i]->live_rows();
        }
        SegmentRef made{};
        if (rows > 0 && !write_merged(pages_, arena_, inputs, count, &made)) return false;
        (void)change_state(pages_, [&](InvertedState& now) {
            replace(now, refs, count);
            add(now, made);
            ++now.version;
            return true;
        });
        for (uint32_t i = 0; i < count; ++i) {
            inputs[i]->segment().for_each_run([&](PageSpan span) { free_pages(pages_, span); });
            inputs[i]->release();
        }
        return true;
    }

    static void replace(InvertedState& state, const SegmentRef* gone, uint32_t count) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < state.segment_count; ++i) {
            bool stays = true;
            for (uint32_t j = 0; j < count; ++j)
                stays = stays && gone[j].serial != state.segments[i].serial;
            if (stays) state.segments[kept++] = state.segments[i];
        }
        state.segment_count = kept;
    }

    /// Gives the waiting pages back that a segment was made of.
    void free_blocks() {
        std::sort(blocks_.data(), blocks_.data() + blocks_.size());
        for (size_t i = 0; i < blocks_.size();) {
            PageSpan span{blocks_[i], 0};
            while (i < blocks_.size() && blocks_[i] == span.first + span.pages) {
                ++span.pages;
                ++i;
            }
            free_pages(pages_, span);
        }
    }

    Pages& pages_;
    Arena arena_;
    RowBuffer buffer_;
    ArenaList<uint32_t> blocks_;  // waiting pages that are read
};

}  // namespace vx::inverted
