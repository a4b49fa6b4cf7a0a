// Fetching rows inside the access method.
//
// Codes give estimates; the order in which rows are returned is that of the operator itself, so the
// last step here is the operator's own arithmetic.
#include "pg/index/rerank.h"

#include "pg/types/distance.h"

namespace vx::pg {
namespace {

/// The elements of a dense vector, in the current context.
template <class T>
const void* copy_elements(Datum value) {
    const auto elements = view<T>(value).elements();
    void* copy = palloc(elements.size_bytes());
    std::memcpy(copy, elements.data(), elements.size_bytes());
    return copy;
}

}  // namespace

RowReader::RowReader(IndexScanDesc scan, const OpenIndex& index, Datum query, double unit)
    : heap_(scan->heapRelation), counted_(scan->indexRelation), snapshot_(scan->xs_snapshot),
      fetch_(table_index_fetch_begin(scan->heapRelation)),
      slot_(table_slot_create(scan->heapRelation, nullptr)),
      column_(scan->indexRelation->rd_index->indkey.values[0]),
      row_context_(
          AllocSetContextCreate(CurrentMemoryContext, "vectorext rerank", ALLOCSET_SMALL_SIZES)),
      index_(index), unit_(unit), values_(heap_, index.dims * sizeof(float)) {
    if (column_ == InvalidAttrNumber) {
        info_ = BuildIndexInfo(scan->indexRelation);
        estate_ = CreateExecutorState();
    }
    query_ = index.element == Element::kFloat16 ? copy_elements<HalfVector>(query)
                                                : copy_elements<Vector>(query);
}

template <class T>
double RowReader::measure(Datum value) const {
    using Number = typename T::Element;
    const Dense<T>& vector = view<T>(value);
    // Of other dimensions: not what was indexed, so the executor shall decide.
    if (static_cast<uint32_t>(vector.dims) != index_.dims) return get_float8_infinity();
    const Number* row = vector.elements().data();
    const auto* query = static_cast<const Number*>(query_);
    if (index_.metric == Metric::kL2) return L2Squared::between(row, query, index_.dims);
    if (index_.metric == Metric::kInnerProduct)
        return NegativeInnerProduct::between(row, query, index_.dims);
    // Unit vectors' negative inner product is the cosine distance less one.
    return Cosine::between(row, query, index_.dims) - 1;
}

bool RowReader::distance(HeapTid tid, double* out) {
    ItemPointerData pointer = to_item_pointer(tid);
    bool call_again = false;
    pin_heap_page(heap_, fetch_, pointer);
    if (!table_index_fetch_tuple(fetch_, &pointer, snapshot_, slot_, &call_again, nullptr))
        return false;
    pgstat_count_heap_fetch(counted_);
    const MemoryContext caller = MemoryContextSwitchTo(row_context_);
    bool is_null = false;
    const Datum value = indexed_value(&is_null);
    // NULL: not what was indexed, as above.
    *out = is_null ? get_float8_infinity()
                   : measure_value(PointerGetDatum(values_.fetch(value))) * unit_;
    MemoryContextSwitchTo(caller);
    if (estate_ != nullptr) ResetPerTupleExprContext(estate_);
    MemoryContextReset(row_context_);
    ExecClearTuple(slot_);
    return true;
}

double RowReader::measure_value(Datum value) const {
    return index_.element == Element::kFloat16 ? measure<HalfVector>(value)
                                               : measure<Vector>(value);
}

Datum RowReader::indexed_value(bool* is_null) const {
    if (estate_ == nullptr) return slot_getattr(slot_, column_, is_null);
    GetPerTupleExprContext(estate_)->ecxt_scantuple = slot_;
    Datum values[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    FormIndexDatum(info_, slot_, estate_, values, nulls);
    *is_null = nulls[0];
    return values[0];
}

void RowReader::close() {
    values_.close();
    ExecDropSingleTupleTableSlot(slot_);
    table_index_fetch_end(fetch_);
    if (estate_ != nullptr) FreeExecutorState(estate_);
}

}  // namespace vx::pg
