// Vacuum passes B and C: taking dead nodes out of the graph and giving their ids back.
#pragma once

#include <utility>

#include "core/graph/invite.h"
#include "core/paged/erase.h"
#include "core/paged/vacuum.h"

namespace vx {

/// Who may still know the ids of unlinked nodes.
enum class Readers : uint8_t {
    kMayRemain,  // whoever was there before the stamp, if the horizon does not say that he is gone
    kGone,       // nobody: the caller has waited for them
};

/// Reclaiming one index; lives for one vacuum.
template <class Pages, class Codec = PlainCodec>
class Reclaimer {
public:
    using Store = PagedStore<Pages, Codec>;

    /// `store` has edit scratch and needs no bound query.
    Reclaimer(Store& store, Arena arena) : store_(&store), g_(store.geometry()), arena_(arena) {}

    /// Runs B and C.  False when memory is out.
    bool run(Readers readers = Readers::kMayRemain) {
        readers_ = readers;
        const StateContent state = store_->state();
        if (state.dead_count == 0 || state.extent_count == 0) return true;
        limit_ = store_->id_limit(state);
        scratch_ =
            static_cast<RepairScratch<Store>*>(arena_.allocate(sizeof(RepairScratch<Store>)));
        entries_ = arena_.allocate_array<DirectoryEntry>(g_.nodes_per_extent);
        erased_ = arena_.allocate_array<NodeId>(g_.nodes_per_extent);
        if (scratch_ == nullptr || entries_ == nullptr || erased_ == nullptr ||
            !gone_.reserve(arena_, limit_) || !ripe_.reserve(arena_, limit_) ||
            !bereft_.reserve(arena_, limit_) || !in_links_.reserve(arena_, limit_))
            return false;
        find_gone();
        fix_entries();
        fix_root();
        for_each_entry([&](NodeId id, const DirectoryEntry& entry) {
            if (entry.state == NodeState::kDead) retire(id);
        });
        for_each_entry([&](NodeId id, const DirectoryEntry& entry) {
            // Not those pending: an insertion that failed may not have written its slot, and what
            // one that is under way links to is not ripe.
            if (entry.state == NodeState::kLive && !repair_node(id, entry.level)) missed_ = true;
        });
        for (NodeId id = 0; id < limit_; ++id)
            if (bereft_.contains(id) && in_links_.few(id)) {
                pause();
                invite_from_neighbors(*store_, id, in_links_, scratch_->edit);
            }
        for (uint32_t extent = 0; extent < g_.extent_of(limit_ - 1) + 1; ++extent) free_ids(extent);
        return true;
    }

private:
    bool is_gone(NodeId id) const { return gone_.contains(id); }

    /// Sleeps for what vacuum has read, if it ought to.  Before each node, not each extent: however
    /// much it was, the server sleeps for four times vacuum_cost_delay at most.
    void pause() { store_->pages().vacuum_delay(); }

    /// Calls f(id, entry) for every node, reading each directory page once; no lock is held in f.
    template <class F>
    void for_each_entry(F&& f) {
        for (NodeId first = 0; first < limit_; first += g_.nodes_per_extent) {
            pause();
            if (!store_->copy_directory(g_.extent_of(first), entries_)) continue;
            for (uint32_t i = 0; i < g_.nodes_per_extent; ++i)
                if (entries_[i].state != NodeState::kUnused) f(first + i, entries_[i]);
        }
    }

    /// Learns which nodes must lose their in-links, which of them can be freed afterwards, and
    /// which live ones are the highest.
    void find_gone() {
        for (EntryCandidate& candidate : highest_) candidate = {kNoNode, 0};
        for_each_entry([&](NodeId id, const DirectoryEntry& entry) {
            if (entry.state == NodeState::kDead || entry.state == NodeState::kUnlinked)
                gone_.insert(id);
            // Before this sweep began, every process that could still add a link to it was gone:
            // what the sweep finds is all there is.
            if (entry.state == NodeState::kUnlinked &&
                (readers_ == Readers::kGone || store_->pages().past(stamp(entry))))
                ripe_.insert(id);
            if (entry.state == NodeState::kLive) (void)insert_entry(highest_, {id, entry.level});
        });
    }

    /// Replaces dead entry candidates.
    void fix_entries() {
        EditSet set;
        set.add(kStateBlock);
        (void)store_->pages().edit(set, [&](const EditPages& edit) {
            StateContent& state = *edit_state(store_->pages(), edit);
            EntryCandidate kept[kEntryCandidates];
            for (EntryCandidate& candidate : kept) candidate = {kNoNode, 0};
            for (const EntryCandidate& candidate : state.entries)
                if (candidate.id != kNoNode && !is_gone(candidate.id))
                    (void)insert_entry(kept, candidate);
            for (const EntryCandidate& candidate : highest_)
                if (candidate.id != kNoNode) (void)insert_entry(kept, candidate);
            std::memcpy(state.entries, kept, sizeof kept);
            return true;
        });
    }

