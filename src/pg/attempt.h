// Something that may fail, without the transaction failing.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// Calls f(); false when that raised an error that `forgives` (of const ErrorData&).  What it had
/// open then (relations, buffers, segments) is closed.
///
/// There is no subtransaction, which parallel operations may not have: only for errors that are
/// raised while nothing is changed, no lock of the server's is held and no buffer is being read.
template <class Forgives, class F>
bool attempt(Forgives&& forgives, F&& f) {
    const ResourceOwner caller = CurrentResourceOwner;
    const ResourceOwner own = ResourceOwnerCreate(caller, "vectorext attempt");
    const MemoryContext context = CurrentMemoryContext;
    const uint32 holdoffs = InterruptHoldoffCount;
    volatile bool done = false;
    CurrentResourceOwner = own;
    PG_TRY();
    {
        f();
        done = true;
    }
    PG_CATCH();
    {
        CurrentResourceOwner = caller;
        MemoryContextSwitchTo(context);
        ErrorData* error = CopyErrorData();
        if (!forgives(static_cast<const ErrorData&>(*error))) PG_RE_THROW();
        FlushErrorState();
        FreeErrorData(error);
        InterruptHoldoffCount = holdoffs;  // the error has set it to zero
    }
    PG_END_TRY();
    CurrentResourceOwner = caller;
    for (const auto phase :
         {RESOURCE_RELEASE_BEFORE_LOCKS, RESOURCE_RELEASE_LOCKS, RESOURCE_RELEASE_AFTER_LOCKS})
        ResourceOwnerRelease(own, phase, done, false);
    ResourceOwnerDelete(own);
    return done;
}

}  // namespace vx::pg
