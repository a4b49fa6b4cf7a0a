// One process's part in a build: rows into the graph, the graph into pages, pages into the WAL.
#include "core/paged/graph_build.h"
#include "core/paged/inserter.h"
#include "core/paged/settle.h"
#include "pg/attempt.h"
#include "pg/errors.h"
#include "pg/filter/columns.h"
#include "pg/index/build.h"
#include "pg/index/build_shared.h"
#include "pg/index/codecs.h"
#include "pg/index/estimate.h"
#include "pg/index/facts.h"
#include "pg/index/options.h"
#include "pg/index/row_sort.h"

namespace vx::pg {
namespace {

// Pages are logged in portions of these.
constexpr BlockNumber kBlocksAtOnce = 256;
// Of the memory, what each process has to recognize equal rows: eight bytes for one of four to nine
// rows that fit.
constexpr size_t kRecentShare = 512;
// What it has to sort rows that do not fit, beside the memory in which the graph was.
constexpr size_t kWaitingShare = 64;

/// Rows that wait for the graph to be written.
struct WaitingRows {
    explicit WaitingRows(Arena arena) : tids(arena), filters(arena) {}

    IndexRow row(size_t at) const {
        return {tids[at], filters.size() > 0 ? filters[at] : FilterValues{}};
    }

    ArenaList<HeapTid> tids;
    ArenaList<FilterValues> filters;  // none without filter columns
};

template <class Codec>
class BuildWork {
public:
    using GraphCodec = typename Codec::GraphCodec;
    using Graph = MemoryStore<GraphCodec>;
    using Built = BuildStore<BufferPages, GraphCodec>;

    BuildWork(const BuildTask& task, const Codec& codec)
        : task_(task), shared_(*task.shared), codec_(codec), pages_(task.index, WriteMode::kBuild),
          random_(task.seed),
          graph_context_(AllocSetContextCreate(CurrentMemoryContext, "vectorext build graph",
                                               ALLOCSET_DEFAULT_SIZES)),
          pages_context_(AllocSetContextCreate(CurrentMemoryContext, "vectorext build pages",
                                               ALLOCSET_DEFAULT_SIZES)),
          row_context_(AllocSetContextCreate(CurrentMemoryContext, "vectorext build row",
                                             ALLOCSET_DEFAULT_SIZES)),
          filters_(describe_filters(task.index)), lists_{WaitingRows(
                                                             context_arena(CurrentMemoryContext)),
                                                         WaitingRows(
                                                             context_arena(CurrentMemoryContext))},
          element_(static_cast<std::byte*>(palloc(element_bytes(task.opened)))) {
        start_graph();
    }

    void run(int step) {
        // Workers may have loaded a small table before the leader has come.
        if (step > kLoadStep) notice_full();
        if (step > kLoadStep && step < kRestStep) write_graph(step);
        if (step > kFinishStep && step < kLogStep) leave_graph();
        if (step < kSettleStep) {
            scan();
            if (graph_ != nullptr) write_graph(kLoadStep);
            insert_waiting();
            append_lists();
            (void)arrive();
        }
        if (step < kLogStep) {
            settle_slots();
            (void)arrive();
        }
        log_pages();
    }

    // ---- the team of GraphBuild

    /// Waits for the others; true for one of them.
    bool arrive() {
        CHECK_FOR_INTERRUPTS();
        if (!shared_.parallel) return true;
        report_while([&] { return others_work(); });
        return BarrierArriveAndWait(&shared_.barrier, WAIT_EVENT_PARALLEL_CREATE_INDEX_SCAN);
    }

    /// Calls f(first, end) for portions of `total` until everything has been taken.
    template <class F>
    void share(BuildStep step, uint32_t total, uint32_t portion, F&& f) {
        while (shared_.next[step].load() < total) {
            const uint32_t first = shared_.next[step].fetch_add(portion);
            if (first >= total) return;
            const uint32_t end = total - first < portion ? total : first + portion;
            f(first, end);
            shared_.done[step].fetch_add(end - first);
            show_progress();
        }
    }

