// vectorext_build_estimate(regclass, name, text): memory, size and time of an index before it is
// built.
//
// Memory and size follow from the same shapes that the build uses, so they are as good as the
// number of rows is.  The time is a model with three measured constants.
#include "pg/index/estimate.h"

#include "core/graph/memory_store.h"
#include "core/paged/flush.h"
#include "pg/fmgr.h"
#include "pg/index/build.h"
#include "pg/index/build_shared.h"
#include "pg/index/facts.h"
#include "pg/index/options.h"
#include "pg/index/required.h"
#include "pg/index/sample.h"
#include "pg/types/datum.h"

namespace vx::pg {

double estimate_rows(Relation heap, const EstimatedColumn& column) {
    // What TOAST leaves in a row; the server moves values out of rows longer than this.
    constexpr size_t kLongestRow = 2000;
    const BlockNumber real_pages = RelationGetNumberOfBlocks(heap);
    if (real_pages == 0) return 0;
    const TupleDesc columns = RelationGetDescr(heap);
    // By attribute number; 0: the server's guess for the type, 32 bytes for all of ours.
    auto* widths =
        static_cast<int32*>(palloc0((static_cast<size_t>(columns->natts) + 1) * sizeof(int32)));
    if (column.number > 0) {
        const bool out_of_line =
            column.value_bytes > kLongestRow && OidIsValid(heap->rd_rel->reltoastrelid) &&
            TupleDescAttr(columns, column.number - 1)->attstorage != TYPSTORAGE_PLAIN;
        widths[column.number] =
            static_cast<int32>(out_of_line ? TOAST_POINTER_SIZE : column.value_bytes);
    }
    BlockNumber pages = 0;
    double rows = 0;
    double visible = 0;
    estimate_rel_size(heap, widths, &pages, &rows, &visible);
    pfree(widths);
    // Of a table of a few pages the planner supposes that it will grow to ten.
    return pages > real_pages ? ceil(rows * real_pages / pages) : rows;
}

namespace {

/// What is asked about.
struct Subject {
    EstimatedColumn column;
    OpenIndex opened;
    double rows;
    int processes;
};

// ---- options

char* trim(char* text) {
    while (isspace(static_cast<unsigned char>(*text))) ++text;
    char* end = text + strlen(text);
    while (end > text && isspace(static_cast<unsigned char>(end[-1]))) --end;
    *end = '\0';
    return text;
}

/// An option as pg_class.reloptions has it, name=value; WITH (m) means m=true.
Datum option_datum(char* option) {
    char* equals = strchr(option, '=');
    char* value = pstrdup("true");
    if (equals != nullptr) {
        *equals = '\0';
        value = trim(equals + 1);
    }
    const size_t length = strlen(value);
    if (length >= 2 && value[0] == '\'' && value[length - 1] == '\'') {
        value[length - 1] = '\0';
        ++value;
    }
    char* name = trim(option);
    for (char* at = name; *at != '\0'; ++at)
        *at = static_cast<char>(pg_tolower(static_cast<unsigned char>(*at)));
    return CStringGetTextDatum(psprintf("%s=%s", name, value));
}

/// Parses what one writes in WITH (...); null when that is nothing.
const bytea* parse_option_list(char* text) {
    if (*trim(text) == '\0') return nullptr;
    ArrayBuildState* options = nullptr;
    while (text != nullptr) {
        char* comma = strchr(text, ',');
        if (comma != nullptr) *comma++ = '\0';
        options =
            accumArrayResult(options, option_datum(text), false, TEXTOID, CurrentMemoryContext);
        text = comma;
    }
    const bytea* parsed = parse_reloptions(makeArrayResult(options, CurrentMemoryContext), true);
    check_graph_options(parsed);
    return parsed;
}

// ---- the table

Relation open_heap(Oid oid) {
    const Relation heap = relation_open(oid, AccessShareLock);
    const char kind = heap->rd_rel->relkind;
    if (kind == RELKIND_PARTITIONED_TABLE)
        ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
                errmsg("cannot estimate an index on partitioned table \"%s\"",
                       RelationGetRelationName(heap)),
                errhint("Each partition has an index of its own: ask about the partitions."));
    if (kind != RELKIND_RELATION && kind != RELKIND_MATVIEW)
        ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
                errmsg("cannot create index on relation \"%s\"", RelationGetRelationName(heap)),
                errdetail_relkind_not_supported(kind));
    if (RELATION_IS_OTHER_TEMP(heap))
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("cannot access temporary tables of other sessions"));
    // The answer tells how many rows there are, and how long.
    if (pg_class_aclcheck(oid, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
        aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(heap));
    require_no_policies(heap, "An estimate tells of rows that a policy may hide.",
                        "Ask as a role that bypasses row-level security.");
    return heap;
}

