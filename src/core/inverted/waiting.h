// Rows that wait to become part of a segment: searches read them all.
//
// Records are added to the last page of a chain; a page that has a successor changes no more, but
// for rows that are marked as dead.
#pragma once

#include <span>

#include "core/inverted/state.h"

namespace vx::inverted {

/// A row as it comes.
struct NewRow {
    HeapTid tid;
    bool is_null;
    std::span<const SparsePair> pairs;  // ascending indexes
};

constexpr uint32_t record_bytes(uint32_t pairs) {
    return static_cast<uint32_t>(sizeof(WaitingRow) + pairs * sizeof(SparsePair));
}

/// How reading pages ended that may leave the index meanwhile.
enum class Reading : uint8_t {
    kDone,
    kStale,  // a page is another's now
};

template <class Pages>
class WaitingRows {
public:
    explicit WaitingRows(Pages& pages) : pages_(pages), sizes_(pages.page_bytes()) {}

    /// Can a row wait?  Others become segments at once.
    bool fits(const NewRow& row) const { return row.pairs.size() <= sizes_.most_pairs(); }

    /// Adds a row that fits; pages that wait then.  *Crash:* the row is there or not; an empty page
    /// may be.
    uint32_t add(const NewRow& row) {
        for (;;) {
            const InvertedState state = read_state(pages_);
            if (state.waiting.tail != kNoPage && append(state.waiting.tail, row))
                return state.waiting.pages;
            (void)link(state);
        }
    }

    /// Ends the last page, so that all others can be taken.
    void close() {
        while (!link(read_state(pages_))) {
        }
    }

private:
    bool append(uint32_t block, const NewRow& row) {
        const auto pairs = static_cast<uint32_t>(row.pairs.size());
        const uint32_t bytes = record_bytes(pairs);
        const uint32_t room = sizes_.usable - static_cast<uint32_t>(sizeof(WaitingHead));
        EditSet set{};
        set.add(block);
        return pages_.edit(set, [&](const EditPages& edit) {
            std::byte* page = edit.page(block);
            // Another process may have taken the page meanwhile; `link` looks again.
            if (page_kind(page, pages_.page_bytes()) != PageKind::kWaiting) return false;
            WaitingHead& head = *record_at<WaitingHead>(content(page), 0);
            if (head.used > room) pages_.corrupt(block, CorruptReason::kBadPlace);
            if (head.next != kNoPage || bytes > room - head.used) return false;
            std::byte* to = content(page) + sizeof head + head.used;
            const WaitingRow record{row.tid, row.is_null ? kNullVector : uint16_t{0}, pairs};
            std::memcpy(to, &record, sizeof record);
            if (pairs > 0)
                std::memcpy(to + sizeof record, row.pairs.data(), row.pairs.size_bytes());
            head.used += bytes;
            pages_.set_used(page, sizeof head + head.used);
            return true;
        });
    }

    /// A page to be taken: the last of the first free run, or the first beyond what is used.
    struct NextPage {
        uint32_t head;    // of the run; kNoPage: there is none
        uint32_t length;  // of the run
        uint32_t block;
    };

    /// Pages of the first free run; 0 when another process has changed it.
    uint32_t length_of_run(const InvertedState& seen) {
        const uint32_t length = pages_.read(seen.free_head, [&](const std::byte* page) {
            return page_kind(page, pages_.page_bytes()) == PageKind::kFree
                       ? record_at<FreeRun>(content(page), 0)->pages
                       : 0;
        });
        if (length > 0 && length <= seen.used_pages - seen.free_head) return length;
        if (read_state(pages_).free_head == seen.free_head)
            pages_.corrupt(seen.free_head, CorruptReason::kBadPlace);
        return 0;
    }

    /// Takes it; false when another process has.
    bool take(const EditPages& edit, InvertedState& state, const NextPage& next) {
        if (state.free_head != next.head) return false;
        if (next.head == kNoPage) {
            if (state.used_pages != next.block) return false;
            ++state.used_pages;
            return true;
        }
        FreeRun& run = edit_run(pages_, edit, next.head, state);
        if (run.pages != next.length) return false;
        if (--run.pages == 0) state.free_head = run.next;
        --state.free_pages;
        return true;
    }

