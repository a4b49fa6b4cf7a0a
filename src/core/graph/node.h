// The vocabulary of the graph: node ids, levels, candidates.
#pragma once

#include <cstdint>

namespace vx {

/// Dense number of a node; where the node lives is arithmetic over it (core/paged/geometry.h).
using NodeId = uint32_t;
inline constexpr NodeId kNoNode = 0xFFFFFFFF;

/// 0 is the base layer, which holds every node.
using Level = uint8_t;

/// More levels than 2^32 nodes can need at m = 2; bounds every per-level array.
inline constexpr Level kMaxLevel = 31;
inline constexpr uint32_t kMaxM = 100;
inline constexpr uint32_t kMaxDegree = 2 * kMaxM;

/// A node and its ranking distance from whatever is being searched for.
struct Candidate {
    float distance;
    NodeId id;
};

/// Nearest first; ids break ties, so that equal distances give one order everywhere.
constexpr bool nearer(const Candidate& a, const Candidate& b) {
    return a.distance < b.distance || (a.distance == b.distance && a.id < b.id);
}

}  // namespace vx
