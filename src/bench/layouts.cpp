#include "bench/layouts.h"

#include "bench/layout_pages.h"
#include "bench/progress.h"
#include "core/paged/fast_codec.h"
#include "core/paged/flush.h"
#include "core/paged/inserter.h"
#include "core/paged/scanner.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <numeric>

namespace vx::bench {

namespace {

constexpr std::size_t kNeighbors = 10;
constexpr std::uint64_t kSeed = 42;

/// Processor time of this thread: other work on the machine shows less than in the time of day.
double thread_micros() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e6 + double(now.tv_nsec) / 1e3;
}

/// malloc as core's arena; memory lives until the object dies.
class Memory {
public:
    Arena arena() {
        return {[](void* self, std::size_t bytes) -> void* {
                    auto& blocks = static_cast<Memory*>(self)->blocks_;
                    blocks.push_back(std::make_unique<std::byte[]>(bytes));
                    return blocks.back().get();
                },
                [](void*, void*) {}, this};
    }
    template <class T>
    T* array(std::size_t count) {
        return arena().allocate_array<T>(count);
    }

private:
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
};

vx::Metric core_metric(Metric metric) {
    if (metric == Metric::kL2) return vx::Metric::kL2;
    if (metric == Metric::kInnerProduct) return vx::Metric::kInnerProduct;
    if (metric == Metric::kCosine) return vx::Metric::kCosine;
    throw std::runtime_error("sketches are for l2, ip and cosine");
}

/// Vectors as an index stores them: of length 1 for cosine.
struct Vectors {
    std::size_t dims;
    std::vector<float> values;

    Vectors(std::size_t count, std::size_t dimensions, bool unit,
            const std::function<std::span<const float>(std::size_t)>& at)
        : dims(dimensions) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto from = at(i);
            double squares = 0;
            for (const float x : from) squares += double(x) * double(x);
            const double length = unit ? std::sqrt(squares) : 1;
            for (const float x : from) values.push_back(static_cast<float>(x / length));
        }
    }
    [[nodiscard]] const float* operator[](std::size_t i) const { return &values[i * dims]; }
};

/// Own codes of fewer bits: their error is added to what the 8-bit code says, the same for the same
/// node and query.
class NoisyCodec : public FastCodec {
public:
    NoisyCodec(const FastCodec& codec, double sigma_ratio)
        : FastCodec(codec), extra_(std::sqrt(std::max(0.0, sigma_ratio * sigma_ratio - 1))) {}

    float finish(const Sum& sum) const {
        const float exact = FastCodec::finish(sum);
        if (extra_ <= 0) return exact;
        SplitMix64 random(static_cast<std::uint64_t>(sum.dot) * 0x9E3779B97F4A7C15 ^
                          static_cast<std::uint64_t>(sum.head.factors.sum));
        const double u = random.next_unit();
        const double v = random.next_unit();
        const double normal = std::sqrt(-2 * std::log(u)) * std::cos(2 * 3.14159265358979 * v);
        return exact + static_cast<float>(normal * extra_) * FastCodec::error(sum, 1);
    }
    float error(const Sum& sum, float z_score) const {
        return FastCodec::error(sum, z_score) * static_cast<float>(std::sqrt(1 + extra_ * extra_));
    }

private:
    double extra_;
};

/// Sigma of a code of so many bits relative to that of 8 (core/quantize/README.md).
double sigma_ratio(int bits) {
    switch (bits) {
    case 8:
        return 1;
    case 7:
        return 2;
    case 4:
        return 14;
    case 2:
        return 48;
    default:
        throw std::runtime_error("own codes have 2, 4, 7 or 8 bits");
    }
}

