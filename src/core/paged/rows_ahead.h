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
            HeapTid& row = rows_[expected_ % kExpected];
            const DirectoryEntry entry = store.directory(node->id);
            // Of a list of rows the first is known when the list is read.
            row = has_postings(entry) ? HeapTid{} : heap_tid(entry);
            if (is_set(row)) rows.expect(row);
        }
        if (approached_ < taken) approached_ = taken;
        for (; approached_ < taken + kApproached && approached_ < expected_; ++approached_) {
            const HeapTid row = rows_[approached_ % kExpected];
            if (is_set(row)) rows.approach(row);
        }
    }

private:
    static constexpr uint64_t kExpected = 4;
    static constexpr uint64_t kApproached = 2;

    static bool is_set(HeapTid tid) { return tid.offset != 0; }

    HeapTid rows_[kExpected] = {};  // by the number of nodes taken before
    uint64_t expected_ = 0;
    uint64_t approached_ = 0;
};

}  // namespace vx
