// GUCs and reloptions.  Names, ranges and messages are pgvector's.
#include "pg/index/options.h"

#include "core/paged/meta.h"

namespace vx::pg {
namespace {

constexpr int kDefaultM = 16;
constexpr int kMinM = 2;
constexpr int kLargestM = 100;
constexpr int kDefaultEfConstruction = 64;
constexpr int kMinEfConstruction = 4;
constexpr int kMaxEfConstruction = 1000;

struct IndexOptions {
    int32 vl_len_;  // NOLINT(readability-identifier-naming): the server's name of a varlena header
    int m;
    int ef_construction;
    int storage;
};

constexpr int kStorageDefault = 0;

relopt_enum_elt_def storage_names[] = {{"plain", static_cast<int>(Storage::kPlain)},
                                       {"compact", static_cast<int>(Storage::kCompact)},
                                       {"fast", static_cast<int>(Storage::kFast)},
                                       {nullptr, 0}};

int ef_search_setting = 40;
int iterative_scan_setting = static_cast<int>(IterativeScan::kOff);
int max_scan_tuples_setting = 20000;
double scan_mem_multiplier_setting = 1;
relopt_kind reloption_kind;

const config_enum_entry kIterativeScanNames[] = {
    {"off", static_cast<int>(IterativeScan::kOff), false},
    {"relaxed_order", static_cast<int>(IterativeScan::kRelaxedOrder), false},
    {"strict_order", static_cast<int>(IterativeScan::kStrictOrder), false},
    {nullptr, 0, false}};

void init_reloptions() {
    reloption_kind = add_reloption_kind();
    add_int_reloption(reloption_kind, "m", "Max number of connections", kDefaultM, kMinM, kLargestM,
                      AccessExclusiveLock);
    add_int_reloption(reloption_kind, "ef_construction",
                      "Size of the dynamic candidate list for construction", kDefaultEfConstruction,
                      kMinEfConstruction, kMaxEfConstruction, ShareUpdateExclusiveLock);
    add_enum_reloption(reloption_kind, "storage", "What the index keeps of a vector", storage_names,
                       kStorageDefault, "Valid values are \"plain\", \"compact\" and \"fast\".",
                       AccessExclusiveLock);
}

void init_gucs() {
    DefineCustomIntVariable("hnsw.ef_search",
                            "Sets the size of the dynamic candidate list for search",
                            "Valid range is 1..1000.", &ef_search_setting, 40, 1, 1000, PGC_USERSET,
                            GUC_EXPLAIN, nullptr, nullptr, nullptr);
    DefineCustomEnumVariable(
        "hnsw.iterative_scan", "Sets the mode for iterative scans",
        "Scans are complete in every mode; the setting is accepted for compatibility.",
        &iterative_scan_setting, static_cast<int>(IterativeScan::kOff), kIterativeScanNames,
        PGC_USERSET, GUC_EXPLAIN, nullptr, nullptr, nullptr);
    DefineCustomIntVariable(
        "hnsw.max_scan_tuples", "Sets the max number of tuples to visit in the graph",
        "A scan that needs more sorts the rest of the index instead.", &max_scan_tuples_setting,
        20000, 1, INT_MAX, PGC_USERSET, GUC_EXPLAIN, nullptr, nullptr, nullptr);
    DefineCustomRealVariable(
        "hnsw.scan_mem_multiplier", "Sets the multiple of work_mem to use for graph scans",
        "A scan that needs more sorts the rest of the index instead.", &scan_mem_multiplier_setting,
        1, 1, 1000, PGC_USERSET, GUC_EXPLAIN, nullptr, nullptr, nullptr);
    MarkGUCPrefixReserved("hnsw");
}

const IndexOptions* options_of(Relation index) {
    return reinterpret_cast<const IndexOptions*>(index->rd_options);
}

}  // namespace

int ef_search() { return ef_search_setting; }
int max_scan_tuples() { return max_scan_tuples_setting; }

size_t scan_memory_bytes() {
    return static_cast<size_t>(work_mem * 1024.0 * scan_mem_multiplier_setting);
}

void init_index_options() {
    init_reloptions();
    init_gucs();
}

bytea* parse_reloptions(Datum reloptions, bool validate) {
    static const relopt_parse_elt kTable[] = {
        {"m", RELOPT_TYPE_INT, offsetof(IndexOptions, m)},
        {"ef_construction", RELOPT_TYPE_INT, offsetof(IndexOptions, ef_construction)},
        {"storage", RELOPT_TYPE_ENUM, offsetof(IndexOptions, storage)},
    };
    return static_cast<bytea*>(build_reloptions(reloptions, validate, reloption_kind,
                                                sizeof(IndexOptions), kTable, lengthof(kTable)));
}

Storage index_storage(Relation index, Element element, Metric metric) {
    const int chosen = options_of(index) != nullptr ? options_of(index)->storage : kStorageDefault;
    if (chosen == kStorageDefault)
        return is_supported(element, metric, Storage::kFast) ? Storage::kFast : Storage::kPlain;
    const auto storage = static_cast<Storage>(chosen);
    if (!is_supported(element, metric, storage)) {
        const char* of = element == Element::kBit      ? "type bit"
                         : element == Element::kSparse ? "type sparsevec"
                                                       : "L1 distance";
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("storage \"%s\" is not supported for %s",
                       storage == Storage::kFast ? "fast" : "compact", of),
                errhint("Use storage \"plain\"."));
    }
    return storage;
}

int index_m(Relation index) {
    return options_of(index) != nullptr ? options_of(index)->m : kDefaultM;
}

int index_ef_construction(Relation index) {
    return options_of(index) != nullptr ? options_of(index)->ef_construction
                                        : kDefaultEfConstruction;
}

}  // namespace vx::pg
