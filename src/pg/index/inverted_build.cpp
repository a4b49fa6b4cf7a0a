// CREATE INDEX with storage `inverted`: segments of as many rows as fit into memory, merged where
// they are many; then all pages are logged.
#include "core/inverted/maintain.h"
#include "pg/attempt.h"
#include "pg/errors.h"
#include "pg/index/build.h"
#include "pg/index/build_shared.h"
#include "pg/index/inverted.h"
#include "pg/index/options.h"
#include "pg/memory.h"

namespace vx::pg {
namespace {

// So many segments cost a search little.
constexpr uint32_t kFewSegments = 4;
constexpr BlockNumber kBlocksAtOnce = 256;

class InvertedBuild {
public:
    InvertedBuild(Relation index, const OpenIndex& opened)
        : index_(index), opened_(opened), pages_(index, WriteMode::kBuild),
          arena_(context_arena(CurrentMemoryContext)), maintainer_(pages_, arena_), rows_(arena_),
          row_context_(AllocSetContextCreate(CurrentMemoryContext, "vectorext build row",
                                             ALLOCSET_DEFAULT_SIZES)),
          element_(static_cast<std::byte*>(palloc(element_bytes(opened)))) {}

    IndexBuildResult* run(Relation heap, ::IndexInfo* info, const MetaContent& meta) {
        inverted::write_empty_index(pages_, meta);
        show(kLoading);
        const double heap_rows = table_index_build_scan(heap, index_, info, !has_given_seed(), true,
                                                        add_row, this, nullptr);
        show(kWriting);
        require(maintainer_.add_segment(rows_));
        if (inverted::read_state(pages_).segment_count > kFewSegments)
            require(maintainer_.merge_all());
        log_pages();
        auto* result = static_cast<IndexBuildResult*>(palloc(sizeof(IndexBuildResult)));
        result->heap_tuples = heap_rows;
        result->index_tuples = static_cast<double>(done_);
        return result;
    }

private:
    static void show(BuildPhase phase) {
        pgstat_progress_update_param(PROGRESS_CREATEIDX_SUBPHASE, phase);
    }
    static void require(bool had_memory) {
        if (!had_memory) raise({Errc::kOutOfMemory, 0, 0});
    }

    static void add_row(Relation, ItemPointer tid, Datum* values, bool* nulls, bool alive,
                        void* state) {
        static_cast<InvertedBuild*>(state)->take(to_heap_tid(*tid), values[0], nulls[0], alive);
    }

    void take(HeapTid tid, Datum value, bool is_null, bool alive) {
        inverted::NewRow row{tid, is_null, {}};
        const auto read = [&] {
            if (read_element(opened_, value, is_null, element_) == ElementKind::kNormal)
                row.pairs = sparse_pairs(element_);
        };
        const MemoryContext caller = MemoryContextSwitchTo(row_context_);
        const bool indexed = alive ? (read(), true) : attempt(is_missing_chunk, read);
        MemoryContextSwitchTo(caller);
        MemoryContextReset(row_context_);
        if (!indexed) return;
        require(rows_.add(row));
        pgstat_progress_update_param(PROGRESS_CREATEIDX_TUPLES_DONE, ++done_);
        if (rows_.bytes() < build_memory()) return;
        require(maintainer_.add_segment(rows_));
        rows_.clear();
    }

    void log_pages() {
        if (!RelationNeedsWAL(index_)) return;
        show(kLogging);
        const BlockNumber blocks = pages_.page_count();
        for (BlockNumber first = 0; first < blocks; first += kBlocksAtOnce) {
            CHECK_FOR_INTERRUPTS();
            const BlockNumber end = blocks - first < kBlocksAtOnce ? blocks : first + kBlocksAtOnce;
            log_newpage_range(index_, MAIN_FORKNUM, first, end, true);
        }
    }

    Relation index_;
    OpenIndex opened_;
    BufferPages pages_;
    Arena arena_;
    inverted::Maintainer<BufferPages> maintainer_;
    inverted::RowBuffer rows_;
    MemoryContext row_context_;
    std::byte* element_;
    int64 done_ = 0;
};

}  // namespace

IndexBuildResult* build_inverted(Relation heap, Relation index, ::IndexInfo* info,
                                 const MetaContent& meta) {
    return (new (palloc(sizeof(InvertedBuild))) InvertedBuild(index, describe_index(meta)))
        ->run(heap, info, meta);
}

void build_empty_inverted(Relation index, const MetaContent& meta) {
    BufferPages pages(index, WriteMode::kInit);
    inverted::write_empty_index(pages, meta);
}

}  // namespace vx::pg
