// knn_graph(regclass, k): the nearest rows of every row.  near_pairs(regclass, radius): all pairs
// of rows within a distance.
//
// An index's lowest level and the vectors of the rows that the snapshot sees are copied to memory,
// where core/graph/neighbor_walk.h walks; maintenance_work_mem limits that.  Rows are the table's
// own, so nothing is shown that a query of the table would not show: SELECT on the column is
// required, and where row-level security applies to the caller there is an error, because policies
// are the planner's.  Expressions of the index run as the table's owner, as in a build.
#include "core/graph/neighbor_walk.h"
#include "core/kernels/kernel_table.h"
#include "core/paged/posting_cursor.h"
#include "pg/fmgr.h"
#include "pg/index/open_index.h"
#include "pg/index/required.h"
#include "pg/memory.h"
#include "pg/types/datum.h"

namespace vx::pg {
namespace {

constexpr int kColumns = 3;

/// Both relations, and who asked.
struct Opened {
    Relation heap;
    Relation index;
    OpenIndex described;
    Oid caller;
    int security_context;
    int guc_level;
};

/// May the caller read the column that the index is on?
void require_select(Relation heap, Relation index) {
    const Oid caller = GetUserId();
    const Oid table = RelationGetRelid(heap);
    const AttrNumber column = index->rd_index->indkey.values[0];
    if (pg_class_aclcheck(table, caller, ACL_SELECT) != ACLCHECK_OK &&
        (column == 0 || pg_attribute_aclcheck(table, column, caller, ACL_SELECT) != ACLCHECK_OK))
        aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(heap));
    require_no_policies(heap, "The graph of an index knows nothing of policies.",
                        "Ask for each row's neighbors with LATERAL and ORDER BY, or as a role that "
                        "bypasses row-level security.");
}

void require_dense(const Opened& opened) {
    const Element element = opened.described.element;
    if (element == Element::kFloat32 || element == Element::kFloat16) return;
    ereport(
        ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
        errmsg("index \"%s\" is not on vector or halfvec", RelationGetRelationName(opened.index)));
}

Opened open_relations(Oid index_oid) {
    Opened opened{};
    const Oid heap_oid = IndexGetRelation(index_oid, true);
    if (!OidIsValid(heap_oid)) {
        const char* name = get_rel_name(index_oid);
        if (name == nullptr)
            ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("relation with OID %u does not exist", index_oid));
        ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("\"%s\" is not an index", name));
    }
    opened.heap = table_open(heap_oid, AccessShareLock);
    opened.index = index_open(index_oid, AccessShareLock);
    require_vector_index(opened.index, "walk");
    require_select(opened.heap, opened.index);
    opened.described = open_index(opened.index);
    require_dense(opened);
    GetUserIdAndSecContext(&opened.caller, &opened.security_context);
    SetUserIdAndSecContext(opened.heap->rd_rel->relowner,
                           opened.security_context | SECURITY_RESTRICTED_OPERATION);
    opened.guc_level = NewGUCNestLevel();
    vx_restrict_search_path();
    return opened;
}

void close_relations(const Opened& opened) {
    AtEOXact_GUC(false, opened.guc_level);
    SetUserIdAndSecContext(opened.caller, opened.security_context);
    index_close(opened.index, AccessShareLock);
    table_close(opened.heap, AccessShareLock);
}

/// Values of the index for rows of the table.
class ValueReader {
public:
    explicit ValueReader(const Opened& opened)
        : fetch_(table_index_fetch_begin(opened.heap)),
          slot_(table_slot_create(opened.heap, nullptr)), estate_(CreateExecutorState()),
          info_(BuildIndexInfo(opened.index)), snapshot_(GetActiveSnapshot()) {}

    /// The row that an index entry leads to; false where the snapshot sees none, or it is NULL.
    /// The value lives until the next call.
    bool read(HeapTid tid, Datum* value) {
        ResetPerTupleExprContext(estate_);
        ItemPointerData pointer = to_item_pointer(tid);
        bool call_again = false;
        if (!table_index_fetch_tuple(fetch_, &pointer, snapshot_, slot_, &call_again, nullptr))
            return false;
        GetPerTupleExprContext(estate_)->ecxt_scantuple = slot_;
        const MemoryContext caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(estate_));
        Datum values[INDEX_MAX_KEYS];
        bool nulls[INDEX_MAX_KEYS];
        FormIndexDatum(info_, slot_, estate_, values, nulls);
        if (!nulls[0]) *value = PointerGetDatum(PG_DETOAST_DATUM(values[0]));
        MemoryContextSwitchTo(caller);
        return !nulls[0];
    }

    /// Where the row read last is: another version of it than the index names, after a HOT update.
    ItemPointerData tid() const { return slot_->tts_tid; }

    void close() {
        ExecDropSingleTupleTableSlot(slot_);
        table_index_fetch_end(fetch_);
        FreeExecutorState(estate_);
    }