/// Everything that the layouts of one data set share.
class Bench {
public:
    Bench(const Dataset& data, const LayoutOptions& options)
        : options_(options), metric_(core_metric(options.metric)),
          dims_(static_cast<std::uint32_t>(data.dims())),
          padded_(static_cast<std::uint32_t>(padded_dims(data.dims(), kPadMultiple))),
          rows_(std::min(options.rows, data.rows()), data.dims(), needs_unit_vectors(metric_),
                [&](std::size_t i) { return data.row(i); }),
          queries_(std::min(options.queries, data.queries()), data.dims(),
                   needs_unit_vectors(metric_), [&](std::size_t i) { return data.query(i); }),
          row_count_(std::min(options.rows, data.rows())),
          query_count_(std::min(options.queries, data.queries())), mean_(data.dims()) {
        for (std::size_t i = 0; i < row_count_; ++i)
            for (std::size_t d = 0; d < dims_; ++d)
                mean_[d] += rows_[i][d] / static_cast<float>(row_count_);
        find_exact();
    }

    /// The layout of a slot; `own_bytes` for fewer own bits.
    [[nodiscard]] Geometry geometry(int m, const SketchShape& shape, int own_bits) const {
        Layout layout;
        layout.dims = dims_;
        layout.record_bytes = static_cast<std::uint32_t>(sizeof(CodeHead)) +
                              padded_ * static_cast<std::uint32_t>(own_bits) / 8;
        layout.m = static_cast<std::uint32_t>(m);
        layout.sketch_bytes = shape.dims == 0 ? 0 : sketch_area_bytes(shape, 2 * layout.m);
        layout.has_mean = true;
        const Result<Geometry> made = make_geometry(layout);
        if (!made.ok()) throw std::runtime_error("such a slot does not fit a page");
        return made.value;
    }

    CodeSpace space(Memory& memory) const {
        return {metric_,
                dims_,
                padded_,
                Rotation(padded_, kSeed, memory.array<std::uint16_t>(rotation_words(padded_))),
                mean_.data(),
                static_cast<float>(portable_dot(mean_.data(), mean_.data(), dims_))};
    }
    CodeBuffers buffers(Memory& memory) const {
        return {memory.array<float>(padded_), memory.array<std::int8_t>(padded_),
                memory.array<std::byte>(code_record_bytes(dims_))};
    }
    FastCodec fast_codec(Memory& memory, const SketchShape& shape, std::uint32_t lanes) const {
        return {space(memory),
                buffers(memory),
                shape,
                {memory.array<std::uint8_t>(scan_table_bytes(shape)),
                 memory.array<std::uint8_t>(scan_table_bytes(shape)),
                 memory.array<std::uint8_t>(lanes * sketch_row_bytes(shape)),
                 memory.array<SketchFactors>(lanes), memory.array<float>(padded_),
                 memory.array<float>(padded_), memory.array<float>(padded_)}};
    }

    [[nodiscard]] const LayoutOptions& options() const { return options_; }
    [[nodiscard]] vx::Metric metric() const { return metric_; }
    [[nodiscard]] std::uint32_t padded() const { return padded_; }
    [[nodiscard]] std::size_t row_count() const { return row_count_; }
    [[nodiscard]] std::size_t query_count() const { return query_count_; }
    [[nodiscard]] const float* row(std::size_t i) const { return rows_[i]; }
    [[nodiscard]] const float* query(std::size_t i) const { return queries_[i]; }
    [[nodiscard]] float distance(std::size_t query, std::size_t row) const {
        return ranking_kernel(metric_)(queries_[query], rows_[row], dims_);
    }
    /// Distance of the tenth nearest row.
    [[nodiscard]] float tenth(std::size_t query) const { return tenth_[query]; }

private:
    void find_exact() {
        Progress progress("exact neighbors", query_count_, "queries");
        std::vector<float> all(row_count_);
        for (std::size_t q = 0; q < query_count_; ++q) {
            for (std::size_t i = 0; i < row_count_; ++i) all[i] = distance(q, i);
            std::nth_element(all.begin(), all.begin() + kNeighbors - 1, all.end());
            tenth_.push_back(all[kNeighbors - 1]);
            progress.update(q);
        }
    }

    LayoutOptions options_;
    vx::Metric metric_;
    std::uint32_t dims_;
    std::uint32_t padded_;
    Vectors rows_;
    Vectors queries_;
    std::size_t row_count_;
    std::size_t query_count_;
    std::vector<float> mean_;
    std::vector<float> tenth_;
};