    /// Are there rows that the graph in memory has no room for?  Known when it is written.
    bool outgrew_memory() const { return shared_.full_at.load() != 0; }

    void show(BuildStep step, uint64_t total) {
        if (step == kFoundStep)
            notice_full();
        else
            show_phase(step == kScaffoldStep ? kGrowing
                       : step == kCountStep  ? kConnecting
                                             : kWriting,
                       static_cast<int64>(total));
    }

    [[noreturn]] static void fail() {
        elog(ERROR, "hnsw node has no parent");
        pg_unreachable();
    }

private:
    // ---- waiting

    /// The leader shows what the others do as long as they work.  At first it looks often, so that
    /// a short wait stays short.
    template <class F>
    void report_while(F&& others_work_on) {
        if (!task_.leader) return;
        constexpr long kLongestNap = 20;  // ms
        for (long nap = 1; others_work_on(); nap = nap < kLongestNap ? 2 * nap : kLongestNap) {
            show_progress();
            (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, nap,
                            WAIT_EVENT_PARALLEL_CREATE_INDEX_SCAN);
            ResetLatch(MyLatch);
            CHECK_FOR_INTERRUPTS();
        }
        show_progress();
    }

    /// Are there others that do not wait yet?
    bool others_work() {
        Barrier& barrier = shared_.barrier;
        SpinLockAcquire(&barrier.mutex);
        const bool work = barrier.arrived + 1 < barrier.participants;
        SpinLockRelease(&barrier.mutex);
        return work;
    }

    // ---- progress, which the leader shows for all

    /// `total` rows, nodes or (while logging) blocks.
    void show_phase(BuildPhase phase, int64 total) {
        if (!task_.leader) return;
        phase_ = phase;
        phase_total_ = total;
        const bool blocks = phase == kLogging;
        const int params[] = {PROGRESS_CREATEIDX_SUBPHASE, PROGRESS_CREATEIDX_TUPLES_TOTAL,
                              PROGRESS_CREATEIDX_TUPLES_DONE, PROGRESS_SCAN_BLOCKS_TOTAL,
                              PROGRESS_SCAN_BLOCKS_DONE};
        const int64 values[] = {phase, blocks ? 0 : total, 0, total, 0};
        // The blocks are the table's until its scan has ended.
        pgstat_progress_update_multi_param(blocks ? 5 : 3, params, values);
    }
    void show_progress() {
        if (!task_.leader) return;
        const int param =
            phase_ == kLogging ? PROGRESS_SCAN_BLOCKS_DONE : PROGRESS_CREATEIDX_TUPLES_DONE;
        pgstat_progress_update_param(param, phase_done());
    }
    /// What all processes together have done of the present phase.
    int64 phase_done() const {
        switch (phase_) {
        case kGrowing:
            return int64{shared_.done[kScaffoldStep].load()} + shared_.done[kInsertStep].load();
        case kConnecting:
            return shared_.done[kAskStep].load();
        case kInserting:
            return shared_.done[kRestStep].load();
        case kWriting: {
            const int64 nodes =
                int64{shared_.done[writing_step_].load()} * task_.opened.geometry.nodes_per_extent;
            return nodes < phase_total_ ? nodes : phase_total_;
        }
        case kLogging:
            return shared_.done[kLogStep].load();
        default:
            return static_cast<int64>(shared_.rows.load());
        }
    }
    /// Rows of the table as ANALYZE has counted them; 0 when it has not.
    int64 known_rows() const {
        return task_.heap->rd_rel->reltuples > 0 ? static_cast<int64>(task_.heap->rd_rel->reltuples)
                                                 : 0;
    }

    // ---- rows

    void start_graph() {
        Arena arena = context_arena(graph_context_);
        graph_ = new (arena.allocate(sizeof(Graph)))
            Graph(arena, &shared_.graph, shared_.shape, task_.source, codec_);
        graph_->set_poll([] { CHECK_FOR_INTERRUPTS(); });
        scratch_ = make_insert_scratch<Graph>(arena, task_.opened.params.ef_construction);
        recent_ = new (arena.allocate(sizeof(RecentNodes)))
            RecentNodes(arena, shared_.memory_limit / kRecentShare);
    }

