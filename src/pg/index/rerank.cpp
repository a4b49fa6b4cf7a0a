// Fetching rows inside the access method.
//
// Codes give estimates; the order in which rows are returned is that of the operator itself, so the
// last step here is the operator's own arithmetic.
#include "pg/index/rerank.h"

#include "pg/types/distance.h"

namespace vx::pg {

RowReader::RowReader(IndexScanDesc scan, const OpenIndex& index, Datum query)
    : heap_(scan->heapRelation), snapshot_(scan->xs_snapshot),
      fetch_(table_index_fetch_begin(scan->heapRelation)),
      slot_(table_slot_create(scan->heapRelation, nullptr)),
      info_(BuildIndexInfo(scan->indexRelation)), estate_(CreateExecutorState()),
      row_context_(
          AllocSetContextCreate(CurrentMemoryContext, "vectorext rerank", ALLOCSET_SMALL_SIZES)),
      index_(index) {
    const Dense<Vector>& vector = view_dense<Vector>(query);
    auto* copy = static_cast<float*>(palloc(index.dims * sizeof(float)));
    std::memcpy(copy, vector.elements().data(), index.dims * sizeof(float));
    query_ = copy;
}

double RowReader::measure(const float* row) const {
    switch (index_.metric) {
    case Metric::kL2:
        return L2Squared::between(row, query_, index_.dims);
    case Metric::kInnerProduct:
        return NegativeInnerProduct::between(row, query_, index_.dims);
    case Metric::kCosine:
        // Unit vectors' negative inner product is the cosine distance less one.
        return Cosine::between(row, query_, index_.dims) - 1;
    case Metric::kL1:
    case Metric::kHamming:
    case Metric::kJaccard:
        break;
    }
    return L1::between(row, query_, index_.dims);
}

bool RowReader::distance(HeapTid tid, double* out) {
    ItemPointerData pointer = to_item_pointer(tid);
    bool call_again = false;
    if (!table_index_fetch_tuple(fetch_, &pointer, snapshot_, slot_, &call_again, nullptr))
        return false;
    const MemoryContext caller = MemoryContextSwitchTo(row_context_);
    GetPerTupleExprContext(estate_)->ecxt_scantuple = slot_;
    Datum values[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    FormIndexDatum(info_, slot_, estate_, values, nulls);
    // NULL or of other dimensions: not what was indexed, so the executor shall decide.
    *out = get_float8_infinity();
    if (!nulls[0]) {
        const Dense<Vector>& vector = view_dense<Vector>(values[0]);
        if (static_cast<uint32_t>(vector.dims) == index_.dims)
            *out = measure(vector.elements().data());
    }
    MemoryContextSwitchTo(caller);
    ResetPerTupleExprContext(estate_);
    MemoryContextReset(row_context_);
    ExecClearTuple(slot_);
    return true;
}

void RowReader::close() {
    ExecDropSingleTupleTableSlot(slot_);
    table_index_fetch_end(fetch_);
    FreeExecutorState(estate_);
}

}  // namespace vx::pg