template <class Codec>
using Store = PagedStore<LayoutPages, Codec>;

/// An empty index on pages in memory.
template <class Codec>
struct Index {
    Index(const Geometry& geometry, const Codec& codec, const GraphParams& params)
        : g(geometry), store(pages, geometry, codec, params,
                             memory.array<std::byte>((geometry.lanes + 4) *
                                                     std::size_t{geometry.layout.record_bytes})) {
        MetaContent meta{};
        write_empty(pages, g, meta);
    }
    Memory memory;
    LayoutPages pages;
    Geometry g;
    Store<Codec> store;
};

HeapTid tid_of(std::size_t row) {
    return {static_cast<std::uint16_t>(row >> 16), static_cast<std::uint16_t>(row), 1};
}
std::size_t row_of(HeapTid tid) { return tid.block(); }

/// A graph as insertions make it, on pages of storage `compact`.
class LayoutGraph {
public:
    LayoutGraph(const Bench& bench, int m)
        : params_{static_cast<std::uint32_t>(m), bench.options().ef_construction,
                  bench.options().fill},
          index_(bench.geometry(m, {}, 8), CodeCodec(bench.space(memory_), bench.buffers(memory_)),
                 params_) {
        grow(bench);
    }

    Store<CodeCodec>& store() { return index_.store; }
    [[nodiscard]] const GraphParams& params() const { return params_; }
    [[nodiscard]] const std::vector<NodeId>& nodes() const { return nodes_; }

private:
    void grow(const Bench& bench) {
        Inserter<LayoutPages, CodeCodec> inserter(index_.store, memory_.arena(), kSeed);
        Progress progress("growing a graph", bench.row_count(), "rows");
        for (std::size_t i = 0; i < bench.row_count(); ++i) {
            progress.update(i);
            const NodeId id =
                inserter.insert_element(bench.row(i), tid_of(i), inserter.level_of(tid_of(i)));
            if (id == kNoNode) throw std::runtime_error("the index is full");
            nodes_.push_back(id);
        }
    }

    Memory memory_;
    GraphParams params_;
    Index<CodeCodec> index_;
    std::vector<NodeId> nodes_;  // of the rows; equal ones share theirs
};

/// Writes the graph again with sketches: all records first, since sketches are made of them.
template <class Codec>
void write_again(const Bench& bench, LayoutGraph& graph, Index<Codec>& index) {
    Store<Codec>& store = index.store;
    std::vector<NodeId> renamed(*std::max_element(graph.nodes().begin(), graph.nodes().end()) + 1,
                                kNoNode);
    auto plan = std::make_unique<InsertPlan>();
    for (std::size_t i = 0; i < bench.row_count(); ++i) {
        store.bind_for_insert(bench.row(i));
        if (renamed[graph.nodes()[i]] != kNoNode) {
            (void)append_row(store, renamed[graph.nodes()[i]], tid_of(i));
            continue;
        }
        *plan = {};
        plan->level = graph.store().directory(graph.nodes()[i]).level;
        bool full = false;
        const NodeId id = reserve_id(store, IdChoice{kNoNode, plan->level}, tid_of(i), &full);
        renamed[graph.nodes()[i]] = id;
        write_slot(store, id, *plan, kNowhere);
    }
    Links links;
    std::vector<bool> linked(renamed.size());
    for (std::size_t i = 0; i < bench.row_count(); ++i) {
        if (linked[graph.nodes()[i]]) continue;
        linked[graph.nodes()[i]] = true;
        plan->level = graph.store().directory(graph.nodes()[i]).level;
        for (int l = 0; l <= plan->level; ++l) {
            const auto level = static_cast<Level>(l);
            plan->count[l] = 0;
            (void)graph.store().load_links(graph.nodes()[i], level, links);
            for (std::uint32_t lane = 0; lane < links.lanes; ++lane)
                if (links.ids[lane] != kNoNode)
                    plan->links(level)[plan->count[l]++] = {0, renamed[links.ids[lane]]};
        }
        store.bind_for_insert(bench.row(i));
        write_slot(store, renamed[graph.nodes()[i]], *plan, kNowhere);
        offer_entry(store, renamed[graph.nodes()[i]], plan->level);
    }
}

