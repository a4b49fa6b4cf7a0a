// The verifier's look at nodes: directory entries, slots, links, upper slots (I2, I4 to I6, I9).
#pragma once

#include "core/paged/verify_overflow.h"

namespace vx {

template <class Pages, class Sink>
class NodeVerifier {
public:
    explicit NodeVerifier(VerifyContext<Pages, Sink>& context)
        : c_(context), g_(context.g), overflow_(context) {}

    /// Learns state, level and parent of every node, and judges directory entries and slot
    /// headers.  False when memory is out.
    bool learn() {
        if (!attached_.reserve(c_.arena, c_.id_limit)) return false;
        learn_states();
        for (NodeId id = 0; id < c_.id_limit; ++id) c_.parents[id] = kNoNode;
        c_.for_each_node([&](NodeId id, const DirectoryEntry& entry) {
            if (c_.linked(id)) learn_slot(id, entry);
        });
        return true;
    }

    /// Judges links and pins of every node and hands its element to the sink; then calls
    /// rows(id, entry).
    template <class Rows>
    void verify(Rows&& rows) {
        c_.for_each_node([&](NodeId id, const DirectoryEntry& entry) {
            c_.pages.poll();
            if (c_.linked(id) && !c_.broken.contains(id)) verify_node(id, entry);
            rows(id, entry);
        });
        for (NodeId id = 0; id < c_.id_limit; ++id) {
            const NodeId parent = c_.parents[id];
            if (!c_.is(id, NodeState::kLive) || c_.broken.contains(id) || parent >= c_.id_limit ||
                !c_.linked(parent) || c_.broken.contains(parent) || attached_.contains(id))
                continue;
            c_.report({FindingKind::kNoLaneToChild, g_.slot_block(parent), id, parent});
        }
    }

private:
    void learn_states() {
        std::memset(c_.briefs, kUnknownState << 5, c_.id_limit);
        uint64_t counts[6] = {};
        bool complete = true;
        for (uint32_t extent = 0; extent < c_.extents; ++extent) {
            c_.pages.poll();
            const NodeId first = extent * g_.nodes_per_extent;
            if (c_.kind_of(g_.extent_block(extent)) == PageKind::kAuxExtent) {
                std::memset(c_.briefs + first, 0, g_.nodes_per_extent);
            } else if (!c_.copy_directory(extent)) {
                complete = false;
            } else {
                for (uint32_t i = 0; i < g_.nodes_per_extent; ++i)
                    complete = learn_entry(first + i, c_.entries[i], counts) && complete;
            }
        }
        if (complete) verify_counters(counts);
    }

    bool learn_entry(NodeId id, const DirectoryEntry& entry, uint64_t (&counts)[6]) {
        const auto state = static_cast<uint8_t>(entry.state);
        const uint32_t block = g_.directory_block(id);
        if (state > static_cast<uint8_t>(NodeState::kFree)) {
            c_.report({FindingKind::kNodeState, block, id, state});
            return false;
        }
        ++counts[state];
        if (entry.level > g_.max_level()) {
            c_.report({FindingKind::kNodeLevel, block, id, entry.level, -1});
            return true;
        }
        c_.briefs[id] = static_cast<uint8_t>(state << 5 | entry.level);
        const bool unused = entry.state == NodeState::kUnused;
        if (unused && id < c_.state.next_id) c_.report({FindingKind::kUnusedNode, block, id});
        if (!unused && id >= c_.state.next_id)
            c_.report({FindingKind::kUsedNode, block, id, state});
        return true;
    }

    void verify_counters(const uint64_t (&counts)[6]) {
        const auto count = [&](NodeState state) {
            return static_cast<int64_t>(counts[static_cast<uint8_t>(state)]);
        };
        const auto compare = [&](FindingKind kind, int64_t stored, int64_t counted) {
            if (stored != counted) c_.report({kind, kStateBlock, kNoNode, stored, counted});
        };
        compare(FindingKind::kLiveCount, c_.state.live_count,
                count(NodeState::kLive) + count(NodeState::kPending));
        compare(FindingKind::kDeadCount, c_.state.dead_count,
                count(NodeState::kDead) + count(NodeState::kUnlinked));
        compare(FindingKind::kFreeCount, c_.state.free_count, count(NodeState::kFree));
    }

    void learn_slot(NodeId id, const DirectoryEntry& entry) {
        const uint32_t block = g_.slot_block(id);
        if (!c_.copy_slot(id, sizeof(SlotHeader))) {
            c_.broken.insert(id);
            // A page of another kind has been reported already.
            if (block >= c_.page_count || is_new(block))
                c_.report({FindingKind::kNoSlot, block, id});
            return;
        }
        const SlotHeader& header = *record_at<SlotHeader>(c_.slot, 0);
        c_.parents[id] = header.parent;
        if (header.generation != entry.generation)
            c_.report({FindingKind::kGeneration, block, id, entry.generation, header.generation});
        if (header.level != entry.level)
            c_.report({FindingKind::kNodeLevel, block, id, entry.level, header.level});
        if (entry.state == NodeState::kLive && (header.flags & kSlotRetired) != 0)
            c_.report({FindingKind::kRetired, block, id});
    }

    bool is_new(uint32_t block) {
        return c_.pages.read(block, [&](const std::byte* page) {
            return page_fault(page, c_.pages.page_bytes(), PageKind::kSlots) ==
                   static_cast<uint8_t>(CorruptReason::kNewPage);
        });
    }

