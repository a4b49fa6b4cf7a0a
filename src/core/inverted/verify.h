// The verifier of storage `inverted`: states every invariant and checks it.
//
//  V1  The state page is within its ranges; each page of the file below used_pages belongs to one
//      segment, the rows that wait, or one free run, or to nobody after a crash, and is of the kind
//      and number that its owner says; what a page holds lies inside what its header declares.
//  V2  Terms ascend; fences are the first terms of pages; counts are what counting gives.
//  V3  The documents of a term ascend, and are below the number of documents.
//  V4  Weights are within the bounds of their block, and those of the term.
//  V5  Rows that are dead are as many as the state page says.
//  V6  The chain of waiting pages ascends in its numbers, and has as many pages as the state page
//      says.
//
// That rows are those of the table is checked by the server's part, with what the sink is given.
// An index in use may show findings that are gone a moment later.
#pragma once

#include "core/inverted/segment.h"
#include "core/paged/verify_context.h"

namespace vx::inverted {

/// What all elements of a row are summed up to: the same in any order.
constexpr uint64_t element_hash(uint32_t term, float weight) {
    uint64_t hash = (uint64_t{term} << 32 | __builtin_bit_cast(uint32_t, weight)) + 1;
    hash = (hash ^ hash >> 31) * 0x9E3779B97F4A7C15;
    return (hash ^ hash >> 29) * 0xBF58476D1CE4E5B9;
}

inline uint64_t row_hash(std::span<const SparsePair> pairs) {
    uint64_t sum = 0;
    for (const SparsePair& pair : pairs) sum += element_hash(pair.index, pair.value);
    return sum;
}

template <class Pages, class Sink>
class Verifier {
public:
    Verifier(Pages& pages, Arena arena, Sink& sink)
        : pages_(pages), arena_(arena), sink_(sink), segment_(pages, arena),
          sizes_(pages.page_bytes()) {}

    /// Checks everything but the meta page; false when memory is out.
    bool run() {
        page_count_ = pages_.page_count();
        scratch_ = arena_.allocate_array<std::byte>(pages_.page_bytes());
        if (!segment_.has_memory() || scratch_ == nullptr || !owned_.reserve(arena_, page_count_))
            return false;
        if (!copy_state()) return true;
        owned_.insert(kMetaBlock);
        owned_.insert(kStateBlock);
        for (uint32_t i = 0; i < state_.segment_count; ++i)
            if (!verify_segment(state_.segments[i])) return false;
        verify_waiting();
        verify_free();
        verify_rest();
        return true;
    }

private:
    void report(FindingKind kind, uint32_t block, int64_t a = 0, int64_t b = 0) {
        sink_.finding(Finding{kind, block, kNoNode, a, b});
    }

    bool copy_state() {
        if (page_count_ <= kStateBlock || !copy_page(kStateBlock, PageKind::kState)) {
            report(FindingKind::kWrongPage, kStateBlock);
            return false;
        }
        std::memcpy(&state_, scratch_, sizeof state_);
        if (is_sane(state_)) return true;
        report(FindingKind::kBadState, kStateBlock);
        return false;
    }

    /// Copies the content of a page; false when it is of another kind.
    bool copy_page(uint32_t block, PageKind kind) {
        return pages_.read(block, [&](const std::byte* page) {
            if (page_kind(page, pages_.page_bytes()) != kind) return false;
            std::memcpy(scratch_, content(page), sizes_.usable);
            return true;
        });
    }

    /// Takes a page for an owner; false where there is none, or it has one.
    bool own(uint32_t block) {
        if (block >= page_count_ || block >= state_.used_pages) {
            report(FindingKind::kMissingPage, block);
            return false;
        }
        if (owned_.contains(block)) {
            report(FindingKind::kPageShared, block);
            return false;
        }
        owned_.insert(block);
        return true;
    }

    // ---- segments

    bool verify_segment(const SegmentRef& ref) {
        if (!own(ref.root)) return true;
        if (const uint32_t fault = segment_.inspect(ref); fault != 0) {
            report(FindingKind::kBadSegment, ref.root, ref.root, fault);
            return true;
        }
        bool sound = true;
        segment_.for_each_run([&](PageSpan span) {
            if (span.first == ref.root) return;
            if (span.first >= page_count_ || span.pages > page_count_ - span.first) {
                report(FindingKind::kMissingPage, span.first);
                sound = false;
                return;
            }
            for (uint32_t i = 0; i < span.pages; ++i) sound = own(span.first + i) && sound;
        });
        if (!sound || !verify_kinds()) return true;
        const SegmentRoot& root = segment_.root();
        hashes_ = arena_.allocate_array<uint64_t>(root.documents + size_t{1});
        if (hashes_ == nullptr) return false;
        std::fill_n(hashes_, root.documents, 0);
        verify_terms();
        verify_tids();
        arena_.release(hashes_);
        return true;
    }

