// One scan of one storage: core's scanner over buffers and rows of the server.
#pragma once

#include "core/paged/scanner.h"
#include "pg/index/codecs.h"
#include "pg/index/rerank.h"

namespace vx::pg {

/// How a scan of codes measures: its query times a power of two, and distances as multiples of the
/// operator's ranking distances.
struct QueryScale {
    int exponent = 0;
    double unit = 1;
};

/// The state between calls.  Lives in the scan's memory context; nothing is locked or pinned by it.
template <class Codec>
class ScanRun {
public:
    /// Memory from the current context, which lives as long as the scan.
    ScanRun(IndexScanDesc scan, const OpenIndex& index, const Codec& codec, ScanRequest request,
            QueryScale scale)
        : pages_(scan->indexRelation), scanner_(pages_, index.geometry, codec, index.params) {
        const Arena arena = context_arena(CurrentMemoryContext);
        const ScanKeyData& key = scan->orderByData[0];
        auto* element = static_cast<std::byte*>(palloc(element_bytes(index)));
        const bool has_query = read_query(index, key.sk_argument, (key.sk_flags & SK_ISNULL) != 0,
                                          element) == ElementKind::kNormal;
        if (has_query && !Codec::kExact)
            reader_ =
                new (palloc(sizeof(RowReader))) RowReader(scan, index, key.sk_argument, scale.unit);
        if (scale.exponent != 0)
            multiply(reinterpret_cast<float*>(element), index.dims, scale_factor(scale.exponent));
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

    void end() {
        if (reader_ != nullptr) reader_->close();
    }

private:
    static void multiply(float* element, uint32_t dims, float factor) {
        for (uint32_t i = 0; i < dims; ++i) element[i] *= factor;
    }

    BufferPages pages_;
    Scanner<BufferPages, Codec, RowReader> scanner_;
    RowReader* reader_ = nullptr;
};

}  // namespace vx::pg
