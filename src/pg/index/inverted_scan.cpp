// Scans of storage `inverted`: batches of rows, each the next best after the last.
#include "core/inverted/search.h"
#include "pg/errors.h"
#include "pg/index/inverted.h"
#include "pg/memory.h"

namespace vx::pg {
namespace {

// Rows of the least batch but the first, and by how many times each is larger than the one before.
constexpr size_t kSecondBatch = 256;
constexpr size_t kGrowth = 4;
constexpr size_t kLeastMemory = 1024;

/// Rows that the first search is to find: those that the executor takes, and some for rows that
/// its snapshot does not see.
size_t first_batch(BufferPages& pages, const ScanRequest& request) {
    const double wanted = request.least_rows > 0 ? static_cast<double>(request.least_rows)
                                                 : static_cast<double>(request.ef);
    double share = 1;
    if (request.kept_rows > 0) {
        const inverted::InvertedState state = inverted::read_state(pages);
        double rows = 0;
        for (uint32_t i = 0; i < state.segment_count; ++i) rows += state.segments[i].rows;
        share = std::max(1.0, rows / request.kept_rows);
    }
    constexpr double kSome = 1.25;
    return static_cast<size_t>(std::min(wanted * share * kSome + 2, 1e15));
}

}  // namespace

class InvertedRun::Batches {
public:
    Batches(IndexScanDesc scan, const OpenIndex& index, const ScanRequest& request,
            QueryArgument query);

    bool next(HeapTid* tid);
    void forget_row() { rows_ -= rows_ > 0 ? 1 : 0; }
    ScanReport report() const;

private:
    /// Rows that have something in common with the query come first.
    enum class Phase : uint8_t { kPositive, kRest, kNulls, kDone };

    void begin_phase(Phase phase);
    bool is_asked_for(Phase phase) const;
    void search();

    BufferPages pages_;
    ScanRequest request_;
    inverted::Search<BufferPages>* search_;
    inverted::Wanted wanted_;
    Phase phase_ = Phase::kPositive;
    bool searched_ = false;  // in this phase
    size_t at_ = 0;          // in what was found
    size_t most_at_once_;
    uint64_t rows_ = 0;
    uint64_t searches_ = 0;
};

InvertedRun::Batches::Batches(IndexScanDesc scan, const OpenIndex& index,
                              const ScanRequest& request, QueryArgument query)
    : pages_(scan->indexRelation), request_(request),
      most_at_once_(std::max(request.memory_bytes / sizeof(inverted::Hit), kLeastMemory)) {
    auto* element = static_cast<std::byte*>(palloc(element_bytes(index)));
    if (read_query(index, query.value, query.is_null, element) == ElementKind::kNormal)
        wanted_.query = sparse_pairs(element);
    else
        // To no query all rows are as those without a distance.
        request_.nodes_wanted = request_.nodes_wanted && request_.zeros_wanted;
    wanted_.least = -static_cast<double>(request_.limit);
    wanted_.rows =
        request_.unranked ? most_at_once_ : std::min(first_batch(pages_, request_), most_at_once_);
    using Search = inverted::Search<BufferPages>;
    search_ = new (palloc(sizeof(Search)))
        Search(pages_, context_arena(CurrentMemoryContext), wanted_.query.size() + 1);
    begin_phase(Phase::kPositive);
}

bool InvertedRun::Batches::is_asked_for(Phase phase) const {
    switch (phase) {
    case Phase::kPositive:
        return request_.nodes_wanted && !wanted_.query.empty();
    case Phase::kRest:
        return request_.nodes_wanted && !(wanted_.least > 0);
    case Phase::kNulls:
        return request_.nulls_wanted;
    case Phase::kDone:
        break;
    }
    return true;
}

void InvertedRun::Batches::begin_phase(Phase phase) {
    while (!is_asked_for(phase)) phase = static_cast<Phase>(static_cast<uint8_t>(phase) + 1);
    if (phase == Phase::kNulls) {
        wanted_.follows = false;
        wanted_.least = -__builtin_inf();
    }
    phase_ = phase;
    wanted_.positive = phase == Phase::kPositive;
    wanted_.nulls = phase == Phase::kNulls;
    searched_ = false;
}

void InvertedRun::Batches::search() {
    if (searches_ > 0)
        wanted_.rows = std::min(std::max(wanted_.rows * kGrowth, kSecondBatch), most_at_once_);
    if (!search_->run(wanted_)) raise({Errc::kOutOfMemory, 0, 0});
    ++searches_;
    searched_ = true;
    at_ = 0;
    if (search_->size() == 0) return;
    wanted_.follows = true;
    wanted_.last = (*search_)[search_->size() - 1];
}

bool InvertedRun::Batches::next(HeapTid* tid) {
    while (phase_ != Phase::kDone) {
        if (searched_ && at_ < search_->size()) {
            *tid = inverted::tid_of_key((*search_)[at_++].row);
            ++rows_;
            return true;
        }
        // A search that found less than it was asked for has found all.
        if (searched_ && search_->size() < wanted_.rows)
            begin_phase(static_cast<Phase>(static_cast<uint8_t>(phase_) + 1));
        else
            search();
    }
    return false;
}

ScanReport InvertedRun::Batches::report() const {
    ScanCounts counts;
    counts.rows = rows_;
    counts.sweeps = searches_;
    counts.swept_nodes = search_->counts().rows;
    counts.by_terms = true;
    return {counts, pages_.pins()};
}

InvertedRun::InvertedRun(IndexScanDesc scan, const OpenIndex& index, const ScanRequest& request,
                         QueryArgument query)
    : batches_(new (palloc(sizeof(Batches))) Batches(scan, index, request, query)) {}

bool InvertedRun::next(HeapTid* tid) { return batches_->next(tid); }
void InvertedRun::forget_row() { batches_->forget_row(); }
ScanReport InvertedRun::report() const { return batches_->report(); }

}  // namespace vx::pg
