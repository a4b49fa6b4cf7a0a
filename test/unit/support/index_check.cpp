// What must hold of an index on fake pages, checked by reading every page.
#include "support/index_check.h"

#include <cstdio>
#include <new>

#include "core/paged/verify.h"

namespace vx::test {
namespace {

class IndexCheck {
public:
    /// `clean`: a vacuum has just finished, so no list may lead to a node that is gone.
    IndexCheck(FakePages& pages, const Geometry& g, bool clean)
        : pages_(pages), g_(g), clean_(clean) {}

    /// Everything that is wrong, as text; empty when all is well.
    std::vector<std::string> run() {
        read_state();
        read_directories();
        check_counts();
        check_entries();
        for (const auto& [id, entry] : entries_)
            if (entry.state == NodeState::kLive) check_node(id, entry);
        check_tree();
        check_reachable();
        check_postings();
        if (g_.layout.variable) check_overflow();
        return faults_;
    }

    [[nodiscard]] const std::map<NodeId, DirectoryEntry>& entries() const { return entries_; }

private:
    template <class... Args>
    void fault(const char* format, Args... args) {
        if (faults_.size() >= 20) return;
        if constexpr (sizeof...(args) == 0) {
            faults_.emplace_back(format);
        } else {
            char text[200];
            std::snprintf(text, sizeof text, format, args...);
            faults_.emplace_back(text);
        }
    }

    const std::byte* content_of(uint32_t block, PageKind kind) {
        if (block >= pages_.page_count() ||
            page_fault(pages_.image(block), pages_.page_bytes(), kind) != 0) {
            fault("block %u is not of kind %u", block, static_cast<unsigned>(kind));
            return nullptr;
        }
        return content(static_cast<const FakePages&>(pages_).image(block));
    }

    void read_state() {
        const std::byte* bytes = content_of(kStateBlock, PageKind::kState);
        if (bytes != nullptr) state_ = *record_at<StateContent>(bytes, 0);
    }

    void read_directories() {
        for (uint32_t extent = 0; extent < state_.extent_count; ++extent) {
            const uint32_t block = g_.extent_block(extent);
            if (block >= pages_.page_count()) {
                fault("extent %u is beyond the file", extent);
                return;
            }
            if (page_kind(pages_.image(block), pages_.page_bytes()) == PageKind::kAuxExtent)
                continue;
            const std::byte* bytes = content_of(block, PageKind::kDirectory);
            for (uint32_t i = 0; bytes != nullptr && i < g_.nodes_per_extent; ++i)
                if (entry_at(bytes, i)->state != NodeState::kUnused)
                    entries_[extent * g_.nodes_per_extent + i] = *entry_at(bytes, i);
        }
    }

    [[nodiscard]] NodeState state_of(NodeId id) const {
        const auto found = entries_.find(id);
        return found == entries_.end() ? NodeState::kUnused : found->second.state;
    }
    [[nodiscard]] bool walkable(NodeId id) const {
        return state_of(id) == NodeState::kLive || state_of(id) == NodeState::kDead;
    }

    void check_counts() {
        uint32_t alive = 0;
        uint32_t dead = 0;
        uint32_t free = 0;
        for (const auto& [id, entry] : entries_) {
            alive += entry.state == NodeState::kLive || entry.state == NodeState::kPending;
            dead += entry.state == NodeState::kDead || entry.state == NodeState::kUnlinked;
            free += entry.state == NodeState::kFree;
        }
        if (alive != state_.live_count) fault("%u live, state says %u", alive, state_.live_count);
        if (dead != state_.dead_count) fault("%u dead, state says %u", dead, state_.dead_count);
        if (free != state_.free_count) fault("%u free, state says %u", free, state_.free_count);
    }

    void check_entries() {
        uint32_t last = UINT32_MAX;
        for (const EntryCandidate& candidate : state_.entries) {
            if (candidate.id == kNoNode) continue;
            const auto found = entries_.find(candidate.id);
            if (found == entries_.end() || !walkable(candidate.id) ||
                found->second.level != candidate.level)
                fault("entry candidate %u is not a node of that level", candidate.id);
            if (candidate.level > last) fault("entry candidates are not in order");
            last = candidate.level;
        }
        if (state_.root != kNoNode && !walkable(state_.root)) fault("root %u is gone", state_.root);
        for (const auto& [id, entry] : entries_)
            if (entry.state == NodeState::kLive && state_.root == kNoNode) {
                fault("live nodes but no root");
                return;
            }
    }

    void check_list(NodeId id, Level level, const uint32_t* ids, uint32_t lanes) {
        std::set<NodeId> seen;
        for (uint32_t lane = 0; lane < lanes; ++lane) {
            if (ids[lane] == kNoNode) continue;
            if (ids[lane] == id) fault("node %u links to itself", id);
            if (!seen.insert(ids[lane]).second) fault("node %u links to %u twice", id, ids[lane]);
            const auto found = entries_.find(ids[lane]);
            if (found == entries_.end()) {
                fault("node %u links to %u, which does not exist", id, ids[lane]);
                continue;
            }
            if (found->second.level < level)
                fault("node %u links to %u above its level", id, ids[lane]);
            if (clean_ && found->second.state != NodeState::kLive)
                fault("node %u links to %u, which is gone", id, ids[lane]);
        }
    }

