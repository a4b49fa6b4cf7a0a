// Sampling by blocks spread evenly over the table, read the way the build itself reads rows, so
// that expressions and predicates count as they will.
#include "pg/index/sample.h"

#include <algorithm>

#include "core/quality/calibration.h"
#include "pg/types/datum.h"

namespace vx::pg {
namespace {

// The center of ten thousand rows is off by 1 % of the spread in each dimension.
constexpr double kEnoughRows = 10000;
constexpr size_t kSampleBytes = size_t{32} << 20;  // that their elements take at most
constexpr uint32 kRanges = 100;

struct Sample {
    OpenIndex index;
    MemoryContext row_context;
    float* elements;  // an index that has a center holds codes: its elements are floats
    double most_rows;
    double rows;
};

// Dead rows are left out of samples: what is stored out of line of them may be gone already.
void add_row(Relation, ItemPointer, Datum* values, bool* nulls, bool alive, void* state) {
    Sample& sample = *static_cast<Sample*>(state);
    if (!alive || sample.rows >= sample.most_rows) return;
    const MemoryContext caller = MemoryContextSwitchTo(sample.row_context);
    float* element = sample.elements + static_cast<size_t>(sample.rows) * sample.index.dims;
    if (read_element(sample.index, values[0], nulls[0], reinterpret_cast<std::byte*>(element)) ==
        ElementKind::kNormal)
        sample.rows += 1;
    MemoryContextSwitchTo(caller);
    MemoryContextReset(sample.row_context);
}

/// How many rows a sample takes from how many places.
struct Spread {
    double enough;
    uint32 ranges = kRanges;
};

/// Calls add(..., state) for rows of blocks spread over the table.  `most_rows` is raised from
/// range to range, to what is enough at the last: rows beyond it are left out, so that each range
/// has its share.  Returns which share of the table's blocks it has read.
double scan_sample(Relation heap, Relation index, ::IndexInfo* info, IndexBuildCallback add,
                   void* state, Spread spread, double* most_rows) {
    const BlockNumber blocks = RelationGetNumberOfBlocks(heap);
    const BlockNumber ranges = blocks < spread.ranges ? blocks : spread.ranges;
    double read = 0;
    for (BlockNumber i = 0; i < ranges; ++i) {
        const auto first = static_cast<BlockNumber>(uint64{blocks} * i / ranges);
        const auto last = static_cast<BlockNumber>(uint64{blocks} * (i + 1) / ranges);
        *most_rows = spread.enough * (i + 1) / ranges;
        // Ten blocks a range suffice for rows stored in line, and bound the time where they are
        // not.
        const BlockNumber count = last - first < 10 ? last - first : 10;
        table_index_build_range_scan(heap, index, info, false, false, false, first, count, add,
                                     state, nullptr);
        read += count;
    }
    return blocks > 0 ? read / blocks : 0;
}

/// The mean of the middle four fifths of `count` values, which are put in another order: rows far
/// away, few or one, do not move it.
float middle_mean(float* values, size_t count) {
    const size_t cut = count / 10;
    std::nth_element(values, values + cut, values + count);
    std::nth_element(values + cut, values + (count - cut - 1), values + count);
    double sum = 0;
    for (size_t i = cut; i < count - cut; ++i) sum += static_cast<double>(values[i]);
    return static_cast<float>(sum / static_cast<double>(count - 2 * cut));
}

/// The exponent that suits the median of the rows' distances from the center, or of their lengths
/// by inner product, where what codes leave out, the products with the center, must be a float as
/// well.
int sample_scale(const Sample& sample, const float* center) {
    if (needs_unit_vectors(sample.index.metric)) return 0;
    const bool centered = sample.index.metric == Metric::kL2;
    const uint32_t dims = sample.index.dims;
    const auto rows = static_cast<size_t>(sample.rows);
    auto* lengths = static_cast<double*>(palloc((rows + 1) * sizeof(double)));
    size_t count = 0;
    for (size_t row = 0; row < rows; ++row) {
        double sum = 0;
        for (uint32_t i = 0; i < dims; ++i) {
            const double mean = centered ? static_cast<double>(center[i]) : 0;
            const double part = static_cast<double>(sample.elements[row * dims + i]) - mean;
            sum += part * part;
        }
        // Those that are the center say nothing.
        if (sum > 0) lengths[count++] = sqrt(sum);
    }
    double* const middle = lengths + count / 2;
    if (count > 0) std::nth_element(lengths, middle, lengths + count);
    const int exponent = count > 0 ? choose_scale(*middle) : 0;
    pfree(lengths);
    return exponent;
}

struct PairSample {
    MemoryContext row_context;
    uint32_t* counts;
    double most_rows;
    double rows;
};

void add_count(Relation, ItemPointer, Datum* values, bool* nulls, bool alive, void* state) {
    PairSample& sample = *static_cast<PairSample*>(state);
    if (!alive || sample.rows >= sample.most_rows || nulls[0]) return;
    const MemoryContext caller = MemoryContextSwitchTo(sample.row_context);
    sample.counts[static_cast<size_t>(sample.rows)] =
        static_cast<uint32_t>(view<SparseVector>(values[0]).count);
    sample.rows += 1;
    MemoryContextSwitchTo(caller);
    MemoryContextReset(sample.row_context);
}

struct HeldSample {
    OpenIndex index;
    MemoryContext row_context;
    MemoryContext kept;
    TupleDesc columns;
    std::byte* element;
    HeldRow* held;
    double most_rows;
    double rows;
    double rows_met;
};

void copy_row(const HeldSample& sample, const Datum* values, const bool* nulls, HeldRow* row) {
    row->values[0] = PointerGetDatum(PG_DETOAST_DATUM_COPY(values[0]));
    row->nulls[0] = false;
    for (int i = 1; i < sample.columns->natts; ++i) {
        const auto* column = TupleDescAttr(sample.columns, i);
        row->nulls[i] = nulls[i];
        if (!nulls[i]) row->values[i] = datumCopy(values[i], column->attbyval, column->attlen);
    }
}

void add_held(Relation, ItemPointer tid, Datum* values, bool* nulls, bool alive, void* state) {
    HeldSample& sample = *static_cast<HeldSample*>(state);
    if (!alive) return;
    sample.rows_met += 1;
    if (sample.rows >= sample.most_rows) return;
    const MemoryContext caller = MemoryContextSwitchTo(sample.row_context);
    if (read_element(sample.index, values[0], nulls[0], sample.element) == ElementKind::kNormal) {
        MemoryContextSwitchTo(sample.kept);
        HeldRow* row = &sample.held[static_cast<size_t>(sample.rows)];
        row->tid = *tid;
        copy_row(sample, values, nulls, row);
        sample.rows += 1;
    }
    MemoryContextSwitchTo(caller);
    MemoryContextReset(sample.row_context);
}

}  // namespace

CodeFrame sample_frame(Relation heap, Relation index, ::IndexInfo* info, const OpenIndex& opened) {
    const uint32_t dims = opened.dims;
    const size_t room = kSampleBytes / (dims * sizeof(float));
    const double enough = std::min(static_cast<double>(room), kEnoughRows);
    Sample sample{
        opened,
        AllocSetContextCreate(CurrentMemoryContext, "vectorext sample", ALLOCSET_DEFAULT_SIZES),
        static_cast<float*>(palloc((static_cast<size_t>(enough) + 1) * dims * sizeof(float))), 0,
        0};
    (void)scan_sample(heap, index, info, add_row, &sample, {enough}, &sample.most_rows);
    MemoryContextDelete(sample.row_context);
    auto* center = static_cast<float*>(palloc0(dims * sizeof(float)));
    const auto rows = static_cast<size_t>(sample.rows);
    auto* values = static_cast<float*>(palloc((rows + 1) * sizeof(float)));
    for (uint32_t i = 0; i < dims && rows > 0; ++i) {
        CHECK_FOR_INTERRUPTS();
        for (size_t row = 0; row < rows; ++row) values[row] = sample.elements[row * dims + i];
        center[i] = middle_mean(values, rows);
    }
    pfree(values);
    const CodeFrame frame{center, sample_scale(sample, center)};
    pfree(sample.elements);
    return frame;
}

HeldRows hold_out_rows(Relation heap, Relation index, ::IndexInfo* info, const OpenIndex& opened) {
    HeldSample sample{
        opened,
        AllocSetContextCreate(CurrentMemoryContext, "vectorext sample", ALLOCSET_DEFAULT_SIZES),
        CurrentMemoryContext,
        RelationGetDescr(index),
        static_cast<std::byte*>(palloc(element_bytes(opened))),
        static_cast<HeldRow*>(palloc0((kMostCalibrationQueries + 1) * sizeof(HeldRow))),
        0,
        0,
        0};
    const double met_share =
        scan_sample(heap, index, info, add_held, &sample,
                    {kMostCalibrationQueries, kMostCalibrationQueries}, &sample.most_rows);
    MemoryContextDelete(sample.row_context);
    const double table_rows = met_share > 0 ? sample.rows_met / met_share : 0;
    const auto found = static_cast<uint32>(sample.rows);
    const uint32 wanted = calibration_queries(static_cast<uint64_t>(table_rows));
    const uint32 count = wanted < found ? wanted : found;
    for (uint32 i = 0; i < count; ++i) sample.held[i] = sample.held[uint64{found} * i / count];
    return {sample.held, count};
}

uint32_t sample_pairs(Relation heap, Relation index, ::IndexInfo* info) {
    PairSample sample{
        AllocSetContextCreate(CurrentMemoryContext, "vectorext sample", ALLOCSET_DEFAULT_SIZES),
        static_cast<uint32_t*>(palloc((static_cast<size_t>(kEnoughRows) + 1) * sizeof(uint32_t))),
        0, 0};
    (void)scan_sample(heap, index, info, add_count, &sample, {kEnoughRows}, &sample.most_rows);
    MemoryContextDelete(sample.row_context);
    const auto rows = static_cast<size_t>(sample.rows);
    uint32_t* at = sample.counts + rows * 9 / 10;
    if (rows > 0) std::nth_element(sample.counts, at, sample.counts + rows);
    const uint32_t pairs = rows > 0 ? *at : kUnknownPairs;
    pfree(sample.counts);
    return pairs;
}

}  // namespace vx::pg
