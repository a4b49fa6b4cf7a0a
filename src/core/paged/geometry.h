// Where everything lives: pure arithmetic over a handful of numbers.
//
//   block 0 meta, 1 state, then fixed aux pages, then extents of equal length:
//     T page | aux pages (U, P) | S pages of the nodes that the T page lists
// A node id gives its extent by division, so links are bare ids and no map is ever read.  When U or
// P pages run out, a whole extent is given to them and its ids are never used.
#pragma once

#include "core/base/status.h"
#include "core/graph/node.h"
#include "core/paged/page_format.h"

namespace vx {

/// What decides the layout; all of it is on the meta page.
struct Layout {
    uint32_t page_bytes = 8192;
    uint32_t dims = 0;
    uint32_t record_bytes = 0;  // in a slot: of the element for storage `plain`, else of its code
    uint32_t sketch_bytes = 0;
    uint32_t m = 16;
    bool has_mean = false;  // the mean vector has pages of its own
    // Records have lengths of their own: a slot has a Place and then as much of the record as
    // fits, the rest is in a chain of segments on O pages.
    bool variable = false;
    uint32_t filter_columns = 0;
};

struct Geometry {
    Layout layout;
    uint32_t usable_bytes;  // content of a page, between header and trailer
    uint32_t mask_words;    // u32 words of the pinned-lane mask
    uint32_t lanes;         // 2m
    uint32_t mask_offset;   // within a slot
    uint32_t marks_offset;  // mask of pruned lanes; 0: these slots have none
    uint32_t ids_offset;
    uint32_t sketch_offset;
    uint32_t code_offset;
    uint32_t slot_bytes;  // of the part on the slot's first page
    uint32_t slots_per_page;
    uint32_t pages_per_slot;      // > 1: the code continues on the following pages
    uint32_t first_record_bytes;  // of a record, on the slot's first page
    uint32_t upper_slot_bytes;
    uint32_t upper_slots_per_page;
    uint32_t segment_bytes;  // of a posting list
    uint32_t segments_per_page;
    uint32_t keys_offset;          // of the filter columns on a T page, within its content
    uint32_t lists_offset;         // of its bits for nodes with lists
    uint32_t nulls_offset;         // of its bytes for NULLs
    uint32_t overflow_data_bytes;  // of a record in one segment of an O page
    uint32_t overflow_segment_bytes;
    uint32_t overflow_segments_per_page;
    uint32_t nodes_per_extent;
    uint32_t aux_pages;  // per extent
    uint32_t extent_pages;
    uint32_t first_aux_block;
    uint32_t fixed_aux_pages;
    uint32_t mean_block;  // kNoPage without a mean
    uint32_t mean_pages;
    uint32_t first_extent_block;