private:
    IndexFetchTableData* fetch_;
    TupleTableSlot* slot_;
    EState* estate_;
    ::IndexInfo* info_;
    Snapshot snapshot_;
};

/// Copies the graph and the rows; memory from the context that it is made in.
class GraphLoader {
public:
    using Store = PagedStore<BufferPages, PlainCodec>;

    explicit GraphLoader(const Opened& opened)
        : index_(opened.index), opened_(opened.described), dims_(opened_.dims), pages_(index_),
          store_(pages_, opened_.geometry, PlainCodec(), opened_.params, nullptr), cursor_(store_),
          reader_(opened) {}

    RowGraph load() {
        const StateContent state = store_.state();
        const Geometry& g = opened_.geometry;
        nodes_ = store_.id_limit(state);
        allocate(state.live_count);
        auto* entries = static_cast<DirectoryEntry*>(
            palloc(static_cast<size_t>(g.nodes_per_extent) * sizeof(DirectoryEntry)));
        for (uint32_t extent = 0; extent < state.extent_count; ++extent) {
            if (!store_.copy_directory(extent, entries)) continue;
            const uint32_t first = extent * g.nodes_per_extent;
            for (uint32_t i = 0; i < g.nodes_per_extent && first + i < nodes_; ++i) {
                CHECK_FOR_INTERRUPTS();
                load_node(first + i, entries[i]);
            }
        }
        reader_.close();
        RowGraph graph{links_,   g.lanes,  nodes_, rows_of_,
                       vectors_, node_of_, dims_,  ranking_kernel<float>(opened_.metric),
                       kNoNode};
        // The longest rows are the nearest, wherever they are.
        if (!is_own_nearest(opened_.metric)) graph.entry = store_.entry().id;
        return graph;
    }

    uint32 rows() const { return rows_; }
    const ItemPointerData* tids() const { return tids_; }

private:
    static constexpr size_t kRowOverhead = sizeof(ItemPointerData) + sizeof(NodeId);

    template <class E>
    E* new_array(size_t count) {
        size_t bytes = 0;
        if (!checked_mul(count + 1, sizeof(E), &bytes)) raise({Errc::kOutOfMemory, 0, 0});
        return static_cast<E*>(MemoryContextAllocHuge(CurrentMemoryContext, bytes));
    }

    void check_memory(size_t rows) const {
        const size_t per_node = opened_.geometry.lanes * sizeof(NodeId) + sizeof(NodeRows);
        const size_t per_row = dims_ * sizeof(float) + kRowOverhead;
        const double needed = static_cast<double>(nodes_) * static_cast<double>(per_node) +
                              static_cast<double>(rows) * static_cast<double>(per_row);
        if (needed <= static_cast<double>(maintenance_work_mem) * 1024) return;
        ereport(ERROR, errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
                errmsg("maintenance_work_mem is too small for the graph of index \"%s\"",
                       RelationGetRelationName(index_)),
                errdetail("%zu rows of %zu dimensions take %.0f MB.", rows, dims_,
                          ceil(needed / (1024 * 1024))),
                errhint("Set maintenance_work_mem to more than that."));
    }

    void allocate(size_t rows) {
        check_memory(rows);
        capacity_ = rows;
        links_ = new_array<NodeId>(static_cast<size_t>(nodes_) * opened_.geometry.lanes);
        rows_of_ = new_array<NodeRows>(nodes_);
        std::fill_n(links_, static_cast<size_t>(nodes_) * opened_.geometry.lanes, kNoNode);
        std::fill_n(rows_of_, nodes_, NodeRows{});
        vectors_ = new_array<float>(capacity_ * dims_);
        tids_ = new_array<ItemPointerData>(capacity_);
        node_of_ = new_array<NodeId>(capacity_);
    }

