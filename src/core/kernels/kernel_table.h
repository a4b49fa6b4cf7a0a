// The distance kernels of one instruction set, and the choice among them.
//
// Tables are plain constants, one per instruction set; the best supported one is chosen once at
// load. The environment variable VECTOREXT_SIMD (scalar, avx2, avx512, avx512vnni, avx512popcnt,
// neon) forces a table for tests; a name that this machine cannot run is ignored.  Results of
// different tables may differ in the last bits (summation order), so nothing stored may depend on
// bit-equal distances.
#pragma once

#include <cstddef>
#include <span>

#include "core/base/half.h"
#include "core/kernels/bit_kernels.h"
#include "core/kernels/code_kernels.h"
#include "core/kernels/filter_kernels.h"
#include "core/kernels/metric.h"

namespace vx {

/// Distance between two vectors of `dims` elements; pointers need only element alignment, but loads
/// that straddle cache lines cost: at 768 dimensions AVX-512 takes 22 ns with both vectors on
/// 64-byte boundaries, 26 ns with one, 34 ns with none (squared L2, Sapphire Rapids).
template <class Element>
using ElementDistanceFn = float (*)(const Element* a, const Element* b, size_t dims);
using DistanceFn = ElementDistanceFn<float>;

/// The three sums behind a cosine, in one pass.
struct CosineSums {
    float dot;
    float norm_a;  // squared
    float norm_b;  // squared
};

/// Distances of vectors of `Element`: float or Half.  Halves are widened; all sums are of floats.
template <class Element>
struct DistanceTable {
    ElementDistanceFn<Element> l2_squared;
    ElementDistanceFn<Element> dot;           // inner product, not negated
    ElementDistanceFn<Element> negative_dot;  // ranking form of inner product and cosine
    ElementDistanceFn<Element> l1;
    CosineSums (*cosine)(const Element* a, const Element* b, size_t dims);
};

struct KernelTable {
    const char* name;     // "scalar", "avx2", "avx512", "avx512vnni", "avx512popcnt", "neon"
    bool (*supported)();  // can this CPU and OS run it?
    DistanceTable<float> floats;
    DistanceTable<Half> halves;
    // `count` elements from one type to the other, rounded as Half(float) does.
    void (*widen)(const Half* from, size_t count, float* to);
    void (*narrow)(const float* from, size_t count, Half* to);
    const BitKernels* bits;
    const CodeKernels* codes;  // those of quantized search
    const FilterKernels* filters;

    template <class Element>
    [[nodiscard]] constexpr const DistanceTable<Element>& distances() const;
};

template <>
constexpr const DistanceTable<float>& KernelTable::distances<float>() const {
    return floats;
}
template <>
constexpr const DistanceTable<Half>& KernelTable::distances<Half>() const {
    return halves;
}

/// The table in use.  Valid after `choose_kernels`; before that, the scalar one.
const KernelTable& kernels();

/// All tables compiled in, best first; for tests.
std::span<const KernelTable* const> kernel_tables();

/// Selects the best supported table, or the one named `forced` if it is not null and supported.
void choose_kernels(const char* forced);

/// The ranking kernel of a metric from the table in use, for vectors of float, Half or, with their
/// length in bytes, bits (uint8_t); null if the metric is not for such elements.
template <class Element = float>
ElementDistanceFn<Element> ranking_kernel(Metric metric);

}  // namespace vx
