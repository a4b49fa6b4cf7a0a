// The rows with the greatest inner products, exactly.
//
// Documents are looked at window by window.  What the blocks of all terms can add up to there says
// whether a window can matter; only if it can are its postings read, those of rare terms first, and
// added in the order of the query's terms, so that a row has the same score, bit for bit, in
// whichever segment and search.  So the order (score, row) is one of all rows, and a search for the
// rows after one is all that it takes to go on: nothing is kept of the segments in between, which
// may have been merged meanwhile.
#pragma once

#include <limits>

#include "core/inverted/term_cursor.h"
#include "core/inverted/top_rows.h"

namespace vx::inverted {

/// Which rows are wanted.
struct Wanted {
    std::span<const SparsePair> query;  // ascending indexes
    size_t rows = 10;
    bool positive = true;             // only those whose score is above zero
    bool nulls = false;               // instead of others, those without a vector
    bool follows = false;             // only those after
    Hit last{0, 0};                   // this one
    double least = -__builtin_inf();  // score, but for rounding
};

/// What a search did.
struct SearchCounts {
    uint64_t windows = 0;  // whose postings were added
    uint64_t rows = 0;     // in them, and waiting
    uint64_t skipped = 0;  // rows of the others
};

template <class Pages>
class Search {
public:
    /// For queries of as many terms.
    Search(Pages& pages, Arena arena, size_t terms)
        : pages_(pages), segment_(pages, arena),
          cursors_(arena.allocate_array<TermCursor<Pages>>(terms)),
          rare_first_(arena.allocate_array<uint32_t>(terms)),
          bounds_(arena.allocate_array<double>(terms)),
          scratch_(arena.allocate_array<std::byte>(pages.page_bytes())), top_(arena) {}

    /// Finds the best rows; false when memory is out.
    bool run(const Wanted& wanted) {
        if (!segment_.has_memory() || cursors_ == nullptr || rare_first_ == nullptr ||
            bounds_ == nullptr || scratch_ == nullptr)
            return false;
        wanted_ = wanted;
        for (;;) {
            if (!top_.start(wanted.rows)) return false;
            pages_.poll();
            const InvertedState state = read_state(pages_);
            if (search_waiting(state) && search_segments(state)) break;
            // A page was another's: that may be where the index has changed meanwhile.
            if (read_state(pages_).version == state.version)
                pages_.corrupt(lost_, CorruptReason::kBadOwner);
        }
        top_.sort();
        return true;
    }

    /// What `run` has found, in order.
    size_t size() const { return top_.size(); }
    const Hit& operator[](size_t i) const { return top_[i]; }
    const SearchCounts& counts() const { return counts_; }

private:
    // Where queries have few terms, small windows are left out more often; with many terms they
    // cost more than they spare.
    static constexpr uint32_t kFewTerms = 8;
    static constexpr uint32_t kMostDocuments = 8 * kMostPostings;
    // What a distance that SQL computes by floats may differ by from one by doubles, of what its
    // products add up to.
    static constexpr double kFloatRounding = 1e-6;
    static constexpr double kRounding = 1e-12;

    // ---- which rows are wanted

    /// The least score that can be among the best.
    double least_score() const {
        double least = wanted_.least - slack_;
        if (wanted_.positive) least = std::max(least, std::numeric_limits<double>::denorm_min());
        return top_.is_full() ? std::max(least, top_.last().score) : least;
    }

    /// The same for what scores do not exceed.
    bool may_hold(double bound) const {
        return (!wanted_.positive || bound > 0) && bound + slack_ >= wanted_.least &&
               (!top_.is_full() || bound + rounding_ >= top_.last().score);
    }

    void offer(double score, HeapTid tid) {
        const Hit hit{score, row_key(tid)};
        if (!is_dead(tid) && score >= least_score() &&
            (!wanted_.follows || before(wanted_.last, hit)))
            top_.offer(hit);
    }

    // ---- rows that wait

    bool search_waiting(const InvertedState& state) {
        WaitingReader<Pages> reader(pages_, state.waiting, scratch_);
        while (reader.next()) {
            pages_.poll();
            reader.for_each([&](const NewRow& row, uint32_t) {
                if (row.is_null != wanted_.nulls) return;
                ++counts_.rows;
                double sum = 0;
                double size = 0;
                add_products(row.pairs, &sum, &size);
                slack_ = kFloatRounding * size;
                offer(sum, row.tid);
            });
        }
        lost_ = reader.block();
        return !reader.is_stale();
    }

    /// By the query's terms, in their order.
    void add_products(std::span<const SparsePair> pairs, double* sum, double* size) const {
        const SparsePair* at = pairs.data();
        const SparsePair* end = at + pairs.size();
        const bool jumps = wanted_.query.size() * kJump < pairs.size();
        for (const SparsePair& term : wanted_.query) {
            if (jumps)
                at = std::lower_bound(
                    at, end, term.index,
                    [](const SparsePair& pair, uint32_t index) { return pair.index < index; });
            else
                while (at < end && at->index < term.index) ++at;
            if (at == end) return;
            if (at->index != term.index) continue;
            const double product = static_cast<double>(term.value) * static_cast<double>(at->value);
            *sum += product;
            *size += product < 0 ? -product : product;
        }
    }