/// The operator class of Euclidean distance for values of a type, or of Hamming distance for bits.
bool find_usual_opclass(Oid type, OpclassInfo* found) {
    const Oid method = GetSysCacheOid1(AMNAME, Anum_pg_am_oid, CStringGetDatum("hnsw"));
    CatCList* all = SearchSysCacheList1(CLAAMNAMENSP, ObjectIdGetDatum(method));
    bool usual = false;
    for (int i = 0; i < all->n_members && !usual; ++i) {
        const auto* form = reinterpret_cast<Form_pg_opclass>(GETSTRUCT(&all->members[i]->tuple));
        if (form->opcintype != type) continue;
        const Oid family = form->opcfamily;
        const Oid distance = get_opfamily_proc(family, type, type, kDistanceProc);
        if (!OidIsValid(distance)) continue;
        const bool has_norm = OidIsValid(get_opfamily_proc(family, type, type, kNormProc));
        FmgrInfo function;
        fmgr_info(distance, &function);
        usual = find_opclass(function.fn_addr, has_norm, found) &&
                (found->metric == Metric::kL2 || found->metric == Metric::kHamming);
    }
    ReleaseCatCacheList(all);
    return usual;
}

/// Elements of a sparse vector that are not zero: on average, as ANALYZE has seen them.
uint32_t usual_pairs(Oid heap, AttrNumber column) {
    const int32 width = get_attavgwidth(heap, column);
    if (width <= 0) return kUnknownPairs;
    const auto none = static_cast<int32>(Sparse::bytes(0));
    // Rounded up: in a row, short values have a header three bytes shorter.
    const auto pair_bytes = static_cast<int32>(sizeof(SparsePair));
    return width > none ? static_cast<uint32_t>((width - none + pair_bytes - 1) / pair_bytes) : 1;
}

Subject describe_subject(Relation heap, const char* name, const bytea* options) {
    const AttrNumber number = get_attnum(RelationGetRelid(heap), name);
    if (number == InvalidAttrNumber)
        ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
                errmsg("column \"%s\" of relation \"%s\" does not exist", name,
                       RelationGetRelationName(heap)));
    const Oid declared = get_atttype(RelationGetRelid(heap), number);
    OpclassInfo opclass{};
    if (number < 0 || !find_usual_opclass(getBaseType(declared), &opclass))
        ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
                errmsg("column \"%s\" cannot have an hnsw index", name),
                errdetail("There is no operator class for type %s.", format_type_be(declared)));
    const int typmod = TupleDescAttr(RelationGetDescr(heap), number - 1)->atttypmod;
    const uint32_t dims = check_column_dims(typmod, opclass.element);
    const uint32_t pairs =
        opclass.element == Element::kSparse ? usual_pairs(RelationGetRelid(heap), number) : 0;
    const int wanted = wanted_workers(heap, build_memory());
    const EstimatedColumn column{number, facts_of(opclass.element).stored_bytes(dims, pairs)};
    return {column, describe_index(make_meta(opclass, options, dims, pairs)),
            estimate_rows(heap, column),
            1 + (wanted < max_parallel_workers ? wanted : max_parallel_workers)};
}

// ---- the model

/// Lists on upper levels that a graph is expected to have, and a few more: four times their spread.
double upper_lists(const Subject& subject) {
    const double expected = subject.rows / (subject.opened.params.m - 1);
    return expected + 4 * sqrt(expected);
}