    uint32_t extent_of(NodeId id) const { return id / nodes_per_extent; }
    uint32_t extent_block(uint32_t extent) const {
        return first_extent_block + extent * extent_pages;
    }
    uint32_t directory_block(NodeId id) const { return extent_block(extent_of(id)); }
    uint32_t directory_index(NodeId id) const { return id % nodes_per_extent; }
    uint32_t slot_block(NodeId id) const {
        const uint32_t local = id % nodes_per_extent;
        return extent_block(extent_of(id)) + 1 + aux_pages +
               local / slots_per_page * pages_per_slot;
    }
    /// Offset of the slot within the page content.
    uint32_t slot_offset(NodeId id) const {
        return id % nodes_per_extent % slots_per_page * slot_bytes;
    }
    uint32_t segment_offset(uint32_t index) const { return index * segment_bytes; }
    uint32_t upper_offset(uint32_t index) const { return index * upper_slot_bytes; }
    uint32_t overflow_offset(uint32_t index) const { return index * overflow_segment_bytes; }
    /// Of a record of any length, bytes in the slot.
    uint32_t inline_bytes() const {
        return layout.record_bytes - static_cast<uint32_t>(sizeof(Place));
    }
    /// Bytes of the longest record.
    uint32_t record_limit() const { return layout.variable ? kLongestRecord : layout.record_bytes; }
    /// Largest level whose upper slots fit one page.
    Level max_level() const {
        return upper_slots_per_page < kMaxLevel ? static_cast<Level>(upper_slots_per_page)
                                                : kMaxLevel;
    }
    /// Record bytes on page `part` of a slot.
    uint32_t record_part_bytes(uint32_t part) const {
        if (part == 0) return first_record_bytes;
        const uint32_t done = first_record_bytes + (part - 1) * usable_bytes;
        const uint32_t left = layout.record_bytes - done;
        return left < usable_bytes ? left : usable_bytes;
    }
};

inline constexpr uint32_t kMetaBlock = 0;
inline constexpr uint32_t kStateBlock = 1;
/// S pages of an extent: few enough that a tiny index stays tiny.  (The extent ends earlier where
/// its T page is full: 48 S pages at 100 dimensions as floats.)
inline constexpr uint32_t kMaxSlotPagesPerExtent = 128;
/// Segments of an O page: a short rest wastes little, a long one is read in few steps.
inline constexpr uint32_t kOverflowSegmentsPerPage = 8;
/// One U and one P page before the first extent, so that small indexes need no aux extent.
inline constexpr uint32_t kFixedAuxPages = 2;

/// Where the parts of a slot begin.
inline void place_in_slot(Geometry& g) {
    g.mask_offset = sizeof(SlotHeader);
    g.ids_offset = g.mask_offset + 4 * g.mask_words;
    // Only where sketches tell the distances of a list are the marks worth a read less (README.md).
    if (g.layout.sketch_bytes > 0) {
        g.marks_offset = g.ids_offset;
        g.ids_offset += 4 * g.mask_words;
    }
    g.sketch_offset = g.ids_offset + 4 * g.lanes;
    if (g.layout.sketch_bytes > 0) g.sketch_offset = (g.sketch_offset + 7) / 8 * 8;
    g.code_offset = g.sketch_offset + g.layout.sketch_bytes;
}

/// Words of the bits for nodes with lists on a T page.
constexpr uint32_t list_words(uint32_t nodes) { return (nodes + 63) / 64; }

/// Nodes that a T page has room for.
inline uint32_t most_entries(const Geometry& g) {
    constexpr auto kEntry = static_cast<uint32_t>(sizeof(DirectoryEntry));
    const uint32_t columns = g.layout.filter_columns;
    if (columns == 0) return g.usable_bytes / kEntry;
    // Bits are in words, and those and the keys begin at multiples of eight.
    constexpr uint32_t kPadding = 3 * 8;
    return (g.usable_bytes - kPadding) * 8 / ((kEntry + columns * 8 + 1) * 8 + 1);
}

/// Where the filter columns of a T page are: at its end, and what is looked at for each filter
/// beside the trailer, which is looked at as well.
inline void place_columns(Geometry& g) {
    const uint32_t nodes = g.nodes_per_extent;
    const uint32_t end = (g.usable_bytes - nodes) / 8 * 8;
    g.nulls_offset = end;
    g.lists_offset = end - list_words(nodes) * 8;
    g.keys_offset = g.lists_offset - g.layout.filter_columns * nodes * 8;
}

/// Bytes of a posting segment with the filter columns of its rows.
constexpr uint32_t posting_segment_bytes(uint32_t columns) {
    const uint32_t filters = columns > 0 ? kTidsPerSegment * (columns * 8 + 1) : 0;
    return static_cast<uint32_t>(sizeof(PostingSegment)) + filters;
}

/// Computes the layout; fails only with kSizeOverflow when no node would fit the format.
inline Result<Geometry> make_geometry(const Layout& layout) {
    Geometry g{};
    g.layout = layout;
    g.usable_bytes =
        layout.page_bytes - kPageHeaderBytes - static_cast<uint32_t>(sizeof(PageTrailer));
    g.lanes = 2 * layout.m;
    g.mask_words = (g.lanes + 31) / 32;
    place_in_slot(g);
    const uint64_t whole = (uint64_t{g.code_offset} + layout.record_bytes + 7) / 8 * 8;
    if (layout.m < 2 || layout.m > kMaxM || layout.record_bytes == 0 ||
        layout.record_bytes > (1u << 24) || layout.sketch_bytes > g.usable_bytes ||
        g.code_offset + 256 > g.usable_bytes || layout.filter_columns > kMaxFilterColumns)
        return {g, {Errc::kSizeOverflow, layout.m, layout.record_bytes}};
    if (layout.variable &&
        (whole > g.usable_bytes ||
         layout.record_bytes < sizeof(Place) + sizeof(RecordHead) + sizeof(SparsePair) ||
         layout.record_bytes % sizeof(SparsePair) != 0))
        return {g, {Errc::kSizeOverflow, layout.m, layout.record_bytes}};
    if (whole <= g.usable_bytes) {
        g.slot_bytes = static_cast<uint32_t>(whole);
        g.slots_per_page = g.usable_bytes / g.slot_bytes;
        g.pages_per_slot = 1;
        g.first_record_bytes = layout.record_bytes;
    } else {
        g.slot_bytes = g.usable_bytes;
        g.slots_per_page = 1;
        // Parts are cut at multiples of 64 bytes so that no kernel sees a split element.
        g.first_record_bytes = (g.usable_bytes - g.code_offset) / 64 * 64;
        g.pages_per_slot =
            1 + (layout.record_bytes - g.first_record_bytes + g.usable_bytes - 1) / g.usable_bytes;
    }
    g.upper_slot_bytes = static_cast<uint32_t>(sizeof(UpperHeader)) + 4 * layout.m;
    g.upper_slots_per_page = g.usable_bytes / g.upper_slot_bytes;
    g.segment_bytes = posting_segment_bytes(layout.filter_columns);
    g.segments_per_page = g.usable_bytes / g.segment_bytes;
    g.overflow_segment_bytes = g.usable_bytes / kOverflowSegmentsPerPage / 8 * 8;
    g.overflow_data_bytes =
        g.overflow_segment_bytes - static_cast<uint32_t>(sizeof(OverflowSegment));
    g.overflow_segments_per_page = g.usable_bytes / g.overflow_segment_bytes;
    const uint32_t entries = most_entries(g);
    if (g.slots_per_page > entries) g.slots_per_page = entries;
    uint32_t groups = entries / g.slots_per_page;
    const uint32_t most = kMaxSlotPagesPerExtent / g.pages_per_slot;
    if (groups > most) groups = most > 0 ? most : 1;
    g.nodes_per_extent = groups * g.slots_per_page;
    place_columns(g);
    // A share 1/(m-1) of upper slots is expected; a tenth more keeps aux extents rare.
    const uint32_t upper = g.nodes_per_extent * 11 / (10 * (layout.m - 1)) + 1;
    g.aux_pages = (upper + g.upper_slots_per_page - 1) / g.upper_slots_per_page;
    g.extent_pages = 1 + g.aux_pages + groups * g.pages_per_slot;
    g.first_aux_block = kStateBlock + 1;
    g.fixed_aux_pages = kFixedAuxPages;
    const uint32_t after_aux = g.first_aux_block + g.fixed_aux_pages;
    const uint32_t mean_bytes = layout.dims * static_cast<uint32_t>(sizeof(float));
    g.mean_block = layout.has_mean ? after_aux : kNoPage;
    g.mean_pages = layout.has_mean ? (mean_bytes + g.usable_bytes - 1) / g.usable_bytes : 0;
    g.first_extent_block = after_aux + g.mean_pages;
    return {g, {}};
}

}  // namespace vx
