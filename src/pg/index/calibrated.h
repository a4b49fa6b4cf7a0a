// What an index was calibrated to: kept on its state page, where a build and vectorext_tune put it.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// The ef_search that reaches a recall.
struct Calibration {
    int ef_search;         // 0: never calibrated
    double target_recall;  // of the calibration, whatever the index is asked for by now
};

/// Reads a page.  Of a file that is not ours: never calibrated.
Calibration read_calibration(Relation index);

/// Counts for scans that begin from now on, whether or not the transaction commits.
void store_calibration(Relation index, const Calibration& calibration);

/// Is a recall that an index is asked for the one of the calibration?
bool is_calibrated_for(const Calibration& calibration, double target_recall);

}  // namespace vx::pg
