// A list of rings: one for each scan that is open, newest first.
#include "pg/fetched_values.h"

namespace vx::pg {
namespace {

FetchedValues* newest = nullptr;

bool is_toasted(Datum value) {
    return VARATT_IS_EXTERNAL_ONDISK(reinterpret_cast<const varlena*>(DatumGetPointer(value)));
}

varatt_external toast_pointer(Datum value) {
    varatt_external pointer;
    const auto* attribute = reinterpret_cast<const varlena*>(DatumGetPointer(value));
    VARATT_EXTERNAL_GET_POINTER(pointer, attribute);
    return pointer;
}

}  // namespace

FetchedValues::FetchedValues(Relation table, size_t bytes)
    : context_(CurrentMemoryContext), table_(table), capacity_(kMostKept) {
    while (capacity_ > 1 && capacity_ * bytes > kMostBytes) capacity_ /= 2;
    outer_ = newest;
    newest = this;
    callback_.func = forget;
    callback_.arg = this;
    MemoryContextRegisterResetCallback(context_, &callback_);
}

// With the locks held, fetching a value does not acquire and release them each time.  A table whose
// vectors are stored in line does not pay for them.
void FetchedValues::lock() {
    const Oid toast = table_->rd_rel->reltoastrelid;
    if (toast_ != nullptr || !OidIsValid(toast)) return;
    toast_ = table_open(toast, AccessShareLock);
    List* indexes = RelationGetIndexList(toast_);
    if (indexes != NIL) toast_index_ = index_open(linitial_oid(indexes), AccessShareLock);
    list_free(indexes);
}

const varlena* FetchedValues::lookup(const varatt_external& pointer) const {
    for (uint32 i = 0; i < capacity_; ++i)
        if (kept_[i].id == pointer.va_valueid && kept_[i].toast == pointer.va_toastrelid)
            return kept_[i].copy;
    return nullptr;
}

const varlena* FetchedValues::fetch(Datum value) {
    if (!is_toasted(value)) return PG_DETOAST_DATUM(value);
    const varatt_external pointer = toast_pointer(value);
    const varlena* known = lookup(pointer);
    if (known != nullptr) return known;
    const MemoryContext caller = MemoryContextSwitchTo(context_);
    lock();
    varlena* copy = PG_DETOAST_DATUM(value);
    MemoryContextSwitchTo(caller);
    Kept& place = kept_[next_];
    next_ = (next_ + 1) % capacity_;
    if (place.copy != nullptr) pfree(place.copy);
    place = {pointer.va_toastrelid, pointer.va_valueid, copy};
    return copy;
}

const varlena* FetchedValues::find(Datum value) {
    if (newest == nullptr || !is_toasted(value)) return nullptr;
    const varatt_external pointer = toast_pointer(value);
    for (const FetchedValues* scan = newest; scan != nullptr; scan = scan->outer_) {
        const varlena* found = scan->lookup(pointer);
        if (found != nullptr) return found;
    }
    return nullptr;
}

void FetchedValues::close() {
    if (toast_index_ != nullptr) index_close(toast_index_, AccessShareLock);
    if (toast_ != nullptr) table_close(toast_, AccessShareLock);
    toast_index_ = toast_ = nullptr;
    forget(this);
}

void FetchedValues::forget(void* self) {
    for (FetchedValues** at = &newest; *at != nullptr; at = &(*at)->outer_) {
        if (*at != self) continue;
        *at = (*at)->outer_;
        return;
    }
}

}  // namespace vx::pg
