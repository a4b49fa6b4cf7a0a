// The verifier's look at elements of any length: chains of segments on O pages (I14).
#pragma once

#include "core/paged/postings.h"
#include "core/paged/verify_context.h"

namespace vx {

template <class Pages, class Sink>
class OverflowVerifier {
public:
    explicit OverflowVerifier(VerifyContext<Pages, Sink>& context) : c_(context), g_(context.g) {}

    /// Puts the record of a node together in the context's `element`; its bytes, or 0 when it has
    /// none, which has been reported then.
    uint32_t copy_record(NodeId id, const ConstSlot& slot) {
        const uint32_t bytes = record_length(slot.inline_part());
        if (!record_length_sane(bytes)) {
            c_.report({FindingKind::kRecordLength, g_.slot_block(id), id, bytes, 0});
            return 0;
        }
        uint32_t done = std::min(bytes, g_.inline_bytes());
        std::memcpy(c_.element, slot.inline_part(), done);
        Place place = *slot.overflow();
        const uint16_t generation = slot.header()->generation;
        while (done < bytes && !(place == kNowhere)) {
            const uint32_t count = std::min(bytes - done, g_.overflow_data_bytes);
            OverflowSegment segment;
            if (!copy_segment(place, &segment, {c_.element + done, count})) {
                report(FindingKind::kOverflowPlace, id, place);
                return 0;
            }
            if (segment.owner != id || segment.generation != generation) {
                report(FindingKind::kOverflowOwner, id, place);
                return 0;
            }
            done += count;
            place = segment.next;
        }
        if (done == bytes && place == kNowhere) return bytes;
        c_.report({FindingKind::kRecordLength, g_.slot_block(id), id, bytes, done});
        return 0;
    }

    /// The chain of free segments, which hangs off the state page.
    void verify_free() {
        ChainGuard guard;
        for (Place place = c_.state.free_overflow; !(place == kNowhere);) {
            c_.pages.poll();
            OverflowSegment segment;
            if (!guard.step(place) || !copy_segment(place, &segment, {}))
                return report(FindingKind::kOverflowPlace, kNoNode, place);
            if (segment.owner != kNoNode)
                return report(FindingKind::kOverflowOwner, kNoNode, place);
            place = segment.next;
        }
    }

private:
    /// Copies a segment and as many of its bytes as asked for; false when there is none.
    bool copy_segment(Place place, OverflowSegment* segment, std::span<std::byte> bytes) {
        if (!c_.may_be_aux(place.block) || !overflow_place_sane(g_, place)) return false;
        const uint32_t offset = g_.overflow_offset(place.index);
        constexpr uint32_t kHead = sizeof(OverflowSegment);
        std::byte head[kHead];
        if (!c_.copy(place.block, PageKind::kOverflow, offset, head)) return false;
        std::memcpy(segment, head, kHead);
        return bytes.empty() || c_.copy(place.block, PageKind::kOverflow, offset + kHead, bytes);
    }

    void report(FindingKind kind, NodeId id, Place place) {
        c_.report({kind, place.block, id, place.block, place.index});
    }

    VerifyContext<Pages, Sink>& c_;
    const Geometry& g_;
};

}  // namespace vx
