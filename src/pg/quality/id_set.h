// Ids of any type with a default hash operator class, numbered as they come.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// Allocates in the current context, and frees nothing.  Ids by reference are not copied.
class IdSet {
public:
    /// Room for `capacity` ids of a type of lookup_ids().
    IdSet(TypeCacheEntry* type, Oid collation, size_t capacity)
        : type_(type), collation_(collation), mask_(slots_for(capacity) - 1) {
        slots_ = allocate<uint32>(mask_ + 1, MCXT_ALLOC_ZERO);
        ids_ = allocate<Datum>(capacity + 1);
        hashes_ = allocate<uint32>(capacity + 1);
    }

    size_t size() const { return size_; }

    /// The number of an id, from 0; that of a new one is the size before.
    size_t number_of(Datum id) {
        const uint32 hash =
            DatumGetUInt32(FunctionCall1Coll(&type_->hash_proc_finfo, collation_, id));
        // Types' own hashes may differ in a few bits only.
        size_t at = murmurhash32(hash) & mask_;
        for (; slots_[at] != 0; at = (at + 1) & mask_) {
            const size_t number = slots_[at] - 1;
            if (hashes_[number] == hash && is_equal(ids_[number], id)) return number;
        }
        ids_[size_] = id;
        hashes_[size_] = hash;
        slots_[at] = static_cast<uint32>(++size_);
        return size_ - 1;
    }

private:
    template <class T>
    static T* allocate(size_t count, int flags = 0) {
        return static_cast<T*>(palloc_extended(count * sizeof(T), MCXT_ALLOC_HUGE | flags));
    }

    static size_t slots_for(size_t capacity) {
        size_t slots = 8;
        while (slots < 2 * capacity) slots *= 2;
        return slots;
    }

    bool is_equal(Datum a, Datum b) {
        return DatumGetBool(FunctionCall2Coll(&type_->eq_opr_finfo, collation_, a, b));
    }

    TypeCacheEntry* type_;
    Oid collation_;
    size_t mask_;
    size_t size_ = 0;
    uint32* slots_;  // number + 1; 0: free
    Datum* ids_;
    uint32* hashes_;
};

/// What an IdSet needs of a type; raises ERRCODE_UNDEFINED_FUNCTION when the type has it not.
inline TypeCacheEntry* lookup_ids(Oid type) {
    TypeCacheEntry* entry =
        lookup_type_cache(type, TYPECACHE_EQ_OPR_FINFO | TYPECACHE_HASH_PROC_FINFO);
    if (!OidIsValid(entry->eq_opr_finfo.fn_oid) || !OidIsValid(entry->hash_proc_finfo.fn_oid))
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_FUNCTION),
                errmsg("could not identify a hash function for type %s", format_type_be(type)));
    return entry;
}

}  // namespace vx::pg
