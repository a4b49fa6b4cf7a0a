// Values that an index scan has fetched from TOAST, kept while it runs.
//
// A scan that ranks rows by their exact distance reads the vectors of the rows it returns, and the
// executor then computes the same distances again for its (hidden) sort column.  At 784 dimensions
// fetching a vector takes 3 us, a third of a query's time in all; so what was fetched once is
// handed to the second reader, and what the scan need not read is fetched for that by its reader.
#pragma once

#include "pg/fetch/toast_reader.h"

namespace vx::pg {

/// The latest values of one scan.  A value is known by the TOAST relation and its id there, which
/// mean the same value as long as the scan's snapshot protects it; what was kept is forgotten when
/// the scan ends, by an error too.
class FetchedValues {
public:
    /// Memory from the current context, whose end is also the end of what is kept.  `bytes` is the
    /// size of a value.
    FetchedValues(Relation table, size_t bytes);

    /// The value in plain form: `value` itself where it is stored in line, else a copy that is kept
    /// until some more values were fetched.
    const varlena* fetch(Datum value);

    /// The value as an open scan of this backend over its table has it, or fetches it; nullptr if
    /// there is no such scan.
    static const varlena* find(Datum value);

    /// Gives back locks and forgets everything.
    void close();

private:
    // Ten rows are returned after thirteen were read, or so.
    static constexpr uint32 kMostKept = 32;
    static constexpr size_t kMostBytes = size_t{1} << 20;

    struct Kept {
        Oid toast;
        Oid id;
        varlena* copy;
    };

    const varlena* lookup(const varatt_external& pointer) const;
    const varlena* keep(const varatt_external& pointer, varlena* copy);
    static void forget(void* self);

    MemoryContext context_;
    ToastReader reader_;
    uint32 capacity_;
    uint32 next_ = 0;
    Kept kept_[kMostKept] = {};
    FetchedValues* outer_ = nullptr;  // scans of a backend can be nested
    MemoryContextCallback callback_;
};

}  // namespace vx::pg
