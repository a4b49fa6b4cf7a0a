// Sampling by blocks spread evenly over the table, read the way the build itself reads rows, so
// that expressions and predicates count as they will.
#include "pg/index/sample.h"

#include <algorithm>

#include "pg/types/datum.h"

namespace vx::pg {
namespace {

// The mean of ten thousand rows is off by 1 % of the spread in each dimension.
constexpr double kEnoughRows = 10000;
constexpr BlockNumber kRanges = 100;

struct Sample {
    OpenIndex index;
    MemoryContext row_context;
    float* element;  // an index that has a mean holds codes: their elements are floats
    double* sums;
    double rows;
};

// Dead rows are left out of samples: what is stored out of line of them may be gone already.
void add_row(Relation, ItemPointer, Datum* values, bool* nulls, bool alive, void* state) {
    Sample& sample = *static_cast<Sample*>(state);
    if (!alive || sample.rows >= kEnoughRows) return;
    const MemoryContext caller = MemoryContextSwitchTo(sample.row_context);
    if (read_element(sample.index, values[0], nulls[0],
                     reinterpret_cast<std::byte*>(sample.element)) == ElementKind::kNormal) {
        for (uint32_t i = 0; i < sample.index.dims; ++i)
            sample.sums[i] += static_cast<double>(sample.element[i]);
        sample.rows += 1;
    }
    MemoryContextSwitchTo(caller);
    MemoryContextReset(sample.row_context);
}

/// Calls add(..., state) for rows of blocks spread over the table, until `rows` are enough.
void scan_sample(Relation heap, Relation index, ::IndexInfo* info, IndexBuildCallback add,
                 void* state, const double& rows) {
    const BlockNumber blocks = RelationGetNumberOfBlocks(heap);
    const BlockNumber ranges = blocks < kRanges ? blocks : kRanges;
    for (BlockNumber i = 0; i < ranges && rows < kEnoughRows; ++i) {
        const auto first = static_cast<BlockNumber>(uint64{blocks} * i / ranges);
        const auto last = static_cast<BlockNumber>(uint64{blocks} * (i + 1) / ranges);
        // Ten blocks a range suffice for rows stored in line, and bound the time where they are
        // not.
        const BlockNumber count = last - first < 10 ? last - first : 10;
        table_index_build_range_scan(heap, index, info, false, false, false, first, count, add,
                                     state, nullptr);
    }
}

struct PairSample {
    MemoryContext row_context;
    uint32_t* counts;
    double rows;
};

void add_count(Relation, ItemPointer, Datum* values, bool* nulls, bool alive, void* state) {
    PairSample& sample = *static_cast<PairSample*>(state);
    if (!alive || sample.rows >= kEnoughRows || nulls[0]) return;
    const MemoryContext caller = MemoryContextSwitchTo(sample.row_context);
    sample.counts[static_cast<size_t>(sample.rows)] =
        static_cast<uint32_t>(view<SparseVector>(values[0]).count);
    sample.rows += 1;
    MemoryContextSwitchTo(caller);
    MemoryContextReset(sample.row_context);
}

}  // namespace

const float* sample_mean(Relation heap, Relation index, ::IndexInfo* info,
                         const OpenIndex& opened) {
    const uint32_t dims = opened.dims;
    Sample sample{
        opened,
        AllocSetContextCreate(CurrentMemoryContext, "vectorext sample", ALLOCSET_DEFAULT_SIZES),
        static_cast<float*>(palloc(dims * sizeof(float))),
        static_cast<double*>(palloc0(dims * sizeof(double))), 0};
    scan_sample(heap, index, info, add_row, &sample, sample.rows);
    MemoryContextDelete(sample.row_context);
    auto* mean = static_cast<float*>(palloc0(dims * sizeof(float)));
    for (uint32_t i = 0; i < dims && sample.rows > 0; ++i)
        mean[i] = static_cast<float>(sample.sums[i] / sample.rows);
    return mean;
}

uint32_t sample_pairs(Relation heap, Relation index, ::IndexInfo* info) {
    PairSample sample{
        AllocSetContextCreate(CurrentMemoryContext, "vectorext sample", ALLOCSET_DEFAULT_SIZES),
        static_cast<uint32_t*>(palloc(static_cast<size_t>(kEnoughRows) * sizeof(uint32_t))), 0};
    scan_sample(heap, index, info, add_count, &sample, sample.rows);
    MemoryContextDelete(sample.row_context);
    const auto rows = static_cast<size_t>(sample.rows);
    uint32_t* at = sample.counts + rows * 9 / 10;
    if (rows > 0) std::nth_element(sample.counts, at, sample.counts + rows);
    const uint32_t pairs = rows > 0 ? *at : kUnknownPairs;
    pfree(sample.counts);
    return pairs;
}

}  // namespace vx::pg
