// What a scan knows of a node before its rows are read.
#pragma once

#include "core/graph/node.h"
#include "core/paged/paged_store.h"

namespace vx {

/// A node, and between what values its exact ranking distance is.
struct ScanCandidate {
    float bound;
    float upper;
    NodeId id;

    /// No row of it passes the filter: it is known only to count as searched.
    bool is_filtered_out() const { return upper == -__builtin_inff(); }

    static ScanCandidate of(NodeId id, Measured own) {
        // Not a number: out of range, and farther than whatever is not.
        const float distance = own.distance == own.distance ? own.distance : __builtin_inff();
        if (!(own.error < __builtin_inff())) return {-__builtin_inff(), __builtin_inff(), id};
        return {distance - own.error, distance + own.error, id};
    }
    static ScanCandidate filtered_out(NodeId id, Measured own) {
        return {own.distance == own.distance ? own.distance : __builtin_inff(), -__builtin_inff(),
                id};
    }
};

struct BoundLess {
    bool operator()(const ScanCandidate& a, const ScanCandidate& b) const {
        return a.bound < b.bound || (a.bound == b.bound && a.id < b.id);
    }
};

}  // namespace vx
