// hnswlib for processors with AVX-512.
#include "bench/hnswlib_tables.h"

#if defined(VX_HAVE_HNSWLIB) && defined(VX_HNSWLIB_X86)

#include "bench/hnswlib_needs.h"

#define USE_AVX
#define USE_AVX512
#pragma GCC push_options
#pragma GCC target("avx512f,avx2,fma")
namespace {
#include <hnswlib/hnswlib.h>
}  // namespace
#pragma GCC pop_options

#include "bench/hnswlib_graph-inl.h"

namespace vx::bench {

const HnswlibTable kHnswlibAvx512 = {
    "AVX-512", [] { return __builtin_cpu_supports("avx512f") != 0; }, open_graph};

}  // namespace vx::bench

#endif
