// Nodes in the order of their rows' exact distance, from a stream in the order of bounds.
#pragma once

#include "core/paged/candidate_stream.h"
#include "core/paged/posting_cursor.h"

namespace vx {

/// A node to return and what its exact ranking distance does not exceed.
struct RankedNode {
    double distance;
    NodeId id;
};

/// `Rows` tells exact distances:
///   bool distance(HeapTid tid, double* out)   the ranking distance of a row by the operator's own
///                                             arithmetic; false when no reader can see the row
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
        stream_.start(request);
    }

    /// The next node, of which nothing that comes later is nearer; id kNoNode at the end.  `rows`:
    /// that the scan has returned so far.
    ///
    /// A node that the search finds too late for its place is returned when ef rows were: up to
    /// there the order is a promise.
    NodeId next(uint64_t rows) {
        for (;;) {
            if (rows >= request_.ef) return_late();
            const RankedNode next = nearest(rows);
            if (next.id == kNoNode) {
                // With a limit the scan may end before ef rows: then the order goes before one row.
                if (late_.size() == 0 || request_.limit < __builtin_inff()) return kNoNode;
                return_late();
                continue;
            }
            if (next.distance < floor_ && rows < request_.ef) {
                (void)late_.push(next);
                continue;
            }
            if (next.distance > floor_) floor_ = next.distance;
            return next.id;
        }
    }

    uint64_t hops() const { return stream_.hops(); }

private:
    struct Later {
        bool operator()(const RankedNode& a, const RankedNode& b) const {
            return a.distance > b.distance || (a.distance == b.distance && a.id > b.id);
        }
    };

    /// The nearest of all that is known; id kNoNode when nothing within the limit is left.
    RankedNode nearest(uint64_t rows) {
        for (;;) {
            const ScanCandidate* waiting = stream_.peek(rows);
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
        if (Codec::kExact || !request_.has_query) return true;
        // It may be late: only the row can tell.
        if (static_cast<double>(candidate.bound) < floor_) return false;
        if (ranked_.size() > 0 && static_cast<double>(candidate.upper) > ranked_[0].distance)
            return false;
        const ScanCandidate* after = stream_.peek_second();
        return after != nullptr && candidate.upper <= after->bound;
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

    /// Reads a row of the node for its exact distance; nodes without visible rows are left out.
    /// Rows of one node are equal up to the codes' resolution, so one stands for all.
    void rank(NodeId id) {
        if constexpr (!Codec::kExact) {
            HeapTid tid;
            RankedNode ranked{0, id};
            cursor_.start_node(id);
            while (cursor_.next(&tid)) {
                store_->poll();
                if (!rows_->distance(tid, &ranked.distance)) continue;
                // Not a number: farther than whatever is one.
                if (ranked.distance != ranked.distance) ranked.distance = __builtin_inf();
                push(ranked);
                return;
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
    ScanRequest request_;
    double floor_ = -__builtin_inf();  // nothing nearer may be returned
};

}  // namespace vx
