// Memory contexts as core's source of memory.
//
// What core allocates dies with the context: at the end of a scan, insert or build, and also when
// an error longjmps away.  Nothing here frees at scope exit.
#pragma once

#include "core/base/arena.h"
#include "pg/pg.h"

namespace vx::pg {

/// Core's arena over `context`, which must outlive everything allocated from it.  Never hands out
/// nullptr: running out of memory raises an error (longjmp).  Requests may exceed 1 GB.
inline Arena context_arena(MemoryContext context) {
    return {[](void* source, size_t bytes) {
                return MemoryContextAllocHuge(static_cast<MemoryContext>(source), bytes);
            },
            [](void*, void* memory) { pfree(memory); }, context};
}

}  // namespace vx::pg
