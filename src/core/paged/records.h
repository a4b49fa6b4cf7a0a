// Typed access to the records on pages: directory entries, slots, upper slots, segments.
//
// Pointers into page content; every offset comes from geometry.h and thus lies inside the page.
// Values found in records (ids, places, counts) are never trusted here: callers check ranges.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <type_traits>

#include "core/graph/links.h"
#include "core/paged/geometry.h"

namespace vx {

template <class T>
T* record_at(std::byte* bytes, size_t offset) {
    return reinterpret_cast<T*>(bytes + offset);
}
template <class T>
const T* record_at(const std::byte* bytes, size_t offset) {
    return reinterpret_cast<const T*>(bytes + offset);
}

/// Payload of a directory entry: what it means depends on the state.
///   live, pending: a heap TID (words 0..2), or with kPayloadPosting in word 3 a Place; with
///     kPayloadMixed rows of elements that are not equal to the node's, but have its code
///   unlinked, free: the stamp after which the id may be used again
inline constexpr uint16_t kPayloadPosting = 1;
inline constexpr uint16_t kPayloadMixed = 2;

inline bool has_postings(const DirectoryEntry& entry) {
    return (entry.payload[3] & kPayloadPosting) != 0;
}
inline bool is_mixed(const DirectoryEntry& entry) {
    return (entry.payload[3] & kPayloadMixed) != 0;
}
inline void set_mixed(DirectoryEntry& entry) { entry.payload[3] |= kPayloadMixed; }
inline HeapTid heap_tid(const DirectoryEntry& entry) {
    return {entry.payload[0], entry.payload[1], entry.payload[2]};
}
inline void set_heap_tid(DirectoryEntry& entry, HeapTid tid) {
    entry.payload[0] = tid.block_high;
    entry.payload[1] = tid.block_low;
    entry.payload[2] = tid.offset;
    entry.payload[3] = 0;
}
inline Place posting_place(const DirectoryEntry& entry) {
    return {static_cast<uint32_t>(entry.payload[0]) << 16 | entry.payload[1], entry.payload[2], 0};
}
/// The node's rows are in a list from now on; whether it is mixed stays.
inline void set_posting_place(DirectoryEntry& entry, Place place) {
    entry.payload[0] = static_cast<uint16_t>(place.block >> 16);
    entry.payload[1] = static_cast<uint16_t>(place.block);
    entry.payload[2] = place.index;
    entry.payload[3] |= kPayloadPosting;
}
inline uint64_t stamp(const DirectoryEntry& entry) {
    uint64_t value;
    std::memcpy(&value, entry.payload, sizeof value);
    return value;
}
inline void set_stamp(DirectoryEntry& entry, uint64_t value) {
    std::memcpy(entry.payload, &value, sizeof value);
}

/// Ids below this may be in use.
inline uint32_t id_limit(const Geometry& g, uint32_t extent_count) {
    const uint64_t limit = uint64_t{extent_count} * g.nodes_per_extent;
    return limit < kMaxNodes ? static_cast<uint32_t>(limit) : kMaxNodes;
}

/// Can there be an overflow segment?
inline bool overflow_place_sane(const Geometry& g, Place place) {
    return place.index < g.overflow_segments_per_page;
}

/// Can a record of any length have this one?
inline bool record_length_sane(uint32_t bytes) {
    return bytes >= sizeof(RecordHead) && bytes <= kLongestRecord &&
           (bytes - sizeof(RecordHead)) % sizeof(SparsePair) == 0;
}

/// Can these be the contents of a state page?  Whatever is computed from them then stays in range.
inline bool state_sane(const Geometry& g, const StateContent& s) {
    const uint64_t blocks = g.first_extent_block + uint64_t{s.extent_count} * g.extent_pages;
    const uint32_t limit = id_limit(g, s.extent_count);
    const auto place_sane = [&](Place place) {
        return place == kNowhere || place.index < g.segments_per_page;
    };
    bool sane = blocks < kNoPage && s.next_id <= limit && (s.root == kNoNode || s.root < limit) &&
                (s.aux_extent == kNoPage || s.aux_extent < s.extent_count) &&
                s.aux_used < g.extent_pages + g.fixed_aux_pages &&
                s.upper_used <= g.upper_slots_per_page && s.postings_used <= g.segments_per_page &&
                place_sane(s.free_segments) && place_sane(s.null_list) && place_sane(s.zero_list) &&
                s.overflow_used <= g.overflow_segments_per_page &&
                (s.free_overflow == kNowhere || overflow_place_sane(g, s.free_overflow));
    for (const EntryCandidate& candidate : s.entries)
        sane = sane && (candidate.id == kNoNode ||
                        (candidate.id < limit && candidate.level <= g.max_level()));
    return sane;
}

inline DirectoryEntry* entry_at(std::byte* directory, uint32_t index) {
    return record_at<DirectoryEntry>(directory, index * sizeof(DirectoryEntry));
}
inline const DirectoryEntry* entry_at(const std::byte* directory, uint32_t index) {
    return record_at<DirectoryEntry>(directory, index * sizeof(DirectoryEntry));
}

/// One slot on an S page: header, pinned mask, marks, neighbor ids, element.
template <class Byte>
struct SlotRef {
    Byte* bytes;
    const Geometry* g;

