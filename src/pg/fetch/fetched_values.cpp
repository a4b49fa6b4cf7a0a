// A list of rings: one for each scan that is open, newest first.
#include "pg/fetch/fetched_values.h"

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
    : context_(CurrentMemoryContext), reader_(table), capacity_(kMostKept) {
    while (capacity_ > 1 && capacity_ * bytes > kMostBytes) capacity_ /= 2;
    // Rows of this size do not stay in line: the first reader of a value shall find it open.
    if (bytes > TOAST_TUPLE_THRESHOLD) reader_.open();
    outer_ = newest;
    newest = this;
    callback_.func = forget;
    callback_.arg = this;
    MemoryContextRegisterResetCallback(context_, &callback_);
}

const varlena* FetchedValues::lookup(const varatt_external& pointer) const {
    for (uint32 i = 0; i < capacity_; ++i)
        if (kept_[i].id == pointer.va_valueid && kept_[i].toast == pointer.va_toastrelid)
            return kept_[i].copy;
    return nullptr;
}

const varlena* FetchedValues::keep(const varatt_external& pointer, varlena* copy) {
    Kept& place = kept_[next_];
    next_ = (next_ + 1) % capacity_;
    if (place.copy != nullptr) pfree(place.copy);
    place = {pointer.va_toastrelid, pointer.va_valueid, copy};
    return copy;
}

const varlena* FetchedValues::fetch(Datum value) {
    if (!is_toasted(value)) return PG_DETOAST_DATUM(value);
    const varatt_external pointer = toast_pointer(value);
    const varlena* known = lookup(pointer);
    if (known != nullptr) return known;
    const MemoryContext caller = MemoryContextSwitchTo(context_);
    reader_.open();
    varlena* copy = reader_.fetch(pointer);
    if (copy == nullptr) copy = PG_DETOAST_DATUM(value);
    MemoryContextSwitchTo(caller);
    return keep(pointer, copy);
}

const varlena* FetchedValues::find(Datum value) {
    if (newest == nullptr || !is_toasted(value)) return nullptr;
    const varatt_external pointer = toast_pointer(value);
    for (FetchedValues* scan = newest; scan != nullptr; scan = scan->outer_) {
        const varlena* found = scan->lookup(pointer);
        if (found != nullptr) return found;
        const MemoryContext caller = MemoryContextSwitchTo(scan->context_);
        varlena* copy = scan->reader_.fetch(pointer);
        MemoryContextSwitchTo(caller);
        if (copy != nullptr) return scan->keep(pointer, copy);
    }
    return nullptr;
}

void FetchedValues::close() {
    reader_.close();
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
