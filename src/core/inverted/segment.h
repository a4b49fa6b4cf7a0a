// Reading a segment: where its pages are, its rows, its terms.
//
// Pages may leave the index while they are read; then they are another's, and what a function
// returns is kStale or false.  What is wrong with a page that is the segment's own is damage.
#pragma once

#include "core/base/arena.h"
#include "core/inverted/postings.h"
#include "core/inverted/state.h"
#include "core/inverted/waiting.h"

namespace vx::inverted {

template <class Pages>
class Segment {
public:
    Segment(Pages& pages, Arena arena)
        : pages_(&pages), sizes_(pages.page_bytes()),
          bytes_(arena.allocate_array<std::byte>(sizes_.usable)),
          starts_(arena.allocate_array<Start>(sizes_.most_runs + size_t{1})) {}

    bool has_memory() const { return bytes_ != nullptr && starts_ != nullptr; }

    /// Reads the root page.
    Reading open(const SegmentRef& ref) {
        ref_ = ref;
        if (!copy_root(ref)) return Reading::kStale;
        std::memcpy(&root_, bytes_, sizeof root_);
        if (root_fault() != 0) pages_->corrupt(ref.root, CorruptReason::kBadPlace);
        return Reading::kDone;
    }

    /// The same where damage is to be told from what is sound: 0, or which part of the root is
    /// wrong, counted from 1.
    uint32_t inspect(const SegmentRef& ref) {
        ref_ = ref;
        if (!copy_root(ref)) return 1;
        std::memcpy(&root_, bytes_, sizeof root_);
        return root_fault();
    }

    const SegmentRoot& root() const { return root_; }
    const SegmentRef& ref() const { return ref_; }
    const Sizes& sizes() const { return sizes_; }
    uint32_t rows() const { return root_.documents + root_.nulls; }
    uint32_t pages_of(Part part) const { return root_.part_pages[part_number(part)]; }

    /// Block of a page of a part, which has that page.
    uint32_t block_of(Part part, uint32_t number) const {
        const Start* from = starts_ + first_start_[part_number(part)];
        const Start* to = starts_ + first_start_[part_number(part) + 1];
        while (to - from > 1) {
            const Start* middle = from + (to - from) / 2;
            if (middle->number <= number)
                from = middle;
            else
                to = middle;
        }
        return from->block + (number - from->number);
    }

    /// Calls f(payload) with a page; false where it is another's by now.
    template <class F>
    bool read(Part part, uint32_t number, F&& f) {
        const uint32_t block = block_of(part, number);
        const bool own = pages_->read(block, [&](const std::byte* page) {
            if (!is_own(page, part, number)) return false;
            f(std::span<const std::byte>(content(page) + sizeof(SegmentHead), sizes_.payload));
            return true;
        });
        if (!own) lost_ = block;
        return own;
    }

    /// The page that was another's.
    uint32_t lost() const { return lost_; }

    /// Is a page image the one that it should be?
    bool is_own(const std::byte* page, Part part, uint32_t number) const {
        if (page_kind(page, pages_->page_bytes()) != PageKind::kSegment) return false;
        const SegmentHead& head = *record_at<SegmentHead>(content(page), 0);
        return head.serial == root_.serial && head.part == part_number(part) &&
               head.number == number;
    }

    /// Copies items of a part of which each has `sizeof(T)` bytes.
    template <class T>
    bool copy(Part part, uint32_t first, uint32_t count, T* to) {
        const uint32_t per_page = sizes_.per_page(sizeof(T));
        while (count > 0) {
            const uint32_t at = first % per_page;
            const uint32_t here = count < per_page - at ? count : per_page - at;
            if (!read(part, first / per_page, [&](std::span<const std::byte> payload) {
                    std::memcpy(to, payload.data() + at * sizeof(T), here * sizeof(T));
                }))
                return false;
            first += here;
            to += here;
            count -= here;
        }
        return true;
    }

    /// Looks a term up; `entry->count` is 0 where there is none.
    Reading find(uint32_t term, TermEntry* entry) {
        entry->count = 0;
        uint32_t page = 0;
        if (root_.terms == 0) return Reading::kDone;
        if (!find_page(term, &page)) return Reading::kStale;
        const uint32_t per_page = sizes_.per_page(sizeof(TermEntry));
        const uint32_t first = page * per_page;
        const uint32_t count = root_.terms - first < per_page ? root_.terms - first : per_page;
        const bool own = read(Part::kTerms, page, [&](std::span<const std::byte> payload) {
            const auto* entries = record_at<TermEntry>(payload.data(), 0);
            const uint32_t at =
                first_not_below(count, [&](uint32_t i) { return entries[i].term < term; });
            if (at < count && entries[at].term == term) *entry = entries[at];
        });
        if (!own) return Reading::kStale;
        if (entry->count > 0) require_sane(*entry, page);
        return Reading::kDone;
    }

    /// Reports a term that cannot be; it is on a page of kTerms.
    void require_sane(const TermEntry& entry, uint32_t page) {
        if (!is_sane(entry))
            pages_->corrupt(block_of(Part::kTerms, page), CorruptReason::kBadPlace);
    }
    bool is_sane(const TermEntry& entry) const {
        if (entry.count == 0 || entry.count > root_.documents) return false;
        const uint32_t blocks = sizes_.blocks_of(entry.count);
        if (blocks == 1) return entry.place.page < pages_of(Part::kBlocks);
        return entry.place.page <= root_.heads && blocks <= root_.heads - entry.place.page;
    }

