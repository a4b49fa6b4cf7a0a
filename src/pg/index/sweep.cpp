// The sort of a sweep: (distance, node) pairs in a tuplesort.
#include "pg/index/sweep.h"

namespace vx::pg {

void Sweep::begin() {
    TupleDesc descriptor = CreateTemplateTupleDesc(2);
    TupleDescInitEntry(descriptor, 1, "distance", FLOAT8OID, -1, 0);
    TupleDescInitEntry(descriptor, 2, "node", INT8OID, -1, 0);
    AttrNumber column = 1;
    Oid order = Float8LessOperator;
    Oid collation = InvalidOid;
    bool nulls_first = false;
    slot_ = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
    sort_ = tuplesort_begin_heap(descriptor, 1, &column, &order, &collation, &nulls_first, work_mem,
                                 nullptr, TUPLESORT_NONE);
}

void Sweep::put(float distance, NodeId id) {
    ExecClearTuple(slot_);
    slot_->tts_values[0] = Float8GetDatum(static_cast<double>(distance));
    slot_->tts_values[1] = Int64GetDatum(id);
    slot_->tts_isnull[0] = slot_->tts_isnull[1] = false;
    ExecStoreVirtualTuple(slot_);
    tuplesort_puttupleslot(sort_, slot_);
}

void Sweep::sorted() {
    tuplesort_performsort(sort_);
    const TupleDesc descriptor = slot_->tts_tupleDescriptor;
    ExecDropSingleTupleTableSlot(slot_);
    slot_ = MakeSingleTupleTableSlot(descriptor, &TTSOpsMinimalTuple);
}

bool Sweep::peek(NodeId* id) {
    if (ahead_ == kNoNode && !done_) {
        done_ = !tuplesort_gettupleslot(sort_, true, false, slot_, nullptr);
        bool is_null = false;
        if (!done_) ahead_ = static_cast<NodeId>(DatumGetInt64(slot_getattr(slot_, 2, &is_null)));
    }
    *id = ahead_;
    return ahead_ != kNoNode;
}

void Sweep::end() {
    if (sort_ != nullptr) tuplesort_end(sort_);
    if (slot_ != nullptr) ExecDropSingleTupleTableSlot(slot_);
    sort_ = nullptr;
    slot_ = nullptr;
}

}  // namespace vx::pg
