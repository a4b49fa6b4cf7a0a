// The rows that a scan reads next, told to their reader before they are read.
#pragma once

#include "core/paged/candidate_stream.h"

namespace vx {

/// Each row of a scan lies on a page of its own, so a reader that takes one after the other waits
/// for memory, or for the disk, once a row.  This looks at the nodes that a stream gives next and
/// lets `Rows` fetch several of their rows at a time:
///   void expect(HeapTid tid)     this row may be read soon: its page is wanted
///   void approach(HeapTid tid)   the same row a little later, when its page may have come
/// Both are hints, and may be of rows that are never read.
template <class Pages, class Codec, class Rows>
class RowsAhead {
public:
    /// Called when the stream's next node is known, before its row is read.
    void look(PagedStore<Pages, Codec>& store, CandidateStream<Pages, Codec>& stream, Rows& rows) {
        const uint64_t taken = stream.taken();
        // When a search went on, other nodes may have come between: what was said is no longer
        // next, and only hints are lost.
        if (expected_ < taken) expected_ = taken;
        for (; expected_ < taken + kExpected; ++expected_) {
            const ScanCandidate* node = stream.peek_at(static_cast<size_t>(expected_ - taken));
            if (node == nullptr) break;
            Expected& next = nodes_[expected_ % kExpected];
            next = {node->id, store.directory(node->id)};
            if (has_one_row(next.entry)) rows.expect(heap_tid(next.entry));
        }
        if (approached_ < taken) approached_ = taken;
        for (; approached_ < taken + kApproached && approached_ < expected_; ++approached_) {
            const DirectoryEntry& entry = nodes_[approached_ % kExpected].entry;
            if (has_one_row(entry)) rows.approach(heap_tid(entry));
        }
    }

    /// What the directory said of a node, which is the stream's next, when it was looked at; null
    /// when it was not.
    const DirectoryEntry* entry_of(NodeId id, uint64_t taken) const {
        const Expected& next = nodes_[taken % kExpected];
        return next.id == id ? &next.entry : nullptr;
    }

private:
    static constexpr uint64_t kExpected = 4;
    static constexpr uint64_t kApproached = 2;

    /// Of a list of rows the first is known when the list is read; what is dead may be of a page
    /// that the table no longer has.
    static bool has_one_row(const DirectoryEntry& entry) {
        return entry.state == NodeState::kLive && !has_postings(entry);
    }

    struct Expected {
        NodeId id = kNoNode;
        DirectoryEntry entry = {};
    };
    Expected nodes_[kExpected] = {};  // by the number of nodes taken before
    uint64_t expected_ = 0;
    uint64_t approached_ = 0;
};

}  // namespace vx
