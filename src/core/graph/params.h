// The parameters of a graph (HNSW paper, section 4: M, M_max0, efConstruction, m_L).
#pragma once

#include <cmath>
#include <cstdint>

#include "core/base/random.h"
#include "core/graph/node.h"

namespace vx {

struct GraphParams {
    uint32_t m = 16;
    uint32_t ef_construction = 64;
    bool fill_lists = true;  // false only to measure what filling is worth (D1 in README.md)

    /// Most links of a node on `level`: twice m on the base layer, as in the paper.
    constexpr uint32_t max_degree(Level level) const { return level == 0 ? 2 * m : m; }

    /// Most children in the spanning tree (invariant I4); leaves room for the parent's lane and at
    /// least one lane that pruning may use, also at m = 2.
    constexpr uint32_t max_children() const { return m; }

    /// Children after which a node takes no more where another can: each holds a lane, and what all
    /// searches come by (a long vector by inner product, a short text) would get m of them.
    constexpr uint32_t usual_children() const { return 2; }
};

/// Draws a level with P(level >= l) = m^-l (HNSW paper, algorithm 1, line 4).
inline Level draw_level(SplitMix64& random, uint32_t m) {
    const double level = -std::log(random.next_unit()) / std::log(static_cast<double>(m));
    return level >= kMaxLevel ? kMaxLevel : static_cast<Level>(level);
}

}  // namespace vx