    /// Reads a block of postings; false where the page is another's by now.
    bool load(BlockPlace place, uint32_t count, Postings& postings) {
        bool sound = true;
        if (place.page >= pages_of(Part::kBlocks))
            pages_->corrupt(ref_.root, CorruptReason::kBadPlace);
        const bool own = read(Part::kBlocks, place.page, [&](std::span<const std::byte> payload) {
            sound = load_block(payload, place.offset, count, root_.documents, postings);
        });
        if (own && !sound)
            pages_->corrupt(block_of(Part::kBlocks, place.page), CorruptReason::kBadPlace);
        return own;
    }

    /// Calls f(block) for every page, the root included.
    template <class F>
    void for_each_page(F&& f) const {
        f(ref_.root);
        for (uint32_t part = 0; part < kParts; ++part)
            for (uint32_t i = 0; i < root_.part_pages[part]; ++i)
                f(block_of(static_cast<Part>(part), i));
    }

    /// Calls f(span) for the runs of pages, the root included.
    template <class F>
    void for_each_run(F&& f) const {
        f(PageSpan{ref_.root, 1});
        for (uint32_t i = 0; i < root_.runs; ++i) {
            const PageRun run = run_at(i);
            f(PageSpan{run.first, run.pages});
        }
    }

private:
    /// Pages of a part from `number` on.
    struct Start {
        uint32_t number;
        uint32_t block;
    };

    template <class Below>
    static uint32_t first_not_below(uint32_t count, Below&& below) {
        uint32_t from = 0;
        while (count > 0) {
            const uint32_t half = count / 2;
            if (below(from + half)) {
                from += half + 1;
                count -= half + 1;
            } else {
                count = half;
            }
        }
        return from;
    }

    bool copy_root(const SegmentRef& ref) {
        lost_ = ref.root;
        return pages_->read(ref.root, [&](const std::byte* page) {
            if (page_kind(page, pages_->page_bytes()) != PageKind::kSegmentRoot ||
                record_at<SegmentRoot>(content(page), 0)->serial != ref.serial)
                return false;
            std::memcpy(bytes_, content(page), sizes_.usable);
            return true;
        });
    }

    PageRun run_at(uint32_t i) const {
        PageRun run;
        std::memcpy(&run, bytes_ + sizeof(SegmentRoot) + i * sizeof run, sizeof run);
        return run;
    }

    /// Learns where pages are; 0, or which part of the root contradicts that.
    uint32_t root_fault() {
        if (root_.runs > sizes_.most_runs || root_.pages != ref_.pages ||
            root_.documents > ref_.rows || root_.nulls != ref_.rows - root_.documents)
            return 2;
        uint32_t count = 0;
        uint64_t all = 1;
        for (uint32_t part = 0; part < kParts; ++part) {
            first_start_[part] = count;
            uint64_t pages = 0;
            for (uint32_t i = 0; i < root_.runs; ++i) {
                const PageRun run = run_at(i);
                if (run.part != part) continue;
                if (run.first <= kStateBlock || run.pages == 0 || run.pages > kNoPage - run.first)
                    return 3;
                starts_[count++] = {static_cast<uint32_t>(pages), run.first};
                pages += run.pages;
            }
            if (pages != root_.part_pages[part]) return 4;
            all += pages;
        }
        first_start_[kParts] = count;
        if (all != root_.pages || count != root_.runs) return 5;
        return has_room() ? 0 : 6;
    }

    /// Have the parts as many pages as their items need?
    bool has_room() const {
        const auto has = [&](Part part, uint64_t items, size_t bytes) {
            const uint32_t per_page = sizes_.per_page(bytes);
            return pages_of(part) == (items + per_page - 1) / per_page;
        };
        return has(Part::kTids, uint64_t{root_.documents} + root_.nulls, sizeof(HeapTid)) &&
               has(Part::kHeads, root_.heads, sizeof(BlockHead)) &&
               has(Part::kTerms, root_.terms, sizeof(TermEntry)) &&
               has(Part::kFences, pages_of(Part::kTerms), sizeof(uint32_t));
    }

    /// The page of kTerms that a term would be on.
    bool find_page(uint32_t term, uint32_t* page) {
        const uint32_t per_page = sizes_.per_page(sizeof(uint32_t));
        const uint32_t fences = pages_of(Part::kTerms);
        uint32_t from = 0;
        uint32_t to = pages_of(Part::kFences);
        while (to - from > 1) {
            const uint32_t middle = from + (to - from) / 2;
            uint32_t first = 0;
            if (!copy(Part::kFences, middle * per_page, 1, &first)) return false;
            if (first <= term)
                from = middle;
            else
                to = middle;
        }
        const uint32_t before = from * per_page;
        const uint32_t count = fences - before < per_page ? fences - before : per_page;
        return read(Part::kFences, from, [&](std::span<const std::byte> payload) {
            const auto* firsts = record_at<uint32_t>(payload.data(), 0);
            const uint32_t above =
                first_not_below(count, [&](uint32_t i) { return firsts[i] <= term; });
            *page = before + (above > 0 ? above - 1 : 0);
        });
    }

    Pages* pages_;
    Sizes sizes_;
    SegmentRef ref_{};
    SegmentRoot root_{};
    uint32_t lost_ = kNoPage;
    std::byte* bytes_;  // of the root page
    Start* starts_;
    uint32_t first_start_[kParts + 1] = {};
};

}  // namespace vx::inverted
