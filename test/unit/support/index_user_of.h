// The index user of one storage. Its code is large, so each is compiled in a file of its own,
// index_user_*.cpp, by VX_COMPILE_USER.
#pragma once

#include "support/index_user.h"

#include <algorithm>
#include <new>
#include <stdexcept>

#include "core/graph/search.h"
#include "core/paged/graph_build.h"
#include "core/paged/inserter.h"
#include "core/paged/reclaim.h"
#include "core/paged/settle.h"
#include "core/paged/within_sample.h"
#include "support/grow_alone.h"
#include "support/test_arena.h"

namespace vx::test {

template <class Holder>
class UserOf final : public StorageUser {
public:
    using Codec = decltype(Holder::codec);
    using Store = PagedStore<FakePages, Codec>;

    UserOf(FakePages& pages, const IndexOptions& options, uint64_t seed)
        : pages_(pages), options_(options),
          g_(geometry_of(options)), params_{options.m, options.ef_construction}, codec_(options),
          store_(pages, g_, codec_.codec, params_, make_edit_scratch(arena_.arena(), g_)),
          inserter_(store_, arena_.arena(), seed) {}

    bool insert(const float* element, HeapTid tid, int forced_level) override {
        const Level level =
            forced_level >= 0 ? static_cast<Level>(forced_level) : inserter_.level_of(tid);
        return inserter_.insert_element(codec_.encode(element), row(tid), level) != kNoNode;
    }

    void insert_listed(ElementKind kind, HeapTid tid) override {
        (void)inserter_.insert(kind, nullptr, row(tid));
    }

    std::vector<NodeId> scan_nodes(const float* query, size_t ef, size_t limit) override {
        store_.bind(codec_.encode(query));
        TestArena memory;
        CandidateStream<FakePages, Codec> stream(store_, memory.arena());
        ScanRequest request;
        request.ef = ef;
        request.sweeps = false;
        stream.start(request);
        std::vector<NodeId> found;
        while (found.size() < limit) {
            const ScanCandidate* next = stream.peek(found.size());
            if (next == nullptr) break;
            found.push_back(next->id);
            stream.take();
        }
        return found;
    }

    std::vector<HeapTid> scan(const float* query, const ScanRequest& request, TableRows* rows,
                              size_t limit) override {
        TestArena memory;
        Scanner<FakePages, Codec, TableRows> scanner(pages_, g_, codec_.codec, params_);
        scanner.start(query == nullptr ? nullptr : codec_.encode(query), request, rows,
                      memory.arena());
        std::vector<HeapTid> found;
        HeapTid tid;
        while (found.size() < limit && scanner.next(&tid)) found.push_back(tid);
        if (rows != nullptr) rows->counts = scanner.counts();
        return found;
    }

    bool holds(NodeId id, const float* element) override {
        store_.bind_for_insert(codec_.encode(element));
        return store_.equals_query(id);
    }

    ListDistances list_distances(NodeId id) override {
        ListDistances distances;
        Links links;
        (void)store_.load_links(id, 0, links);
        store_.link_distances(id, links);
        for (uint32_t lane = 0; lane < links.lanes; ++lane) {
            if (links.ids[lane] == kNoNode) continue;
            distances.told.push_back(links.distances[lane]);
            distances.measured.push_back(
                store_.between(store_.hold(id, 0), store_.hold(links.ids[lane], 1)));
        }
        return distances;
    }

    std::vector<double> shares_within(const float* query, bool is_known,
                                      const std::vector<double>& shares) override {
        store_.bind(codec_.encode(query));
        std::vector<float> distances;
        std::vector<DirectoryEntry> entries(g_.nodes_per_extent);
        for (uint32_t extent = 0; extent < state().extent_count; ++extent) {
            if (!store_.copy_directory(extent, entries.data())) continue;
            for (uint32_t i = 0; i < g_.nodes_per_extent; ++i)
                if (entries[i].state == NodeState::kLive)
                    distances.push_back(store_.query_distance(extent * g_.nodes_per_extent + i));
        }
        std::ranges::sort(distances);
        WithinSample sample;
        if (is_known)
            sample.take(store_);
        else
            sample.take_between(store_);
        std::vector<double> told;
        for (const double share : shares) {
            const auto last = static_cast<double>(distances.size() - 1);
            told.push_back(
                sample.share(distances.empty() ? 0 : distances[static_cast<size_t>(share * last)]));
        }
        return told;
    }

    StateContent state() override { return store_.state(); }
    DirectoryEntry directory(NodeId id) override { return store_.directory(id); }
    PostingSegment segment(Place place) override { return read_segment(store_, place); }

    VacuumCounts remove_dead_rows(const RowIsDead& row_is_dead) override {
        VacuumCounts counts;
        TestArena memory;
        const auto by_tid = [&](HeapTid tid) { return row_is_dead(row_of(tid)); };
        if (!remove_rows(store_, memory.arena(), by_tid, counts)) throw std::bad_alloc();
        return counts;
    }

    void reclaim() override {
        TestArena memory;
        Reclaimer<FakePages, Codec> reclaimer(store_, memory.arena());
        if (!reclaimer.run()) throw std::bad_alloc();
    }

