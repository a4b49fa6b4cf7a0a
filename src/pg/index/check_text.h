// How findings of the verifier read in SQL.
#pragma once

#include "core/paged/verify_context.h"

namespace vx::pg {

struct FindingText {
    FindingKind kind;
    const char* name;     // what tests and scripts compare
    const char* text;     // one sentence without its full stop
    const char* label_a;  // what Finding::a is, or null
    const char* label_b;
};

inline constexpr FindingText kFindingTexts[] = {
    {FindingKind::kMissingPage, "missing_page", "The block lies beyond the end of the index",
     nullptr, nullptr},
    {FindingKind::kEmptyPage, "empty_page", "The page is empty", nullptr, nullptr},
    {FindingKind::kWrongPage, "wrong_page", "The page is not of the kind expected here", "kind",
     nullptr},
    {FindingKind::kUnexpectedPage, "unexpected_page",
     "The page is in use, but was not given out yet", "kind", nullptr},
    {FindingKind::kBadPageHeader, "bad_page_header", "The page header is damaged", nullptr,
     nullptr},
    {FindingKind::kOutsidePage, "outside_page",
     "A record lies outside of what the page header declares as in use", "end", "used"},
    {FindingKind::kBadMeta, "bad_meta", "The meta page contradicts itself", nullptr, nullptr},
    {FindingKind::kBadState, "bad_state", "The state page holds a value out of range", "offset",
     "value"},
    {FindingKind::kNodeState, "node_state", "The node has no legal state", "state", nullptr},
    {FindingKind::kNodeLevel, "node_level", "The node's level is wrong", "directory", "slot"},
    {FindingKind::kGeneration, "generation", "Directory and slot disagree on the generation",
     "directory", "slot"},
    {FindingKind::kUnusedNode, "unused_node", "The node was given out, but is unused", nullptr,
     nullptr},
    {FindingKind::kUsedNode, "used_node", "The node was not given out, but is used", "state",
     nullptr},
    {FindingKind::kNoSlot, "no_slot", "The node has no slot", nullptr, nullptr},
    {FindingKind::kRetired, "retired", "The node is live, but takes no children", nullptr, nullptr},
    {FindingKind::kBadRoot, "bad_root", "The root cannot be one", "state", nullptr},
    {FindingKind::kSecondRoot, "second_root", "The node is not the root, but has no parent",
     nullptr, nullptr},
    {FindingKind::kBadParent, "bad_parent", "The node's parent is not live", "parent", "state"},
    {FindingKind::kTreeCycle, "tree_cycle", "The node is its own ancestor", nullptr, nullptr},
    {FindingKind::kTooManyChildren, "too_many_children", "The node has too many children",
     "children", nullptr},
    {FindingKind::kNoLaneToParent, "no_lane_to_parent", "The node has no pinned link to its parent",
     "parent", nullptr},
    {FindingKind::kNoLaneToChild, "no_lane_to_child", "The node's parent has no pinned link to it",
     "parent", nullptr},
    {FindingKind::kStrayPin, "stray_pin", "A pinned link is no edge of the tree", "lane", "target"},
    {FindingKind::kLinkRange, "link_range", "A link leads to no node", "level", "target"},
    {FindingKind::kLinkSelf, "link_self", "A link leads to its own node", "level", "target"},
    {FindingKind::kLinkDuplicate, "link_duplicate", "Two links lead to the same node", "level",
     "target"},
    {FindingKind::kLinkToUnused, "link_to_unused", "A link leads to a node that is not live",
     "level", "target"},
    {FindingKind::kLinkToUnlinked, "link_to_unlinked",
     "A link leads to a node that was taken out of the graph", "level", "target"},
    {FindingKind::kLinkLevel, "link_level", "A link leads to a node that does not reach its level",
     "level", "target"},
    {FindingKind::kUpperPlace, "upper_place", "The node's upper links cannot be where it says",
     "block", "index"},
    {FindingKind::kUpperOwner, "upper_owner", "The node's upper links belong to another node",
     "level", "owner"},
    {FindingKind::kUnreachable, "unreachable", "No search on the base level finds the node",
     nullptr, nullptr},
    {FindingKind::kNoEntry, "no_entry", "There is no node to start a search from", nullptr,
     nullptr},
    {FindingKind::kEntryState, "entry_state", "A search would start from a node that is not live",
     "position", "state"},
    {FindingKind::kEntryLevel, "entry_level", "An entry point has the wrong level", "position",
     "level"},
    {FindingKind::kEntryOrder, "entry_order", "Entry points are not in order", "position", "level"},
    {FindingKind::kLiveCount, "live_count", "The number of live nodes is wrong", "stored",
     "counted"},
    {FindingKind::kDeadCount, "dead_count", "The number of dead nodes is wrong", "stored",
     "counted"},
    {FindingKind::kFreeCount, "free_count", "The number of free nodes is wrong", "stored",
     "counted"},
    {FindingKind::kSegmentPlace, "segment_place", "A row list leads to a place that cannot be",
     "block", "index"},
    {FindingKind::kSegmentOwner, "segment_owner", "A row list leads into another one", "block",
     "index"},
    {FindingKind::kSegmentGeneration, "segment_generation",
     "A row list belongs to an earlier node of this number", "block", "index"},
    {FindingKind::kSegmentCount, "segment_count", "A part of a row list is overfull", "block",
     "index"},
    {FindingKind::kSegmentShared, "segment_shared", "A part of a row list is used twice", "block",
     "index"},
    {FindingKind::kRecordLength, "record_length", "The node's vector is not as long as it says",
     "bytes", "found"},
    {FindingKind::kOverflowPlace, "overflow_place",
     "A long vector goes on at a place that cannot be", "block", "index"},
    {FindingKind::kOverflowOwner, "overflow_owner", "A long vector leads into another one", "block",
     "index"},
    {FindingKind::kBadTid, "bad_tid", "The index has a row number that cannot be", "block",
     "offset"},
    {FindingKind::kDuplicateTid, "duplicate_tid", "The index has the row twice", "block", "offset"},
    {FindingKind::kMissingRow, "missing_row", "The index lacks a row of the table", "block",
     "offset"},
    {FindingKind::kWrongList, "wrong_list",
     "The index has the row in the wrong place for NULL or a vector without direction", "block",
     "offset"},
    {FindingKind::kWrongElement, "wrong_element", "The index has another vector than the table",
     "block", "offset"},
    {FindingKind::kWrongFilters, "wrong_filters",
     "The index has other filter columns than the table", "block", "offset"},
    {FindingKind::kTermOrder, "term_order", "The terms of a segment are not in order", "term",
     "before"},
    {FindingKind::kTermCount, "term_count", "The number of a segment's postings or terms is wrong",
     "stored", "counted"},
    {FindingKind::kPostingOrder, "posting_order", "The rows of a term are not in order", "term",
     "document"},
    {FindingKind::kPostingBounds, "posting_bounds",
     "A weight is beyond the bounds that searches go by", "term", "document"},
    {FindingKind::kRowCount, "row_count", "The number of rows is wrong", "stored", "counted"},
    {FindingKind::kPageShared, "page_shared", "The page is in use twice", nullptr, nullptr},
    {FindingKind::kFreePages, "free_pages", "The number of free pages is wrong", "stored",
     "counted"},
    {FindingKind::kBadSegment, "bad_segment", "A segment of the index contradicts itself", "root",
     "part"},
    {FindingKind::kBadWaiting, "bad_waiting", "Rows that wait are on a page that cannot be", "page",
     nullptr},
};

/// Every finding has its text, at its place.
constexpr bool finding_texts_complete() {
    size_t i = 0;
    for (const FindingText& text : kFindingTexts)
        if (static_cast<size_t>(text.kind) != i++) return false;
    return i == static_cast<size_t>(FindingKind::kBadWaiting) + 1;
}
static_assert(finding_texts_complete());

}  // namespace vx::pg
