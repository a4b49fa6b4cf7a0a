// Which nodes have rows that a scan's filter lets pass.
#pragma once

#include "core/filter/row_filter.h"
#include "core/paged/paged_store.h"

namespace vx {

/// Answers by a bit a node, made for all nodes of an extent when the first of them is asked about:
/// a T page has their filter columns side by side, so looking at all of them costs little more than
/// looking at one.
///
/// A node that was used again since, or that got another row, has rows that the scan's snapshot
/// does not see, so the bits stay right as long as the scan.  Of a node with a list of rows the
/// rows are looked at one by one when it is its turn (posting_cursor.h).
template <class Store>
class FilteredNodes {
public:
    explicit FilteredNodes(Arena arena) : arena_(arena) {}

    /// For the nodes of the first `extents` extents; later ones do not pass.  Without a filter, or
    /// an empty one, all nodes pass and nothing is read.  False when memory is out.
    bool start(Store& store, const RowFilter* filter, uint32_t extents) {
        store_ = &store;
        filter_ = filter != nullptr && !filter->is_empty() ? filter : nullptr;
        extents_ = extents;
        if (filter_ == nullptr) return true;
        words_ = list_words(store.geometry().nodes_per_extent);
        bits_ = arena_.allocate_array<uint64_t*>(extents + 1);
        if (bits_ == nullptr) return false;
        std::fill_n(bits_, extents + 1, nullptr);
        return true;
    }

    bool active() const { return filter_ != nullptr; }
    uint32_t extents() const { return extents_; }

    bool passes(NodeId id) {
        if (filter_ == nullptr) return true;
        const Geometry& g = store_->geometry();
        const uint32_t extent = g.extent_of(id);
        const uint32_t local = g.directory_index(id);
        return extent < extents_ && (bits(extent)[local / 64] >> (local % 64) & 1) != 0;
    }

    /// Those of an extent that exists: nodes_per_extent bits.
    const uint64_t* bits(uint32_t extent) {
        if (bits_[extent] == nullptr) look(extent);
        return bits_[extent];
    }

    /// A hint that the bits of an extent are asked for soon.
    void expect(uint32_t extent) {
        if (extent >= extents_ || bits_[extent] != nullptr) return;
        const Geometry& g = store_->geometry();
        const uint32_t begin =
            g.keys_offset + filter_->conditions[0].column * g.nodes_per_extent * 8;
        store_->pages().prefetch(g.extent_block(extent), kPageHeaderBytes + begin,
                                 g.nodes_per_extent * 8);
        store_->pages().prefetch(g.extent_block(extent), kPageHeaderBytes + g.lists_offset,
                                 g.usable_bytes - g.lists_offset);
    }

    /// Looks at so many extents that are far from each other.
    void sample(uint32_t count) {
        for (uint32_t i = 0; i < count && i < extents_; ++i)
            (void)bits(static_cast<uint32_t>(uint64_t{extents_} * i / std::min(count, extents_)));
    }

    /// Of the nodes looked at, the share that passes; never 0, since one that was not looked at
    /// may.
    double share() const {
        return (static_cast<double>(passed_) + 0.5) / (static_cast<double>(nodes_) + 1);
    }
    /// Extents that were not looked at.
    uint32_t unknown_extents() const { return extents_ - looked_at_; }

private:
    void look(uint32_t extent) {
        const Geometry& g = store_->geometry();
        uint64_t* words = arena_.allocate_array<uint64_t>(words_);
        std::fill_n(words, words_, 0);
        store_->poll();
        (void)store_->pages().read(g.extent_block(extent), [&](const std::byte* page) {
            if (page_kind(page, store_->pages().page_bytes()) == PageKind::kDirectory)
                look_at(content(page), words);
            return true;
        });
        for (uint32_t i = 0; i < words_; ++i)
            passed_ += static_cast<uint64_t>(__builtin_popcountll(words[i]));
        bits_[extent] = words;
        nodes_ += g.nodes_per_extent;
        ++looked_at_;
    }

    /// Reads the entries of those only whose keys pass.
    void look_at(const std::byte* directory, uint64_t* words) const {
        const Geometry& g = store_->geometry();
        const auto filters = directory_filters(directory, g);
        for (uint32_t first = 0; first < g.nodes_per_extent; first += 64) {
            const uint32_t count = std::min(g.nodes_per_extent - first, 64U);
            uint64_t passing =
                filter_->passing([&](uint32_t column) { return filters.column(column) + first; },
                                 filters.nulls + first, count);
            passing |= list_bits(directory, g)[first / 64];
            uint64_t live = 0;
            for (uint64_t left = passing; left != 0; left &= left - 1) {
                const auto at = static_cast<uint32_t>(__builtin_ctzll(left));
                live |= static_cast<uint64_t>(entry_at(directory, first + at)->state ==
                                              NodeState::kLive)
                        << at;
            }
            words[first / 64] = live;
        }
    }

    Arena arena_;
    Store* store_ = nullptr;
    const RowFilter* filter_ = nullptr;
    uint64_t** bits_ = nullptr;  // by extent
    uint32_t words_ = 0;
    uint32_t extents_ = 0;
    uint32_t looked_at_ = 0;
    uint64_t nodes_ = 0;   // of the extents looked at
    uint64_t passed_ = 0;  // of those
};

}  // namespace vx
