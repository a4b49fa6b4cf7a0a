// The rows of nodes in the order of the pages: for scans without a query, where no row is nearer.
#pragma once

#include "core/paged/filtered_nodes.h"
#include "core/paged/posting_cursor.h"

namespace vx {

/// Reads a T page, and of its rows those that a filter lets pass, before it turns to the next; no
/// element is looked at.  Each live node that there was at the beginning comes once.
template <class Pages, class Codec>
class RowWalk {
public:
    using Store = PagedStore<Pages, Codec>;

    /// The store outlives the walk; memory is the arena's.
    RowWalk(Store& store, Arena arena) : store_(&store), arena_(arena), filtered_(arena) {}

    /// `filter` outlives the walk; null: all rows.
    void start(const RowFilter* filter) {
        extents_ = store_->state().extent_count;
        entries_ = arena_.allocate_array<DirectoryEntry>(store_->geometry().nodes_per_extent);
        (void)filtered_.start(*store_, filter, extents_);
        extent_ = 0;
        local_ = end_ = 0;
    }

    /// The rows of the next node come next from `cursor`, which has the same filter; false at the
    /// end.
    bool next(PostingCursor<Pages, Codec>& cursor) {
        for (;; ++local_) {
            if (local_ >= end_ && !read_extent()) return false;
            const DirectoryEntry& entry = entries_[local_];
            const NodeId id = first_ + local_;
            if (entry.state != NodeState::kLive || !filtered_.passes(id)) continue;
            // A list may have got another head since the page was read, a single row stays.
            if (has_postings(entry))
                cursor.start_node(id);
            else
                cursor.start_node(id, entry);
            ++local_;
            return true;
        }
    }

private:
    /// The next T page with a node that passes; false at the end.
    bool read_extent() {
        constexpr uint32_t kExtentsAhead = 2;
        const uint32_t nodes = store_->geometry().nodes_per_extent;
        local_ = end_ = 0;
        while (extent_ < extents_) {
            const uint32_t extent = extent_++;
            store_->poll();
            if (filtered_.active()) {
                filtered_.expect(extent + kExtentsAhead);
                const uint64_t* bits = filtered_.bits(extent);
                if (std::all_of(bits, bits + list_words(nodes), [](uint64_t b) { return b == 0; }))
                    continue;
            }
            if (!store_->copy_directory(extent, entries_)) continue;
            first_ = extent * nodes;
            end_ = nodes;
            return true;
        }
        return false;
    }

    Store* store_;
    Arena arena_;
    FilteredNodes<Store> filtered_;
    DirectoryEntry* entries_ = nullptr;  // of the page that was read last
    NodeId first_ = 0;                   // its first node
    uint32_t local_ = 0;                 // among them, the next to look at
    uint32_t end_ = 0;
    uint32_t extent_ = 0;  // to be read next
    uint32_t extents_ = 0;
};

}  // namespace vx
