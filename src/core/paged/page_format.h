// *The* on-disk format of an hnsw index: every byte of it is declared here or computed in
// geometry.h.
//
// Integers are in the byte order of the machine (the meta page records which), as in the rest of a
// PostgreSQL cluster.  Enum values are on disk: never renumber.  README.md draws the pages and says
// what came with which version of the format.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/heap_tid.h"
#include "core/filter/filter_values.h"

namespace vx {

/// "vxHNSW" folded into 32 bits; not pgvector's 0xA953A953, so that neither reads the other's file.
inline constexpr uint32_t kMagic = 0x57A6E8D1;
inline constexpr uint16_t kFormatVersion = 4;
inline constexpr uint32_t kEndianMark = 0x01020304;

/// Feature flags.
inline constexpr uint32_t kScaledCodes = 1;    // codes are of multiples of the vectors
inline constexpr uint32_t kFilterColumns = 2;  // rows have filter columns
inline constexpr uint32_t kKnownFlags = kScaledCodes | kFilterColumns;

inline constexpr uint32_t kPageHeaderBytes = 24;  // PostgreSQL's, asserted equal in src/pg
inline constexpr uint32_t kNoPage = 0xFFFFFFFF;

enum class PageKind : uint16_t {
    kMeta = 1,
    kState = 2,
    kDirectory = 3,  // T: one entry per node
    kSlots = 4,      // S: own element and links of the base level
    kUpper = 5,      // U: links of the levels above
    kPostings = 6,   // P: heap TIDs of equal elements, of NULLs and of zero vectors
    kMean = 8,       // part of the mean vector
    kAuxExtent = 7,  // stands where a directory page would: the extent holds aux pages only
    kOverflow = 9,   // O: what of an element of any length does not fit its slot
    // Of storage `inverted` (core/inverted/format.h):
    kSegmentRoot = 10,  // where the pages of a segment are
    kSegment = 11,      // part of one
    kWaiting = 12,      // rows that are in no segment yet
    kFree = 13,         // in no use; the first of a run says how long it is
};

/// Last eight bytes of every page.
struct PageTrailer {
    PageKind kind;
    uint16_t format_version;
    uint32_t magic;
};
static_assert(sizeof(PageTrailer) == 8);

/// What a value of the indexed type consists of.
enum class Element : uint8_t {
    kFloat32 = 1,
    kFloat16 = 2,
    kBit = 3,     // `dims` is their number
    kSparse = 4,  // pairs of index and float32 (SparsePair); records of any length
};
inline constexpr Element kLastElement = Element::kSparse;
/// What an index keeps of its elements.  `inverted` is no graph: its pages after the meta page are
/// core/inverted's.
enum class Storage : uint8_t { kPlain = 1, kCompact = 2, kFast = 3, kInverted = 4 };

/// Does a storage keep codes, and a mean that they are relative to?
constexpr bool has_codes(Storage storage) {
    return storage == Storage::kCompact || storage == Storage::kFast;
}

/// Meta page: written once by the build, never changed.
struct MetaContent {
    uint32_t magic;
    uint16_t format_version;
    uint16_t reserved;
    uint32_t endian_mark;
    uint32_t feature_flags;  // a reader refuses flags that it does not know
    uint32_t page_bytes;
    uint32_t dims;
    uint8_t metric;
    uint8_t element;
    uint8_t storage;
    uint8_t reserved_byte;
    uint16_t m;
    uint16_t ef_construction;
    uint64_t seed;  // of the level draws, later of the rotation
    // What follows is derived from the fields above (geometry.h) and checked against them on open.
    uint32_t entry_bytes;
    uint32_t record_bytes;  // own code or element in a slot, or the part of it that is there
    uint32_t sketch_bytes;  // neighbor sketches in a slot
    uint32_t slot_bytes;
    uint32_t slots_per_page;
    uint32_t upper_slot_bytes;
    uint32_t upper_slots_per_page;
    uint32_t nodes_per_extent;
    uint32_t aux_pages_per_extent;
    uint32_t extent_pages;
    uint32_t first_aux_block;
    uint32_t first_extent_block;
    uint32_t mean_block;   // where the mean vector lies, or kNoPage
    uint32_t sketch_dims;  // dimensions and bits of a sketch; 0 without
    uint32_t sketch_bits;
    // Vectors are multiplied by this power of two before they become codes; 0 without kScaledCodes.
    int32_t scale_exponent;
    FilterKind filter_kinds[kMaxFilterColumns];  // of the columns after the vector, kNone: no more
};
static_assert(sizeof(MetaContent) == 112);

/// Place of a record on a U, P or O page.
struct Place {
    uint32_t block;
    uint16_t index;
    uint16_t reserved;
};
static_assert(sizeof(Place) == 8);
inline constexpr Place kNowhere{kNoPage, 0, 0};
constexpr bool operator==(Place a, Place b) { return a.block == b.block && a.index == b.index; }

struct EntryCandidate {
    uint32_t id;  // kNoNode = unused
    uint32_t level;
};
inline constexpr uint32_t kEntryCandidates = 8;

/// State page: the only page that every insert changes.
struct StateContent {
    uint32_t extent_count;  // extents of either kind that exist
    uint32_t next_id;       // next never-used id; at an extent's start when the last one is full
    uint32_t live_count;
    uint32_t dead_count;      // DEAD and UNLINKED nodes: what the next vacuum has to look at
    uint32_t free_count;      // nodes whose id can be used again
    uint32_t free_cursor;     // extent where the search for a free id goes on
    uint32_t root;            // of the spanning tree, kNoNode when the graph is empty
    uint32_t aux_extent;      // where the next aux page comes from: kNoPage = the fixed aux pages
    uint32_t aux_used;        // aux pages already taken there
    uint32_t aux_whole;       // 1: aux_extent consists of aux pages only
    uint32_t upper_block;     // U page being filled
    uint32_t upper_used;      // slots taken on it
    uint32_t postings_block;  // P page being filled
    uint32_t postings_used;   // segments taken on it
    uint32_t vacuum_cursor;
    Place free_segments;                       // chain of posting segments to use again
    Place null_list;                           // rows whose vector is NULL
    Place zero_list;                           // rows without a direction (cosine)
    EntryCandidate entries[kEntryCandidates];  // entries[0] has the highest level
    Place free_overflow;                       // chain of overflow segments to use again
    uint32_t overflow_block;                   // O page being filled
    uint32_t overflow_used;                    // segments taken on it
    uint32_t calibrated_ef;      // candidates a search keeps to reach a recall; 0: never calibrated
    uint32_t calibrated_recall;  // which, in millionths
    uint32_t reserved;
};
static_assert(sizeof(StateContent) == 60 + 24 + 64 + 28);

enum class NodeState : uint8_t {
    kUnused = 0,   // never used
    kPending = 1,  // written, not yet linked: no search finds it
    kLive = 2,
    kDead = 3,      // has no row any more; still linked, walked through, never returned
    kUnlinked = 4,  // nothing links to it; waits for the last reader that may still know it
    kFree = 5,      // may be used again, on the same level, with the next generation
};

/// Directory entry of one node (T page).  With filter columns there is at the end of the page what
/// a scan looks at: the keys of the nodes' rows, column by column, a bit a node that says whether
/// it has a list of rows instead of one, and a byte a node that says which keys are of NULLs.
struct DirectoryEntry {
    NodeState state;
    uint8_t level;
    uint16_t generation;  // equal to the slot's; changes when the id is used again
    uint16_t payload[4];  // see the accessors in records.h
};
static_assert(sizeof(DirectoryEntry) == 12);

/// Head of a slot (S page); then the pinned-lane mask, with sketches the mask of pruned lanes, 2m
/// neighbor ids, and the element or code.
struct SlotHeader {
    uint16_t generation;
    uint8_t level;
    uint8_t flags;
    uint32_t parent;  // in the spanning tree, kNoNode for the root
    uint32_t upper_block;
    uint16_t upper_index;  // of the slot for level 1; the node's further levels follow it
    uint16_t reserved;
};
static_assert(sizeof(SlotHeader) == 16);
inline constexpr uint8_t kSlotRetired = 1;  // takes no further children: the node is being removed
inline constexpr uint8_t kSlotMarked = 2;   // the pruned lanes are known (Links::marked)

/// Head of an upper slot (U page); then m neighbor ids.
struct UpperHeader {
    uint32_t node;
    uint16_t level;  // 0 = free slot
    uint16_t reserved;
};
static_assert(sizeof(UpperHeader) == 8);

/// Part of a posting list (P page).  Lists are chains of segments; new ones go in front.  With
/// filter columns the keys of the rows follow, column by column, and a byte a row as on T pages.
inline constexpr uint32_t kTidsPerSegment = 16;
struct PostingSegment {
    uint32_t owner;  // node id, or one of the list owners below; kNoNode = free segment
    uint16_t generation;
    uint16_t count;
    Place next;
    HeapTid tids[kTidsPerSegment];
};
static_assert(sizeof(PostingSegment) == 112);
/// Where a row goes: to a node, to the list of NULLs, or to that of vectors without a direction.
enum class ElementKind : uint8_t { kNormal, kNull, kZero };

inline constexpr uint32_t kNullListOwner = 0xFFFFFFFE;
inline constexpr uint32_t kZeroListOwner = 0xFFFFFFFD;

/// Head of an element of any length, in memory as on pages.
struct RecordHead {
    uint32_t bytes;  // of the whole record, this head included
    uint32_t reserved;
};
static_assert(sizeof(RecordHead) == 8);

/// One non-zero element of a sparse vector; a record has them in ascending order of indexes.
struct SparsePair {
    uint32_t index;  // from 0
    float value;
};
static_assert(sizeof(SparsePair) == 8);

inline constexpr uint32_t kMaxSparsePairs = 16000;
inline constexpr uint32_t kLongestRecord =
    static_cast<uint32_t>(sizeof(RecordHead) + kMaxSparsePairs * sizeof(SparsePair));

/// Part of an element of any length (O page); then as many bytes as the geometry says.  The slot
/// names the first one, before the part of the record that it holds itself.
struct OverflowSegment {
    uint32_t owner;  // node id; kNoNode = free segment
    uint16_t generation;
    uint16_t reserved;
    Place next;
};
static_assert(sizeof(OverflowSegment) == 16);

/// Highest number of nodes, so that ids stay clear of the special values.
inline constexpr uint32_t kMaxNodes = 0xFFFFFF00;

/// Why a page was found to be corrupt (b of Errc::kCorruptPage).
enum class CorruptReason : uint8_t {
    kMissingPage = 1,  // beyond the end of the file
    kNewPage,          // all zeros where a page must be
    kWrongKind,        // magic, version or kind are not what they must be here
    kBadMeta,          // contents of the meta page contradict each other
    kBadState,         // contents of the state page are out of range
    kBadPlace,         // a U or P place out of range
    kBadOwner,         // a record belongs to another node
};

}  // namespace vx
