// The verifier's look at rows: posting lists, the index's own lists, free segments (I10).
#pragma once

#include "core/paged/postings.h"
#include "core/paged/verify_context.h"

namespace vx {

template <class Pages, class Sink>
class ListVerifier {
public:
    explicit ListVerifier(VerifyContext<Pages, Sink>& context) : c_(context), g_(context.g) {}

    /// False when memory is out.
    bool start() {
        return c_.segments.reserve(c_.arena, uint64_t{c_.page_count} * g_.segments_per_page);
    }

    /// Hands the rows of a node to the sink.
    void verify_node(NodeId id, const DirectoryEntry& entry) {
        const bool live = entry.state == NodeState::kLive;
        if (c_.unknown(id)) return;
        if (live || entry.state == NodeState::kPending) {
            if (has_postings(entry))
                walk({id, entry.generation}, posting_place(entry), true);
            else
                c_.sink.row(id, live, {heap_tid(entry), c_.filters_of(id)});
        } else if (entry.state == NodeState::kDead && has_postings(entry)) {
            // A vacuum may have given back some of the segments already.
            walk({id, entry.generation}, posting_place(entry), false);
        }
    }

    /// The lists that hang off the state page.  To be called after all nodes.
    void verify_state_lists() {
        walk({kNullListOwner}, c_.state.null_list, true);
        walk({kZeroListOwner}, c_.state.zero_list, true);
        walk({kNoNode}, c_.state.free_segments, true);
    }

private:
    /// Follows a chain; with `judged` off, only marks segments until one belongs to another owner.
    void walk(ListOwner owner, Place place, bool judged) {
        while (!(place == kNowhere)) {
            c_.pages.poll();
            alignas(8) std::byte bytes[posting_segment_bytes(kMaxFilterColumns)];
            if (!c_.may_be_aux(place.block) || place.index >= g_.segments_per_page ||
                !c_.copy(place.block, PageKind::kPostings, g_.segment_offset(place.index),
                         {bytes, g_.segment_bytes}))
                return report(FindingKind::kSegmentPlace, owner, place, judged);
            PostingSegment segment;
            std::memcpy(&segment, bytes, sizeof segment);
            if (segment.owner != owner.id)
                return report(FindingKind::kSegmentOwner, owner, place, judged);
            const uint64_t number = uint64_t{place.block} * g_.segments_per_page + place.index;
            if (c_.segments.contains(number))
                return report(FindingKind::kSegmentShared, owner, place, true);
            c_.segments.insert(number);
            if (owner.is_node() && owner.id != kNoNode && segment.generation != owner.generation)
                report(FindingKind::kSegmentGeneration, owner, place, judged);
            if (segment.count > kTidsPerSegment) {
                report(FindingKind::kSegmentCount, owner, place, judged);
                segment.count = 0;
            }
            const std::byte* read = bytes;
            if (judged && owner.id != kNoNode)
                for (uint32_t i = 0; i < segment.count; ++i)
                    c_.sink.row(owner.id, true,
                                {segment.tids[i], segment_filters(read, g_).get(i)});
            place = segment.next;
        }
    }

    void report(FindingKind kind, const ListOwner& owner, Place place, bool judged) {
        if (judged) c_.report({kind, place.block, owner.id, place.block, place.index});
    }

    VerifyContext<Pages, Sink>& c_;
    const Geometry& g_;
};

}  // namespace vx