    void scan() {
        if (graph_ != nullptr) show_phase(kLoading, known_rows());
        // Not begun before: a process that comes when all rows have been read has nothing to end.
        const TableScanDesc scan =
            shared_.parallel ? table_beginscan_parallel(task_.heap, task_.scan) : nullptr;
        // A scan that joins another begins in the middle, so not where builds are to be repeatable.
        const bool may_join = !shared_.parallel && !has_given_seed();
        const double rows = table_index_build_scan(task_.heap, task_.index, task_.info, may_join,
                                                   task_.leader, &BuildWork::add_row, this, scan);
        shared_.heap_rows.fetch_add(static_cast<uint64_t>(rows));
        if (task_.info->ii_BrokenHotChain) shared_.broken_hot_chain.store(true);
    }

    static void add_row(Relation, ItemPointer tid, Datum* values, bool* nulls, bool alive,
                        void* state) {
        auto& work = *static_cast<BuildWork*>(state);
        if (!work.shared_.held.contains(to_heap_tid(*tid)))
            work.take(to_heap_tid(*tid), values, nulls, alive);
    }

    void take(HeapTid tid, const Datum* values, const bool* nulls, bool alive) {
        ElementKind kind = ElementKind::kNull;
        IndexRow row(tid);
        const auto read = [&] {
            kind = read_element(task_.opened, values[0], nulls[0], element_);
            if (filters_.count > 0) row.filters = read_filters(filters_, values, nulls);
        };
        const MemoryContext caller = MemoryContextSwitchTo(row_context_);
        const bool indexed = alive ? (read(), true) : attempt(is_missing_chunk, read);
        MemoryContextSwitchTo(caller);
        if (!indexed) return MemoryContextReset(row_context_);
        if (graph_ == nullptr || !add_to_memory(kind, row)) add_to_pages(kind, row);
        MemoryContextReset(row_context_);
        shared_.rows.fetch_add(1);
        show_progress();
    }

    /// False when memory was full: the graph has been written then.
    bool add_to_memory(ElementKind kind, const IndexRow& row) {
        if (kind == ElementKind::kNormal ? put(row) : keep_for_later(kind, row)) return true;
        uint64_t none = 0;
        (void)shared_.full_at.compare_exchange_strong(none, shared_.rows.load() + 1);
        write_graph(kLoadStep);
        return false;
    }

    bool put(const IndexRow& row) {
        // Another process may have found memory full.
        if (shared_.full_at.load(std::memory_order_relaxed) != 0) return false;
        graph_->bind_for_insert(reinterpret_cast<const typename Codec::Element*>(element_));
        return put_row(*graph_, draw(), row, *recent_);
    }

    Level draw() {
        return std::min(draw_level(random_, task_.opened.params.m),
                        task_.opened.geometry.max_level());
    }

    bool keep_for_later(ElementKind kind, const IndexRow& row) {
        // Lists grow by doubling: for a moment the old one and the new one exist.
        const uint64_t rows = shared_.list_rows.fetch_add(1) + 1;
        const size_t row_bytes = sizeof(HeapTid) + (filters_.count > 0 ? sizeof(FilterValues) : 0);
        if (rows * 3 * row_bytes > shared_.memory_limit / 4) return false;
        WaitingRows& list = lists_[kind == ElementKind::kNull ? 0 : 1];
        return list.tids.push(row.tid) && (filters_.count == 0 || list.filters.push(row.filters));
    }

    void add_to_pages(ElementKind kind, const IndexRow& row) {
        open_built();
        if (kind != ElementKind::kNormal) {
            const NodeId list = kind == ElementKind::kNull ? kNullListOwner : kZeroListOwner;
            (void)append_to_list(built_->paged(), {list}, row);
            return;
        }
        built_->bind_for_insert(reinterpret_cast<const typename Codec::Element*>(element_));
        queue(row);
    }

