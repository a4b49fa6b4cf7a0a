// What a scan did, for whoever asks why it took as long as it did.
#pragma once

#include <cstdint>

namespace vx {

/// Counted once a hop, a batch or a row, never once a distance.
struct ScanCounts {
    uint64_t hops = 0;          // nodes that searches expanded
    uint64_t sweeps = 0;        // how often all nodes left were measured, or all that pass
    uint64_t swept_nodes = 0;   // nodes measured by these
    uint64_t filtered_out = 0;  // turned away by the filter, nearer than what was returned
    uint64_t ranked_rows = 0;   // rows read for their exact distance
    uint64_t rows = 0;          // returned, those left out that are not there for their reader
    bool has_filter = false;
    bool by_terms = false;  // by posting lists, of storage `inverted`; `sweeps` are searches there

    /// The same of several scans.
    void add(const ScanCounts& other) {
        hops += other.hops;
        sweeps += other.sweeps;
        swept_nodes += other.swept_nodes;
        filtered_out += other.filtered_out;
        ranked_rows += other.ranked_rows;
        rows += other.rows;
        has_filter = has_filter || other.has_filter;
        by_terms = by_terms || other.by_terms;
    }
};

}  // namespace vx
