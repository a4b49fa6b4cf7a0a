// hnswlib for any machine: with what the compiler emits without being asked, SSE on x86-64.
#ifdef VX_HAVE_HNSWLIB

#include "bench/hnswlib_needs.h"

namespace {
#include <hnswlib/hnswlib.h>
}  // namespace

#include "bench/hnswlib_graph-inl.h"

namespace vx::bench {

const HnswlibTable kHnswlibBaseline = {"as compiled", [] { return true; }, open_graph};

}  // namespace vx::bench

#endif