    /// Dead children may make it more than the limit while a vacuum is under way.
    void check_children(NodeId id, const ConstSlot& slot, NodeId parent) {
        uint32_t children = 0;
        for (uint32_t lane = 0; lane < g_.lanes; ++lane)
            children += slot.pinned(lane) && slot.ids()[lane] != parent &&
                        state_of(slot.ids()[lane]) == NodeState::kLive;
        if (children > g_.layout.m) fault("node %u has too many children", id);
    }

    void check_node(NodeId id, const DirectoryEntry& entry) {
        const std::byte* bytes = content_of(g_.slot_block(id), PageKind::kSlots);
        if (bytes == nullptr) return;
        const ConstSlot slot = slot_at(bytes, g_, id);
        const SlotHeader& header = *slot.header();
        if (header.generation != entry.generation || header.level != entry.level)
            fault("node %u: slot and directory differ", id);
        if ((header.flags & kSlotRetired) != 0) fault("live node %u is retired", id);
        check_list(id, 0, slot.ids(), g_.lanes);
        for (uint32_t lane = 0; lane < g_.lanes; ++lane)
            if (slot.pinned(lane) && slot.ids()[lane] == kNoNode)
                fault("node %u: empty lane %u is pinned", id, lane);
        check_children(id, slot, header.parent);
        parents_[id] = header.parent;
        if (header.level == 0) return;
        const std::byte* upper = content_of(header.upper_block, PageKind::kUpper);
        for (uint32_t level = 1; upper != nullptr && level <= header.level; ++level) {
            const uint32_t index = header.upper_index + level - 1;
            if (index >= g_.upper_slots_per_page || upper_header(upper, g_, index)->node != id ||
                upper_header(upper, g_, index)->level != level) {
                fault("node %u: upper slot of level %u is another's", id, level);
                return;
            }
            check_list(id, static_cast<Level>(level), upper_ids(upper, g_, index), g_.layout.m);
        }
    }

    [[nodiscard]] ConstSlot slot(NodeId id) const {
        return slot_at(content(static_cast<const FakePages&>(pages_).image(g_.slot_block(id))), g_,
                       id);
    }

    /// Every live node's chain of parents ends at the root; parents and children agree.
    void check_tree() {
        for (const auto& [id, parent] : parents_) {
            if (parent == kNoNode) {
                if (id != state_.root) fault("live node %u has no parent", id);
                continue;
            }
            if (!walkable(parent)) {
                fault("parent %u of %u is gone", parent, id);
                continue;
            }
            if (clean_ && state_of(parent) != NodeState::kLive)
                fault("parent %u of %u is dead after vacuum", parent, id);
            const uint32_t down = slot(parent).find_lane(id);
            const uint32_t up = slot(id).find_lane(parent);
            if (down == g_.lanes || !slot(parent).pinned(down))
                fault("parent %u has no pinned lane to %u", parent, id);
            if (up == g_.lanes || !slot(id).pinned(up))
                fault("node %u has no pinned lane to its parent %u", id, parent);
            NodeId at = id;
            size_t steps = 0;
            while (at != kNoNode && at != state_.root && steps++ <= entries_.size() && walkable(at))
                at = slot(at).header()->parent;
            if (at != state_.root) fault("the parents of %u do not lead to the root", id);
        }
        check_pins();
    }

    /// A pinned lane of a live node leads to its parent or to a child.
    void check_pins() {
        for (const auto& [id, parent] : parents_)
            for (uint32_t lane = 0; lane < g_.lanes; ++lane) {
                const NodeId other = slot(id).ids()[lane];
                if (!slot(id).pinned(lane) || other == parent || !walkable(other)) continue;
                if (slot(other).header()->parent != id)
                    fault("node %u: pinned lane to %u is no tree edge", id, other);
            }
    }

    void check_reachable() {
        std::set<NodeId> seen;
        std::vector<NodeId> queue;
        if (state_.root != kNoNode && walkable(state_.root)) queue.push_back(state_.root);
        for (const NodeId id : queue) seen.insert(id);
        while (!queue.empty()) {
            const NodeId at = queue.back();
            queue.pop_back();
            for (uint32_t lane = 0; lane < g_.lanes; ++lane) {
                const NodeId next = slot(at).ids()[lane];
                if (walkable(next) && seen.insert(next).second) queue.push_back(next);
            }
        }
        for (const auto& [id, entry] : entries_)
            if (entry.state == NodeState::kLive && seen.count(id) == 0)
                fault("live node %u cannot be reached", id);
    }