    auto* header() const { return record_at<SlotHeader>(bytes, 0); }
    auto* mask() const { return record_at<uint32_t>(bytes, g->mask_offset); }
    auto* marks() const { return record_at<uint32_t>(bytes, g->marks_offset); }
    auto* ids() const { return record_at<uint32_t>(bytes, g->ids_offset); }
    auto* sketches() const { return bytes + g->sketch_offset; }
    auto* code() const { return bytes + g->code_offset; }
    /// Of a record of any length: where it goes on, and the part of it that is here.
    auto* overflow() const { return record_at<Place>(code(), 0); }
    auto* inline_part() const { return code() + sizeof(Place); }

    bool pinned(uint32_t lane) const { return (mask()[lane / 32] >> (lane % 32) & 1) != 0; }
    uint32_t children() const {
        uint32_t count = 0;
        for (uint32_t i = 0; i < g->mask_words; ++i)
            count += static_cast<uint32_t>(__builtin_popcount(mask()[i]));
        return count - (header()->parent != kNoNode && count > 0 ? 1 : 0);
    }
    uint32_t find_lane(NodeId id) const {
        uint32_t lane = 0;
        while (lane < g->lanes && ids()[lane] != id) ++lane;
        return lane;
    }
};
using Slot = SlotRef<std::byte>;
using ConstSlot = SlotRef<const std::byte>;

inline Slot slot_at(std::byte* page_content, const Geometry& g, NodeId id) {
    return {page_content + g.slot_offset(id), &g};
}
inline ConstSlot slot_at(const std::byte* page_content, const Geometry& g, NodeId id) {
    return {page_content + g.slot_offset(id), &g};
}

inline void set_pinned(const Slot& slot, uint32_t lane, bool pinned) {
    uint32_t& word = slot.mask()[lane / 32];
    const uint32_t bit = uint32_t{1} << (lane % 32);
    word = pinned ? word | bit : word & ~bit;
}

/// The pruned lanes of a slot that has marks.
inline LaneMask marks_of(const ConstSlot& slot) {
    LaneMask marks;
    for (uint32_t i = 0; i < slot.g->mask_words; ++i)
        marks.words[i / 2] |= uint64_t{slot.marks()[i]} << (i % 2 * 32);
    return marks;
}
/// Writes them, if the slot has any; `known`: Links::marked.
inline void set_marks(const Slot& slot, const LaneMask& marks, bool known) {
    if (slot.g->marks_offset == 0) return;
    for (uint32_t i = 0; i < slot.g->mask_words; ++i)
        slot.marks()[i] = static_cast<uint32_t>(marks.words[i / 2] >> (i % 2 * 32));
    uint8_t& flags = slot.header()->flags;
    flags = static_cast<uint8_t>(known ? flags | kSlotMarked : flags & ~kSlotMarked);
}

inline uint32_t* upper_ids(std::byte* page_content, const Geometry& g, uint32_t index) {
    return record_at<uint32_t>(page_content, g.upper_offset(index) + sizeof(UpperHeader));
}
inline const uint32_t* upper_ids(const std::byte* page_content, const Geometry& g, uint32_t index) {
    return record_at<uint32_t>(page_content, g.upper_offset(index) + sizeof(UpperHeader));
}
inline UpperHeader* upper_header(std::byte* page_content, const Geometry& g, uint32_t index) {
    return record_at<UpperHeader>(page_content, g.upper_offset(index));
}
inline const UpperHeader* upper_header(const std::byte* page_content, const Geometry& g,
                                       uint32_t index) {
    return record_at<UpperHeader>(page_content, g.upper_offset(index));
}
inline OverflowSegment* overflow_at(std::byte* page_content, const Geometry& g, uint32_t index) {
    return record_at<OverflowSegment>(page_content, g.overflow_offset(index));
}
inline const OverflowSegment* overflow_at(const std::byte* page_content, const Geometry& g,
                                          uint32_t index) {
    return record_at<OverflowSegment>(page_content, g.overflow_offset(index));
}
/// Bytes of a record of any length, which its head says.
inline uint32_t record_length(const std::byte* record) {
    return record_at<RecordHead>(record, 0)->bytes;
}
inline PostingSegment* segment_at(std::byte* page_content, const Geometry& g, uint32_t index) {
    return record_at<PostingSegment>(page_content, g.segment_offset(index));
}
inline const PostingSegment* segment_at(const std::byte* page_content, const Geometry& g,
                                        uint32_t index) {
    return record_at<PostingSegment>(page_content, g.segment_offset(index));
}

/// Filter columns of several rows: the key of row i in column c is keys[c * rows + i].
template <class Byte>
struct FilterColumnsRef {
    using Key = std::conditional_t<std::is_const_v<Byte>, const uint64_t, uint64_t>;
    using Nulls = std::conditional_t<std::is_const_v<Byte>, const uint8_t, uint8_t>;
    Key* keys;
    Nulls* nulls;
    uint32_t rows;
    uint32_t columns;

