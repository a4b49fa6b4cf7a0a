// The rows of one node or list, one at a time.
#pragma once

#include "core/paged/postings.h"

namespace vx {

/// Reads a segment when its first row is asked for; nothing is locked between calls.
template <class Pages, class Codec>
class PostingCursor {
public:
    explicit PostingCursor(PagedStore<Pages, Codec>& store) : store_(&store) {}

    /// Rows of lists are those that `filter` lets pass; it outlives the cursor.
    void set_filter(const RowFilter* filter) { filter_ = filter; }

    /// The rows of the list of `owner` (a node, or kNullListOwner, kZeroListOwner) come next.
    void start(NodeId owner, Place head) {
        owner_ = owner;
        guard_ = {};
        next_segment_ = head;
        segment_.count = 0;
        next_ = 0;
    }

    /// The rows of node `id` come next; none when it is no longer live: dead, or used again in the
    /// meantime, so that none of its rows can be visible.
    void start_node(NodeId id) { start_node(id, store_->directory(id)); }

    /// The same by what the directory said of it a little earlier.
    void start_node(NodeId id, const DirectoryEntry& entry) {
        start(kNoNode, kNowhere);
        mixed_ = is_mixed(entry);
        if (entry.state != NodeState::kLive) return;
        if (has_postings(entry)) {
            start(id, posting_place(entry));
            return;
        }
        segment_.count = 1;
        segment_.tids[0] = heap_tid(entry);
    }

    /// Of the node started last: have its rows unequal elements?
    bool mixed() const { return mixed_; }

    /// The next row; false at the end.
    bool next(HeapTid* tid) {
        while (next_ >= segment_.count) {
            if (next_segment_ == kNowhere) return false;
            store_->poll();
            if (!guard_.step(next_segment_))
                store_->pages().corrupt(next_segment_.block, CorruptReason::kBadPlace);
            segment_ = read_segment(*store_, next_segment_, filter_);
            // The list died and its segments serve another one: it had no visible rows left.
            if (segment_.owner != owner_) return start(kNoNode, kNowhere), false;
            next_segment_ = segment_.next;
            next_ = 0;
        }
        *tid = segment_.tids[next_++];
        return true;
    }

private:
    PagedStore<Pages, Codec>* store_;
    const RowFilter* filter_ = nullptr;
    NodeId owner_ = kNoNode;
    bool mixed_ = false;
    ChainGuard guard_;
    PostingSegment segment_{};
    uint32_t next_ = 0;  // in the segment
    Place next_segment_ = kNowhere;
};

}  // namespace vx