    void grow() {
        capacity_ += capacity_ / 2 + 1024;
        check_memory(rows_ + 1);
        vectors_ =
            static_cast<float*>(repalloc_huge(vectors_, (capacity_ * dims_ + 1) * sizeof(float)));
        tids_ = static_cast<ItemPointerData*>(
            repalloc_huge(tids_, (capacity_ + 1) * sizeof(ItemPointerData)));
        node_of_ = static_cast<NodeId*>(repalloc_huge(node_of_, (capacity_ + 1) * sizeof(NodeId)));
    }

    void load_node(NodeId id, const DirectoryEntry& entry) {
        if (entry.state != NodeState::kLive && entry.state != NodeState::kDead) return;
        const uint32_t lanes = opened_.geometry.lanes;
        NodeId* links = links_ + static_cast<size_t>(id) * lanes;
        (void)store_.read_slot(id, [&](ConstSlot slot) {
            std::memcpy(links, slot.ids(), lanes * sizeof(NodeId));
            return 0;
        });
        if (entry.state != NodeState::kLive) return;
        rows_of_[id].first = rows_;
        // A list may have got another head since the page was read, a single row stays.
        if (has_postings(entry))
            cursor_.start_node(id);
        else
            cursor_.start_node(id, entry);
        rows_of_[id].mixed = cursor_.mixed();
        HeapTid tid;
        while (cursor_.next(&tid)) add_row(id, tid);
        rows_of_[id].count = rows_ - rows_of_[id].first;
    }

    void add_row(NodeId id, HeapTid tid) {
        Datum value{};
        if (!reader_.read(tid, &value)) return;
        if (rows_ == capacity_) grow();
        if (!copy_vector(value, vectors_ + static_cast<size_t>(rows_) * dims_)) return;
        tids_[rows_] = reader_.tid();
        node_of_[rows_++] = id;
    }

    /// False for what the index does not order: other dimensions, or no direction.
    bool copy_vector(Datum value, float* out) const {
        if (opened_.element == Element::kFloat16) {
            const auto& halves = view<HalfVector>(value);
            if (halves.elements().size() != dims_) return false;
            kernels().widen(halves.elements().data(), dims_, out);
        } else {
            const auto& floats = view<Vector>(value);
            if (floats.elements().size() != dims_) return false;
            std::memcpy(out, floats.elements().data(), dims_ * sizeof(float));
        }
        return !needs_unit_vectors(opened_.metric) || scale_to_unit(out);
    }

    bool scale_to_unit(float* vector) const {
        double sum = 0;
        for (size_t i = 0; i < dims_; ++i)
            sum += static_cast<double>(vector[i]) * static_cast<double>(vector[i]);
        if (!(sum > 0)) return false;
        const double length = sqrt(sum);
        for (size_t i = 0; i < dims_; ++i)
            vector[i] = static_cast<float>(static_cast<double>(vector[i]) / length);
        return true;
    }

    Relation index_;
    const OpenIndex& opened_;
    size_t dims_;
    BufferPages pages_;
    Store store_;
    PostingCursor<BufferPages, PlainCodec> cursor_;
    ValueReader reader_;
    uint32 nodes_ = 0;
    uint32 rows_ = 0;
    size_t capacity_ = 0;
    NodeId* links_ = nullptr;
    NodeRows* rows_of_ = nullptr;
    float* vectors_ = nullptr;
    ItemPointerData* tids_ = nullptr;
    NodeId* node_of_ = nullptr;
};

/// What the operator of the metric gives, from a ranking distance.
double operator_distance(Metric metric, float ranking) {
    const auto distance = static_cast<double>(ranking);
    if (metric == Metric::kL2) return sqrt(distance);
    if (metric == Metric::kCosine) return std::clamp(1 + distance, 0.0, 2.0);
    return distance;
}