    /// Is each page the one that the segment says?
    bool verify_kinds() {
        bool sound = true;
        for (uint32_t part = 0; part < kParts; ++part)
            for (uint32_t i = 0; i < segment_.root().part_pages[part]; ++i) {
                pages_.poll();
                const uint32_t block = segment_.block_of(static_cast<Part>(part), i);
                int64_t used = 1;
                PageKind kind{0};
                const bool is_own = pages_.read(block, [&](const std::byte* page) {
                    kind = page_kind(page, pages_.page_bytes());
                    if constexpr (requires { pages_.used_bytes(page); })
                        used = pages_.used_bytes(page);
                    return segment_.is_own(page, static_cast<Part>(part), i);
                });
                if (used < 0) report(FindingKind::kBadPageHeader, block);
                if (!is_own) report(FindingKind::kWrongPage, block, static_cast<int64_t>(kind));
                sound = sound && is_own;
            }
        return sound;
    }

    void verify_terms() {
        const SegmentRoot& root = segment_.root();
        const uint32_t per_page = sizes_.per_page(sizeof(TermEntry));
        heads_ = 0;
        postings_counted_ = 0;
        TermEntry last{};
        for (uint32_t i = 0; i < root.terms; ++i) {
            pages_.poll();
            TermEntry entry;
            if (!segment_.copy(Part::kTerms, i, 1, &entry)) return;
            const uint32_t block = segment_.block_of(Part::kTerms, i / per_page);
            if (i > 0 && entry.term <= last.term)
                report(FindingKind::kTermOrder, block, entry.term, last.term);
            if (i % per_page == 0) verify_fence(i / per_page, entry.term);
            last = entry;
            if (segment_.is_sane(entry))
                verify_postings(entry, block);
            else
                report(FindingKind::kTermCount, block, entry.count, 0);
        }
        if (postings_counted_ != root.postings)
            report(FindingKind::kTermCount, segment_.ref().root,
                   static_cast<int64_t>(root.postings), static_cast<int64_t>(postings_counted_));
        if (heads_ != root.heads)
            report(FindingKind::kTermCount, segment_.ref().root, root.heads, heads_);
    }

    void verify_fence(uint32_t page, uint32_t term) {
        uint32_t fence = 0;
        if (segment_.copy(Part::kFences, page, 1, &fence) && fence != term)
            report(FindingKind::kTermOrder,
                   segment_.block_of(Part::kFences, page / sizes_.per_page(sizeof fence)), term,
                   fence);
    }

    void verify_postings(const TermEntry& entry, uint32_t block) {
        const uint32_t blocks = sizes_.blocks_of(entry.count);
        int64_t last = -1;
        if (blocks > 1 && entry.place.page != heads_)
            report(FindingKind::kBadSegment, block, segment_.ref().root, entry.term);
        for (uint32_t i = 0; i < blocks; ++i) {
            const uint32_t count = i + 1 < blocks ? sizes_.postings_per_block
                                                  : entry.count - i * sizes_.postings_per_block;
            BlockHead head{UINT32_MAX, entry.greatest, entry.least, entry.place};
            if (blocks > 1 && !segment_.copy(Part::kHeads, entry.place.page + i, 1, &head)) return;
            if (!load(head.place, count)) {
                report(FindingKind::kPostingOrder, block, entry.term, i);
                return;
            }
            verify_block(entry, head, count, &last);
            if (blocks > 1 && last != int64_t{head.last})
                report(FindingKind::kPostingBounds, block, entry.term, last);
        }
        heads_ += blocks > 1 ? blocks : 0;
        postings_counted_ += entry.count;
    }

    bool load(BlockPlace place, uint32_t count) {
        bool sound = false;
        if (place.page >= segment_.pages_of(Part::kBlocks)) return false;
        (void)segment_.read(Part::kBlocks, place.page, [&](std::span<const std::byte> payload) {
            sound = load_block(payload, place.offset, count, segment_.root().documents, postings_);
        });
        return sound;
    }

    void verify_block(const TermEntry& entry, const BlockHead& head, uint32_t count,
                      int64_t* last) {
        const uint32_t block = segment_.block_of(Part::kBlocks, head.place.page);
        for (uint32_t i = 0; i < count; ++i) {
            const uint32_t document = postings_.documents[i];
            const float weight = postings_.weights[i];
            if (int64_t{document} <= *last)
                report(FindingKind::kPostingOrder, block, entry.term, document);
            *last = document;
            // Not a number is in no bounds.
            if (!(weight <= head.greatest && weight >= head.least && weight <= entry.greatest &&
                  weight >= entry.least))
                report(FindingKind::kPostingBounds, block, entry.term, document);
            hashes_[document] += element_hash(entry.term, weight);
        }
    }

