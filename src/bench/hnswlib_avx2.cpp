// hnswlib for processors with AVX2.
#include "bench/hnswlib_tables.h"

#if defined(VX_HAVE_HNSWLIB) && defined(VX_HNSWLIB_X86)

#include "bench/hnswlib_needs.h"

#define USE_AVX
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace {
#include <hnswlib/hnswlib.h>
}  // namespace
#pragma GCC pop_options

#include "bench/hnswlib_graph-inl.h"

namespace vx::bench {

const HnswlibTable kHnswlibAvx2 = {
    "AVX2",
    [] { return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0; },
    open_graph};

}  // namespace vx::bench

#endif