    Key* column(uint32_t c) const { return keys + size_t{c} * rows; }
    FilterValues get(uint32_t row) const {
        FilterValues values;
        if (columns == 0) return values;
        for (uint32_t c = 0; c < columns; ++c) values.keys[c] = column(c)[row];
        values.nulls = nulls[row];
        return values;
    }
    void put(uint32_t row, const FilterValues& values) const {
        if (columns == 0) return;
        for (uint32_t c = 0; c < columns; ++c) column(c)[row] = values.keys[c];
        nulls[row] = values.nulls;
    }
};

/// Those of the nodes of a T page, which have one row each.
template <class Byte>
FilterColumnsRef<Byte> directory_filters(Byte* page_content, const Geometry& g) {
    using Ref = FilterColumnsRef<Byte>;
    return {reinterpret_cast<typename Ref::Key*>(page_content + g.keys_offset),
            reinterpret_cast<typename Ref::Nulls*>(page_content + g.nulls_offset),
            g.nodes_per_extent, g.layout.filter_columns};
}

/// Bits of the nodes of a T page that have lists of rows.
inline uint64_t* list_bits(std::byte* directory, const Geometry& g) {
    return record_at<uint64_t>(directory, g.lists_offset);
}
inline const uint64_t* list_bits(const std::byte* directory, const Geometry& g) {
    return record_at<uint64_t>(directory, g.lists_offset);
}
/// Notes whether the node at `index` of a T page has a list, where scans go by that.
inline void put_list_bit(std::byte* directory, const Geometry& g, uint32_t index, bool has_list) {
    if (g.layout.filter_columns == 0) return;
    uint64_t& word = list_bits(directory, g)[index / 64];
    const uint64_t bit = uint64_t{1} << (index % 64);
    word = has_list ? word | bit : word & ~bit;
}

/// Filter columns of the rows of a segment.
template <class Byte>
FilterColumnsRef<Byte> segment_filters(Byte* segment, const Geometry& g) {
    using Ref = FilterColumnsRef<Byte>;
    Byte* keys = segment + sizeof(PostingSegment);
    return {reinterpret_cast<typename Ref::Key*>(keys),
            reinterpret_cast<typename Ref::Nulls*>(keys + size_t{g.layout.filter_columns} *
                                                              kTidsPerSegment * 8),
            kTidsPerSegment, g.layout.filter_columns};
}
/// Those of a segment on a page.
template <class Byte>
FilterColumnsRef<Byte> segment_filters(Byte* page_content, const Geometry& g, uint32_t index) {
    return segment_filters(page_content + g.segment_offset(index), g);
}

/// Writes a row to a segment on a page, as its row `at`.
inline void put_posting(std::byte* bytes, const Geometry& g, Place place, uint32_t at,
                        const IndexRow& row) {
    segment_at(bytes, g, place.index)->tids[at] = row.tid;
    segment_filters(bytes, g, place.index).put(at, row.filters);
}

/// Zeros; true when they were none.
inline bool zero_out(std::span<std::byte> bytes) {
    const bool told = std::any_of(bytes.begin(), bytes.end(),
                                  [](std::byte byte) { return byte != std::byte{0}; });
    if (told) std::memset(bytes.data(), 0, bytes.size());
    return told;
}

/// Leaves nothing of what the row of the node at `index` of a T page has in filter columns; true
/// when there was something.
inline bool erase_filters(std::byte* directory, const Geometry& g, uint32_t index) {
    const auto filters = directory_filters(directory, g);
    const FilterValues before = filters.get(index);
    filters.put(index, {});
    return before.nulls != 0 || std::any_of(std::begin(before.keys), std::end(before.keys),
                                            [](uint64_t key) { return key != 0; });
}

/// Leaves nothing of the rows of a segment from `from` on, which it does not count; true when
/// there was something.
inline bool erase_rows(std::byte* bytes, const Geometry& g, uint32_t index, uint32_t from) {
    PostingSegment& segment = *segment_at(bytes, g, index);
    const auto filters = segment_filters(bytes, g, index);
    bool told = false;
    for (uint32_t i = from; i < kTidsPerSegment; ++i) {
        told = zero_out(std::as_writable_bytes(std::span(&segment.tids[i], 1))) || told;
        for (uint32_t c = 0; c < filters.columns; ++c) {
            told = told || filters.column(c)[i] != 0;
            filters.column(c)[i] = 0;
        }
        if (filters.columns == 0) continue;
        told = told || filters.nulls[i] != 0;
        filters.nulls[i] = 0;
    }
    return told;
}

/// Writes a segment to a page: its head, which has no rows, and then these.
inline void write_segment(std::byte* bytes, const Geometry& g, Place place,
                          const PostingSegment& head, std::span<const IndexRow> rows) {
    PostingSegment& segment = *segment_at(bytes, g, place.index);
    segment = head;
    for (const IndexRow& row : rows) put_posting(bytes, g, place, segment.count++, row);
}

}  // namespace vx