/// Exact distances of rows for the scanner, and how many it asked for.
class Rows {
public:
    Rows(const Bench& bench, std::size_t query) : bench_(bench), query_(query) {}
    bool distance(HeapTid tid, double* out) {
        ++reads;
        *out = static_cast<double>(bench_.distance(query_, row_of(tid)));
        return true;
    }
    void expect(HeapTid) {}
    void approach(HeapTid) {}
    std::size_t reads = 0;

private:
    const Bench& bench_;
    std::size_t query_;
};

/// Scans for ten neighbors, added to the sums of a point.
template <class Codec>
class Search {
public:
    Search(const Bench& bench, Index<Codec>& index, std::size_t pool)
        : bench_(bench), index_(index) {
        // The search expands what its pool holds and no more.
        request_.ef = kNeighbors;
        request_.pool_entries = pool;
        request_.sweeps = false;
    }

    void run(std::size_t query, LayoutPoint& point) {
        Memory memory;
        Rows rows(bench_, query);
        Scanner<LayoutPages, Codec, Rows> scanner(index_.pages, index_.g, index_.store.codec(),
                                                  index_.store.params());
        const double begin = thread_micros();
        scanner.start(bench_.query(query), request_, &rows, memory.arena());
        std::vector<float> found;
        HeapTid tid;
        while (found.size() < kNeighbors && scanner.next(&tid))
            found.push_back(bench_.distance(query, row_of(tid)));
        point.micros += thread_micros() - begin;
        point.hops += static_cast<double>(scanner.counts().hops);
        point.reads += static_cast<double>(rows.reads);
        const auto hits = std::count_if(found.begin(), found.end(), [&](float distance) {
            return distance <= bench_.tenth(query);
        });
        point.recall += double(std::min<std::ptrdiff_t>(hits, kNeighbors)) / kNeighbors;
    }

private:
    const Bench& bench_;
    Index<Codec>& index_;
    ScanRequest request_;
};

void measure_shape(const Bench& bench, LayoutGraph& graph, const SketchShape& shape, int m,
                   const std::function<void(const LayoutPoint&)>& each) {
    const Geometry g = bench.geometry(m, shape, 8);
    for (const int own_bits : bench.options().own_bits) {
        Memory memory;
        Index<NoisyCodec> index(
            g, NoisyCodec(bench.fast_codec(memory, shape, g.lanes), sigma_ratio(own_bits)),
            graph.params());
        write_again(bench, graph, index);
        const Geometry packed = bench.geometry(m, shape, own_bits);
        for (const int pool : bench.options().pools) {
            LayoutPoint point{
                m, bench.options().fill, int(shape.dims), shape.bits, own_bits, 0, pool, 0, 0, 0,
                0};
            point.bytes = 8192.0 * packed.extent_pages / packed.nodes_per_extent;
            Search search(bench, index, static_cast<std::size_t>(pool));
            for (std::size_t q = 0; q < bench.query_count(); ++q) search.run(q, point);
            const auto queries = static_cast<double>(bench.query_count());
            for (double* sum : {&point.recall, &point.hops, &point.reads, &point.micros})
                *sum /= queries;
            each(point);
        }
    }
}

}  // namespace

void measure_layouts(const Dataset& data, const LayoutOptions& options,
                     const std::function<void(const LayoutPoint&)>& each) {
    const Bench bench(data, options);
    for (const int m : options.m) {
        LayoutGraph graph(bench, m);
        for (const int bits : options.sketch_bits) {
            std::uint32_t last = 0;
            for (const int wanted : options.sketch_dims) {
                const std::uint32_t dims =
                    std::min(bench.padded(), (static_cast<std::uint32_t>(wanted) + 15) / 16 * 16);
                if (dims == last) continue;
                last = dims;
                measure_shape(
                    bench, graph,
                    {bench.metric(), static_cast<std::uint8_t>(bits), dims, bench.padded()}, m,
                    each);
            }
        }
    }
}

}  // namespace vx::bench
