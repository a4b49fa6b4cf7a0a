// One scan of one storage: core's scanner over buffers and rows of the server.
#pragma once

#include "core/paged/scanner.h"
#include "pg/index/codecs.h"
#include "pg/index/last_scan.h"
#include "pg/index/rerank.h"
#include "pg/index/scan_query.h"

namespace vx::pg {

/// The state between calls.  Lives in the scan's memory context; nothing is locked or pinned by it.
template <class Codec>
class ScanRun {
public:
    /// Memory from the current context, which lives as long as the scan.
    ScanRun(IndexScanDesc scan, const OpenIndex& index, const Codec& codec, ScanRequest request,
            QueryScale scale, QueryArgument query)
        : pages_(scan->indexRelation), scanner_(pages_, index.geometry, codec, index.params) {
        const Arena arena = context_arena(CurrentMemoryContext);
        auto* element = static_cast<std::byte*>(palloc(element_bytes(index)));
        const bool has_query =
            read_query(index, query.value, query.is_null, element) == ElementKind::kNormal;
        if (has_query && !Codec::kExact && !request.unranked)
            reader_ =
                new (palloc(sizeof(RowReader))) RowReader(scan, index, query.value, scale.unit);
        scale_elements(index, scale, element);
        using Element = typename Codec::Element;
        scanner_.start(has_query ? reinterpret_cast<const Element*>(element) : nullptr, request,
                       reader_, arena);
    }

    /// The next row; false at the end.
    bool next(HeapTid* tid) {
        const bool found = scanner_.next(tid);
        if (reader_ != nullptr) reader_->release();
        return found;
    }
    void forget_row() { scanner_.forget_row(); }

    /// What it did so far.
    ScanReport report() const { return {scanner_.counts(), pages_.pins()}; }

    void end() {
        if (reader_ != nullptr) reader_->close();
    }

private:
    BufferPages pages_;
    Scanner<BufferPages, Codec, RowReader> scanner_;
    RowReader* reader_ = nullptr;
};

}  // namespace vx::pg
