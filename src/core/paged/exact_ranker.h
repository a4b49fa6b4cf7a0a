// Nodes in the order of their rows' exact distance, from a stream in the order of bounds.
#pragma once

#include "core/paged/posting_cursor.h"
#include "core/paged/rows_ahead.h"

namespace vx {

/// A node to return, or one row of it, and what the exact ranking distance does not exceed.
struct RankedNode {
    double distance;
    NodeId id;
    bool is_row = false;  // the node is a mixed one: this row alone
    HeapTid row = {};
};

/// `Rows` tells exact distances:
///   bool distance(HeapTid tid, double* out)   the ranking distance of a row by the operator's own
///                                             arithmetic; false when no reader can see the row
///   expect, approach                          as RowsAhead has them
/// It is asked only where bounds leave the order open, and never where the codec is exact.
template <class Pages, class Codec, class Rows>
class ExactRanker {
public:
    using Store = PagedStore<Pages, Codec>;

    ExactRanker(Store& store, Arena arena, Rows* rows)
        : store_(&store), stream_(store, arena), cursor_(store), ranked_(arena), late_(arena),
          rows_(rows) {}

    void start(const ScanRequest& request) {
        request_ = request;
        cursor_.set_filter(request.filter);
        begun_ = false;
        stream_.start(request);
    }

    /// The next node, of which nothing that comes later is nearer; id kNoNode at the end.  `rows`:
    /// that the scan has returned so far.
    ///
    /// A node that the search finds too late for its place is returned when ef rows were: up to
    /// there the order is a promise.
    RankedNode next(uint64_t rows) {
        for (;;) {
            if (rows >= request_.ef) return_late();
            if (!begun_) begin();
            const RankedNode next = nearest(rows);
            if (next.id == kNoNode) {
                // Within a limit there may be fewer than ef rows: all of them go before the order.
                if (late_.size() == 0) return next;
                return_late();
                continue;
            }
            if (next.distance < floor_ && rows < request_.ef && !request_.all_within) {
                (void)late_.push(next);
                continue;
            }
            if (next.distance > floor_) floor_ = next.distance;
            return next;
        }
    }

    /// What it and its stream did so far; what was returned the scan knows.
    ScanCounts counts() const {
        ScanCounts counts = stream_.counts();
        counts.ranked_rows = ranked_rows_;
        return counts;
    }

private:
    struct Later {
        bool operator()(const RankedNode& a, const RankedNode& b) const {
            return a.distance > b.distance || (a.distance == b.distance && a.id > b.id);
        }
    };

    /// Where codes blur the order, searches on as long as that brings nearer rows: of a group of
    /// hundreds of near-copies the first search has met some, whereas of rows that are equally far
    /// it has met enough.  With a limit it searches on until it knows as many rows as are wanted,
    /// or all that are within: a node that is found when others have been returned would be late.
    void begin() {
        begun_ = true;
        if (request_.unranked) return;
        if (request_.limit < __builtin_inff()) {
            if (!request_.all_within) stream_.search_to_limit(request_.rows_to_find());
            return;
        }
        (void)stream_.peek(0);
        double farthest = __builtin_inf();
        while (stream_.blurred()) {
            rank_known();
            const double now = distance_of_last();
            if (now >= farthest || !stream_.search_twice()) return;
            farthest = now;
        }
    }

    void rank_known() {
        while (const ScanCandidate* known = stream_.peek_known()) {
            const NodeId id = known->id;
            stream_.take();
            rank(id);
        }
    }

    /// How far the last of the rows is that are wanted for sure, as far as is known.
    double distance_of_last() {
        const uint64_t wanted = request_.rows_to_find();
        if (ranked_.size() < wanted) return __builtin_inf();
        late_.resize_down(0);
        for (size_t i = 0; i < ranked_.size(); ++i) (void)late_.push(ranked_[i]);
        RankedNode* last = late_.data() + wanted - 1;
        std::nth_element(late_.data(), last, late_.data() + late_.size(),
                         [](const RankedNode& a, const RankedNode& b) { return Later{}(b, a); });
        const double distance = last->distance;
        late_.resize_down(0);
        return distance;
    }

