// VACUUM: rows that are dead, and pages that belong to nobody.
//
// Under the maintenance lock: no segment is made meanwhile; rows are added to those that wait.
#pragma once

#include "core/inverted/maintain.h"
#include "core/paged/verify_context.h"

namespace vx::inverted {

struct RemovedRows {
    uint64_t removed = 0;
    uint64_t kept = 0;
};

template <class Pages>
class Vacuum {
public:
    Vacuum(Pages& pages, Arena arena) : pages_(pages), arena_(arena), segment_(pages, arena) {}

    /// Marks rows as dead for which is_gone(tid) says so, which is called with nothing locked;
    /// false when memory is out.  *Crash:* some are marked.
    template <class IsGone>
    bool remove_rows(IsGone&& is_gone, RemovedRows* counts) {
        scratch_ = arena_.allocate_array<std::byte>(pages_.page_bytes());
        places_ = arena_.allocate_array<uint32_t>(pages_.page_bytes() / sizeof(HeapTid));
        if (!segment_.has_memory() || scratch_ == nullptr || places_ == nullptr) return false;
        const InvertedState state = read_state(pages_);
        for (uint32_t i = 0; i < state.segment_count; ++i) {
            if (segment_.open(state.segments[i]) == Reading::kStale) fail(segment_.lost());
            const uint32_t pages = segment_.pages_of(Part::kTids);
            for (uint32_t page = 0; page < pages; ++page) remove_from_page(page, is_gone, counts);
        }
        WaitingReader<Pages> reader(pages_, state.waiting, scratch_);
        while (reader.next()) remove_from_waiting(reader, is_gone, counts);
        if (reader.is_stale()) fail(reader.block());
        return true;
    }

    /// What is left to do once in a VACUUM; false when memory is out.
    bool clean() {
        Maintainer<Pages> maintainer(pages_, arena_);
        if (read_state(pages_).waiting.pages >= kFewWaiting) {
            WaitingRows<Pages>(pages_).close();
            do {
                if (!maintainer.flush()) return false;
            } while (read_state(pages_).waiting.pages > kMostWaiting);
        }
        // Merges want long runs.
        return reclaim() && maintainer.rewrite_dead(kDeadShare) &&
               maintainer.merge_alike(UINT32_MAX) && reclaim();
    }

    /// Leaves nothing of dead rows on any page, and says how many there were; false when memory is
    /// out.
    bool erase(uint64_t* rows) {
        const InvertedState state = read_state(pages_);
        for (uint32_t i = 0; i < state.segment_count; ++i) *rows += state.segments[i].dead;
        return Maintainer<Pages>(pages_, arena_).rewrite_dead(0) && reclaim();
    }

    /// Makes free runs of pages that belong to nobody, where there are any, and of short runs long
    /// ones.  *Crash:* pages that were free belong to nobody.
    bool reclaim() {
        if (!has_work()) return true;
        uint32_t end = 0;
        (void)change_state(pages_, [&](InvertedState& state) {
            // Whatever is taken from now on is beyond the end that is seen here.
            end = state.used_pages;
            state.free_head = kNoPage;
            state.free_pages = 0;
            return true;
        });
        BitSet owned;
        if (!owned.reserve(arena_, end) || !mark_owned(owned, end)) return false;
        for (uint32_t at = kStateBlock + 1; at < end;) {
            if (owned.contains(at)) {
                ++at;
                continue;
            }
            PageSpan span{at, 0};
            for (; at < end && !owned.contains(at); ++at) ++span.pages;
            free_pages(pages_, span);
        }
        return true;
    }

private:
    static constexpr uint32_t kFewWaiting = 8;
    static constexpr uint32_t kDeadShare = 10;
    static constexpr uint32_t kManyRuns = 64;

    [[noreturn]] void fail(uint32_t block) { pages_.corrupt(block, CorruptReason::kBadOwner); }

    template <class IsGone>
    void remove_from_page(uint32_t number, IsGone&& is_gone, RemovedRows* counts) {
        pages_.vacuum_delay();
        const uint32_t per_page = segment_.sizes().per_page(sizeof(HeapTid));
        const uint32_t first = number * per_page;
        const uint32_t left = segment_.rows() - first;
        const uint32_t count = left < per_page ? left : per_page;
        auto* tids = reinterpret_cast<HeapTid*>(scratch_);
        if (!segment_.copy(Part::kTids, first, count, tids)) fail(segment_.lost());
        uint32_t gone = 0;
        for (uint32_t i = 0; i < count; ++i) {
            if (is_dead(tids[i])) continue;
            if (is_gone(tids[i]))
                places_[gone++] = i;
            else
                ++counts->kept;
        }
        counts->removed += gone;
        if (gone > 0) mark_page(number, gone);
    }