    /// Rows that memory has no room for are inserted near ones one after the other, as those in
    /// memory were (grow.h).
    void queue(const IndexRow& row) {
        const MemoryContext caller = MemoryContextSwitchTo(pages_context_);
        if (!waiting_.begun()) waiting_.begin(shared_.memory_limit / kWaitingShare, filters_.count);
        MemoryContextSwitchTo(caller);
        const Candidate pivot = descend(*built_, built_->entry(), 0, *built_scratch_->visited);
        waiting_.put({pivot.id == kNoNode ? 0 : pivot.id, row, built_->bound_record()});
        shared_.waiting.fetch_add(1);
    }

    void insert_waiting() {
        if (!waiting_.begun()) return;
        show_phase(kInserting, static_cast<int64>(shared_.waiting.load()));
        const MemoryContext caller = MemoryContextSwitchTo(pages_context_);
        waiting_.sort();
        MemoryContextSwitchTo(row_context_);
        for (WaitingRow row; waiting_.next(&row); MemoryContextReset(row_context_)) {
            built_->bind_record_for_insert(row.record.data());
            if (!insert_in_build(*built_, draw(), row.row, *built_scratch_))
                raise({Errc::kIndexFull, kMostMarkedNodes, 0});
            shared_.done[kRestStep].fetch_add(1);
            show_progress();
        }
        waiting_.end();
        MemoryContextSwitchTo(caller);
    }

    /// Opens the written pages for insertions.
    void open_built() {
        if (built_ != nullptr) return;
        using Paged = typename Built::Paged;
        const OpenIndex& opened = task_.opened;
        Arena arena = context_arena(pages_context_);
        auto* paged = new (arena.allocate(sizeof(Paged)))
            Paged(pages_, opened.geometry, codec_, opened.params,
                  make_edit_scratch(arena, opened.geometry));
        built_ = new (arena.allocate(sizeof(Built))) Built(*paged, cache_);
        built_scratch_ = make_insert_scratch<Built>(arena, opened.params.ef_construction);
        (void)built_scratch_->visited->reserve(paged->id_limit(paged->state()));
    }

    /// Makes of the slots of a build those of an index.
    void settle_slots() {
        if (!outgrew_memory()) return;
        open_built();
        const StateContent state = built_->paged().state();
        writing_step_ = kSettleStep;
        show_phase(kWriting, state.live_count);
        Settler<BufferPages, Codec> settler(*built_, codec_);
        share(kSettleStep, state.extent_count, 1,
              [&](uint32_t extent, uint32_t) { settler.settle_extent(extent); });
    }

    void append_lists() {
        const NodeId owners[] = {kNullListOwner, kZeroListOwner};
        PagedStore<BufferPages, Codec> store(pages_, task_.opened.geometry, codec_,
                                             task_.opened.params, nullptr);
        for (int i = 0; i < 2; ++i)
            for (size_t at = 0; at < lists_[i].tids.size(); ++at)
                (void)append_to_list(store, {owners[i]}, lists_[i].row(at));
    }

    // ---- the graph

    /// From `step` on, with all others, to the last step before kRestStep.
    void write_graph(int step) {
        const MemoryContext caller = MemoryContextSwitchTo(graph_context_);
        const OpenIndex& opened = task_.opened;
        GraphBuild<BufferPages, Codec, BuildWork> build(
            {pages_, opened.geometry, codec_, *graph_, *scratch_, opened.metric},
            context_arena(graph_context_), *this);
        build.run(step);
        MemoryContextSwitchTo(caller);
        leave_graph();
    }

    /// Forgets the graph, which has been written, but for its memory if there is more to insert.
    void leave_graph() {
        if (outgrew_memory()) {
            cache_ = make_record_cache(*graph_, context_arena(pages_context_));
            show_phase(kLoading, known_rows());
        } else if (shared_.parallel) {
            release_shared_chunks(task_.chunks);
        }
        graph_ = nullptr;
        MemoryContextReset(graph_context_);
    }

