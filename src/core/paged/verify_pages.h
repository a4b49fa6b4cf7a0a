// The verifier's look at whole pages: kinds, the meta page, the state page (I1, part of I9).
#pragma once

#include "core/paged/meta.h"
#include "core/paged/verify_context.h"

namespace vx {

/// Reads the meta page and checks it against itself; false when nothing can be read by it.
template <class Pages, class Sink>
bool verify_meta(Pages& pages, Sink& sink, MetaContent* meta) {
    uint8_t fault = static_cast<uint8_t>(CorruptReason::kNewPage);
    PageKind kind{0};
    if (pages.page_count() > kMetaBlock)
        fault = pages.read(kMetaBlock, [&](const std::byte* page) {
            kind = page_kind(page, pages.page_bytes());
            std::memcpy(meta, content(page), sizeof *meta);
            return page_fault(page, pages.page_bytes(), PageKind::kMeta);
        });
    if (fault != 0) {
        const bool fresh = fault == static_cast<uint8_t>(CorruptReason::kNewPage);
        sink.finding({fresh ? FindingKind::kEmptyPage : FindingKind::kWrongPage, kMetaBlock,
                      kNoNode, static_cast<int64_t>(kind)});
        return false;
    }
    const bool sound = check_meta(*meta, pages.page_bytes()).ok();
    if (!sound) sink.finding({FindingKind::kBadMeta, kMetaBlock});
    return sound;
}

/// Can the mean be read?  The verifier asks before reading it, since a check must not fail.
template <class Pages>
bool mean_readable(Pages& pages, const Geometry& g) {
    const uint32_t end = g.mean_pages > 0 ? g.mean_block + g.mean_pages : 0;
    if (end > pages.page_count()) return false;
    for (uint32_t block = end - g.mean_pages; block < end; ++block)
        if (pages.read(block, [&](const std::byte* page) {
                return page_fault(page, pages.page_bytes(), PageKind::kMean) != 0;
            }))
            return false;
    return true;
}

template <class Pages, class Sink>
class PageVerifier {
public:
    explicit PageVerifier(VerifyContext<Pages, Sink>& context) : c_(context), g_(context.g) {}

    /// Looks at every block.  False when the state page cannot be used.
    bool run() {
        c_.page_count = c_.pages.page_count();
        std::byte bytes[sizeof(StateContent)];
        const bool state = c_.copy(kStateBlock, PageKind::kState, 0, bytes);
        if (state) std::memcpy(&c_.state, bytes, sizeof bytes);
        if (c_.page_count <= kStateBlock) c_.report({FindingKind::kMissingPage, kStateBlock});
        for (uint32_t i = 0; i < g_.mean_pages; ++i)
            if (g_.mean_block + i >= c_.page_count)
                c_.report({FindingKind::kMissingPage, g_.mean_block + i});
        count_extents(state);
        for (uint32_t block = kStateBlock; block < c_.page_count; ++block) {
            c_.pages.poll();
            verify_page(block, look_at(block));
        }
        if (state) verify_state();
        return state;
    }

private:
    struct Look {
        uint8_t fault;  // as kMeta: tells new pages from others
        PageKind kind;
        bool header_sound;
    };

    Look look_at(uint32_t block) {
        return c_.pages.read(block, [&](const std::byte* page) {
            Look look{page_fault(page, c_.pages.page_bytes(), PageKind::kMeta),
                      page_kind(page, c_.pages.page_bytes()), true};
            if constexpr (requires { c_.pages.used_bytes(page); })
                look.header_sound = is_new(look) || c_.pages.used_bytes(page) >= 0;
            return look;
        });
    }

    static bool is_new(const Look& look) {
        return look.fault == static_cast<uint8_t>(CorruptReason::kNewPage);
    }

    /// An extent exists when its first page does; a state page that claims more is wrong.
    void count_extents(bool have_state) {
        const uint32_t room =
            c_.page_count > g_.first_extent_block
                ? (c_.page_count - g_.first_extent_block - 1) / g_.extent_pages + 1
                : 0;
        c_.extents = have_state ? c_.state.extent_count : 0;
        if (c_.extents > room) {
            bad_state(offsetof(StateContent, extent_count), c_.extents);
            c_.extents = room;
        }
        const uint64_t limit = uint64_t{c_.extents} * g_.nodes_per_extent;
        if (limit > kMaxNodes) c_.extents = kMaxNodes / g_.nodes_per_extent;
        c_.id_limit = c_.extents * g_.nodes_per_extent;
    }