    /// Makes a live node the root, step by step down the tree; none when no node is live.
    void fix_root() {
        for (;;) {
            pause();
            root_ = store_->state().root;
            if (root_ == kNoNode || !is_gone(root_)) return;
            NodeId heir = find_live_below(root_);
            if (heir == kNoNode) {
                // Closed, the dead take no more children: then what is not there will not come.
                for_each_entry([&](NodeId id, const DirectoryEntry& entry) {
                    if (entry.state == NodeState::kDead) close(id);
                });
                heir = find_live_below(root_);
            }
            if (heir == kNoNode)
                clear_root(root_);
            else
                hand_down(root_, heir);
        }
    }

    void clear_root(NodeId root) {
        EditSet set;
        set.add(kStateBlock);
        (void)store_->pages().edit(set, [&](const EditPages& edit) {
            StateContent& state = *edit_state(store_->pages(), edit);
            if (state.root != root) return false;
            state.root = kNoNode;
            return true;
        });
    }

    /// Moves the root along the path from `root` to its descendant `heir`.
    void hand_down(NodeId root, NodeId heir) {
        ArenaList<NodeId> path(arena_);
        CycleGuard guard;
        for (NodeId at = heir; at != root; at = store_->parent(at)) {
            pause();
            if (at == kNoNode || !guard.step(at))
                store_->pages().corrupt(g_.slot_block(heir), CorruptReason::kBadOwner);
            if (!path.push(at)) return;
        }
        for (size_t i = path.size(); i > 0 && swap_root(root, path[i - 1]); --i) root = path[i - 1];
    }

    /// Turns the tree edge between the root and one of its children round.  Both of its lanes are
    /// pinned already and stay so.
    bool swap_root(NodeId root, NodeId child) {
        EditSet set;
        set.add(kStateBlock);
        set.add(g_.slot_block(root));
        set.add(g_.slot_block(child));
        return store_->pages().edit(set, [&](const EditPages& edit) {
            StateContent& state = *edit_state(store_->pages(), edit);
            const Slot above = store_->edit_slot(edit, root);
            const Slot below = store_->edit_slot(edit, child);
            if (state.root != root || below.header()->parent != root) return false;
            state.root = child;
            above.header()->parent = child;
            below.header()->parent = kNoNode;
            return true;
        });
    }

    /// The first live node found walking down the tree from a dead one through dead ones; kNoNode
    /// when there is none, in which case, for the root, the graph is empty.
    NodeId find_live_below(NodeId top) {
        ArenaList<NodeId> queue(arena_);
        if (!queue.push(top)) return kNoNode;
        for (size_t at = 0; at < queue.size(); ++at) {
            pause();
            Links& links = scratch_->edit.links;
            if (!store_->load_links(queue[at], 0, links)) continue;
            uint32_t lane = 0;
            for (NodeId child = next_child(links, lane); child != kNoNode;
                 child = next_child(links, lane)) {
                // An interrupted vacuum has moved some away from here.
                if (store_->parent(child) != queue[at]) continue;
                if (!is_gone(child)) return child;
                if (queue.size() > limit_)
                    store_->pages().corrupt(g_.slot_block(child), CorruptReason::kBadOwner);
                if (!queue.push(child)) return kNoNode;
            }
        }
        return kNoNode;
    }

    /// A dead node takes no further children.
    void close(NodeId id) {
        EditSet set;
        set.add(g_.slot_block(id));
        (void)store_->pages().edit(set, [&](const EditPages& edit) {
            SlotHeader& header = *store_->edit_slot(edit, id).header();
            if ((header.flags & kSlotRetired) != 0) return false;
            header.flags |= kSlotRetired;
            return true;
        });
    }

    /// Closes a dead node to new children, then moves those it has; remembers where it led.
    void retire(NodeId id) {
        pause();
        close(id);
        NodeId children[kMaxDegree];
        uint32_t count = 0;
        Links& links = scratch_->edit.links;
        (void)store_->load_links(id, 0, links);
        for (uint32_t i = 0; i < links.lanes; ++i)
            if (links.ids[i] < limit_ && !is_gone(links.ids[i])) bereft_.insert(links.ids[i]);
        uint32_t lane = 0;
        for (NodeId child = next_child(links, lane); child != kNoNode;
             child = next_child(links, lane))
            if (!is_gone(child)) children[count++] = child;
        for (uint32_t i = 0; i < count; ++i) rescue(children[i], id);
    }

