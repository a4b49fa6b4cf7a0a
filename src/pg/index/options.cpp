// GUCs and reloptions.  Names, ranges and messages are pgvector's.
#include "pg/index/options.h"

#include "core/base/random.h"
#include "core/paged/meta.h"
#include "pg/index/build.h"
#include "pg/index/calibrated.h"
#include "pg/index/facts.h"
#include "pg/index/open_index.h"

namespace vx::pg {
namespace {

constexpr int kDefaultM = 16;
constexpr int kMinM = 2;
constexpr int kLargestM = 100;
constexpr int kDefaultEfConstruction = 64;
constexpr int kMinEfConstruction = 4;
constexpr int kMaxEfConstruction = 1000;
constexpr int kDefaultLists = 100;
constexpr int kMaxLists = 32768;
// A sample of thousands of neighbors tells no more than one in a thousand.
constexpr double kMinTargetRecall = 0.01;
constexpr double kMaxTargetRecall = 0.999;
// An index ivfflat is a graph as well.  One probe stands for this ef_search, four for twice as
// much: that finds more than as many probes of lists do, at any number (figures are in
// docs/moving-from-pgvector.md).
constexpr int kEfOfOneProbe = 40;

struct IndexOptions {
    int32 vl_len_;  // NOLINT(readability-identifier-naming): the server's name of a varlena header
    int m;
    int ef_construction;
    int storage;
    int ef_search;
    double target_recall;
    // ivfflat's alone:
    int lists;
    int probes;
};

// Of ef_search, target_recall and probes: the setting decides.
constexpr int kNotGiven = 0;

// Of vectorext.seed.
constexpr int kByChance = -1;

constexpr int kStorageDefault = 0;
// Up to so many dimensions the default is to keep vectors as they are: that is less than a code and
// its sketches are, finds more, and is as quick (src/core/quantize/README.md, "Few dimensions").
constexpr uint32_t kMostPlainDims = 8;

/// A setting of which an index can have its own default.
struct Effort {
    int value;
    bool chosen;  // by anyone: in a session, for a role or database, in a file
};

relopt_enum_elt_def storage_names[] = {{"plain", static_cast<int>(Storage::kPlain)},
                                       {"compact", static_cast<int>(Storage::kCompact)},
                                       {"fast", static_cast<int>(Storage::kFast)},
                                       {"inverted", static_cast<int>(Storage::kInverted)},
                                       {nullptr, 0}};

Effort ef_search_setting = {40, false};
Effort probes_setting = {1, false};
int default_storage_setting = kStorageDefault;
int max_probes_setting = kMaxLists;
int iterative_scan_setting = static_cast<int>(IterativeScan::kOff);
int ivfflat_iterative_scan_setting = static_cast<int>(IterativeScan::kOff);
int max_scan_tuples_setting = 20000;
double scan_mem_multiplier_setting = 1;
int range_scan_setting = 0;
int seed_setting = kByChance;
relopt_kind reloption_kind;
relopt_kind ivfflat_reloption_kind;

const config_enum_entry kIterativeScanNames[] = {
    {"off", static_cast<int>(IterativeScan::kOff), false},
    {"relaxed_order", static_cast<int>(IterativeScan::kRelaxedOrder), false},
    {"strict_order", static_cast<int>(IterativeScan::kStrictOrder), false},
    {nullptr, 0, false}};
const config_enum_entry kRangeScanNames[] = {
    {"approximate", 0, false}, {"exact", 1, false}, {nullptr, 0, false}};
const config_enum_entry kDefaultStorageNames[] = {
    {"auto", kStorageDefault, false},
    {"fast", static_cast<int>(Storage::kFast), false},
    {"compact", static_cast<int>(Storage::kCompact), false},
    {"plain", static_cast<int>(Storage::kPlain), false},
    {nullptr, 0, false}};
const config_enum_entry kIvfflatIterativeScanNames[] = {
    {"off", static_cast<int>(IterativeScan::kOff), false},
    {"relaxed_order", static_cast<int>(IterativeScan::kRelaxedOrder), false},
    {nullptr, 0, false}};

void init_reloptions() {
    reloption_kind = add_reloption_kind();
    add_int_reloption(reloption_kind, "m", "Max number of connections", kDefaultM, kMinM, kLargestM,
                      AccessExclusiveLock);
    add_int_reloption(reloption_kind, "ef_construction",
                      "Size of the dynamic candidate list for construction", kDefaultEfConstruction,
                      kMinEfConstruction, kMaxEfConstruction, ShareUpdateExclusiveLock);
    add_enum_reloption(reloption_kind, "storage", "What the index keeps of a vector", storage_names,
                       kStorageDefault,
                       "Valid values are \"plain\", \"compact\", \"fast\" and \"inverted\".",
                       AccessExclusiveLock);
    add_int_reloption(reloption_kind, "ef_search", "Size of the dynamic candidate list for search",
                      kNotGiven, 1, kMaxEfSearch, ShareUpdateExclusiveLock);
    add_real_reloption(reloption_kind, "target_recall",
                       "Recall at LIMIT 10 that ef_search is chosen for when the index is built",
                       kNotGiven, kMinTargetRecall, kMaxTargetRecall, ShareUpdateExclusiveLock);
    ivfflat_reloption_kind = add_reloption_kind();
    add_int_reloption(ivfflat_reloption_kind, "lists", "Number of inverted lists", kDefaultLists, 1,
                      kMaxLists, AccessExclusiveLock);
    add_int_reloption(ivfflat_reloption_kind, "probes", "Number of probes", kNotGiven, 1, kMaxLists,
                      ShareUpdateExclusiveLock);
}

/// Two libraries cannot own the settings of one session.  The server's own error would say only
/// that a parameter was redefined.
void refuse_second_library() {
    constexpr const char* kSetting = "hnsw.ef_search";
    if (GetConfigOption(kSetting, true, false) == nullptr ||
        (GetConfigOptionFlags(kSetting, true) & GUC_CUSTOM_PLACEHOLDER) != 0)
        return;
    ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
            errmsg("another library with the access method hnsw is loaded in this session"),
            errdetail("pgvector's library and vectorext's cannot work in one session."),
            errhint("Connect anew.  If it is in shared_preload_libraries, take it out and restart "
                    "the server."));
}

/// Keeps with the value of a setting whether anyone chose it.  The server keeps it through RESET,
/// ROLLBACK and functions' SET, as it does the value.
bool note_source(int*, void** extra, GucSource source) {
    if (source <= PGC_S_DYNAMIC_DEFAULT) return true;
    *extra = vx_guc_alloc(1);
    return *extra != nullptr;
}

template <Effort& kSetting>
void take_source(int, void* extra) {
    kSetting.chosen = extra != nullptr;
}

void init_gucs() {
    DefineCustomIntVariable(
        "hnsw.ef_search", "Sets the size of the dynamic candidate list for search",
        "Valid range is 1..10000.", &ef_search_setting.value, 40, 1, kMaxEfSearch, PGC_USERSET,
        GUC_EXPLAIN, note_source, take_source<ef_search_setting>, nullptr);
    DefineCustomEnumVariable("hnsw.default_storage",
                             "Sets the storage of indexes that are built without one",
                             "Where there is no such storage for the type or the operator class, "
                             "\"plain\" is taken.",
                             &default_storage_setting, kStorageDefault, kDefaultStorageNames,
                             PGC_USERSET, 0, nullptr, nullptr, nullptr);
    DefineCustomEnumVariable("hnsw.iterative_scan", "Sets the mode for iterative scans",
                             "Scans are complete in every mode; \"strict_order\" compares all rows "
                             "before it returns the "
                             "first, so that none is ever out of order.",
                             &iterative_scan_setting, static_cast<int>(IterativeScan::kOff),
                             kIterativeScanNames, PGC_USERSET, GUC_EXPLAIN, nullptr, nullptr,
                             nullptr);
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

void init_ivfflat_gucs() {
    DefineCustomIntVariable("ivfflat.probes", "Sets the number of probes",
                            "Valid range is 1..lists.", &probes_setting.value, 1, 1, kMaxLists,
                            PGC_USERSET, GUC_EXPLAIN, note_source, take_source<probes_setting>,
                            nullptr);
    DefineCustomEnumVariable(
        "ivfflat.iterative_scan", "Sets the mode for iterative scans",
        "Scans are complete in every mode; the setting is accepted for compatibility.",
        &ivfflat_iterative_scan_setting, static_cast<int>(IterativeScan::kOff),
        kIvfflatIterativeScanNames, PGC_USERSET, GUC_EXPLAIN, nullptr, nullptr, nullptr);
    DefineCustomIntVariable(
        "ivfflat.max_probes", "Sets the max number of probes for iterative scans",
        "Scans are complete; the setting is accepted for compatibility.", &max_probes_setting,
        kMaxLists, 1, kMaxLists, PGC_USERSET, GUC_EXPLAIN, nullptr, nullptr, nullptr);
    MarkGUCPrefixReserved("ivfflat");
}

void init_vectorext_gucs() {
    DefineCustomEnumVariable("vectorext.range_scan", "Sets how rows within a distance are found",
                             "For conditions on a distance without LIMIT. \"approximate\" searches "
                             "the graph; \"exact\" compares all rows and misses none.",
                             &range_scan_setting, 0, kRangeScanNames, PGC_USERSET, GUC_EXPLAIN,
                             nullptr, nullptr, nullptr);
}

/// For those who change the code (src/README.md): SHOW ALL and REFERENCE.md leave it out.
void init_developer_gucs() {
    DefineCustomIntVariable("vectorext.seed", "Sets the seed of indexes that are built",
                            "-1 draws one for each. The same table then gives the same index, "
                            "where max_parallel_maintenance_workers is 0.",
                            &seed_setting, kByChance, kByChance, INT_MAX, PGC_USERSET,
                            GUC_NOT_IN_SAMPLE | GUC_NO_SHOW_ALL, nullptr, nullptr, nullptr);
    MarkGUCPrefixReserved("vectorext");
}

const IndexOptions* view_options(const bytea* options) {
    return reinterpret_cast<const IndexOptions*>(options);
}

/// The handler decides, not the name: catalogs may call the access method anything.
bool is_ivfflat(Relation index) { return index->rd_indam->amoptions == parse_ivfflat_reloptions; }

/// What is chosen for a session is for all its indexes; then comes what the index has of its own.
int effective(const Effort& setting, int own) {
    return setting.chosen || own == kNotGiven ? setting.value : own;
}

/// The ef_search that an index has by its options; kNotGiven: none.
int own_ef_search(Relation index) {
    const IndexOptions* options = view_options(index->rd_options);
    if (options == nullptr || options->ef_search != kNotGiven || options->target_recall == 0)
        return options != nullptr ? options->ef_search : kNotGiven;
    return read_calibration(index).ef_search;
}

int scan_probes(Relation index) {
    const IndexOptions* options = view_options(index->rd_options);
    return effective(probes_setting, options != nullptr ? options->probes : kNotGiven);
}

/// Where an option is kept.  PG 18 has one more field, which is zero for an option like ours.
constexpr relopt_parse_elt parse_entry(const char* name, relopt_type type, size_t offset) {
    relopt_parse_elt entry{};
    entry.optname = name;
    entry.opttype = type;
    entry.offset = static_cast<int>(offset);
    return entry;
}

[[noreturn]] void refuse_inverted() {
    ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
            errmsg("storage \"inverted\" is for inner products of type sparsevec only"),
            errhint("Use operator class sparsevec_ip_ops, or another storage."));
    pg_unreachable();
}

}  // namespace

