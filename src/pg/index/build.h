// CREATE INDEX and REINDEX.
#pragma once

#include "pg/index/open_index.h"

namespace vx::pg {

IndexBuildResult* build_index(Relation heap, Relation index, ::IndexInfo* info);
void build_empty_index(Relation index);
char* build_phase_name(int64 phase);

/// Raises when parsed options (options.h) contradict each other.
void check_graph_options(const bytea* options);
/// Raises when a column's typmod declares no dimensions.
void check_has_dims(int typmod, const char* type);
/// The dimensions that a column's typmod declares; raises when it does not, or too many.
uint32_t check_column_dims(int typmod, Element element);

/// Is an error that of a TOAST value which VACUUM has removed?  Rows that were deleted are indexed
/// as long as an old snapshot may see them, by the oldest one of a build.  VACUUM of the TOAST
/// table may have had a younger one: its horizon does not know of transactions in other databases,
/// that of a snapshot taken later does.  What it has removed no snapshot sees, so the row that it
/// belonged to need not be indexed.
bool is_missing_chunk(const ErrorData& error);

/// Less than this is of no use for anything: a build takes it in any case.
inline constexpr size_t kLeastBuildMemory = size_t{64} * 1024;

/// Bytes that the graph of a build may take: maintenance_work_mem.
size_t build_memory();

/// Workers that a build for `heap` with this much memory asks for, whatever the index computes.
int wanted_workers(Relation heap, size_t memory_limit);

}  // namespace vx::pg
