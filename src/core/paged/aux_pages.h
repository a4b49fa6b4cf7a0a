// Giving out aux pages: U, P and O pages, each when one is needed.
#pragma once

#include "core/paged/paged_store.h"

namespace vx {

/// Where the next aux page comes from; pure, so that flush and insert share it.
struct AuxChoice {
    uint32_t block;
    bool new_extent;  // the page opens an extent of aux pages only
};

/// Advances `state` past one aux page.
inline AuxChoice choose_aux(const Geometry& g, StateContent& state) {
    for (;;) {
        const bool fixed = state.aux_extent == kNoPage;
        const uint32_t limit = fixed                  ? g.fixed_aux_pages
                               : state.aux_whole != 0 ? g.extent_pages - 1
                                                      : g.aux_pages;
        if (state.aux_used < limit) {
            const uint32_t first = fixed ? g.first_aux_block : g.extent_block(state.aux_extent) + 1;
            return {first + state.aux_used++, false};
        }
        const uint32_t next = fixed ? 0 : state.aux_extent + 1;
        state.aux_extent = next;
        state.aux_used = 0;
        state.aux_whole = 0;
        if (next < state.extent_count) continue;
        state.aux_whole = 1;
        state.aux_used = 1;
        ++state.extent_count;
        return {g.extent_block(next) + 1, true};
    }
}

template <class Pages>
StateContent* edit_state(Pages& pages, const EditPages& edit) {
    return record_at<StateContent>(edit_content(pages, edit, kStateBlock, PageKind::kState), 0);
}

/// The aux page of a kind that is being filled, and the records taken on it.
struct Filling {
    uint32_t* block;
    uint32_t* used;
};
inline Filling filling(StateContent& state, PageKind kind) {
    if (kind == PageKind::kUpper) return {&state.upper_block, &state.upper_used};
    if (kind == PageKind::kPostings) return {&state.postings_block, &state.postings_used};
    return {&state.overflow_block, &state.overflow_used};
}

/// Takes an aux page of `kind` (U, P or O) and makes it the one being filled.  Another backend may
/// do the same at the same moment; then only one of them does.
template <class Pages, class Codec>
void open_aux_page(PagedStore<Pages, Codec>& store, PageKind kind, uint32_t current_block) {
    Pages& pages = store.pages();
    const Geometry& g = store.geometry();
    const StateContent before = store.state();
    StateContent planned = before;
    const AuxChoice aux = choose_aux(g, planned);
    EditSet set;
    set.add(kStateBlock);
    set.add(aux.block);
    if (aux.new_extent) set.add(aux.block - 1);
    pages.extend_to(aux.block + 1);
    (void)pages.edit(set, [&](const EditPages& edit) {
        StateContent& state = *edit_state(pages, edit);
        const Filling filled = filling(state, kind);
        StateContent now = state;
        if (*filled.block != current_block || choose_aux(g, now).block != aux.block) return false;
        state = now;
        *filled.block = aux.block;
        *filled.used = 0;
        (void)fresh_content(pages, edit, aux.block, kind);
        if (aux.new_extent) (void)fresh_content(pages, edit, aux.block - 1, PageKind::kAuxExtent);
        return true;
    });
}

}  // namespace vx
