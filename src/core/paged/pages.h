// What the paged index asks of whatever holds its pages (the server's buffers, or memory in tests).
//
// Pages are *lent* to a callback, never held: at most one lent page at a time, except that `edit`
// lends up to four, listed up front and locked in ascending order.  Lock order is thereby a
// property of the code's shape.  Any call may leave by longjmp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/paged/geometry.h"

namespace vx {

/// Most pages one atomic edit may touch: the limit of a generic WAL record.
inline constexpr uint32_t kMaxEditPages = 4;

/// The blocks of one edit: added in any order, kept ascending and unique.
class EditSet {
public:
    void add(uint32_t block) {
        uint32_t at = 0;
        while (at < count_ && blocks_[at] < block) ++at;
        if (at < count_ && blocks_[at] == block) return;
        for (uint32_t i = count_; i > at; --i) blocks_[i] = blocks_[i - 1];
        blocks_[at] = block;
        ++count_;
    }
    uint32_t count() const { return count_; }
    uint32_t block(uint32_t i) const { return blocks_[i]; }

private:
    uint32_t blocks_[kMaxEditPages];
    uint32_t count_ = 0;
};

/// The writable pages of one edit.
struct EditPages {
    const EditSet* set;
    std::byte* images[kMaxEditPages];

    /// Whole image of `block`, which must be in the set.
    std::byte* page(uint32_t block) const {
        uint32_t i = 0;
        while (set->block(i) != block) ++i;
        return images[i];
    }
};

// A page source `Pages` offers:
//   R read(block, f)      f(const std::byte* page) under a share lock; R trivially destructible
//   bool edit(set, f)     f(EditPages&) -> bool under exclusive locks; true logs and keeps what f
//                         did to all pages as one atomic step, false keeps nothing
//   void init_page(page, kind)         formats a page image
//   void set_used(page, bytes)         content bytes in use (never shrinks)
//   uint32_t page_count(), void extend_to(pages)   the file has at least that many pages
//   void prefetch(block, offset, bytes)  a hint that this will be read soon
//   void poll()                        interrupts; nothing is locked
//   [[noreturn]] void corrupt(block, reason)
//   uint64_t stamp()                   what to remember when a node is unlinked
//   bool past(stamp)                   has every reader and writer of that time gone?

inline const std::byte* content(const std::byte* page) { return page + kPageHeaderBytes; }
inline std::byte* content(std::byte* page) { return page + kPageHeaderBytes; }

/// Why a page cannot be used as `kind`; 0 when it can.  Total: reads header-independent bytes only.
inline uint8_t page_fault(const std::byte* page, uint32_t page_bytes, PageKind kind) {
    PageTrailer trailer;
    __builtin_memcpy(&trailer, page + page_bytes - sizeof(PageTrailer), sizeof trailer);
    if (trailer.magic == 0 && trailer.format_version == 0 && trailer.kind == PageKind{0})
        return static_cast<uint8_t>(CorruptReason::kNewPage);
    if (trailer.magic != kMagic || trailer.format_version != kFormatVersion || trailer.kind != kind)
        return static_cast<uint8_t>(CorruptReason::kWrongKind);
    return 0;
}

/// The kind a page claims to have; 0 when it is new or not ours.
inline PageKind page_kind(const std::byte* page, uint32_t page_bytes) {
    PageTrailer trailer;
    __builtin_memcpy(&trailer, page + page_bytes - sizeof(PageTrailer), sizeof trailer);
    if (trailer.magic != kMagic || trailer.format_version != kFormatVersion) return PageKind{0};
    return trailer.kind;
}

/// Lends the content of a page of a known kind; anything else on disk is reported as corruption.
template <class Pages, class F>
auto read_page(Pages& pages, uint32_t block, PageKind kind, F&& f) {
    return pages.read(block, [&](const std::byte* page) {
        const uint8_t fault = page_fault(page, pages.page_bytes(), kind);
        if (fault != 0) [[unlikely]]
            pages.corrupt(block, static_cast<CorruptReason>(fault));
        return f(content(page));
    });
}

/// Content of a page of an edit, of a known kind, formatted first if it is still new.
template <class Pages>
std::byte* fresh_content(Pages& pages, const EditPages& edit, uint32_t block, PageKind kind) {
    std::byte* page = edit.page(block);
    const uint8_t fault = page_fault(page, pages.page_bytes(), kind);
    if (fault == static_cast<uint8_t>(CorruptReason::kNewPage))
        pages.init_page(page, kind);
    else if (fault != 0)
        pages.corrupt(block, static_cast<CorruptReason>(fault));
    return content(page);
}

/// Content of a page of an edit, of a known kind.
template <class Pages>
std::byte* edit_content(Pages& pages, const EditPages& edit, uint32_t block, PageKind kind) {
    std::byte* page = edit.page(block);
    const uint8_t fault = page_fault(page, pages.page_bytes(), kind);
    if (fault != 0) [[unlikely]]
        pages.corrupt(block, static_cast<CorruptReason>(fault));
    return content(page);
}

}  // namespace vx