    /// Moves a live child of the dead node `parent`.
    void rescue(NodeId child, NodeId parent) {
        constexpr int kAttempts = 64;  // lost races; only pages that make no sense lose them all
        const auto dead = [&](NodeId node) { return is_gone(node); };
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            pause();
            // A vacuum that was interrupted here has moved some already.
            if (store_->parent(child) != parent ||
                move_child(*store_, child, root_, dead, scratch_->edit))
                return;
        }
        store_->pages().corrupt(g_.slot_block(child), CorruptReason::kBadOwner);
    }

    /// Takes links to gone nodes out of all lists of a node and counts those that it then has;
    /// false when inserts were always faster.
    bool repair_node(NodeId id, Level level) {
        constexpr int kAttempts = 8;
        const auto dead = [&](NodeId node) { return is_gone(node); };
        pause();
        bool clean = true;
        for (Level l = 0; l <= level; ++l) {
            int attempt = 0;
            while (attempt < kAttempts && !repair_links(*store_, id, l, dead, *scratch_)) ++attempt;
            clean = clean && attempt < kAttempts;
        }
        Links& links = scratch_->edit.links;
        if (store_->load_links(id, 0, links))
            for (uint32_t lane = 0; lane < links.lanes; ++lane)
                if (links.ids[lane] != kNoNode) in_links_.add(links.ids[lane]);
        return clean;
    }

    /// May the id be used again?  Not if a link to it may have been left behind: the next vacuum
    /// will find it.
    bool is_ripe(NodeId id) const { return !missed_ && ripe_.contains(id); }

    /// The next state of a gone node.
    void advance(NodeId id, DirectoryEntry& entry, StateContent& state, uint64_t now) const {
        if (entry.state == NodeState::kDead) {
            entry.state = NodeState::kUnlinked;
            set_stamp(entry, now);
        } else if (entry.state == NodeState::kUnlinked && is_ripe(id)) {
            entry.state = NodeState::kFree;
            state.dead_count -= state.dead_count > 0 ? 1 : 0;
            ++state.free_count;
        }
    }

    /// Zeros what the ripe nodes of an extent hold, page by page.
    void erase_ripe(NodeId first) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < g_.nodes_per_extent; ++i) {
            const NodeId id = first + i;
            if (entries_[i].state != NodeState::kUnlinked || !is_ripe(id)) continue;
            if (count > 0 && g_.slot_block(id) != g_.slot_block(erased_[0])) {
                pause();
                erase_slots(*store_, {erased_, std::exchange(count, 0)});
            }
            if (entries_[i].level > 0) erase_upper(*store_, id, entries_[i].level);
            erased_[count++] = id;
        }
        pause();
        if (count > 0) erase_slots(*store_, {erased_, count});
    }

    /// Pass C over one extent: DEAD nodes become UNLINKED, ripe UNLINKED nodes FREE.
    void free_ids(uint32_t extent) {
        pause();
        if (!store_->copy_directory(extent, entries_)) return;
        bool any = false;
        const NodeId first = extent * g_.nodes_per_extent;
        for (uint32_t i = 0; i < g_.nodes_per_extent; ++i) {
            const DirectoryEntry& entry = entries_[i];
            if (!is_gone(first + i)) continue;
            if (entry.state == NodeState::kDead && has_postings(entry))
                release_segments(*store_, first + i, posting_place(entry));
            if (store_->codec().variable())
                if (entry.state == NodeState::kUnlinked && is_ripe(first + i))
                    release_overflow(*store_, first + i);
            any = any || entry.state == NodeState::kDead || is_ripe(first + i);
        }
        if (!any) return;
        erase_ripe(first);
        const uint64_t now = store_->pages().stamp();
        EditSet set;
        set.add(kStateBlock);
        set.add(g_.extent_block(extent));
        (void)store_->pages().edit(set, [&](const EditPages& edit) {
            StateContent& state = *edit_state(store_->pages(), edit);
            std::byte* directory =
                edit_content(store_->pages(), edit, g_.extent_block(extent), PageKind::kDirectory);
            for (uint32_t i = 0; i < g_.nodes_per_extent; ++i)
                if (is_gone(first + i)) advance(first + i, *entry_at(directory, i), state, now);
            return true;
        });
    }

    Store* store_;
    const Geometry& g_;
    Arena arena_;
    RepairScratch<Store>* scratch_ = nullptr;
    DirectoryEntry* entries_ = nullptr;
    NodeId* erased_ = nullptr;  // together: those of one S page
    Readers readers_ = Readers::kMayRemain;
    IdSet gone_;
    IdSet ripe_;
    IdSet bereft_;           // live nodes that a dead one led to
    InLinkCounts in_links_;  // of the repaired lists
    EntryCandidate highest_[kEntryCandidates];
    bool missed_ = false;  // some list may still lead to a gone node
    NodeId root_ = kNoNode;
    uint32_t limit_ = 0;
};

}  // namespace vx
