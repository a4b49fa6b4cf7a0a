// One scan descriptor, given a new key for each value.
#include "pg/toast_reader.h"

namespace vx::pg {

void ToastReader::open() {
    const Oid toast = table_->rd_rel->reltoastrelid;
    if (scan_ != nullptr || !OidIsValid(toast)) return;
    owner_ = CurrentResourceOwner;
    toast_ = table_open(toast, AccessShareLock);
    // Another access method may keep its values in another way.
    if (toast_->rd_tableam->relation_fetch_toast_slice != heap_fetch_toast_slice) return close();
    index_ = index_open(toast_get_valid_index(toast, AccessShareLock), AccessShareLock);
    scan_ = vx_begin_toast_scan(toast_, index_, &snapshot_);
    slot_ = table_slot_create(toast_, nullptr);
    ScanKeyInit(&key_, 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(InvalidOid));
}

varlena* ToastReader::fetch(const varatt_external& pointer) {
    if (scan_ == nullptr || owner_ != CurrentResourceOwner ||
        pointer.va_toastrelid != RelationGetRelid(toast_) || VARATT_EXTERNAL_IS_COMPRESSED(pointer))
        return nullptr;
    const auto bytes = static_cast<int32>(VARATT_EXTERNAL_GET_EXTSIZE(pointer));
    auto* value = static_cast<varlena*>(palloc(static_cast<Size>(bytes) + VARHDRSZ));
    SET_VARSIZE(value, bytes + VARHDRSZ);
    key_.sk_argument = ObjectIdGetDatum(pointer.va_valueid);
    index_rescan(scan_, &key_, 1, nullptr, 0);
    const bool whole = copy_chunks(VARDATA(value), bytes);
    // A B-tree scan keeps its leaf pinned for a snapshot of this kind: VACUUM would wait for it.
    index_rescan(scan_, nullptr, 1, nullptr, 0);
    ExecClearTuple(slot_);
    if (whole) return value;
    pfree(value);
    return nullptr;
}

/// Copies the chunks of the value whose scan has begun; false when they are not what was written.
bool ToastReader::copy_chunks(char* out, int32 bytes) {
    int32 done = 0;
    for (int32 number = 0; done < bytes; ++number) {
        if (!index_getnext_slot(scan_, ForwardScanDirection, slot_)) return false;
        bool is_null = false;
        if (DatumGetInt32(slot_getattr(slot_, 2, &is_null)) != number || is_null) return false;
        auto* chunk = reinterpret_cast<varlena*>(DatumGetPointer(slot_getattr(slot_, 3, &is_null)));
        if (is_null || VARATT_IS_EXTERNAL(chunk) || VARATT_IS_COMPRESSED(chunk)) return false;
        const auto count = static_cast<int32>(VARSIZE_ANY_EXHDR(chunk));
        if (count <= 0 || count > bytes - done) return false;
        std::memcpy(out + done, VARDATA_ANY(chunk), static_cast<size_t>(count));
        done += count;
    }
    return true;
}

void ToastReader::close() {
    if (slot_ != nullptr) ExecDropSingleTupleTableSlot(slot_);
    if (scan_ != nullptr) index_endscan(scan_);
    if (index_ != nullptr) index_close(index_, AccessShareLock);
    if (toast_ != nullptr) table_close(toast_, AccessShareLock);
    slot_ = nullptr;
    scan_ = nullptr;
    toast_ = index_ = nullptr;
}

}  // namespace vx::pg
