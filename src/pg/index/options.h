// What users can set: GUCs and reloptions, with their limits.
#pragma once

#include "core/kernels/metric.h"
#include "core/paged/page_format.h"
#include "pg/pg.h"

namespace vx::pg {

struct OpclassInfo;

/// Of ef_search.
inline constexpr int kMaxEfSearch = 10000;

/// hnsw.iterative_scan.  Every scan is complete here; strict_order makes the order certain at any
/// depth, the other two do as far as ef_search.
enum class IterativeScan : int { kOff, kRelaxedOrder, kStrictOrder };

/// Candidates that a scan of `index` keeps: hnsw.ef_search where anyone has set it, else the
/// index's own ef_search, else what it was calibrated to for its target_recall, else the setting's
/// default; for ivfflat what probes stand for, found likewise.
int scan_ef(Relation index);
/// Whether a scan is to compare all rows: ivfflat with as many probes as lists.
bool scans_all_rows(Relation index);
/// Whether its order must be certain at any depth (iterative_scan = strict_order).
bool scans_in_strict_order(Relation index);
/// Whether rows within a distance are found by comparing all (vectorext.range_scan = exact).
bool scans_ranges_exactly();
/// Limits of the graph phase of one scan; beyond them the rest is swept in exact order.
int max_scan_tuples();
size_t scan_memory_bytes();

/// What an index that is built now draws levels and its rotation from: by chance, or always the
/// same for a vectorext.seed.
uint64_t index_seed();
bool has_given_seed();

/// Registers GUCs and reloptions; called once, at load.
void init_index_options();

/// amoptions: parses WITH (...).
bytea* parse_reloptions(Datum reloptions, bool validate);
bytea* parse_ivfflat_reloptions(Datum reloptions, bool validate);

/// The name of a storage in WITH (...).
const char* storage_name(Storage storage);

/// The name that the access method of an index goes by in messages: hnsw or ivfflat.
const char* method_name(Relation index);

// What parsed options say: rd_options of an index, or the result of parse_reloptions().  Null
// stands for the defaults.

/// Storage of an index about to be built, by what it holds and hnsw.default_storage; raises when
/// there is no such storage for its elements and metric.
Storage chosen_storage(const bytea* options, const OpclassInfo& opclass, uint32_t dims);
/// Whether they name a storage.
bool gives_storage(const bytea* options);
/// The recall that ef_search is to be chosen for; 0: none.
double chosen_target_recall(const bytea* options);
/// Whether the option can have this value.
bool can_be_target_recall(double recall);
/// Whether they name an ef_search, which goes before target_recall.
bool gives_ef_search(const bytea* options);
int chosen_m(const bytea* options);
int chosen_ef_construction(const bytea* options);

}  // namespace vx::pg
