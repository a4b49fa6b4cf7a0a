// The verifier's look at the whole graph: root and parents, entry candidates, reachability (I3, I7,
// I8).
#pragma once

#include "core/paged/verify_context.h"

namespace vx {

template <class Pages, class Sink>
class TreeVerifier {
public:
    explicit TreeVerifier(VerifyContext<Pages, Sink>& context) : c_(context), g_(context.g) {}

    /// Judges the spanning tree.  False when memory is out.
    bool verify_tree() {
        if (!done_.reserve(c_.arena, c_.id_limit) || !path_.reserve(c_.arena, c_.id_limit))
            return false;
        verify_root();
        for (NodeId id = 0; id < c_.id_limit; ++id) {
            if (!c_.is(id, NodeState::kLive) || c_.broken.contains(id)) continue;
            verify_parent(id);
            climb(id);
        }
        return true;
    }

    void verify_entries() {
        uint32_t used = 0;
        for (uint32_t i = 0; i < kEntryCandidates; ++i) {
            const EntryCandidate entry = c_.state.entries[i];
            if (entry.id == kNoNode) continue;
            const auto report = [&](FindingKind kind, int64_t b) {
                c_.report({kind, kStateBlock, entry.id, i, b});
            };
            if (i > used || (i > 0 && c_.state.entries[i - 1].level < entry.level))
                report(FindingKind::kEntryOrder, entry.level);
            for (uint32_t before = 0; before < i; ++before)
                if (c_.state.entries[before].id == entry.id)
                    report(FindingKind::kEntryOrder, entry.level);
            ++used;
            if (entry.id >= c_.id_limit)
                report(FindingKind::kEntryState, -1);
            else if (!c_.linked(entry.id) && !c_.unknown(entry.id))
                report(FindingKind::kEntryState, c_.state_of(entry.id));
            else if (!c_.unknown(entry.id) && c_.level_of(entry.id) != entry.level)
                report(FindingKind::kEntryLevel, entry.level);
        }
    }

    /// Walks the base level from where a search would start; destroys `parents`, whose memory is
    /// the queue.  False when memory is out.
    bool verify_reachability() {
        BitSet reached;
        if (!reached.reserve(c_.arena, c_.id_limit)) return false;
        NodeId* queue = c_.parents;
        uint32_t tail = 0;
        const NodeId start = find_start();
        if (start != kNoNode) {
            queue[tail++] = start;
            reached.insert(start);
        }
        for (uint32_t head = 0; head < tail; ++head) {
            c_.pages.poll();
            if (!c_.copy_slot(queue[head], g_.code_offset)) continue;
            const ConstSlot slot{c_.slot, &g_};
            for (uint32_t lane = 0; lane < g_.lanes; ++lane) {
                const NodeId target = slot.ids()[lane];
                if (target >= c_.id_limit || reached.contains(target)) continue;
                if (!c_.linked(target) && !c_.unknown(target)) continue;
                reached.insert(target);
                queue[tail++] = target;
            }
        }
        bool any = false;
        for (NodeId id = 0; id < c_.id_limit; ++id) {
            if (!c_.is(id, NodeState::kLive)) continue;
            if (start == kNoNode && !any) c_.report({FindingKind::kNoEntry, kStateBlock});
            any = true;
            if (start != kNoNode && !reached.contains(id))
                c_.report({FindingKind::kUnreachable, g_.slot_block(id), id});
        }
        return true;
    }

private:
    void verify_root() {
        const NodeId root = c_.state.root;
        if (root == kNoNode) return;  // then every live node is a second root
        const bool real = root < c_.id_limit;
        if (real && (c_.unknown(root) || c_.broken.contains(root))) return;
        if (!real || !c_.linked(root) || c_.parents[root] != kNoNode)
            c_.report({FindingKind::kBadRoot, kStateBlock, root,
                       real ? int64_t{c_.state_of(root)} : int64_t{-1}});
    }

    void verify_parent(NodeId id) {
        const NodeId parent = c_.parents[id];
        if (id == c_.state.root) return;
        if (parent == kNoNode)
            c_.report({FindingKind::kSecondRoot, g_.slot_block(id), id});
        else if (parent >= c_.id_limit)
            c_.report({FindingKind::kBadParent, g_.slot_block(id), id, parent, -1});
        else if (!c_.linked(parent) && !c_.unknown(parent))
            c_.report(
                {FindingKind::kBadParent, g_.slot_block(id), id, parent, c_.state_of(parent)});
    }

    /// Climbs until something known is met; meeting the path itself is a cycle.
    void climb(NodeId from) {
        NodeId at = from;
        while (at < c_.id_limit && c_.linked(at) && !done_.contains(at) && !path_.contains(at)) {
            path_.insert(at);
            at = c_.parents[at];
        }
        if (at < c_.id_limit && path_.contains(at))
            c_.report({FindingKind::kTreeCycle, g_.slot_block(at), at});
        for (NodeId node = from; node < c_.id_limit && path_.contains(node);
             node = c_.parents[node]) {
            path_.remove(node);
            done_.insert(node);
        }
    }

    NodeId find_start() const {
        for (const EntryCandidate& entry : c_.state.entries)
            if (entry.id < c_.id_limit && c_.is(entry.id, NodeState::kLive)) return entry.id;
        for (const EntryCandidate& entry : c_.state.entries)
            if (entry.id < c_.id_limit && c_.linked(entry.id)) return entry.id;
        return c_.state.root < c_.id_limit ? c_.state.root : kNoNode;
    }

    VerifyContext<Pages, Sink>& c_;
    const Geometry& g_;
    BitSet done_;  // nodes whose way up has been walked
    BitSet path_;  // nodes on the way being walked
};

}  // namespace vx
