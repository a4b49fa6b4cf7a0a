// What all parts of the verifier share: findings, and reading pages that may be damaged.
//
// Everything is copied out of a page before it is judged, so that no lock is held while findings
// are reported, and every place is checked before it is read.  Nothing here calls
// `Pages::corrupt`: a damaged page is a finding, not an error.
#pragma once

#include "core/graph/params.h"
#include "core/paged/pages.h"
#include "core/paged/records.h"

namespace vx {

/// The record of a live node, as the verifier hands it out.
struct StoredRecord {
    NodeId id;
    const std::byte* record;
    uint32_t bytes;
    bool mixed;  // some of the node's rows have other elements with its code
};

/// What is wrong; the comment says what `a` and `b` carry.  `block` and `node` are set where they
/// mean something.
enum class FindingKind : uint8_t {
    // I1: pages
    kMissingPage,     // beyond the end of the file
    kEmptyPage,       // all zeros where a page must be
    kWrongPage,       // a = kind found (0: not a page of ours)
    kUnexpectedPage,  // a = kind; the space has not been given out yet
    kBadPageHeader,   // bounds of the page header are wrong
    kOutsidePage,     // a = end of the record, b = bytes in use: the record is not logged
    kBadMeta,         // the meta page contradicts itself
    kBadState,        // a = which field (offset in StateContent), b = its value
    // I2: nodes
    kNodeState,   // a = state
    kNodeLevel,   // a = level in the directory, b = level in the slot
    kGeneration,  // a = in the directory, b = in the slot
    kUnusedNode,  // below next_id, but never used
    kUsedNode,    // a = state; at or above next_id
    kNoSlot,      // the node's slot was never written
    kRetired,     // a live node that takes no children
    // I3 to I5: the spanning tree
    kBadRoot,          // a = state of the node called root
    kSecondRoot,       // a live node without a parent
    kBadParent,        // a = parent, b = its state
    kTreeCycle,        // the way to the root never ends
    kTooManyChildren,  // a = children
    kNoLaneToParent,   // a = parent
    kNoLaneToChild,    // a = parent, which has no pinned lane to the node
    kStrayPin,         // a = lane, b = where it leads
    // I6: links; a = level, b = target
    kLinkRange,
    kLinkSelf,
    kLinkDuplicate,
    kLinkToUnused,  // or to a pending or free node
    kLinkToUnlinked,
    kLinkLevel,   // the target does not reach that level
    kUpperPlace,  // a = block, b = index of an upper slot that cannot be
    kUpperOwner,  // a = level, b = the node that the upper slot names
    // I7: reachability
    kUnreachable,
    // I8: entry candidates; a = position
    kNoEntry,     // there are live nodes and no place to start from
    kEntryState,  // b = state
    kEntryLevel,  // b = level stored
    kEntryOrder,
    // I9: counters; a = stored, b = counted
    kLiveCount,
    kDeadCount,
    kFreeCount,
    // I10: posting lists; a = block, b = index of the segment
    kSegmentPlace,
    kSegmentOwner,
    kSegmentGeneration,
    kSegmentCount,
    kSegmentShared,  // in two lists, or twice in one
    // I14: elements of any length
    kRecordLength,   // a = bytes that the record says it has, b = bytes found
    kOverflowPlace,  // a = block, b = index of a segment that cannot be
    kOverflowOwner,  // a = block, b = index of a segment of another node
    // I11 to I13 need the table: the server's part reports them
    kBadTid,        // a = block, b = offset in the table
    kDuplicateTid,  // a = block, b = offset in the table
    kMissingRow,    // a = block, b = offset in the table
    kWrongList,     // a = block, b = offset in the table
    kWrongElement,  // a = block, b = offset in the table
    kWrongFilters,  // a = block, b = offset in the table
    // Storage `inverted` (core/inverted/verify.h)
    kTermOrder,      // a = term, b = the one before
    kTermCount,      // a = stored, b = counted
    kPostingOrder,   // a = term, b = document
    kPostingBounds,  // a = term, b = document
    kRowCount,       // a = stored, b = counted
    kPageShared,     // in use twice
    kFreePages,      // a = stored, b = counted
    kBadSegment,     // a = root, b = which part contradicts it
    kBadWaiting,     // a = block that the rows that wait lead to
};

struct Finding {
    FindingKind kind;
    uint32_t block = kNoPage;
    NodeId node = kNoNode;
    int64_t a = 0;
    int64_t b = 0;
};

// A sink `Sink` of the verifier offers, called with nothing locked:
//   void finding(const Finding&)
//   void element(const StoredRecord&)         of a live node, before its rows
//   void row(NodeId owner, bool live, const IndexRow&)   of a node, or of one of the index's lists
//
// A page source may offer `int64_t used_bytes(const std::byte* page)`: content bytes that the page
// header declares as in use, negative when the header is damaged.

/// Bits by a 64-bit number.
class BitSet {
public:
    /// False when memory is out.
    [[nodiscard]] bool reserve(Arena arena, uint64_t bits) {
        const uint64_t words = bits / 64 + 1;
        words_ = arena.allocate_array<uint64_t>(words);
        if (words_ == nullptr) return false;
        std::memset(words_, 0, words * sizeof(uint64_t));
        return true;
    }
    void insert(uint64_t bit) { words_[bit / 64] |= uint64_t{1} << (bit % 64); }
    void remove(uint64_t bit) { words_[bit / 64] &= ~(uint64_t{1} << (bit % 64)); }
    [[nodiscard]] bool contains(uint64_t bit) const {
        return (words_[bit / 64] >> (bit % 64) & 1) != 0;
    }

private:
    uint64_t* words_ = nullptr;
};

/// State of a node whose directory page is damaged: nothing is said about it.
inline constexpr uint8_t kUnknownState = 7;

template <class Pages, class Sink>
struct VerifyContext {
    Pages& pages;
    const Geometry& g;
    Arena arena;
    Sink& sink;
    uint32_t page_count = 0;
    uint32_t extents = 0;   // that exist, whatever the state page says
    uint32_t id_limit = 0;  // extents * nodes_per_extent
    StateContent state{};
    uint8_t* briefs = nullptr;          // by node: state << 5 | level
    NodeId* parents = nullptr;          // by node; of live and dead ones
    std::byte* slot = nullptr;          // the slot being looked at
    std::byte* element = nullptr;       // its whole element
    BitSet broken{};                    // nodes whose slot cannot be read
    BitSet segments{};                  // posting segments met so far
    DirectoryEntry* entries = nullptr;  // the directory page being looked at

