// Layouts of storage `fast` compared in this process: the index's own code over pages in memory.
//
// What a layout costs and finds depends on nothing else of the server, and here a graph is grown
// once for all of them: on pages of storage `compact`, then written again with each shape of
// sketches.
#pragma once

#include "bench/dataset.h"
#include "bench/metric.h"

#include <functional>
#include <vector>

namespace vx::bench {

/// What to vary; every combination is measured.
struct LayoutOptions {
    Metric metric = Metric::kL2;
    std::size_t rows = 50000;  ///< the first of the data set
    std::size_t queries = 1000;
    unsigned ef_construction = 200;
    std::vector<int> m{16};
    bool fill = true;              ///< fill lists with the nearest of the pruned candidates
    std::vector<int> sketch_dims;  ///< rounded up to 16; those beyond the dimensions are left out
    std::vector<int> sketch_bits;  ///< 1, 2
    std::vector<int> own_bits{8};  ///< fewer than 8: the greater error is simulated
    std::vector<int> pools;        ///< entries of the search pool
};

/// One measured combination.
struct LayoutPoint {
    int m;
    bool fill;
    int sketch_dims;
    int sketch_bits;
    int own_bits;
    double bytes;  ///< a row, everything included
    int pool;
    double recall;  ///< of the 10 nearest of `rows`
    double hops;    ///< slots read a query
    double reads;   ///< rows whose exact distance the order took
    double micros;  ///< a query, search and ranking, without reading rows
};

/// Measures and calls `each` with every point as it is known.
void measure_layouts(const Dataset& data, const LayoutOptions& options,
                     const std::function<void(const LayoutPoint&)>& each);

}  // namespace vx::bench
