#include "pg/index/calibrated.h"

#include "core/paged/aux_pages.h"
#include "pg/index/open_index.h"
#include "pg/index/options.h"
#include "pg/index/pages.h"

namespace vx::pg {
namespace {

constexpr double kMillion = 1e6;

uint32_t in_millionths(double recall) { return static_cast<uint32_t>(lround(recall * kMillion)); }

}  // namespace

Calibration read_calibration(Relation index) {
    BufferPages pages(index);
    // An exact index has no use for any.
    if (pages.page_count() <= kStateBlock || open_index(index).storage == Storage::kInverted)
        return {};
    return pages.read(kStateBlock, [](const std::byte* page) -> Calibration {
        if (page_kind(page, BLCKSZ) != PageKind::kState) return {};
        const auto& state = *record_at<StateContent>(page + kPageHeaderBytes, 0);
        // What only says how long to search is no reason to call an index corrupt.
        if (state.calibrated_ef > static_cast<uint32_t>(kMaxEfSearch)) return {};
        return {static_cast<int>(state.calibrated_ef), state.calibrated_recall / kMillion};
    });
}

void store_calibration(Relation index, const Calibration& calibration) {
    if (open_index(index).storage == Storage::kInverted)
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("index \"%s\" cannot be calibrated", RelationGetRelationName(index)),
                errdetail("Storage \"inverted\" finds the nearest rows exactly."));
    BufferPages pages(index);
    EditSet set;
    set.add(kStateBlock);
    (void)pages.edit(set, [&](const EditPages& edit) {
        StateContent& state = *edit_state(pages, edit);
        state.calibrated_ef = static_cast<uint32_t>(calibration.ef_search);
        state.calibrated_recall = in_millionths(calibration.target_recall);
        return true;
    });
}

bool is_calibrated_for(const Calibration& calibration, double target_recall) {
    return calibration.ef_search > 0 &&
           in_millionths(calibration.target_recall) == in_millionths(target_recall);
}

}  // namespace vx::pg
