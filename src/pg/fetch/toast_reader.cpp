// Chunks are copied from where ToastIndex says they are; where it does not, by the server's scan.
#include "pg/fetch/toast_reader.h"

namespace vx::pg {
namespace {

/// A value that is being put together.
struct Assembly {
    Oid value;
    char* out;
    int32 bytes;
    int32 done;
    int32 number;  // of the next chunk

    bool add(int32 chunk_number, const varlena* chunk) {
        if (chunk_number != number || VARATT_IS_EXTERNAL(chunk) || VARATT_IS_COMPRESSED(chunk))
            return false;
        const auto count = static_cast<int32>(VARSIZE_ANY_EXHDR(chunk));
        if (count <= 0 || count > bytes - done) return false;
        std::memcpy(out + done, VARDATA_ANY(chunk), static_cast<size_t>(count));
        done += count;
        ++number;
        return true;
    }
};

Assembly begin_assembly(Oid value, varlena* out) {
    return {value, VARDATA(out), static_cast<int32>(VARSIZE(out) - VARHDRSZ), 0, 0};
}

/// Columns of a chunk as they lie in a row without NULLs; `data` is the varlena.
struct ChunkRow {
    Oid value;
    int32 number;
    char data[FLEXIBLE_ARRAY_MEMBER];
};

/// As VARATT_EXTERNAL_IS_COMPRESSED, which compares a number without a sign with one that has it.
bool is_compressed(const varatt_external& pointer) {
    return VARATT_EXTERNAL_GET_EXTSIZE(pointer) <
           static_cast<uint32>(pointer.va_rawsize - VARHDRSZ);
}

/// Adds the chunk that should be at `place` of a page that is locked.
bool add_chunk(Buffer buffer, const ItemPointerData& place, Snapshot seen_by, Assembly& value) {
    const Page page = BufferGetPage(buffer);
    const OffsetNumber at = ItemPointerGetOffsetNumber(&place);
    if (PageIsNew(page) || at < FirstOffsetNumber || at > PageGetMaxOffsetNumber(page))
        return false;
    const ItemId item = PageGetItemId(page, at);
    if (!ItemIdIsNormal(item)) return false;
    HeapTupleData row;
    row.t_data = reinterpret_cast<HeapTupleHeader>(PageGetItem(page, item));
    row.t_len = ItemIdGetLength(item);
    row.t_self = place;
    row.t_tableOid = InvalidOid;
    if (HeapTupleHasNulls(&row) || HeapTupleHeaderGetNatts(row.t_data) != 3) return false;
    const auto* columns =
        reinterpret_cast<const ChunkRow*>(reinterpret_cast<char*>(row.t_data) + row.t_data->t_hoff);
    return columns->value == value.value && HeapTupleSatisfiesVisibility(&row, seen_by, buffer) &&
           value.add(columns->number, reinterpret_cast<const varlena*>(columns->data));
}

}  // namespace

void ToastReader::open() {
    const Oid toast = table_->rd_rel->reltoastrelid;
    if (toast_ != nullptr || !OidIsValid(toast)) return;
    owner_ = CurrentResourceOwner;
    context_ = CurrentMemoryContext;
    toast_ = table_open(toast, AccessShareLock);
    // Another access method may keep its values in another way.
    if (toast_->rd_tableam->relation_fetch_toast_slice != heap_fetch_toast_slice) return close();
    index_ = index_open(toast_get_valid_index(toast, AccessShareLock), AccessShareLock);
    seen_by_ = vx_toast_snapshot(&snapshot_);
    chunks_.open(index_);
}

varlena* ToastReader::fetch(const varatt_external& pointer) {
    if (toast_ == nullptr || owner_ != CurrentResourceOwner ||
        pointer.va_toastrelid != RelationGetRelid(toast_) || is_compressed(pointer))
        return nullptr;
    const Size bytes = VARATT_EXTERNAL_GET_EXTSIZE(pointer) + VARHDRSZ;
    auto* value = static_cast<varlena*>(palloc(bytes));
    SET_VARSIZE(value, bytes);
    if (copy_found(pointer.va_valueid, value) || copy_scanned(pointer.va_valueid, value))
        return value;
    pfree(value);
    return nullptr;
}

bool ToastReader::copy_found(Oid value, varlena* out) {
    Assembly assembly = begin_assembly(value, out);
    constexpr auto kChunkBytes = static_cast<uint32>(TOAST_MAX_CHUNK_SIZE);
    const uint32 count = (static_cast<uint32>(assembly.bytes) - 1) / kChunkBytes + 1;
    ItemPointerData places[ToastIndex::kMostChunks];
    if (!chunks_.find(value, count, places)) return false;
    for (uint32 i = 0; i < count; ++i) {
        const Buffer buffer =
            BufferHints::get().pin(toast_, ItemPointerGetBlockNumberNoCheck(&places[i]));
        LockBuffer(buffer, BUFFER_LOCK_SHARE);
        const bool added = add_chunk(buffer, places[i], seen_by_, assembly);
        UnlockReleaseBuffer(buffer);
        if (!added) return false;
    }
    return assembly.done == assembly.bytes;
}

/// Begins the scan that serves all values, when the first needs it.
void ToastReader::begin_scan() {
    if (scan_ != nullptr) return;
    const MemoryContext caller = MemoryContextSwitchTo(context_);
    scan_ = vx_begin_toast_scan(toast_, index_, seen_by_);
    slot_ = table_slot_create(toast_, nullptr);
    MemoryContextSwitchTo(caller);
}

/// The same by the server's scan of the index; false when the chunks are not what was written.
bool ToastReader::copy_scanned(Oid value, varlena* out) {
    begin_scan();
    Assembly assembly = begin_assembly(value, out);
    ScanKeyData key;
    ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(value));
    index_rescan(scan_, &key, 1, nullptr, 0);
    bool good = true;
    while (good && assembly.done < assembly.bytes) {
        good = index_getnext_slot(scan_, ForwardScanDirection, slot_);
        bool no_number = false;
        bool no_data = false;
        if (!good) break;
        const int32 number = DatumGetInt32(slot_getattr(slot_, 2, &no_number));
        const Datum data = slot_getattr(slot_, 3, &no_data);
        good = !no_number && !no_data &&
               assembly.add(number, reinterpret_cast<const varlena*>(DatumGetPointer(data)));
    }
    // A B-tree scan keeps its leaf pinned for a snapshot of this kind: VACUUM would wait for it.
    index_rescan(scan_, nullptr, 1, nullptr, 0);
    ExecClearTuple(slot_);
    return good;
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