    void report(const Finding& finding) { sink.finding(finding); }

    uint8_t state_of(NodeId id) const { return briefs[id] >> 5; }
    Level level_of(NodeId id) const { return briefs[id] & 31; }
    bool is(NodeId id, NodeState wanted) const {
        return state_of(id) == static_cast<uint8_t>(wanted);
    }
    /// Live, or dead and not yet taken out of the graph.
    bool linked(NodeId id) const { return is(id, NodeState::kLive) || is(id, NodeState::kDead); }
    bool unknown(NodeId id) const { return state_of(id) == kUnknownState; }

    /// Blocks that can hold U and P pages; what they hold must still be looked at.
    bool may_be_aux(uint32_t block) const {
        if (block < g.first_aux_block || block >= page_count) return false;
        return block < g.first_extent_block || (block - g.first_extent_block) % g.extent_pages != 0;
    }

    /// Copies content bytes of a page of a known kind; false when there is no such page.  A page
    /// of the wrong kind has been reported by verify_pages, so this is silent about it.
    bool copy(uint32_t block, PageKind kind, uint32_t offset, std::span<std::byte> out) {
        if (block >= page_count) return false;
        int64_t used = g.usable_bytes;
        const bool found = pages.read(block, [&](const std::byte* page) {
            if (page_fault(page, pages.page_bytes(), kind) != 0) return false;
            if constexpr (requires { pages.used_bytes(page); }) used = pages.used_bytes(page);
            std::memcpy(out.data(), content(page) + offset, out.size());
            return true;
        });
        const int64_t end = int64_t{offset} + static_cast<int64_t>(out.size());
        if (found && used >= 0 && end > used)
            report({FindingKind::kOutsidePage, block, kNoNode, end, used});
        return found;
    }

    /// Copies the part of a slot on its first page.
    bool copy_slot(NodeId id, uint32_t bytes) {
        return copy(g.slot_block(id), PageKind::kSlots, g.slot_offset(id), {slot, bytes});
    }

    bool copy_directory(uint32_t extent) {
        return copy(
            g.extent_block(extent), PageKind::kDirectory, 0,
            {reinterpret_cast<std::byte*>(entries), g.nodes_per_extent * sizeof(DirectoryEntry)});
    }

    /// Filter columns of the row of a node that has one.
    FilterValues filters_of(NodeId id) {
        FilterValues values;
        if (g.layout.filter_columns == 0) return values;
        const uint32_t block = g.directory_block(id);
        (void)pages.read(block, [&](const std::byte* page) {
            if (page_fault(page, pages.page_bytes(), PageKind::kDirectory) == 0)
                values = directory_filters(content(page), g).get(g.directory_index(id));
            return true;
        });
        return values;
    }

    /// Kind of a page; 0 when it is new, missing or not ours.
    PageKind kind_of(uint32_t block) {
        if (block >= page_count) return PageKind{0};
        return pages.read(
            block, [&](const std::byte* page) { return page_kind(page, pages.page_bytes()); });
    }

    /// Calls f(id, entry) for the nodes of all sound directory pages.
    template <class F>
    void for_each_node(F&& f) {
        for (uint32_t extent = 0; extent < extents; ++extent) {
            pages.poll();
            if (!copy_directory(extent)) continue;
            for (uint32_t i = 0; i < g.nodes_per_extent; ++i)
                f(extent * g.nodes_per_extent + i, entries[i]);
        }
    }
};

}  // namespace vx