int scan_ef(Relation index) {
    if (!is_ivfflat(index))
        return ef_search_setting.chosen ? ef_search_setting.value
                                        : effective(ef_search_setting, own_ef_search(index));
    const double ef = kEfOfOneProbe * sqrt(static_cast<double>(scan_probes(index)));
    return ef < kMaxEfSearch ? static_cast<int>(ef) : kMaxEfSearch;
}

bool scans_all_rows(Relation index) {
    if (!is_ivfflat(index)) return false;
    const IndexOptions* options = view_options(index->rd_options);
    return scan_probes(index) >= (options != nullptr ? options->lists : kDefaultLists);
}

bool scans_in_strict_order(Relation index) {
    return !is_ivfflat(index) &&
           iterative_scan_setting == static_cast<int>(IterativeScan::kStrictOrder);
}

bool scans_ranges_exactly() { return range_scan_setting != 0; }

const char* method_name(Relation index) { return is_ivfflat(index) ? "ivfflat" : "hnsw"; }

int max_scan_tuples() { return max_scan_tuples_setting; }

size_t scan_memory_bytes() {
    return static_cast<size_t>(work_mem * 1024.0 * scan_mem_multiplier_setting);
}

void init_index_options() {
    refuse_second_library();
    init_reloptions();
    init_gucs();
    init_ivfflat_gucs();
    init_vectorext_gucs();
    init_developer_gucs();
}

