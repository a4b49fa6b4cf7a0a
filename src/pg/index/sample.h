// A look at some rows before a build.
#pragma once

#include "pg/index/open_index.h"

namespace vx::pg {

/// What codes are relative to, and the exponent of their scale (core/quantize/scale.h).
struct CodeFrame {
    const float* center;
    int scale_exponent;
};

/// Center of a sample of the column's elements (unit vectors where the metric wants them), in the
/// current context, and a scale for half of them at least; zero when there are no rows.  Codes are
/// relative to it: the better it fits, the smaller their errors, but any value is right.  In each
/// dimension the mean of the middle values: one row with an element of 1e9 among 3,000 moved the
/// plain mean so far that codes told no other rows apart (recall 0.01 to 0.12).
CodeFrame sample_frame(Relation heap, Relation index, ::IndexInfo* info, const OpenIndex& opened);

/// Rows of the table that a build leaves out at first, to be its queries; no VACUUM nor anything
/// else changes what they are meanwhile.
struct HeldRow {
    ItemPointerData tid;
    Datum values[1 + kMaxFilterColumns];  // of the index's columns; the vector is not toasted
    bool nulls[1 + kMaxFilterColumns];
};
struct HeldRows {
    HeldRow* rows;  // in the order of the table
    uint32 count;
};

/// Chooses them from places spread over the table, always the same of a table that does not change:
/// as many as tell a recall (core/quality/calibration.h), and one in ten at most.  None is without
/// an element or a direction.  Copies in the current context.
HeldRows hold_out_rows(Relation heap, Relation index, ::IndexInfo* info, const OpenIndex& opened);

/// Non-zero elements that nine sparse vectors in ten of a sample have at most.
uint32_t sample_pairs(Relation heap, Relation index, ::IndexInfo* info);

/// The same where nothing is known of the rows to come.
inline constexpr uint32_t kUnknownPairs = 64;

}  // namespace vx::pg