    /// Adds an empty page; false when another process changed what that goes by.
    bool link(const InvertedState& seen) {
        NextPage next{seen.free_head, 0, seen.used_pages};
        if (next.head != kNoPage) {
            next.length = length_of_run(seen);
            if (next.length == 0) return false;
            next.block = next.head + next.length - 1;
        }
        pages_.extend_to(next.block + 1);
        EditSet set{};
        set.add(kStateBlock);
        set.add(next.block);
        if (next.head != kNoPage) set.add(next.head);
        if (seen.waiting.tail != kNoPage) set.add(seen.waiting.tail);
        return pages_.edit(set, [&](const EditPages& edit) {
            InvertedState& state = inverted::edit_state(pages_, edit);
            if (state.waiting.tail != seen.waiting.tail || !take(edit, state, next)) return false;
            start_page(edit, state, next.block);
            return true;
        });
    }

    void start_page(const EditPages& edit, InvertedState& state, uint32_t block) {
        const uint64_t serial = state.next_serial++;
        WaitingRef& waiting = state.waiting;
        if (waiting.tail != kNoPage) {
            WaitingHead& last = *record_at<WaitingHead>(
                edit_content(pages_, edit, waiting.tail, PageKind::kWaiting), 0);
            last.next = block;
            last.next_serial = serial;
        } else {
            waiting.head = block;
            waiting.serial = serial;
        }
        waiting.tail = block;
        ++waiting.pages;
        std::byte* page = edit.page(block);
        pages_.init_page(page, PageKind::kWaiting);
        *record_at<WaitingHead>(content(page), 0) = {serial, 0, kNoPage, 0};
        pages_.set_used(page, sizeof(WaitingHead));
    }

    Pages& pages_;
    Sizes sizes_;
};

/// Reads a chain from `from` on, and copies each page to `scratch`, of as many bytes as a page.
template <class Pages>
class WaitingReader {
public:
    WaitingReader(Pages& pages, const WaitingRef& from, std::byte* scratch)
        : pages_(pages), sizes_(pages.page_bytes()), scratch_(scratch), block_(from.head),
          serial_(from.serial) {}

    /// Copies the next page; false at the end, or where the chain is another now.
    bool next() {
        if (block_ == kNoPage || stale_) return false;
        const uint32_t block = at_ = block_;
        stale_ = !pages_.read(block, [&](const std::byte* page) {
            if (page_kind(page, pages_.page_bytes()) != PageKind::kWaiting ||
                record_at<WaitingHead>(content(page), 0)->serial != serial_)
                return false;
            std::memcpy(scratch_, content(page), sizes_.usable);
            return true;
        });
        if (stale_) return false;
        WaitingHead head;
        std::memcpy(&head, scratch_, sizeof head);
        // Pages are linked in the order of their numbers: no chain is a circle.
        if (head.used > sizes_.usable - sizeof head ||
            (head.next != kNoPage && head.next_serial <= serial_))
            pages_.corrupt(block, CorruptReason::kBadPlace);
        block_ = head.next;
        serial_ = head.next_serial;
        used_ = head.used;
        return true;
    }

    /// Calls f(row, offset of its record) for the rows of the page copied, those that are dead
    /// included; the rows' pairs are in the copy.
    template <class F>
    void for_each(F&& f) {
        uint32_t offset = 0;
        while (offset < used_) {
            const std::byte* at = scratch_ + sizeof(WaitingHead) + offset;
            WaitingRow record;
            if (used_ - offset < sizeof record) pages_.corrupt(at_, CorruptReason::kBadPlace);
            std::memcpy(&record, at, sizeof record);
            if (record.count > (used_ - offset - sizeof record) / sizeof(SparsePair))
                pages_.corrupt(at_, CorruptReason::kBadPlace);
            const auto* pairs = reinterpret_cast<const SparsePair*>(at + sizeof record);
            f(NewRow{record.tid, (record.flags & kNullVector) != 0, {pairs, record.count}}, offset);
            offset += record_bytes(record.count);
        }
    }

    bool is_stale() const { return stale_; }
    /// The page copied last.
    uint32_t block() const { return at_; }
    /// Has it a successor?
    bool is_full() const { return block_ != kNoPage; }
    /// That successor.
    WaitingRef rest() const { return {serial_, block_, block_, 0, 0}; }

private:
    Pages& pages_;
    Sizes sizes_;
    std::byte* scratch_;
    uint32_t block_;
    uint64_t serial_;
    uint32_t at_ = kNoPage;
    uint32_t used_ = 0;
    bool stale_ = false;
};

}  // namespace vx::inverted
