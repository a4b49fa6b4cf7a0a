// One scan of an index: every row once, nearest first; without a query, in any order.
#pragma once

#include "core/paged/exact_ranker.h"
#include "core/paged/row_walk.h"

namespace vx {

/// Owns nothing; memory is the arena's.  `Rows` as for ExactRanker.
template <class Pages, class Codec, class Rows>
class Scanner {
public:
    using Store = PagedStore<Pages, Codec>;

    Scanner(Pages& pages, const Geometry& geometry, const Codec& codec, const GraphParams& params)
        : store_(pages, geometry, codec, params, nullptr) {}

    /// Begins a scan for `query`, which outlives it; null: without one, or for one without a
    /// direction, to which all rows are alike.  `rows` may be null where the codec is exact, the
    /// request unranked or no query given.
    void start(const typename Codec::Element* query, const ScanRequest& request, Rows* rows,
               Arena arena) {
        request_ = request;
        request_.settle_order();
        if (query != nullptr) {
            store_.bind(query);
            ranker_ = new (arena.allocate(sizeof(Ranker))) Ranker(store_, arena, rows);
        } else {
            walk_ = new (arena.allocate(sizeof(Walk))) Walk(store_, arena);
            // To a query without a direction all rows are as those without one.
            request_.nodes_wanted = request_.nodes_wanted && request_.zeros_wanted;
        }
        cursor_ = new (arena.allocate(sizeof(Cursor))) Cursor(store_);
        cursor_->set_filter(request_.filter);
        phase_ = Phase::kStart;
        rows_ = 0;
    }

    /// The next row; false at the end.
    bool next(HeapTid* tid) {
        for (;;) {
            if (cursor_->next(tid)) {
                ++rows_;
                return true;
            }
            if (phase_ == Phase::kGraph && request_.nodes_wanted) {
                if (walk_ != nullptr) {
                    if (walk_->next(*cursor_)) continue;
                } else if (const RankedNode node = ranker_->next(rows_); node.is_row) {
                    *tid = node.row;
                    ++rows_;
                    return true;
                } else if (node.id != kNoNode) {
                    cursor_->start_node(node.id);
                    continue;
                }
            }
            if (phase_ == Phase::kDone) return false;
            begin(static_cast<Phase>(static_cast<uint8_t>(phase_) + 1));
        }
    }

    /// The row returned last is not there for its reader, and does not count.
    void forget_row() { rows_ -= rows_ > 0 ? 1 : 0; }

    /// What the scan did so far, once it has been started.
    ScanCounts counts() const {
        ScanCounts counts = ranker_ != nullptr ? ranker_->counts() : ScanCounts{};
        counts.rows = rows_;
        counts.has_filter = request_.filter != nullptr && !request_.filter->is_empty();
        return counts;
    }

private:
    using Ranker = ExactRanker<Pages, Codec, Rows>;
    using Cursor = PostingCursor<Pages, Codec>;
    using Walk = RowWalk<Pages, Codec>;
    enum class Phase : uint8_t { kStart, kFirstZeros, kGraph, kZeros, kNulls, kDone };

    void begin(Phase phase) {
        phase_ = phase;
        switch (phase) {
        case Phase::kFirstZeros:
            if (request_.zeros_first) start_zeros();
            break;
        case Phase::kGraph:
            if (!request_.nodes_wanted) break;
            if (walk_ != nullptr)
                walk_->start(request_.filter);
            else
                ranker_->start(request_);
            break;
        case Phase::kZeros:
            if (!request_.zeros_first) start_zeros();
            break;
        case Phase::kNulls:
            if (request_.nulls_wanted) cursor_->start(kNullListOwner, store_.state().null_list);
            break;
        case Phase::kStart:
        case Phase::kDone:
            break;
        }
    }

    void start_zeros() {
        if (request_.zeros_wanted) cursor_->start(kZeroListOwner, store_.state().zero_list);
    }

    Store store_;
    ScanRequest request_;
    Ranker* ranker_ = nullptr;  // or
    Walk* walk_ = nullptr;
    Cursor* cursor_ = nullptr;
    Phase phase_ = Phase::kStart;
    uint64_t rows_ = 0;
};

}  // namespace vx
