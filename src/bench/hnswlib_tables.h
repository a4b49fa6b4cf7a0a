// The compilations of hnswlib, a file each (hnswlib_*.cpp).
#pragma once

#include "bench/hnswlib_graph.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VX_HNSWLIB_X86 1
#endif

namespace vx::bench {

extern const HnswlibTable kHnswlibBaseline;
#ifdef VX_HNSWLIB_X86
extern const HnswlibTable kHnswlibAvx2;
extern const HnswlibTable kHnswlibAvx512;
#endif

}  // namespace vx::bench
