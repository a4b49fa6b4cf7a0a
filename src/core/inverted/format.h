// *The* on-disk format of storage `inverted`: every byte of its pages after the meta page.
//
// README.md draws it.  Integers are in the machine's byte order, as on the pages of a graph.
#pragma once

#include <cstring>
#include <span>

#include "core/paged/pages.h"
#include "core/paged/records.h"

namespace vx::inverted {

inline constexpr uint32_t kMostSegments = 32;

/// What the state page says of a segment.
struct SegmentRef {
    uint64_t serial;  // on each of its pages
    uint32_t root;    // block of its root page
    uint32_t pages;   // root included
    uint32_t rows;    // with those that are dead
    uint32_t dead;
};
static_assert(sizeof(SegmentRef) == 24);

/// Rows that wait: a chain of pages, the first of which is the oldest.
struct WaitingRef {
    uint64_t serial;  // of the first page
    uint32_t head;    // kNoPage: there is none
    uint32_t tail;
    uint32_t pages;
    uint32_t reserved;
};
static_assert(sizeof(WaitingRef) == 24);

/// State page: the one page that says what belongs to the index.
struct InvertedState {
    uint64_t version;      // changes when pages may leave the index that readers may stand on
    uint64_t next_serial;  // of the next segment or waiting page
    uint32_t used_pages;   // of the file; those beyond are of zeros, or kFree
    uint32_t free_head;    // first page of the first free run, or kNoPage
    uint32_t free_pages;
    uint32_t segment_count;
    WaitingRef waiting;
    SegmentRef segments[kMostSegments];
};
static_assert(sizeof(InvertedState) == 56 + 24 * kMostSegments);

/// Head of the first page of a free run (kFree).
struct FreeRun {
    uint32_t pages;
    uint32_t next;  // first page of the next run, or kNoPage
};
static_assert(sizeof(FreeRun) == 8);

/// Head of a page of rows that wait (kWaiting); then records.
struct WaitingHead {
    uint64_t serial;
    uint64_t next_serial;  // of the next page, once there is one
    uint32_t next;         // kNoPage: rows are still added here
    uint32_t used;         // bytes of records
};
static_assert(sizeof(WaitingHead) == 24);

/// Head of a record of a waiting row; then its SparsePairs.
struct WaitingRow {
    HeapTid tid;     // offset 0: dead
    uint16_t flags;  // kNullVector
    uint32_t count;  // of pairs
};
static_assert(sizeof(WaitingRow) == 12);
inline constexpr uint16_t kNullVector = 1;

/// Parts of a segment, each with pages of its own.
enum class Part : uint32_t {
    kTids,    // of its rows; of those whose vector is NULL after the others
    kBlocks,  // postings
    kHeads,   // a BlockHead for each block of terms that have several
    kTerms,   // a TermEntry for each term, ascending
    kFences,  // the first term of each page of kTerms
};
inline constexpr uint32_t kParts = 5;

/// Blocks of the file that hold pages of a part, in the order of these.
struct PageRun {
    uint32_t part;
    uint32_t first;
    uint32_t pages;
};
static_assert(sizeof(PageRun) == 12);

/// Root page of a segment (kSegmentRoot); then its runs.
struct SegmentRoot {
    uint64_t serial;
    uint64_t postings;
    uint32_t documents;  // rows that have a vector
    uint32_t nulls;
    uint32_t terms;
    uint32_t heads;
    uint32_t pages;  // all, with this one
    uint32_t runs;
    uint32_t part_pages[kParts];
    uint32_t reserved;
};
static_assert(sizeof(SegmentRoot) == 64);

/// Head of another page of a segment (kSegment).
struct SegmentHead {
    uint64_t serial;
    uint32_t part;
    uint32_t number;  // within the part
};
static_assert(sizeof(SegmentHead) == 16);

/// Where a block of postings is: on a page of kBlocks.
struct BlockPlace {
    uint32_t page;
    uint32_t offset;
};

struct TermEntry {
    uint32_t term;   // index of the vectors' elements, from 0
    uint32_t count;  // of postings
    float greatest;  // of the weights
    float least;
    BlockPlace place;  // of its block; of a term with several: number of its first head, 0
};
static_assert(sizeof(TermEntry) == 24);

struct BlockHead {
    uint32_t last;  // document
    float greatest;
    float least;
    BlockPlace place;
};
static_assert(sizeof(BlockHead) == 20);

/// Postings: the first document, bytes of each difference to the next, those less one, weights.
struct BlockStart {
    uint32_t first;
    uint32_t width;  // 1, 2 or 4
};
static_assert(sizeof(BlockStart) == 8);
inline constexpr uint32_t kMostPostings = 128;

/// Sizes that follow from that of a page.
struct Sizes {
    uint32_t usable;              // content of a page
    uint32_t payload;             // of a page of a segment
    uint32_t postings_per_block;  // of all blocks of a term but the last
    uint32_t most_runs;           // on a root page

    explicit constexpr Sizes(uint32_t page_bytes)
        : usable(page_bytes - kPageHeaderBytes - static_cast<uint32_t>(sizeof(PageTrailer))),
          payload(usable - static_cast<uint32_t>(sizeof(SegmentHead))),
          postings_per_block(kMostPostings),
          most_runs((usable - static_cast<uint32_t>(sizeof(SegmentRoot))) /
                    static_cast<uint32_t>(sizeof(PageRun))) {
        while (block_bytes(postings_per_block, 4) > payload / 2) postings_per_block /= 2;
    }

    static constexpr uint32_t block_bytes(uint32_t postings, uint32_t width) {
        return static_cast<uint32_t>(sizeof(BlockStart)) + (postings - 1) * width + postings * 4;
    }
    constexpr uint32_t per_page(size_t item_bytes) const {
        return payload / static_cast<uint32_t>(item_bytes);
    }
    constexpr uint32_t blocks_of(uint32_t count) const {
        return (count + postings_per_block - 1) / postings_per_block;
    }
    /// Most pairs of a row that waits.
    constexpr uint32_t most_pairs() const {
        return (usable - static_cast<uint32_t>(sizeof(WaitingHead) + sizeof(WaitingRow))) /
               static_cast<uint32_t>(sizeof(SparsePair));
    }
};

constexpr uint32_t part_number(Part part) { return static_cast<uint32_t>(part); }

/// Order of rows whose distances are equal.
constexpr uint64_t row_key(HeapTid tid) { return uint64_t{tid.block()} << 16 | tid.offset; }
constexpr HeapTid tid_of_key(uint64_t key) {
    return {static_cast<uint16_t>(key >> 32), static_cast<uint16_t>(key >> 16),
            static_cast<uint16_t>(key)};
}
constexpr bool is_dead(HeapTid tid) { return tid.offset == 0; }

/// A non-zero element of a row, while a segment is made.
struct Posting {
    uint32_t term;
    uint32_t document;
    float weight;
};

}  // namespace vx::inverted
