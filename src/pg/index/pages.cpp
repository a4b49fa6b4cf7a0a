// The parts of the page source that are not on the hot path.
#include "pg/index/pages.h"

namespace vx::pg {
namespace {

const char* reason_text(CorruptReason reason) {
    switch (reason) {
    case CorruptReason::kMissingPage:
        return "The block lies beyond the end of the index.";
    case CorruptReason::kNewPage:
        return "The page is empty.";
    case CorruptReason::kWrongKind:
        return "The page is not of the expected kind or format version.";
    case CorruptReason::kBadMeta:
        return "The meta page contradicts itself or the table.";
    case CorruptReason::kBadState:
        return "The state page holds values out of range.";
    case CorruptReason::kBadPlace:
        return "The page refers to a record out of range.";
    case CorruptReason::kBadOwner:
        return "A record belongs to another node.";
    }
    return "The page is damaged.";
}

}  // namespace

void raise_corrupt_index(Relation index, BlockNumber block, CorruptReason reason) {
    ereport(ERROR, errcode(ERRCODE_INDEX_CORRUPTED),
            errmsg("index \"%s\" contains corrupted page at block %u",
                   RelationGetRelationName(index), block),
            errdetail_internal("%s", reason_text(reason)), errhint("Please REINDEX it."));
    pg_unreachable();
}

}  // namespace vx::pg
