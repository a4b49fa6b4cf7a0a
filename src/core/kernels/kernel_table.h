// The distance kernels of one instruction set, and the choice among them.
//
// Tables are plain constants, one per instruction set; the best supported one is chosen once at
// load. The environment variable VECTOREXT_SIMD (scalar, avx2, avx512, avx512vnni, neon) forces a
// table for tests; a name that this machine cannot run is ignored.  Results of different tables may
// differ in the last bits (summation order), so nothing stored may depend on bit-equal distances.
#pragma once

#include <cstddef>
#include <span>

#include "core/kernels/code_kernels.h"
#include "core/kernels/metric.h"

namespace vx {

/// Distance between two vectors of `dims` elements; pointers need only element alignment, but loads
/// that straddle cache lines cost: at 768 dimensions AVX-512 takes 22 ns with both vectors on
/// 64-byte boundaries, 26 ns with one, 34 ns with none (squared L2, Sapphire Rapids).
using DistanceFn = float (*)(const float* a, const float* b, size_t dims);

/// The three sums behind a cosine, in one pass.
struct CosineSums {
    float dot;
    float norm_a;  // squared
    float norm_b;  // squared
};
using CosineFn = CosineSums (*)(const float* a, const float* b, size_t dims);

struct KernelTable {
    const char* name;     // "scalar", "avx2", "avx512", "avx512vnni", "neon"
    bool (*supported)();  // can this CPU and OS run it?
    DistanceFn l2_squared;
    DistanceFn dot;           // inner product, not negated
    DistanceFn negative_dot;  // ranking form of inner product and cosine
    DistanceFn l1;
    CosineFn cosine;
    const CodeKernels* codes;  // those of quantised search
};

/// The table in use.  Valid after `choose_kernels`; before that, the scalar one.
const KernelTable& kernels();

/// All tables compiled in, best first; for tests.
std::span<const KernelTable* const> kernel_tables();

/// Selects the best supported table, or the one named `forced` if it is not null and supported.
void choose_kernels(const char* forced);

/// The ranking kernel of a metric from the table in use.
DistanceFn ranking_kernel(Metric metric);

}  // namespace vx