    void verify_tids() {
        uint32_t dead = 0;
        const uint32_t documents = segment_.root().documents;
        for (uint32_t i = 0; i < segment_.rows(); ++i) {
            HeapTid tid;
            if (i % kPolled == 0) pages_.poll();
            if (!segment_.copy(Part::kTids, i, 1, &tid)) return;
            if (is_dead(tid))
                ++dead;
            else
                hand_out(tid, i >= documents, i < documents ? hashes_[i] : 0);
        }
        if (dead != segment_.ref().dead)
            report(FindingKind::kRowCount, segment_.ref().root, segment_.ref().dead, dead);
    }

    void hand_out(HeapTid tid, bool is_null, uint64_t hash) {
        const NodeId owner = is_null ? kNullListOwner : 0;
        if (!is_null)
            sink_.element(
                StoredRecord{owner, reinterpret_cast<const std::byte*>(&hash), sizeof hash, false});
        sink_.row(owner, true, IndexRow(tid));
    }

    // ---- the other pages

    void verify_waiting() {
        uint32_t block = state_.waiting.head;
        uint64_t serial = state_.waiting.serial;
        uint32_t last = kNoPage;
        uint32_t count = 0;
        while (block != kNoPage) {
            pages_.poll();
            if (!own(block)) return;
            WaitingHead head{};
            if (!copy_page(block, PageKind::kWaiting)) {
                report(FindingKind::kBadWaiting, block, block);
                return;
            }
            std::memcpy(&head, scratch_, sizeof head);
            if (head.serial != serial || head.used > sizes_.usable - sizeof head ||
                !hand_out_waiting(head.used)) {
                report(FindingKind::kBadWaiting, block, block);
                return;
            }
            ++count;
            last = block;
            block = head.next;
            serial = head.next_serial;
        }
        if (count != state_.waiting.pages || last != state_.waiting.tail)
            report(FindingKind::kBadWaiting, kStateBlock, state_.waiting.tail);
    }

    /// False where a record goes beyond those of the page, or its terms do not ascend.
    bool hand_out_waiting(uint32_t used) {
        const std::byte* at = scratch_ + sizeof(WaitingHead);
        while (used > 0) {
            WaitingRow row;
            if (used < sizeof row) return false;
            std::memcpy(&row, at, sizeof row);
            if (row.count > (used - sizeof row) / sizeof(SparsePair)) return false;
            const auto* pairs = record_at<SparsePair>(at, sizeof row);
            if (!is_dead(row.tid)) {
                for (uint32_t i = 1; i < row.count; ++i)
                    if (pairs[i].index <= pairs[i - 1].index) return false;
                hand_out(row.tid, (row.flags & kNullVector) != 0, row_hash({pairs, row.count}));
            }
            at += record_bytes(row.count);
            used -= record_bytes(row.count);
        }
        return true;
    }

    void verify_free() {
        uint64_t count = 0;
        uint32_t block = state_.free_head;
        while (block != kNoPage) {
            pages_.poll();
            if (!own(block)) return;
            if (!copy_page(block, PageKind::kFree)) {
                report(FindingKind::kWrongPage, block);
                return;
            }
            FreeRun run;
            std::memcpy(&run, scratch_, sizeof run);
            if (run.pages == 0 || run.pages > state_.used_pages - block) {
                report(FindingKind::kFreePages, block, run.pages, 0);
                return;
            }
            // Of a run that was the end of a segment's last, the file need not have all.
            for (uint32_t i = 1; i < run.pages && block + i < page_count_; ++i)
                (void)own(block + i);
            count += run.pages;
            block = run.next;
        }
        if (count != state_.free_pages)
            report(FindingKind::kFreePages, kStateBlock, state_.free_pages,
                   static_cast<int64_t>(count));
    }

    /// Pages beyond the end hold nothing.
    void verify_rest() {
        for (uint32_t block = state_.used_pages; block < page_count_; ++block) {
            pages_.poll();
            PageKind kind{0};
            const bool empty = pages_.read(block, [&](const std::byte* page) {
                kind = page_kind(page, pages_.page_bytes());
                const uint8_t fault = page_fault(page, pages_.page_bytes(), PageKind::kFree);
                return fault == 0 || fault == static_cast<uint8_t>(CorruptReason::kNewPage);
            });
            if (!empty) report(FindingKind::kUnexpectedPage, block, static_cast<int64_t>(kind));
        }
    }

    static constexpr uint32_t kPolled = 1024;

    Pages& pages_;
    Arena arena_;
    Sink& sink_;
    Segment<Pages> segment_;
    Sizes sizes_;
    InvertedState state_{};
    uint32_t page_count_ = 0;
    BitSet owned_{};
    std::byte* scratch_ = nullptr;
    uint64_t* hashes_ = nullptr;  // of a segment's documents
    uint32_t heads_ = 0;          // of the terms so far
    uint64_t postings_counted_ = 0;
    Postings postings_;
};

}  // namespace vx::inverted