bool has_given_seed() { return seed_setting != kByChance; }

uint64_t index_seed() {
    if (!has_given_seed()) return pg_prng_uint64(&pg_global_prng_state);
    return SplitMix64(static_cast<uint64_t>(seed_setting)).next();
}

bytea* parse_reloptions(Datum reloptions, bool validate) {
    static constexpr relopt_parse_elt kTable[] = {
        parse_entry("m", RELOPT_TYPE_INT, offsetof(IndexOptions, m)),
        parse_entry("ef_construction", RELOPT_TYPE_INT, offsetof(IndexOptions, ef_construction)),
        parse_entry("storage", RELOPT_TYPE_ENUM, offsetof(IndexOptions, storage)),
        parse_entry("ef_search", RELOPT_TYPE_INT, offsetof(IndexOptions, ef_search)),
        parse_entry("target_recall", RELOPT_TYPE_REAL, offsetof(IndexOptions, target_recall)),
    };
    auto* parsed = static_cast<bytea*>(build_reloptions(
        reloptions, validate, reloption_kind, sizeof(IndexOptions), kTable, lengthof(kTable)));
    // When they are set, not only when the index is built.
    if (validate) check_graph_options(parsed);
    return parsed;
}

bytea* parse_ivfflat_reloptions(Datum reloptions, bool validate) {
    static constexpr relopt_parse_elt kTable[] = {
        parse_entry("lists", RELOPT_TYPE_INT, offsetof(IndexOptions, lists)),
        parse_entry("probes", RELOPT_TYPE_INT, offsetof(IndexOptions, probes)),
    };
    auto* parsed = static_cast<IndexOptions*>(
        build_reloptions(reloptions, validate, ivfflat_reloption_kind, sizeof(IndexOptions), kTable,
                         lengthof(kTable)));
    if (parsed == nullptr) return nullptr;
    parsed->m = kDefaultM;
    parsed->ef_construction = kDefaultEfConstruction;
    parsed->storage = kStorageDefault;
    return reinterpret_cast<bytea*>(parsed);
}

