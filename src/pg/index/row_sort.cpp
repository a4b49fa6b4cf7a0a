// (pivot, row, its filter columns and record) in a tuplesort.
#include "pg/index/row_sort.h"

namespace vx::pg {
namespace {

constexpr AttrNumber kPivot = 1, kTid = 2, kRecord = 3;

}  // namespace

void RowSort::begin(size_t work_memory, uint32_t filter_columns) {
    filter_columns_ = filter_columns;
    constexpr size_t kLeast = 64, kMost = MAX_KILOBYTES;  // kB
    const size_t kilobytes = work_memory / 1024;
    context_ = CurrentMemoryContext;
    TupleDesc descriptor = CreateTemplateTupleDesc(kRecord);
    TupleDescInitEntry(descriptor, kPivot, "pivot", INT8OID, -1, 0);
    TupleDescInitEntry(descriptor, kTid, "tid", INT8OID, -1, 0);
    TupleDescInitEntry(descriptor, kRecord, "record", BYTEAOID, -1, 0);
    AttrNumber column = kPivot;
    Oid order = Int8LessOperator;
    Oid collation = InvalidOid;
    bool nulls_first = false;
    slot_ = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
    sort_ = tuplesort_begin_heap(descriptor, 1, &column, &order, &collation, &nulls_first,
                                 static_cast<int>(kilobytes < kLeast  ? kLeast
                                                  : kilobytes < kMost ? kilobytes
                                                                      : kMost),
                                 nullptr, TUPLESORT_NONE);
}

void RowSort::put(const WaitingRow& row) {
    const size_t filter_bytes = row_filter_bytes(filter_columns_);
    const size_t bytes = VARHDRSZ + filter_bytes + row.record.size();
    auto* record = static_cast<bytea*>(palloc(bytes));
    SET_VARSIZE(record, bytes);
    put_filters(reinterpret_cast<std::byte*>(VARDATA(record)), filter_columns_, row.row.filters);
    std::memcpy(VARDATA(record) + filter_bytes, row.record.data(), row.record.size());
    int64 tid = 0;
    std::memcpy(&tid, &row.row.tid, sizeof row.row.tid);
    ExecClearTuple(slot_);
    slot_->tts_values[kPivot - 1] = Int64GetDatum(row.pivot);
    slot_->tts_values[kTid - 1] = Int64GetDatum(tid);
    slot_->tts_values[kRecord - 1] = PointerGetDatum(record);
    for (int i = 0; i < kRecord; ++i) slot_->tts_isnull[i] = false;
    ExecStoreVirtualTuple(slot_);
    tuplesort_puttupleslot(sort_, slot_);
    pfree(record);
}

void RowSort::sort() {
    tuplesort_performsort(sort_);
    const TupleDesc descriptor = slot_->tts_tupleDescriptor;
    ExecDropSingleTupleTableSlot(slot_);
    slot_ = MakeSingleTupleTableSlot(descriptor, &TTSOpsMinimalTuple);
}

bool RowSort::next(WaitingRow* row) {
    if (!tuplesort_gettupleslot(sort_, true, false, slot_, nullptr)) return false;
    bool is_null = false;
    row->pivot = static_cast<NodeId>(DatumGetInt64(slot_getattr(slot_, kPivot, &is_null)));
    const int64 tid = DatumGetInt64(slot_getattr(slot_, kTid, &is_null));
    std::memcpy(&row->row.tid, &tid, sizeof row->row.tid);
    const auto* record =
        reinterpret_cast<const bytea*>(DatumGetPointer(slot_getattr(slot_, kRecord, &is_null)));
    const auto* filters = reinterpret_cast<const std::byte*>(VARDATA_ANY(record));
    row->row.filters = get_filters(filters, filter_columns_);
    const size_t filter_bytes = row_filter_bytes(filter_columns_);
    const size_t bytes = VARSIZE_ANY_EXHDR(record) - filter_bytes;
    if (bytes > room_) {
        if (record_ != nullptr) pfree(record_);
        record_ = static_cast<std::byte*>(MemoryContextAlloc(context_, bytes));
        room_ = bytes;
    }
    std::memcpy(record_, filters + filter_bytes, bytes);
    row->record = {record_, bytes};
    return true;
}

void RowSort::end() {
    if (sort_ != nullptr) tuplesort_end(sort_);
    if (slot_ != nullptr) ExecDropSingleTupleTableSlot(slot_);
    sort_ = nullptr;
    slot_ = nullptr;
}

}  // namespace vx::pg