void put_row(ReturnSetInfo* result, const ItemPointerData& tid, const ItemPointerData& neighbor,
             double distance) {
    ItemPointerData pair[2] = {tid, neighbor};
    Datum values[kColumns] = {PointerGetDatum(&pair[0]), PointerGetDatum(&pair[1]),
                              Float8GetDatum(distance)};
    bool nulls[kColumns] = {};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

struct Poll {
    void operator()() const { CHECK_FOR_INTERRUPTS(); }
};

const ArenaList<NearRow>& require_memory(const ArenaList<NearRow>* rows) {
    if (rows == nullptr) raise({Errc::kOutOfMemory, 0, 0});
    return *rows;
}

/// Runs `use(opened, loader, walk)` in a context of its own.
template <class Use>
void with_graph(Oid index, Use&& use) {
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "vectorext walk", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(context);
    const Opened opened = open_relations(index);
    GraphLoader loader(opened);
    const RowGraph graph = loader.load();
    Poll poll;
    NeighborWalk walk(graph, context_arena(context), poll);
    if (!walk.start()) raise({Errc::kOutOfMemory, 0, 0});
    use(opened, loader, walk);
    close_relations(opened);
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
}

Datum knn_graph(FunctionCallInfo fcinfo) {
    const int32 k = PG_GETARG_INT32(1);
    if (k < 1 || k > 1000)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("k must be between 1 and 1000"));
    InitMaterializedSRF(fcinfo, 0);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    with_graph(PG_GETARG_OID(0), [&](const Opened& opened, const auto& loader, auto& walk) {
        for (uint32 row = 0; row < loader.rows(); ++row) {
            const auto& found = require_memory(walk.nearest(row, static_cast<size_t>(k)));
            for (size_t i = 0; i < found.size(); ++i)
                put_row(result, loader.tids()[row], loader.tids()[found[i].row],
                        operator_distance(opened.described.metric, found[i].distance));
        }
    });
    return Datum{0};
}

/// A pair of rows, the lower number first.
struct Pair {
    uint32 first;
    uint32 second;
    float distance;
};

/// A radius that is far too large must not take all memory.
void check_pairs(const ArenaList<Pair>& pairs) {
    if (static_cast<double>(pairs.size()) * sizeof(Pair) <=
        static_cast<double>(maintenance_work_mem) * 1024)
        return;
    ereport(ERROR, errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
            errmsg("maintenance_work_mem is too small for the pairs within the radius"),
            errhint("Take a smaller radius, or set maintenance_work_mem to more."));
}

/// Each pair once, though both rows may have found it.
void put_pairs(ReturnSetInfo* result, ArenaList<Pair>& pairs, const ItemPointerData* tids,
               Metric metric) {
    std::sort(pairs.data(), pairs.data() + pairs.size(), [](const Pair& a, const Pair& b) {
        return a.first < b.first || (a.first == b.first && a.second < b.second);
    });
    for (size_t i = 0; i < pairs.size(); ++i) {
        CHECK_FOR_INTERRUPTS();
        const Pair& pair = pairs[i];
        if (i > 0 && pair.first == pairs[i - 1].first && pair.second == pairs[i - 1].second)
            continue;
        put_row(result, tids[pair.first], tids[pair.second],
                operator_distance(metric, pair.distance));
    }
}

/// The ranking distance that stands for a radius, rounded up.
float ranking_radius(Metric metric, double radius) {
    if (metric == Metric::kL2) radius = radius > 0 ? radius * radius : 0;
    if (metric == Metric::kCosine) radius -= 1;
    return std::nextafter(static_cast<float>(radius), get_float4_infinity());
}

Datum near_pairs(FunctionCallInfo fcinfo) {
    const double radius = PG_GETARG_FLOAT8(1);
    if (!std::isfinite(radius))
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("radius must be a finite number"));
    InitMaterializedSRF(fcinfo, 0);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    with_graph(PG_GETARG_OID(0), [&](const Opened& opened, const auto& loader, auto& walk) {
        const Metric metric = opened.described.metric;
        const float limit = ranking_radius(metric, radius);
        ArenaList<Pair> pairs(context_arena(CurrentMemoryContext));
        for (uint32 row = 0; row < loader.rows(); ++row) {
            const auto& found = require_memory(walk.within(row, limit));
            for (size_t i = 0; i < found.size(); ++i) {
                const NearRow& other = found[i];
                if (!(operator_distance(metric, other.distance) < radius)) continue;
                (void)pairs.push(
                    {std::min(row, other.row), std::max(row, other.row), other.distance});
            }
            check_pairs(pairs);
        }
        put_pairs(result, pairs, loader.tids(), metric);
    });
    return Datum{0};
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(vectorext_knn_graph, vx::pg::knn_graph)
VX_FUNCTION(vectorext_near_pairs, vx::pg::near_pairs)