    void verify_page(uint32_t block, const Look& look) {
        if (!look.header_sound) c_.report({FindingKind::kBadPageHeader, block});
        if (block == kStateBlock) return expect(block, look, look.kind == PageKind::kState);
        if (block >= g_.mean_block && block < g_.mean_block + g_.mean_pages)
            return expect(block, look, look.kind == PageKind::kMean);
        if (block < g_.first_extent_block)
            return verify_aux(block, look, taken(0, block - g_.first_aux_block));
        const uint32_t extent = (block - g_.first_extent_block) / g_.extent_pages;
        const uint32_t offset = (block - g_.first_extent_block) % g_.extent_pages;
        if (extent >= c_.extents) {
            // Space that was added to the file just before a crash.
            if (!is_new(look)) unexpected(block, look);
        } else if (offset == 0) {
            aux_extent_ = look.kind == PageKind::kAuxExtent;
            expect(block, look, aux_extent_ || look.kind == PageKind::kDirectory);
        } else if (aux_extent_ || offset <= g_.aux_pages) {
            verify_aux(block, look, taken(extent + 1, offset - 1));
        } else if (!is_new(look)) {
            expect(block, look, look.kind == PageKind::kSlots);
        }
    }

    void expect(uint32_t block, const Look& look, bool sound) {
        if (sound) return;
        c_.report({is_new(look) ? FindingKind::kEmptyPage : FindingKind::kWrongPage, block, kNoNode,
                   static_cast<int64_t>(look.kind)});
    }

    void unexpected(uint32_t block, const Look& look) {
        c_.report({FindingKind::kUnexpectedPage, block, kNoNode, static_cast<int64_t>(look.kind)});
    }

    void verify_aux(uint32_t block, const Look& look, bool given_out) {
        if (given_out)
            expect(block, look,
                   look.kind == PageKind::kUpper || look.kind == PageKind::kPostings ||
                       (g_.layout.variable && look.kind == PageKind::kOverflow));
        else if (!is_new(look))
            unexpected(block, look);
    }

    /// Has the aux page at `offset` of `group` (0 = the fixed ones, then extents) been given out?
    bool taken(uint32_t group, uint32_t offset) const {
        const uint32_t now = c_.state.aux_extent == kNoPage ? 0 : c_.state.aux_extent + 1;
        return group < now || (group == now && offset < c_.state.aux_used);
    }

    void bad_state(size_t field, int64_t value) {
        c_.report(
            {FindingKind::kBadState, kStateBlock, kNoNode, static_cast<int64_t>(field), value});
    }

    void verify_state() {
        const StateContent& s = c_.state;
        const auto fill = [&](uint32_t block, PageKind kind, size_t field) {
            if (block != kNoPage && (!c_.may_be_aux(block) || c_.kind_of(block) != kind))
                bad_state(field, block);
        };
        if (s.next_id > c_.id_limit) bad_state(offsetof(StateContent, next_id), s.next_id);
        if (s.aux_extent != kNoPage && s.aux_extent >= c_.extents)
            bad_state(offsetof(StateContent, aux_extent), s.aux_extent);
        fill(s.upper_block, PageKind::kUpper, offsetof(StateContent, upper_block));
        fill(s.postings_block, PageKind::kPostings, offsetof(StateContent, postings_block));
        fill(s.overflow_block, PageKind::kOverflow, offsetof(StateContent, overflow_block));
        if (s.upper_used > g_.upper_slots_per_page)
            bad_state(offsetof(StateContent, upper_used), s.upper_used);
        if (s.postings_used > g_.segments_per_page)
            bad_state(offsetof(StateContent, postings_used), s.postings_used);
        if (s.overflow_used > g_.overflow_segments_per_page)
            bad_state(offsetof(StateContent, overflow_used), s.overflow_used);
    }

    VerifyContext<Pages, Sink>& c_;
    const Geometry& g_;
    bool aux_extent_ = false;  // the extent being looked at holds U and P pages only
};

}  // namespace vx
