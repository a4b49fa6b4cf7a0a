// What a scan is asked for, and by what it decides how to go on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/filter/row_filter.h"
#include "core/paged/geometry.h"

namespace vx {

/// LIMIT of most queries, and what is wanted where none is known.
inline constexpr uint64_t kUsualLimit = 10;

/// Rows that a search by sketches serves.  Where a node is in the pool several times, the pool's
/// far end is full of the near ones' further estimates: of the 40 nearest at ef_search 40 on MNIST
/// it finds 0.925, pgvector 0.990.  Ten rows, the usual LIMIT, are found well.
inline uint64_t rows_by_sketches(uint64_t ef) {
    const uint64_t near = ef / 4 > kUsualLimit ? ef / 4 : kUsualLimit;
    return ef < near ? ef : near;
}

struct ScanRequest {
    size_t ef = 40;  // candidates that the first search keeps
    // Nothing farther is wanted: a ranking distance, which the caller has made large enough for the
    // differences between its arithmetic and the codec's.
    float limit = __builtin_inff();
    // The reader takes all rows within the limit, in whatever order: the search goes on until it
    // has looked beyond.
    bool all_within = false;
    // The reader compares the distance of each row itself, and takes more than lie within the
    // limit: no row is read to find its place or whether it does.
    bool unranked = false;
    // Of filter columns; null: none.  Outlives the scan.
    const RowFilter* filter = nullptr;
    size_t pool_entries = 0;  // of the first search; 0: what the codec needs for ef
    bool sweeps = true;       // false: end where the search ends (for tests of the graph)
    // Compare all rows before the first is returned: the order is then certain at any depth.
    bool whole = false;
    bool strict = false;  // the order must be certain for as many rows as are read
    // Rows that the reader takes if there are so many, and never exceeds, as far as is known.
    uint64_t least_rows = 0;
    uint64_t most_rows = UINT64_MAX;
    // Of all rows of the index, those that the reader will not turn away, as far as is expected;
    // 0: all that pass the filter.
    double kept_rows = 0;
    bool nodes_wanted = true;               // or only rows without an element or a direction
    bool zeros_first = false;               // rows without a direction come before all others
    bool zeros_wanted = true;               // or not at all
    bool nulls_wanted = true;               // the same for rows whose vector is NULL
    size_t memory_bytes = size_t{4} << 20;  // of the lists that grow with a scan's depth
    uint64_t most_visits = UINT64_MAX;      // nodes returned before the sweep

    bool has_row_limit() const { return least_rows > 0 || most_rows < UINT64_MAX; }

    /// Are the rows within a limit wanted, however many?
    bool is_range() const { return limit < __builtin_inff() && !has_row_limit(); }

    /// Is it known that more rows are wanted than sketches serve?  Not below a limit: one row may
    /// be all that passes.
    bool exceeds_sketches() const {
        return limit == __builtin_inff() && least_rows > rows_by_sketches(ef);
    }

    /// Rows that are wanted for sure and that a search of size ef is to find well.
    uint64_t rows_to_find() const {
        return std::clamp<uint64_t>(least_rows, kUsualLimit, ef + kUsualLimit);
    }

    /// Up to ef rows the order is a promise: a search of as many rows as can be read keeps it, and
    /// where that is not known, or is as much work, all rows are compared.
    void settle_order() {
        constexpr uint64_t kMostSearched = 1000;
        if (!strict || whole) return;
        if (most_rows <= kMostSearched)
            ef = ef < most_rows ? static_cast<size_t>(most_rows) : ef;
        else
            whole = true;
    }
};

/// The work of a scan, in visits of pages that are in the cache.
///
/// Ratios of times on two machines, 100 to 1,536 dimensions (docs/measurements/scans.md): the sweep
/// takes a page after the other and prefetches, so a page and its nodes cost a fraction of a visit.
class ScanWork {
public:
    void start(const Geometry& g, uint64_t live_nodes) {
        const double record = static_cast<double>(g.layout.record_bytes) / kVisitBytes;
        nodes_ = static_cast<double>(live_nodes);
        // A record of any length goes on elsewhere, and is measured by itself.
        const double visits = g.layout.variable ? 2 : 1;
        // With sketches one page says all of a hop; without, each neighbor has its own.
        hop_by_codes_ = kFreshNeighbors * (visits + record);
        hop_ = g.layout.sketch_bytes > 0 ? kFusedHop : hop_by_codes_;
        pages_ = nodes_ / g.slots_per_page * g.pages_per_slot;
        swept_node_ = g.layout.variable ? visits + record : kSweptNode + record * kSweptShare;
        if (g.layout.variable) pages_ = 0;
        sweep_ = pages_ * kSweptPage + nodes_ * swept_node_;
    }

    /// The sweep measures a share of the nodes only, those that a filter lets pass, and for that
    /// looks at so many further T pages.
    void sweep_share(double share, uint32_t directory_pages) {
        const double nodes = nodes_ * share;
        sweep_ = directory_pages * kSweptPage + std::min(pages_, nodes) * kSweptPage +
                 nodes * swept_node_;
    }

    /// From now on hops make no use of sketches.
    void measure_each_node() { hop_ = hop_by_codes_; }

    /// Counts hops of a search.
    void hop(uint64_t hops) { spent_ += static_cast<double>(hops) * hop_; }

    /// Would the search, with so many more hops, have cost so much of what the sweep does?
    bool sweep_is_less(uint64_t more_hops, double share) const {
        return spent_ + static_cast<double>(more_hops) * hop_ >= share * sweep_;
    }

private:
    static constexpr double kVisitBytes = 2048;    // read in the time of a visit
    static constexpr double kFusedHop = 10;        // a slot, its sketches, its place in the pool
    static constexpr double kFreshNeighbors = 12;  // of a node's list: not met before
    static constexpr double kSweptPage = 1;
    static constexpr double kSweptNode = 0.2;
    static constexpr double kSweptShare = 1;

    double hop_ = kFusedHop;
    double hop_by_codes_ = kFusedHop;
    double sweep_ = 0;
    double nodes_ = 0;
    double pages_ = 0;       // that they lie on
    double swept_node_ = 0;  // beside its page
    double spent_ = 0;
};

}  // namespace vx
