// The table itself: one a backend.
#include "pg/fetch/buffer_hints.h"

namespace vx::pg {
namespace {

BufferHints backend_hints;

}  // namespace

BufferHints& BufferHints::get() {
    if (backend_hints.table_ == nullptr) {
        // One entry a shared buffer: more could not be right at the same time.
        uint32 entries = 1024;
        while (entries < static_cast<uint32>(NBuffers) && entries < (1u << 24)) entries *= 2;
        backend_hints.table_ = static_cast<Buffer*>(MemoryContextAllocExtended(
            TopMemoryContext, entries * sizeof(Buffer), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
        backend_hints.mask_ = entries - 1;
    }
    return backend_hints;
}

}  // namespace vx::pg
