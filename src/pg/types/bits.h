// Distances of the server's own type bit.
#pragma once

#include "core/kernels/kernel_table.h"
#include "pg/errors.h"
#include "pg/pg.h"

namespace vx::pg {

struct BitSpans {
    const uint8_t* a;
    const uint8_t* b;
    size_t bytes;
};

/// Both arguments of a function of (bit, bit); the server keeps bits past the end zero.  Raises
/// when the lengths differ.
inline BitSpans bit_args(FunctionCallInfo fcinfo) {
    const VarBit* a = PG_GETARG_VARBIT_P(0);
    const VarBit* b = PG_GETARG_VARBIT_P(1);
    if (VARBITLEN(a) != VARBITLEN(b)) raise_length_mismatch(VARBITLEN(a), VARBITLEN(b));
    return {VARBITS(a), VARBITS(b), static_cast<size_t>(VARBITBYTES(a))};
}

/// hamming_distance(bit, bit) -> float8: bits that differ.
inline Datum hamming_distance(FunctionCallInfo fcinfo) {
    const BitSpans bits = bit_args(fcinfo);
    PG_RETURN_FLOAT8(static_cast<float8>(kernels().bits->hamming(bits.a, bits.b, bits.bytes)));
}

/// jaccard_distance(bit, bit) -> float8: 1 less the share of the bits set in both among those set
/// in either; 1 with nothing in common.
inline Datum jaccard_distance(FunctionCallInfo fcinfo) {
    const BitSpans bits = bit_args(fcinfo);
    const BitOverlap overlap = kernels().bits->overlap(bits.a, bits.b, bits.bytes);
    if (overlap.both == 0) PG_RETURN_FLOAT8(1);
    PG_RETURN_FLOAT8(1 - static_cast<float8>(overlap.both) / static_cast<float8>(overlap.either));
}

}  // namespace vx::pg