/// Memory that may be left over at the ends of segments of dynamic shared memory when chunks of up
/// to `chunk_bytes` fill `memory`.
double left_over(double memory, double chunk_bytes) {
    uint32_t segments = 0;
    for (size_t taken = 0; static_cast<double>(taken) < memory; ++segments)
        taken += next_segment_bytes(taken);
    return segments * chunk_bytes;
}

/// Memory in which the graph stays: as it grows in chunks, which depend on that memory.
double graph_memory(const Subject& subject) {
    const Geometry& g = subject.opened.geometry;
    const double record_units =
        g.layout.variable
            ? ceil(static_cast<double>(subject.column.value_bytes) / kRecordUnit) * subject.rows
            : 0;
    double items[kGraphArrays] = {};
    items[kNodeArray] = subject.rows;
    items[kUpperArray] = upper_lists(subject);
    items[kRecordArray] = record_units;
    items[kOrderArray] = subject.rows;
    double memory = kLeastBuildMemory;
    for (;;) {
        const GraphShape shape = make_graph_shape(subject.opened.params, graph_record_bytes(g),
                                                  static_cast<size_t>(memory));
        double needed = 0;
        double largest = 0;
        for (uint32_t i = 0; i < kGraphArrays; ++i) {
            const auto chunk_bytes = static_cast<double>(shape.arrays[i].chunk_bytes());
            needed += ceil(items[i] / (1u << shape.arrays[i].shift)) * chunk_bytes;
            if (items[i] > 0 && chunk_bytes > largest) largest = chunk_bytes;
        }
        if (subject.processes > 1) needed += left_over(needed, largest);
        if (needed <= memory) return memory;
        memory = needed;
    }
}

/// Pages of the index, as Flush fills them if no two rows are equal.
double index_pages(const Subject& subject) {
    const Geometry& g = subject.opened.geometry;
    if (subject.rows < 1) return g.first_extent_block;
    const double before = floor((subject.rows - 1) / g.nodes_per_extent);
    const double last = subject.rows - before * g.nodes_per_extent;
    return g.first_extent_block + before * g.extent_pages + 1 + g.aux_pages +
           ceil(last / g.slots_per_page) * g.pages_per_slot;
}

/// Seconds while the graph fits into memory.
///
/// To insert a node costs about (ef_construction + 113) * m * log(rows) distances, each as much as
/// its bytes and something that does not depend on them.  Scale and bytes are those of three builds
/// with storage fast, m = 16 and ef_construction = 200, by one process with AVX-512 VNNI: 331,479
/// rows of 100 dimensions took 57 s of processor time, 60,000 of 784 9.6 s, 200,000 of 768 26 s;
/// the model says 47, 9.8 and 36.  The 113: of 40,000 rows of 100 random numbers ef_construction =
/// 64 took 9.0 s when 200 took 16.0 s (and 64 with m = 32, 17.8 s); the search for outliers, for
/// one, does not depend on it.
double build_seconds(const Subject& subject) {
    constexpr double kScale = 1.05e-12;
    constexpr double kEfOfOverhead = 113;
    constexpr double kBytesOfOverhead = 2000;
    const GraphParams& params = subject.opened.params;
    const double distances =
        subject.rows * log(subject.rows + 1) * (params.ef_construction + kEfOfOverhead) * params.m;
    const double bytes = subject.opened.geometry.layout.record_bytes + kBytesOfOverhead;
    return kScale * distances * bytes / subject.processes;
}

Datum build_estimate(FunctionCallInfo fcinfo) {
    TupleDesc descriptor = nullptr;
    if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    const Relation heap = open_heap(PG_GETARG_OID(0));
    const Subject subject =
        describe_subject(heap, NameStr(*PG_GETARG_NAME(1)),
                         parse_option_list(text_to_cstring(PG_GETARG_TEXT_PP(2))));
    // In units of maintenance_work_mem.
    const double memory = ceil(graph_memory(subject) / 1024) * 1024;
    Datum values[] = {Int64GetDatum(static_cast<int64>(memory)),
                      Int64GetDatum(static_cast<int64>(index_pages(subject)) * BLCKSZ),
                      Float8GetDatum(build_seconds(subject))};
    bool nulls[lengthof(values)] = {};
    relation_close(heap, AccessShareLock);
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(vectorext_build_estimate, vx::pg::build_estimate)