    FoundInMemory build(const BuildInput& input) override {
        using Graph = MemoryStore<typename Codec::GraphCodec>;
        const GraphShape shape = make_graph_shape(params_, graph_record_bytes(g_), input.memory,
                                                  options_.filter_columns);
        TestArena memory;
        GraphControl control;
        ArenaChunks chunks(memory.arena(), input.memory);
        Graph graph(memory.arena(), &control, shape, chunks.source(shape.arrays), codec_.codec);
        auto* scratch = make_insert_scratch<Graph>(memory.arena(), params_.ef_construction);
        if (!scratch->visited->reserve(static_cast<uint32_t>(input.elements.size()) + 1))
            throw std::bad_alloc();
        RecentNodes recent(memory.arena(), 1 << 8);
        size_t done = 0;
        for (; done < input.elements.size(); ++done) {
            graph.bind_for_insert(codec_.encode(input.elements[done].data()));
            if (!put_row(graph, inserter_.level_of(input.tids[done]), row(input.tids[done]),
                         recent))
                break;
        }
        const bool all = done == input.elements.size();
        write_graph(graph, *scratch, input.writers, all);
        if (!all) {
            // The graph has ended: its memory keeps the records.
            insert_rest(graph, input, done);
            return {};
        }
        FoundInMemory found;
        for (const auto& query : input.queries) {
            found.push_back(
                search_memory(graph, *scratch->visited, codec_.encode(query.data()), input.ef));
            for (NodeId& node : found.back()) node = graph.place_of(node);
        }
        return found;
    }

private:
    [[nodiscard]] IndexRow row(HeapTid tid) const {
        return {tid, filters_of(row_of(tid), options_.filter_columns)};
    }

    /// One of those who insert what did not fit into memory.
    struct Process {
        using GraphCodec = typename Codec::GraphCodec;
        using Built = BuildStore<FakePages, GraphCodec>;

        Process(UserOf& user, const IndexOptions& options, const RecordCache& cache)
            : codec(options), paged(user.pages_, user.g_, codec.codec, user.params_,
                                    make_edit_scratch(arena.arena(), user.g_)),
              built(paged, cache),
              scratch(make_insert_scratch<Built>(arena.arena(), options.ef_construction)) {}

        TestArena arena;
        Holder codec;
        PagedStore<FakePages, GraphCodec> paged;
        Built built;
        InsertScratch<Built>* scratch;
    };

    /// As a build that outgrows its memory (src/pg/index/build_task.cpp).
    template <class Graph>
    void insert_rest(Graph& graph, const BuildInput& input, size_t next) {
        TestArena memory;
        const RecordCache cache = make_record_cache(graph, memory.arena());
        Process one(*this, options_, cache), other(*this, options_, cache);
        const auto insert_next = [&](Process& process) {
            const size_t at = next++;
            process.built.bind_for_insert(process.codec.encode(input.elements[at].data()));
            if (!insert_in_build(process.built, inserter_.level_of(input.tids[at]),
                                 row(input.tids[at]), *process.scratch))
                throw std::runtime_error("not inserted");
        };
        uint32_t edits = 0;
        if (input.at_once)
            pages_.before_edit = [&] {
                constexpr uint32_t kEvery = 7;
                if (++edits % kEvery == 0 && next < input.elements.size()) insert_next(other);
            };
        while (next < input.elements.size()) insert_next(one);
        pages_.before_edit = nullptr;
        Settler<FakePages, Codec> first(one.built, one.codec.codec);
        Settler<FakePages, Codec> second(other.built, other.codec.codec);
        for (uint32_t extent = 0; extent < state().extent_count; ++extent)
            (extent % 2 == 0 ? first : second).settle_extent(extent);
    }

    template <class Graph>
    void write_graph(Graph& graph, InsertScratch<Graph>& scratch, uint32_t writers, bool all) {
        using Build = GraphBuild<FakePages, Codec, TeamMember>;
        TestArena memory;
        const typename Build::Parts parts{pages_, g_,      codec_.codec,
                                          graph,  scratch, options_.kind.metric};
        TeamMember first(0, writers, !all);
        first.others_write = [&] {
            for (uint32_t number = 1; number < writers; ++number) {
                TeamMember other(number, writers, !all);
                Build(parts, memory.arena(), other).run(kWriteStep);
            }
        };
        Build(parts, memory.arena(), first).run(kLoadStep);
    }

    template <class Graph>
    static std::vector<NodeId> search_memory(Graph& graph, Visited& visited,
                                             const typename Codec::Element* query, size_t ef) {
        graph.bind(query);
        std::vector<PoolEntry> entries(entries_to_go_on(ef));
        Pool pool(entries.data(), entries.size());
        const Candidate start = descend(graph, graph.entry(), 0, visited);
        visited.insert(start.id);
        (void)pool.offer({start.distance, start.id, false});
        TestArena memory;
        Spill spill(memory.arena());
        (void)search_by_need(graph, {ef, std::min<size_t>(ef, kUsualLimit)}, pool, visited, spill);
        std::vector<NodeId> found;
        for (size_t i = 0; i < std::min(ef, pool.size()); ++i) found.push_back(pool[i].id);
        return found;
    }

    FakePages& pages_;
    IndexOptions options_;
    Geometry g_;
    GraphParams params_;
    Holder codec_;
    TestArena arena_;
    Store store_;
    Inserter<FakePages, Codec> inserter_;
};

template <class Holder>
std::unique_ptr<StorageUser> make_user(FakePages& pages, const IndexOptions& options,
                                       uint64_t seed) {
    return std::make_unique<UserOf<Holder>>(pages, options, seed);
}

}  // namespace vx::test

#define VX_COMPILE_USER(Holder)                                                                    \
    template std::unique_ptr<vx::test::StorageUser> vx::test::make_user<vx::test::Holder>(         \
        vx::test::FakePages&, const vx::test::IndexOptions&, uint64_t)