    /// The nearest of all that is known; id kNoNode when nothing within the limit is left.
    RankedNode nearest(uint64_t rows) {
        for (;;) {
            const ScanCandidate* waiting = stream_.peek(rows);
            if constexpr (!Codec::kExact)
                if (waiting != nullptr && rows_ != nullptr) ahead_.look(*store_, stream_, *rows_);
            if (waiting != nullptr && waiting->bound > request_.limit) waiting = nullptr;
            if (waiting != nullptr && is_settled(*waiting)) {
                const RankedNode node{static_cast<double>(waiting->upper), waiting->id};
                stream_.take();
                return node;
            }
            if (ranked_.size() > 0 &&
                (waiting == nullptr || ranked_[0].distance <= static_cast<double>(waiting->bound)))
                return take_ranked();
            if (waiting == nullptr) return {0, kNoNode};
            const NodeId id = waiting->id;
            stream_.take();
            rank(id);
        }
    }

    /// Is the candidate at hand nearer than all that waits, whatever its exact distance?  Then its
    /// row need not be read to know its place.
    bool is_settled(const ScanCandidate& candidate) {
        if (Codec::kExact || request_.unranked) return true;
        // It may be late: only the row can tell.
        if (static_cast<double>(candidate.bound) < floor_) return false;
        if (ranked_.size() > 0 && static_cast<double>(candidate.upper) > ranked_[0].distance)
            return false;
        const ScanCandidate* after = stream_.peek_at(1);
        if (after == nullptr || candidate.upper > after->bound) return false;
        // The rows of a mixed node have distances of their own.  One that has become mixed since it
        // was looked at has got a row that this scan does not see.
        const DirectoryEntry* entry = ahead_.entry_of(candidate.id, stream_.taken());
        return !is_mixed(entry != nullptr ? *entry : store_->directory(candidate.id));
    }

    RankedNode take_ranked() {
        const RankedNode node = ranked_[0];
        std::pop_heap(ranked_.data(), ranked_.data() + ranked_.size(), Later{});
        ranked_.resize_down(ranked_.size() - 1);
        if (node.distance > static_cast<double>(request_.limit)) {
            // All others are farther still.
            ranked_.resize_down(0);
            return {0, kNoNode};
        }
        return node;
    }

    /// Reads a row of the node for its exact distance, of a mixed node all rows; nodes without
    /// visible rows are left out.
    void rank(NodeId id) {
        if constexpr (!Codec::kExact) {
            RankedNode ranked{0, id};
            // The stream's latest.  When its row is returned the directory is read anew.
            const DirectoryEntry* entry = ahead_.entry_of(id, stream_.taken() - 1);
            cursor_.start_node(id, entry != nullptr ? *entry : store_->directory(id));
            ranked.is_row = cursor_.mixed();
            while (cursor_.next(&ranked.row)) {
                store_->poll();
                ++ranked_rows_;
                if (!rows_->distance(ranked.row, &ranked.distance)) continue;
                // Not a number: farther than whatever is one.
                if (ranked.distance != ranked.distance) ranked.distance = __builtin_inf();
                push(ranked);
                if (!ranked.is_row) return;
            }
        }
    }

    void push(const RankedNode& node) {
        (void)ranked_.push(node);
        std::push_heap(ranked_.data(), ranked_.data() + ranked_.size(), Later{});
    }

    void return_late() {
        for (size_t i = 0; i < late_.size(); ++i) push(late_[i]);
        late_.resize_down(0);
        floor_ = -__builtin_inf();
    }

    Store* store_;
    CandidateStream<Pages, Codec> stream_;
    PostingCursor<Pages, Codec> cursor_;
    ArenaList<RankedNode> ranked_;  // a heap, nearest first
    ArenaList<RankedNode> late_;    // nearer than what was returned
    Rows* rows_;
    RowsAhead<Pages, Codec, Rows> ahead_;
    ScanRequest request_;
    uint64_t ranked_rows_ = 0;  // read for their exact distance
    bool begun_ = false;
    double floor_ = -__builtin_inf();  // nothing nearer may be returned
};

}  // namespace vx
