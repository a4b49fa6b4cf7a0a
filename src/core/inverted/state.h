// The state page, and giving out pages.
//
// A page belongs to a segment, to the rows that wait, to a free run, or, after a crash, to nobody
// until VACUUM finds it.  Whoever makes segments has the index's maintenance lock, which is the
// caller's; adding a row that waits needs none.
#pragma once

#include "core/inverted/format.h"
#include "core/paged/geometry.h"

namespace vx::inverted {

/// Is a state page's content within its ranges?
inline bool is_sane(const InvertedState& state) {
    const auto is_block = [&](uint32_t block) {
        return block > kStateBlock && block < state.used_pages;
    };
    const auto may_be = [&](uint32_t block) { return block == kNoPage || is_block(block); };
    if (state.segment_count > kMostSegments || state.used_pages <= kStateBlock ||
        state.used_pages == kNoPage || state.free_pages > state.used_pages ||
        !may_be(state.free_head) || !may_be(state.waiting.head) || !may_be(state.waiting.tail) ||
        (state.waiting.head == kNoPage) != (state.waiting.tail == kNoPage))
        return false;
    for (uint32_t i = 0; i < state.segment_count; ++i) {
        const SegmentRef& segment = state.segments[i];
        if (!is_block(segment.root) || segment.dead > segment.rows ||
            segment.pages > state.used_pages)
            return false;
    }
    return true;
}

template <class Pages>
InvertedState read_state(Pages& pages) {
    const InvertedState state =
        read_page(pages, kStateBlock, PageKind::kState, [](const std::byte* bytes) {
            InvertedState copy;
            std::memcpy(&copy, bytes, sizeof copy);
            return copy;
        });
    if (!is_sane(state)) pages.corrupt(kStateBlock, CorruptReason::kBadState);
    return state;
}

template <class Pages>
InvertedState& edit_state(Pages& pages, const EditPages& edit) {
    return *record_at<InvertedState>(edit_content(pages, edit, kStateBlock, PageKind::kState), 0);
}

/// Changes the state page by f(state), which may say no.
template <class Pages, class F>
bool change_state(Pages& pages, F&& f) {
    EditSet set{};
    set.add(kStateBlock);
    return pages.edit(set,
                      [&](const EditPages& edit) { return f(inverted::edit_state(pages, edit)); });
}

/// The pages of an index without rows: meta and state.
template <class Pages>
void write_empty_index(Pages& pages, const MetaContent& meta) {
    pages.extend_to(kStateBlock + 1);
    EditSet set{};
    set.add(kMetaBlock);
    set.add(kStateBlock);
    (void)pages.edit(set, [&](const EditPages& edit) {
        std::memcpy(fresh_content(pages, edit, kMetaBlock, PageKind::kMeta), &meta, sizeof meta);
        pages.set_used(edit.page(kMetaBlock), sizeof meta);
        InvertedState state{};
        state.used_pages = kStateBlock + 1;
        state.free_head = kNoPage;
        state.waiting.head = state.waiting.tail = kNoPage;
        std::memcpy(fresh_content(pages, edit, kStateBlock, PageKind::kState), &state,
                    sizeof state);
        pages.set_used(edit.page(kStateBlock), sizeof state);
        return true;
    });
}

/// Pages that follow each other.
struct PageSpan {
    uint32_t first = kNoPage;
    uint32_t pages = 0;
};

/// The run that a page of an edit begins; one that cannot be is reported.
template <class Pages>
FreeRun& edit_run(Pages& pages, const EditPages& edit, uint32_t block, const InvertedState& state) {
    FreeRun& run = *record_at<FreeRun>(edit_content(pages, edit, block, PageKind::kFree), 0);
    const bool in_file = run.next == kNoPage || run.next < state.used_pages;
    if (run.pages == 0 || run.pages > state.free_pages || run.pages > state.used_pages - block ||
        !in_file)
        pages.corrupt(block, CorruptReason::kBadPlace);
    return run;
}

/// Takes up to `wanted` pages, at least one: of a free run, if wished and there is one, else at the
/// end.  They are of zeros or kFree, or not in the file yet.  *Crash:* they belong to nobody.
template <class Pages>
PageSpan take_pages(Pages& pages, uint32_t wanted, bool from_free) {
    for (;;) {
        const InvertedState seen = read_state(pages);
        const uint32_t head = from_free ? seen.free_head : kNoPage;
        if (head == kNoPage && seen.used_pages >= kNoPage - wanted)
            pages.corrupt(kStateBlock, CorruptReason::kBadState);
        PageSpan span;
        EditSet set{};
        set.add(kStateBlock);
        if (head != kNoPage) set.add(head);
        const bool taken = pages.edit(set, [&](const EditPages& edit) {
            InvertedState& state = inverted::edit_state(pages, edit);
            if (head == kNoPage) {
                span = {state.used_pages, wanted};
                state.used_pages += wanted;
                return true;
            }
            if (state.free_head != head) return false;
            FreeRun& run = edit_run(pages, edit, head, state);
            span.pages = run.pages < wanted ? run.pages : wanted;
            run.pages -= span.pages;
            span.first = head + run.pages;
            state.free_pages -= span.pages;
            if (run.pages == 0) state.free_head = run.next;
            return true;
        });
        if (taken) return span;
    }
}

/// Overwrites what pages hold that are in no use any more.
template <class Pages>
void clear_pages(Pages& pages, PageSpan span) {
    uint32_t at = span.first;
    const uint32_t end = span.first + span.pages;
    while (at < end) {
        pages.poll();
        EditSet set{};
        const uint32_t count = pages.page_count();
        for (; at < end && set.count() < kMaxEditPages; ++at) {
            if (at >= count) continue;  // the file does not reach so far
            const bool holds = pages.read(at, [&](const std::byte* page) {
                const uint8_t fault = page_fault(page, pages.page_bytes(), PageKind::kFree);
                return fault != 0 && fault != static_cast<uint8_t>(CorruptReason::kNewPage);
            });
            if (holds) set.add(at);
        }
        if (set.count() == 0) continue;
        (void)pages.edit(set, [&](const EditPages& edit) {
            for (uint32_t i = 0; i < set.count(); ++i)
                pages.init_page(edit.images[i], PageKind::kFree);
            return true;
        });
    }
}

/// Gives pages back that belong to nobody.  *Crash:* they go on to belong to nobody.
template <class Pages>
void free_pages(Pages& pages, PageSpan span) {
    if (span.pages == 0) return;
    clear_pages(pages, span);
    // What was at the end is beyond it.
    const bool at_end = change_state(pages, [&](InvertedState& state) {
        if (state.used_pages != span.first + span.pages) return false;
        state.used_pages = span.first;
        return true;
    });
    if (at_end) return;
    pages.extend_to(span.first + 1);
    EditSet set{};
    set.add(kStateBlock);
    set.add(span.first);
    (void)pages.edit(set, [&](const EditPages& edit) {
        InvertedState& state = inverted::edit_state(pages, edit);
        std::byte* page = edit.page(span.first);
        pages.init_page(page, PageKind::kFree);
        *record_at<FreeRun>(content(page), 0) = {span.pages, state.free_head};
        pages.set_used(page, sizeof(FreeRun));
        state.free_head = span.first;
        state.free_pages += span.pages;
        return true;
    });
}

/// A number that no segment or page has had.
template <class Pages>
uint64_t take_serial(Pages& pages) {
    uint64_t serial = 0;
    (void)change_state(pages, [&](InvertedState& state) {
        serial = state.next_serial++;
        return true;
    });
    return serial;
}

}  // namespace vx::inverted
