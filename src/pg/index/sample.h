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

/// Non-zero elements that nine sparse vectors in ten of a sample have at most.
uint32_t sample_pairs(Relation heap, Relation index, ::IndexInfo* info);

/// The same where nothing is known of the rows to come.
inline constexpr uint32_t kUnknownPairs = 64;

}  // namespace vx::pg