    /// With the count on the state page, so that they agree.
    void mark_page(uint32_t number, uint32_t gone) {
        const uint32_t block = segment_.block_of(Part::kTids, number);
        EditSet set{};
        set.add(kStateBlock);
        set.add(block);
        (void)pages_.edit(set, [&](const EditPages& edit) {
            InvertedState& state = inverted::edit_state(pages_, edit);
            std::byte* page = edit.page(block);
            if (!segment_.is_own(page, Part::kTids, number)) fail(block);
            auto* tids = record_at<HeapTid>(content(page), sizeof(SegmentHead));
            for (uint32_t i = 0; i < gone; ++i) tids[places_[i]] = {};
            for (uint32_t i = 0; i < state.segment_count; ++i)
                if (state.segments[i].serial == segment_.ref().serial)
                    state.segments[i].dead += gone;
            return true;
        });
    }

    template <class IsGone>
    void remove_from_waiting(WaitingReader<Pages>& reader, IsGone&& is_gone, RemovedRows* counts) {
        pages_.vacuum_delay();
        uint32_t gone = 0;
        reader.for_each([&](const NewRow& row, uint32_t offset) {
            if (is_dead(row.tid)) return;
            if (is_gone(row.tid))
                places_[gone++] = offset;
            else
                ++counts->kept;
        });
        counts->removed += gone;
        if (gone == 0) return;
        EditSet set{};
        set.add(reader.block());
        (void)pages_.edit(set, [&](const EditPages& edit) {
            std::byte* records = edit_content(pages_, edit, reader.block(), PageKind::kWaiting) +
                                 sizeof(WaitingHead);
            for (uint32_t i = 0; i < gone; ++i) {
                WaitingRow& row = *record_at<WaitingRow>(records, places_[i]);
                row.tid = {};
                std::memset(records + places_[i] + sizeof row, 0, row.count * sizeof(SparsePair));
            }
            return true;
        });
    }

    /// Are there pages that belong to nobody, or many short runs?
    bool has_work() {
        const InvertedState state = read_state(pages_);
        uint64_t known = uint64_t{kStateBlock} + 1 + state.free_pages + state.waiting.pages;
        for (uint32_t i = 0; i < state.segment_count; ++i) known += state.segments[i].pages;
        if (known != state.used_pages) return true;
        uint32_t runs = 0;
        for (uint32_t block = state.free_head; block != kNoPage; ++runs) {
            if (runs == kManyRuns) return true;
            // An insertion may take the page meanwhile; then these runs are few enough.
            block = pages_.read(block, [&](const std::byte* page) {
                return page_kind(page, pages_.page_bytes()) == PageKind::kFree
                           ? record_at<FreeRun>(content(page), 0)->next
                           : kNoPage;
            });
        }
        return false;
    }

    bool mark_owned(BitSet& owned, uint32_t end) {
        const InvertedState state = read_state(pages_);
        const auto mark = [&](PageSpan span) {
            for (uint32_t i = 0; i < span.pages && span.first + i < end; ++i)
                owned.insert(span.first + i);
        };
        if (!segment_.has_memory()) return false;
        for (uint32_t i = 0; i < state.segment_count; ++i) {
            if (segment_.open(state.segments[i]) == Reading::kStale) fail(segment_.lost());
            segment_.for_each_run(mark);
        }
        auto* scratch = arena_.allocate_array<std::byte>(pages_.page_bytes());
        if (scratch == nullptr) return false;
        WaitingReader<Pages> reader(pages_, state.waiting, scratch);
        while (reader.next()) mark({reader.block(), 1});
        if (reader.is_stale()) fail(reader.block());
        arena_.release(scratch);
        return true;
    }

    Pages& pages_;
    Arena arena_;
    Segment<Pages> segment_;
    std::byte* scratch_ = nullptr;
    uint32_t* places_ = nullptr;  // on the page that is looked at
};

}  // namespace vx::inverted