    /// Megabytes in which the whole graph would have had room, by what its first rows took.
    double wanted_memory(double rows) const {
        const Geometry& g = task_.opened.geometry;
        const uint32_t pairs =
            g.layout.variable ? g.inline_bytes() / static_cast<uint32_t>(sizeof(SparsePair)) : 0;
        const EstimatedColumn column{
            task_.info->ii_IndexAttrNumbers[0],
            facts_of(task_.opened.element).stored_bytes(task_.opened.dims, pairs)};
        const double all = estimate_rows(task_.heap, column);
        const size_t taken =
            shared_.memory.system_refused ? shared_.memory.bytes : shared_.memory_limit;
        return ceil(static_cast<double>(taken) / (1024 * 1024) * (all > rows ? all / rows : 1) *
                    1.1);
    }

    void notice_full() {
        if (!task_.leader || !outgrew_memory()) return;
        const double rows = static_cast<double>(shared_.full_at.load() - 1);
        const double wanted = rows > 0 ? wanted_memory(rows) : 0;
        if (shared_.memory.system_refused)
            ereport(NOTICE,
                    errmsg("hnsw graph no longer fits into shared memory after %.0f tuples", rows),
                    errdetail("Building will take significantly more time."),
                    errhint("Provide about %.0f MB of shared memory (in containers: --shm-size), "
                            "or set max_parallel_maintenance_workers to 0.",
                            ceil(shared_memory_for(wanted))));
        else
            ereport(
                NOTICE,
                errmsg("hnsw graph no longer fits into maintenance_work_mem after %.0f tuples",
                       rows),
                errdetail("Building will take significantly more time."),
                rows > 0
                    ? errhint("Increase maintenance_work_mem to about %.0f MB to speed up builds.",
                              wanted)
                    : errhint("Increase maintenance_work_mem to speed up builds."));
    }

    void log_pages() {
        if (!RelationNeedsWAL(task_.index)) return;
        const BlockNumber blocks = pages_.page_count();
        show_phase(kLogging, blocks);
        share(kLogStep, blocks, kBlocksAtOnce, [&](uint32_t first, uint32_t end) {
            CHECK_FOR_INTERRUPTS();
            log_newpage_range(task_.index, MAIN_FORKNUM, first, end, true);
        });
        report_while([&] { return shared_.done[kLogStep].load() < blocks; });
    }

    const BuildTask& task_;
    BuildShared& shared_;
    Codec codec_;
    BufferPages pages_;
    SplitMix64 random_;
    MemoryContext graph_context_;  // reset when the graph is written
    MemoryContext pages_context_;  // of what inserts into pages
    MemoryContext row_context_;    // reset after each row
    FilterColumns filters_;
    WaitingRows lists_[2];  // NULLs, vectors without a direction
    std::byte* element_;
    Graph* graph_ = nullptr;  // null once it is written
    InsertScratch<Graph>* scratch_ = nullptr;
    RecentNodes* recent_ = nullptr;
    RecordCache cache_;       // in its memory then
    Built* built_ = nullptr;  // where rows go then
    InsertScratch<Built>* built_scratch_ = nullptr;
    RowSort waiting_;
    BuildStep writing_step_ = kWriteStep;  // of the two that show as kWriting
    BuildPhase phase_ = kInitializing;     // of the leader: what progress shows
    int64 phase_total_ = 0;
};

}  // namespace

bool is_missing_chunk(const ErrorData& error) {
    return error.sqlerrcode == ERRCODE_DATA_CORRUPTED && error.funcname != nullptr &&
           strcmp(error.funcname, "heap_fetch_toast_slice") == 0;
}

void run_build(const BuildTask& task, int step) {
    with_codec(task.index, task.opened, [&](const auto& codec) {
        using Work = BuildWork<std::decay_t<decltype(codec)>>;
        (new (palloc(sizeof(Work))) Work(task, codec))->run(step);
        return true;
    });
}

}  // namespace vx::pg
