// From rows that were put into a graph in memory to an index on pages: how a build goes on.
//
// Any number of processes take part (build_steps.h), each with a GraphBuild of its own over the
// same graph.
#pragma once

#include "core/graph/grow.h"
#include "core/graph/outliers.h"
#include "core/graph/page_order.h"
#include "core/paged/flush.h"
#include "core/paged/record_cache.h"

namespace vx {

/// What a build is made of.
template <class Pages, class Codec>
struct GraphBuildParts {
    using Graph = MemoryStore<typename Codec::GraphCodec>;

    Pages& pages;
    const Geometry& geometry;
    const Codec& codec;
    Graph& graph;
    InsertScratch<Graph>& scratch;  // its pool has room for kProbeEf
    Metric metric;
};

/// One process's part; `Team` as in build_steps.h.
template <class Pages, class Codec, class Team>
class GraphBuild {
public:
    using Parts = GraphBuildParts<Pages, Codec>;
    using Graph = typename Parts::Graph;

    /// All of it outlives the build; memory is the arena's.
    GraphBuild(const Parts& parts, Arena arena, Team& team)
        : pages_(parts.pages), g_(parts.geometry), codec_(parts.codec), graph_(parts.graph),
          scratch_(parts.scratch), metric_(parts.metric), arena_(arena), team_(team) {}

    /// From the end of `step` on, with all others, until the graph is on pages.  A process
    /// that comes late begins with the step at which the others are.
    void run(int step) {
        switch (step) {
        case kLoadStep:
            if (team_.arrive()) found_graph(graph_, scratch_, team_);
            team_.show(kFoundStep, graph_.size());
            [[fallthrough]];
        case kFoundStep:
            (void)team_.arrive();
            [[fallthrough]];
        case kScaffoldStep:
        case kPivotsStep:
        case kSortStep:
        case kInsertStep:
            grow_graph(graph_, scratch_, arena_, team_, step);
            team_.show(kCountStep, graph_.size());
            [[fallthrough]];
        case kCountStep:
            team_.share(kCountStep, asked_nodes(), kNodesAtOnce, [&](NodeId first, NodeId end) {
                graph_.poll();
                count_in_links(graph_, first, end);
            });
            (void)team_.arrive();
            [[fallthrough]];
        case kAskStep:
            connect_outliers();
            [[fallthrough]];
        case kConnectStep:
            (void)team_.arrive();
            team_.show(kWriteStep, graph_.placed());
            [[fallthrough]];
        case kWriteStep:
            write_pages();
            [[fallthrough]];
        default:
            (void)team_.arrive();
        }
    }

private:
    /// None where a vector need not be what a query for it finds: by inner product most are not,
    /// and the links that they would be given lead away from those that are.  Recall@20 at
    /// ef_search 40, of 10,000 vectors in the unit cube of 3, 8 and 64 dimensions: 0.86, 0.93,
    /// 0.97, versus 0.52, 0.69, 0.86 when they are asked for.
    NodeId asked_nodes() const { return is_own_nearest(metric_) ? graph_.size() : 0; }

    void connect_outliers() {
        (void)scratch_.visited->reserve(graph_.size() + 1);
        Pool probe(arena_.allocate_array<PoolEntry>(kProbeEf), kProbeEf);
        team_.share(kAskStep, asked_nodes(), kNodesAtOnce, [&](NodeId first, NodeId end) {
            // All of them: a tenth of the time of the build.  Few in-links are no sign: of 60,000
            // words (m = 16) 83 are missed, and 66 of those have more than twelve.
            ask_nodes(graph_, {first, end}, scratch_, probe, [](uint32_t) { return true; });
        });
        if (!team_.arrive()) return;
        ask_again(graph_, scratch_, probe);
        order_pages();
    }

    void order_pages() {
        // Insertions into pages keep the records in the order in which they lie (keep_records).
        if (g_.slots_per_page < 2 || team_.outgrew_memory())
            place_in_order(graph_);
        else
            PageOrder(graph_, g_.slots_per_page).run();
    }

    void write_pages() {
        const uint32_t extents = extents_of(g_, graph_.placed());
        const FlushMemory memory{arena_.allocate_array<Place>(g_.nodes_per_extent),
                                 arena_.allocate_array<Place>(g_.nodes_per_extent),
                                 arena_.allocate_array<Place>(g_.nodes_per_extent),
                                 arena_.allocate_array<StateContent>(size_t{extents} + 1)};
        Flush<Pages, Codec, Graph> flush(pages_, g_, graph_, codec_, memory);
        if (team_.outgrew_memory()) flush.leave_unfinished();
        flush.plan();
        team_.share(kWriteStep, extents, 1,
                    [&](uint32_t extent, uint32_t) { flush.write_extent(extent); });
        if (!team_.arrive()) return;
        flush.finish();
        if (team_.outgrew_memory()) keep_records(graph_, make_record_cache(graph_, arena_));
    }

    Pages& pages_;
    const Geometry& g_;
    const Codec& codec_;
    Graph& graph_;
    InsertScratch<Graph>& scratch_;
    Metric metric_;
    Arena arena_;
    Team& team_;
};

}  // namespace vx
