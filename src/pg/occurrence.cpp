// vectorext_occurrence, a window function: how often the current row's value has come in the
// window's order.  A condition on it keeps the nearest rows of each group, and unlike DISTINCT ON
// or PARTITION BY it needs no order but the distance's, so that a LIMIT above ends the index scan.
#include "pg/fmgr.h"
#include "pg/id_set.h"

namespace vx::pg {
namespace {

constexpr size_t kGroupsToBeginWith = 32;

/// How often each value of a window partition has come.
struct Occurrences {
    IdSet values;
    int64* counts;  // of each value, by its number
    size_t room;    // for so many counts
};

/// In the partition's own memory, which the executor gives back when the partition ends.
struct PartitionState {
    Occurrences* occurrences;  // null until the first value that is not NULL
    int64 nulls;
};

Occurrences* new_occurrences(FunctionCallInfo fcinfo) {
    const Oid type = get_fn_expr_argtype(fcinfo->flinfo, 0);
    if (!OidIsValid(type))
        ereport(ERROR, errcode(ERRCODE_INDETERMINATE_DATATYPE),
                errmsg("could not determine input data type"));
    return new (palloc(sizeof(Occurrences))) Occurrences{
        IdSet(lookup_ids(type), PG_GET_COLLATION(), kGroupsToBeginWith),
        static_cast<int64*>(palloc(kGroupsToBeginWith * sizeof(int64))), kGroupsToBeginWith};
}

int64 count_value(Occurrences& occurrences, Datum value) {
    IdSet& values = occurrences.values;
    const size_t known = values.size();
    const size_t number = values.number_of(value);
    if (number < known) return ++occurrences.counts[number];
    // The value is of the row, whose memory is used again for the next.
    values.copy_last();
    if (number == occurrences.room) {
        occurrences.room *= 2;
        occurrences.counts = static_cast<int64*>(
            repalloc_huge(occurrences.counts, occurrences.room * sizeof(int64)));
    }
    return occurrences.counts[number] = 1;
}

Datum occurrence(FunctionCallInfo fcinfo) {
    WindowObject window = PG_WINDOW_OBJECT();
    auto* state =
        static_cast<PartitionState*>(WinGetPartitionLocalMemory(window, sizeof(PartitionState)));
    bool is_null = false;
    const Datum value = WinGetFuncArgCurrent(window, 0, &is_null);
    // No earlier row is looked at again: the executor need not keep any.
    WinSetMarkPosition(window, WinGetCurrentPosition(window));
    if (is_null) PG_RETURN_INT64(++state->nulls);
    if (state->occurrences == nullptr) {
        // The executor shows its context for a partition by what it has allocated there alone.
        const MemoryContext caller = MemoryContextSwitchTo(GetMemoryChunkContext(state));
        state->occurrences = new_occurrences(fcinfo);
        MemoryContextSwitchTo(caller);
    }
    PG_RETURN_INT64(count_value(*state->occurrences, value));
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(vectorext_occurrence, vx::pg::occurrence)
