// Storage `inverted` in the server: core/inverted over buffers, for the access method's callbacks.
#pragma once

#include "core/paged/scan_request.h"
#include "pg/index/last_scan.h"
#include "pg/index/open_index.h"
#include "pg/index/scan_query.h"

namespace vx::pg {

/// Refuses what such an index cannot have.
void require_no_filters(const MetaContent& meta);

IndexBuildResult* build_inverted(Relation heap, Relation index, ::IndexInfo* info,
                                 const MetaContent& meta);
/// The init fork of an unlogged index.
void build_empty_inverted(Relation index, const MetaContent& meta);

void insert_inverted(Relation index, const OpenIndex& opened, Datum value, bool is_null,
                     ItemPointer row);

/// Rows and pages of an index.
struct InvertedCounts {
    uint32_t segments = 0;
    uint64_t live = 0;  // rows
    uint64_t dead = 0;
    uint32_t waiting_pages = 0;
    uint32_t free_pages = 0;
};
/// As the state page has them; rows that wait are counted one by one where `waiting` says so.
InvertedCounts count_inverted(Relation index, bool waiting);

void delete_inverted(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                     IndexBulkDeleteCallback callback, void* callback_state);
InvertedCounts clean_inverted(Relation index);

/// Leaves nothing of the rows that VACUUM has removed; how many there were still.
uint64_t erase_inverted(Relation index);

/// Postings that the terms of a query have, in all segments.
double count_postings(Relation index, const OpenIndex& opened, Datum query);

/// One scan: rows in exact order, those without a vector last.
class InvertedRun {
public:
    /// Memory from the current context, which lives as long as the scan.
    InvertedRun(IndexScanDesc scan, const OpenIndex& index, const ScanRequest& request,
                QueryArgument query);

    bool next(HeapTid* tid);
    void forget_row();
    ScanReport report() const;
    void end() {}

private:
    class Batches;
    Batches* batches_;
};

}  // namespace vx::pg
