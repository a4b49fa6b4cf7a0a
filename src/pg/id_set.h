// Ids of any type with a default hash operator class, numbered as they come.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// What an IdSet needs of a type.
struct IdType {
    const TypeCacheEntry* entry;
    FmgrInfo* hash;
    FmgrInfo* equal;
};

/// Raises ERRCODE_UNDEFINED_FUNCTION when the type has no hash.  Memory from the current context.
inline IdType lookup_ids(Oid type) {
    TypeCacheEntry* entry =
        lookup_type_cache(type, TYPECACHE_EQ_OPR_FINFO | TYPECACHE_HASH_PROC_FINFO);
    IdType found{entry, &entry->hash_proc_finfo, &entry->eq_opr_finfo};
    // Of a ROW() the cache does not know whether its columns have hashes: the call tells.
    if (type == RECORDOID && !OidIsValid(found.hash->fn_oid)) {
        found.hash = static_cast<FmgrInfo*>(palloc(sizeof(FmgrInfo)));
        fmgr_info(F_HASH_RECORD, found.hash);
    }
    if (!OidIsValid(found.equal->fn_oid) || !OidIsValid(found.hash->fn_oid))
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_FUNCTION),
                errmsg("could not identify a hash function for type %s", format_type_be(type)));
    return found;
}

/// Allocates in the context that it is made in, and frees what it outgrows.  Ids by reference are
/// not copied, unless the caller asks for it.
class IdSet {
public:
    /// Room for `capacity` ids of a type of lookup_ids() to begin with; raises an error when memory
    /// is out.
    IdSet(const IdType& type, Oid collation, size_t capacity)
        : type_(type), collation_(collation), context_(CurrentMemoryContext),
          capacity_(capacity + 1), mask_(slots_for(capacity_) - 1) {
        slots_ = allocate<uint32>(mask_ + 1, MCXT_ALLOC_ZERO);
        ids_ = allocate<Datum>(capacity_);
        hashes_ = allocate<uint32>(capacity_);
    }

    size_t size() const { return size_; }

    /// The number of an id, from 0; that of a new one is the size before.
    size_t number_of(Datum id) {
        const uint32 hash = DatumGetUInt32(FunctionCall1Coll(type_.hash, collation_, id));
        size_t at = first_slot(hash);
        for (; slots_[at] != 0; at = (at + 1) & mask_) {
            const size_t number = slots_[at] - 1;
            if (hashes_[number] == hash && is_equal(ids_[number], id)) return number;
        }
        if (size_ == capacity_) {
            grow();
            at = free_slot(hash);
        }
        ids_[size_] = id;
        hashes_[size_] = hash;
        slots_[at] = static_cast<uint32>(++size_);
        return size_ - 1;
    }

    /// Copies the id that came last, which the caller's memory is about to lose.
    void copy_last() {
        const MemoryContext caller = MemoryContextSwitchTo(context_);
        Datum& id = ids_[size_ - 1];
        id = type_.entry->typlen == -1 ? PointerGetDatum(PG_DETOAST_DATUM_COPY(id))
                                       : datumCopy(id, type_.entry->typbyval, type_.entry->typlen);
        MemoryContextSwitchTo(caller);
    }

private:
    template <class T>
    T* allocate(size_t count, int flags = 0) {
        return static_cast<T*>(
            MemoryContextAllocExtended(context_, count * sizeof(T), MCXT_ALLOC_HUGE | flags));
    }

    static size_t slots_for(size_t capacity) {
        size_t slots = 8;
        while (slots < 2 * capacity) slots *= 2;
        return slots;
    }

    /// Types' own hashes may differ in a few bits only.
    size_t first_slot(uint32 hash) const { return murmurhash32(hash) & mask_; }

    size_t free_slot(uint32 hash) const {
        size_t at = first_slot(hash);
        while (slots_[at] != 0) at = (at + 1) & mask_;
        return at;
    }

    void grow() {
        if (capacity_ > UINT32_MAX / 2)
            ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("too many different values"));
        capacity_ *= 2;
        ids_ = static_cast<Datum*>(repalloc_huge(ids_, capacity_ * sizeof(Datum)));
        hashes_ = static_cast<uint32*>(repalloc_huge(hashes_, capacity_ * sizeof(uint32)));
        pfree(slots_);
        mask_ = slots_for(capacity_) - 1;
        slots_ = allocate<uint32>(mask_ + 1, MCXT_ALLOC_ZERO);
        for (size_t number = 0; number < size_; ++number)
            slots_[free_slot(hashes_[number])] = static_cast<uint32>(number + 1);
    }

    bool is_equal(Datum a, Datum b) {
        return DatumGetBool(FunctionCall2Coll(type_.equal, collation_, a, b));
    }

    IdType type_;
    Oid collation_;
    MemoryContext context_;
    size_t capacity_;  // ids that there is room for
    size_t mask_;
    size_t size_ = 0;
    uint32* slots_;  // number + 1; 0: free
    Datum* ids_;
    uint32* hashes_;
};

}  // namespace vx::pg