    void verify_node(NodeId id, const DirectoryEntry& entry) {
        const uint32_t bytes = g_.code_offset + g_.first_record_bytes;
        if (!c_.copy_slot(id, bytes)) return;
        const ConstSlot slot{c_.slot, &g_};
        const bool live = entry.state == NodeState::kLive;
        verify_pins(id, slot, live);
        if (!live) return;
        verify_links(id, 0, g_.slot_block(id), {slot.ids(), g_.lanes});
        // The buffer is needed for nothing else once the header is copied.
        const SlotHeader header = *slot.header();
        copy_element({id, nullptr, 0, is_mixed(entry)}, slot);
        if (header.level == entry.level)
            for (uint32_t level = 1; level <= entry.level; ++level)
                verify_upper(id, static_cast<Level>(level), header);
    }

    void copy_element(StoredRecord stored, const ConstSlot& slot) {
        const NodeId id = stored.id;
        stored.record = c_.element;
        if (g_.layout.variable) {
            stored.bytes = overflow_.copy_record(id, slot);
            if (stored.bytes > 0) c_.sink.element(stored);
            return;
        }
        std::memcpy(c_.element, slot.code(), g_.first_record_bytes);
        uint32_t done = g_.first_record_bytes;
        for (uint32_t part = 1; part < g_.pages_per_slot; ++part) {
            const uint32_t bytes = g_.record_part_bytes(part);
            if (!c_.copy(g_.slot_block(id) + part, PageKind::kSlots, 0,
                         {c_.element + done, bytes})) {
                c_.report({FindingKind::kNoSlot, g_.slot_block(id) + part, id});
                return;
            }
            done += bytes;
        }
        stored.bytes = g_.layout.record_bytes;
        c_.sink.element(stored);
    }

    void verify_links(NodeId id, Level level, uint32_t block, std::span<const uint32_t> ids) {
        for (size_t lane = 0; lane < ids.size(); ++lane) {
            const NodeId target = ids[lane];
            if (target == kNoNode) continue;
            const auto report = [&](FindingKind kind) {
                c_.report({kind, block, id, level, target});
            };
            for (size_t before = 0; before < lane; ++before)
                if (ids[before] == target) {
                    report(FindingKind::kLinkDuplicate);
                    break;
                }
            if (target >= c_.id_limit)
                report(FindingKind::kLinkRange);
            else if (target == id)
                report(FindingKind::kLinkSelf);
            else if (c_.is(target, NodeState::kUnlinked))
                report(FindingKind::kLinkToUnlinked);
            else if (!c_.linked(target) && !c_.unknown(target))
                report(FindingKind::kLinkToUnused);
            else if (!c_.unknown(target) && c_.level_of(target) < level)
                report(FindingKind::kLinkLevel);
        }
    }

    void verify_upper(NodeId id, Level level, const SlotHeader& header) {
        const uint32_t block = header.upper_block;
        const uint32_t index = header.upper_index + static_cast<uint32_t>(level) - 1;
        const bool filled = block != c_.state.upper_block || index < c_.state.upper_used;
        if (!c_.may_be_aux(block) || index >= g_.upper_slots_per_page || !filled) {
            c_.report({FindingKind::kUpperPlace, g_.slot_block(id), id, block, index});
            return;
        }
        if (!c_.copy(block, PageKind::kUpper, g_.upper_offset(index),
                     {c_.slot, g_.upper_slot_bytes})) {
            c_.report({FindingKind::kUpperPlace, g_.slot_block(id), id, block, index});
            return;
        }
        const UpperHeader& upper = *record_at<UpperHeader>(c_.slot, 0);
        if (upper.node != id || upper.level != level) {
            c_.report({FindingKind::kUpperOwner, block, id, level, upper.node});
            return;
        }
        verify_links(id, level, block,
                     {record_at<uint32_t>(c_.slot, sizeof(UpperHeader)), g_.layout.m});
    }

    /// Judges the pinned lanes of a live node; those of a dead one may be out of date, because its
    /// children have moved away, but the children it still has are attached to it.
    void verify_pins(NodeId id, const ConstSlot& slot, bool live) {
        const NodeId parent = c_.parents[id];
        uint32_t children = 0;
        bool lane_to_parent = false;
        for (uint32_t lane = 0; lane < g_.mask_words * 32; ++lane) {
            if (!slot.pinned(lane)) continue;
            const NodeId target = lane < g_.lanes ? slot.ids()[lane] : kNoNode;
            const bool real = target < c_.id_limit;
            if (real && target == parent) {
                lane_to_parent = true;
            } else if (real && c_.parents[target] == id && c_.linked(target)) {
                attached_.insert(target);
                children += c_.is(target, NodeState::kLive) ? 1 : 0;
            } else if (live && !(real && (c_.unknown(target) || c_.broken.contains(target)))) {
                c_.report({FindingKind::kStrayPin, g_.slot_block(id), id, lane, target});
            }
        }
        if (!live) return;
        const GraphParams params{g_.layout.m};
        if (children > params.max_children())
            c_.report({FindingKind::kTooManyChildren, g_.slot_block(id), id, children});
        if (parent < c_.id_limit && !lane_to_parent)
            c_.report({FindingKind::kNoLaneToParent, g_.slot_block(id), id, parent});
    }

    VerifyContext<Pages, Sink>& c_;
    const Geometry& g_;
    OverflowVerifier<Pages, Sink> overflow_;
    BitSet attached_;  // nodes that their parents have pinned lanes to
};

}  // namespace vx
