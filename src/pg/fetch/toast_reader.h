// Values out of line, fetched one after another.
//
// The server's own detoasting opens the TOAST relation and its index for every value, and looks up
// locks and begins a scan there; an index scan that ranks rows by exact distance fetches a dozen
// values of one table, so this keeps all of that between them (768 dimensions: 8 % less time a
// query), and finds the chunks by itself.
#pragma once

#include "pg/fetch/toast_index.h"

namespace vx::pg {

/// An open TOAST relation.  Between calls it holds locks and references, which transaction abort
/// gives back, and no pin.
class ToastReader {
public:
    explicit ToastReader(Relation table) : table_(table) {}

    /// Opens what `fetch` needs, with memory of the current context; not again when it has.
    void open();

    /// The value in plain form, in the current context.  nullptr where the server must fetch it:
    /// it is compressed, of another table, or not as it should be; or `open` was not called, or by
    /// another owner of resources: that one's abort would take away what this still counts on.
    varlena* fetch(const varatt_external& pointer);

    /// Gives back what is open.
    void close();

private:
    bool copy_found(Oid value, varlena* out);
    bool copy_scanned(Oid value, varlena* out);
    void begin_scan();

    Relation table_;
    ResourceOwner owner_ = nullptr;
    Relation toast_ = nullptr;
    Relation index_ = nullptr;
    ToastIndex chunks_;
    Snapshot seen_by_ = nullptr;
    SnapshotData snapshot_;
    // For what ToastIndex does not find.
    IndexScanDesc scan_ = nullptr;
    TupleTableSlot* slot_ = nullptr;
    MemoryContext context_ = nullptr;
};

}  // namespace vx::pg