Storage chosen_storage(const bytea* options, const OpclassInfo& opclass, uint32_t dims) {
    const Element element = opclass.element;
    const Metric metric = opclass.metric;
    const int chosen = options != nullptr ? view_options(options)->storage : kStorageDefault;
    if (chosen == kStorageDefault && default_storage_setting != kStorageDefault) {
        const auto wanted = static_cast<Storage>(default_storage_setting);
        return is_supported(element, metric, wanted) ? wanted : Storage::kPlain;
    }
    if (chosen == kStorageDefault)
        return dims > kMostPlainDims && is_supported(element, metric, Storage::kFast)
                   ? Storage::kFast
                   : Storage::kPlain;
    const auto storage = static_cast<Storage>(chosen);
    if (!is_supported(element, metric, storage)) {
        if (storage == Storage::kInverted) refuse_inverted();
        const bool has_codes = is_supported(element, Metric::kL2, storage);
        const char* of = has_codes ? "L1 distance" : psprintf("type %s", facts_of(element).type);
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("storage \"%s\" is not supported for %s", storage_name(storage), of),
                errhint("Use storage \"plain\"."));
    }
    return storage;
}

const char* storage_name(Storage storage) {
    for (const relopt_enum_elt_def* at = storage_names; at->string_val != nullptr; ++at)
        if (at->symbol_val == static_cast<int>(storage)) return at->string_val;
    return "unknown";
}

bool gives_storage(const bytea* options) {
    return options != nullptr && view_options(options)->storage != kStorageDefault;
}

double chosen_target_recall(const bytea* options) {
    return options != nullptr ? view_options(options)->target_recall : kNotGiven;
}

bool can_be_target_recall(double recall) {
    return recall >= kMinTargetRecall && recall <= kMaxTargetRecall;
}

bool gives_ef_search(const bytea* options) {
    return options != nullptr && view_options(options)->ef_search != kNotGiven;
}

int chosen_m(const bytea* options) {
    return options != nullptr ? view_options(options)->m : kDefaultM;
}

int chosen_ef_construction(const bytea* options) {
    return options != nullptr ? view_options(options)->ef_construction : kDefaultEfConstruction;
}

}  // namespace vx::pg