    void check_chain(NodeId owner, int generation, Place head) {
        for (Place at = head; !(at == kNowhere);) {
            const std::byte* bytes = content_of(at.block, PageKind::kPostings);
            if (bytes == nullptr || at.index >= g_.segments_per_page) return;
            if (!segments_.insert({at.block, at.index}).second) {
                fault("segment %u/%u is in two lists", at.block, at.index);
                return;
            }
            const PostingSegment& segment = *segment_at(bytes, g_, at.index);
            if (segment.owner != owner || segment.count > kTidsPerSegment ||
                (generation >= 0 && segment.generation != generation))
                fault("segment %u/%u is not %u's", at.block, at.index, owner);
            at = segment.next;
        }
    }

    void check_postings() {
        check_chain(kNoNode, -1, state_.free_segments);
        check_chain(kNullListOwner, -1, state_.null_list);
        check_chain(kZeroListOwner, -1, state_.zero_list);
        for (const auto& [id, entry] : entries_)
            if (entry.state == NodeState::kLive && has_postings(entry))
                check_chain(id, entry.generation, posting_place(entry));
    }

    void check_overflow_chain(NodeId owner, Place head) {
        for (Place at = head; !(at == kNowhere);) {
            const std::byte* bytes = content_of(at.block, PageKind::kOverflow);
            if (bytes == nullptr || at.index >= g_.overflow_segments_per_page) return;
            if (!overflow_.insert({at.block, at.index}).second) {
                fault("overflow segment %u/%u is in two chains", at.block, at.index);
                return;
            }
            const OverflowSegment& segment = *overflow_at(bytes, g_, at.index);
            if (segment.owner != owner)
                fault("overflow segment %u/%u is not %u's", at.block, at.index, owner);
            at = segment.next;
        }
    }

    /// Every overflow segment that was ever taken is free or hangs off the slot of its node.
    void check_overflow() {
        check_overflow_chain(kNoNode, state_.free_overflow);
        for (const auto& [id, entry] : entries_) {
            const uint32_t block = g_.slot_block(id);
            if (block >= pages_.page_count() ||
                page_kind(pages_.image(block), pages_.page_bytes()) != PageKind::kSlots)
                continue;
            const Place head = *slot(id).overflow();
            // Zeros: a pending node's slot that was not written yet.
            if (head.block == 0) continue;
            if (entry.state == NodeState::kFree && !(head == kNowhere))
                fault("free node %u has overflow segments", id);
            check_overflow_chain(id, head);
        }
        for (uint32_t block = 0; block < pages_.page_count(); ++block) {
            if (page_kind(pages_.image(block), pages_.page_bytes()) != PageKind::kOverflow)
                continue;
            const uint32_t taken = block == state_.overflow_block ? state_.overflow_used
                                                                  : g_.overflow_segments_per_page;
            for (uint32_t index = 0; index < taken; ++index)
                if (overflow_.count({block, index}) == 0)
                    fault("overflow segment %u/%u is lost", block, index);
        }
    }

    FakePages& pages_;
    const Geometry& g_;
    bool clean_;
    StateContent state_{};
    std::map<NodeId, DirectoryEntry> entries_;
    std::map<NodeId, NodeId> parents_;  // of live nodes
    std::set<std::pair<uint32_t, uint32_t>> segments_;
    std::set<std::pair<uint32_t, uint32_t>> overflow_;
    std::vector<std::string> faults_;
};

/// Collects what the verifier in src/core says.
struct FindingSink {
    bool clean;
    uint32_t columns;
    std::vector<std::string> faults{};

    void finding(const Finding& finding) {
        // Until a vacuum has finished, dead children count, and unlinked nodes may be linked to.
        if (!clean && (finding.kind == FindingKind::kTooManyChildren ||
                       finding.kind == FindingKind::kLinkToUnlinked))
            return;
        char text[120];
        std::snprintf(text, sizeof text, "verifier: kind %d, block %u, node %u, %lld, %lld",
                      static_cast<int>(finding.kind), finding.block, finding.node,
                      static_cast<long long>(finding.a), static_cast<long long>(finding.b));
        faults.emplace_back(text);
    }
    void element(const StoredRecord&) {}
    void row(NodeId node, bool, const IndexRow& row) {
        const FilterValues expected = filters_of(row_of(row.tid), columns);
        if (std::equal(expected.keys, expected.keys + kMaxFilterColumns, row.filters.keys) &&
            expected.nulls == row.filters.nulls)
            return;
        faults.push_back("node " + std::to_string(node) + ": filter columns of row " +
                         std::to_string(row_of(row.tid)));
    }
};

}  // namespace

CheckedIndex check_index(PagedIndex& index, bool clean) {
    FindingSink sink{clean, index.options.filter_columns};
    TestArena memory;
    if (!verify_index(index.pages, index.user.geometry(), memory.arena(), sink))
        throw std::bad_alloc();
    IndexCheck check(index.pages, index.user.geometry(), clean);
    CheckedIndex checked{check.run(), check.entries()};
    checked.faults.insert(checked.faults.end(), sink.faults.begin(), sink.faults.end());
    return checked;
}

std::vector<std::string> faults_of(PagedIndex& index, bool clean) {
    return check_index(index, clean).faults;
}

}  // namespace vx::test