    // ---- segments

    bool search_segments(const InvertedState& state) {
        for (uint32_t i = 0; i < state.segment_count; ++i)
            if (!search_segment(state.segments[i])) {
                lost_ = segment_.lost();
                return false;
            }
        return true;
    }

    bool search_segment(const SegmentRef& ref) {
        if (segment_.open(ref) == Reading::kStale) return false;
        if (wanted_.nulls) return offer_nulls();
        if (!open_cursors()) return false;
        if (cursor_count_ == 0 && wanted_.positive) return true;
        const uint32_t blocks = cursor_count_ <= kFewTerms ? 2 : 8;
        const uint32_t documents = segment_.root().documents;
        const uint32_t step = blocks * segment_.sizes().postings_per_block;
        uint32_t windows = 0;
        for (Window window{0, 0}; window.end < documents; window.first = window.end) {
            if (++windows % kPolled == 0) pages_.poll();
            window.end = documents - window.first < step ? documents : window.first + step;
            bool matters = false;
            if (!may_matter(window, &matters)) return false;
            if (!matters) {
                counts_.skipped += window.end - window.first;
                continue;
            }
            if (!add_postings(window) || !offer_documents(window)) return false;
            ++counts_.windows;
            counts_.rows += window.end - window.first;
        }
        return true;
    }

    bool open_cursors() {
        cursor_count_ = 0;
        double size = 0;
        for (const SparsePair& term : wanted_.query) {
            TermEntry entry;
            if (segment_.find(term.index, &entry) == Reading::kStale) return false;
            if (entry.count == 0) continue;
            TermCursor<Pages>& cursor = cursors_[cursor_count_];
            cursor.start(entry, static_cast<double>(term.value),
                         segment_.sizes().blocks_of(entry.count));
            size += cursor.reach();
            rare_first_[cursor_count_] = cursor_count_;
            ++cursor_count_;
        }
        slack_ = kFloatRounding * size;
        rounding_ = kRounding * size;
        std::sort(rare_first_, rare_first_ + cursor_count_, [this](uint32_t a, uint32_t b) {
            return cursors_[a].count() < cursors_[b].count();
        });
        return true;
    }

    /// Can a document of the window be among the best?  Reads postings as long as it seems so.
    bool may_matter(Window window, bool* matters) {
        double bound = 0;
        for (uint32_t i = 0; i < cursor_count_; ++i) {
            if (!cursors_[i].bound(segment_, window, &bounds_[i])) return false;
            bound += bounds_[i];
        }
        *matters = may_hold(bound);
        for (uint32_t i = 0; *matters && i < cursor_count_; ++i) {
            const uint32_t at = rare_first_[i];
            if (bounds_[at] == 0) continue;
            double better = 0;
            if (!cursors_[at].load(segment_) || !cursors_[at].bound(segment_, window, &better))
                return false;
            bound -= bounds_[at] - better;
            *matters = may_hold(bound < 0 ? 0 : bound);
        }
        return true;
    }

    bool add_postings(Window window) {
        const uint32_t count = window.end - window.first;
        std::fill_n(sums_, count, 0.0);
        for (uint32_t i = 0; i < cursor_count_; ++i)
            if (!cursors_[i].visit(segment_, window, [&](uint32_t document, double added) {
                    sums_[document - window.first] += added;
                }))
                return false;
        return true;
    }

    bool offer_documents(Window window) {
        const uint32_t count = window.end - window.first;
        const double least = least_score();
        const double greatest = wanted_.follows ? wanted_.last.score : __builtin_inf();
        const auto enters = [&](uint32_t i) { return sums_[i] >= least && sums_[i] <= greatest; };
        uint32_t at = 0;
        while (at < count && !enters(at)) ++at;
        if (at == count) return true;
        if (!segment_.copy(Part::kTids, window.first, count, tids_)) return false;
        for (; at < count; ++at)
            if (enters(at)) offer(sums_[at], tids_[at]);
        return true;
    }

    bool offer_nulls() {
        slack_ = 0;
        const uint32_t end = segment_.rows();
        for (uint32_t at = segment_.root().documents; at < end;) {
            pages_.poll();
            const uint32_t count = std::min(end - at, kMostDocuments);
            if (!segment_.copy(Part::kTids, at, count, tids_)) return false;
            for (uint32_t i = 0; i < count; ++i) offer(0, tids_[i]);
            counts_.rows += count;
            at += count;
        }
        return true;
    }

    static constexpr size_t kJump = 8;  // terms of a query that are looked for one by one
    static constexpr uint32_t kPolled = 64;

    Pages& pages_;
    Segment<Pages> segment_;
    TermCursor<Pages>* cursors_;  // of terms that the segment has
    uint32_t cursor_count_ = 0;
    uint32_t* rare_first_;
    double* bounds_;
    std::byte* scratch_;
    TopRows top_;
    Wanted wanted_;
    double slack_ = 0;
    double rounding_ = 0;
    uint32_t lost_ = kNoPage;
    SearchCounts counts_;
    double sums_[kMostDocuments];
    HeapTid tids_[kMostDocuments];
};

}  // namespace vx::inverted
