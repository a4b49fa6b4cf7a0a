// Writing a graph in memory to empty pages: by one and by several, and what is there before the
// end.
#include "core/paged/flush.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "core/graph/page_order.h"
#include "paged/scanned.h"
#include "paged/stored_index.h"
#include "support/index_check.h"
#include "support/memory_graph.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::IsEmpty;

class FlushOf : public StorageTest {};
VX_FOR_EACH_STORAGE(FlushOf);

TEST_P(FlushOf, ReadsItsMeanAsItWasWritten) {
    PagedIndex index(with({.dims = 700, .page_bytes = 1024}));
    const Geometry& g = index.user.geometry();
    ASSERT_EQ(g.mean_pages, GetParam().storage == Storage::kPlain ? 0u : 3u);
    std::vector<float> written(700);
    for (uint32_t i = 0; i < 700; ++i) written[i] = static_cast<float>(i);
    write_mean(index.pages, g, written.data());
    std::vector<float> read(700);
    read_mean(index.pages, g, read.data());
    EXPECT_EQ(read == written, g.mean_pages > 0);
}

TEST_P(FlushOf, KeepsTheRowsOfEqualElements) {
    for (const uint32_t writers : {1u, 4u}) {
        PagedIndex index(with({}));
        std::vector<std::vector<float>> elements;
        for (uint32_t row = 1; row <= 1400; ++row)
            elements.push_back({static_cast<float>(row % 300 + row % 7), 1, 2, 3});
        BuildInput input = build_input(index, elements);
        input.writers = writers;
        (void)index.user.build(input);
        EXPECT_THAT(faults_of(index, true), IsEmpty());
        EXPECT_EQ(scanned(index), index.expected_rows());
    }
}

TEST_P(FlushOf, WritesTheSameBytesHoweverManyWrite) {
    const IndexOptions options = with({.dims = 3, .m = 3, .ef_construction = 12});
    std::vector<std::vector<float>> elements = random_elements(500, 3, 17);
    for (uint32_t i = 0; i < 100; ++i) elements.push_back(elements[i % 7]);
    std::vector<std::vector<std::byte>> written;
    for (const uint32_t writers : {1u, 2u, 5u}) {
        PagedIndex index(options);
        BuildInput input = build_input(index, elements);
        input.writers = writers;
        (void)index.user.build(input);
        EXPECT_GT(index.user.state().extent_count, 3u);
        written.push_back(index.pages.dump());
    }
    EXPECT_TRUE(written[1] == written[0]);
    EXPECT_TRUE(written[2] == written[0]);
}

TEST_P(FlushOf, BeginsWithAnEmptyIndex) {
    PagedIndex index(with({}));
    const StateContent state = index.user.state();
    EXPECT_EQ(state.root, kNoNode);
    EXPECT_EQ(state.next_id, 0u);
    EXPECT_EQ(state.extent_count, 0u);
    for (const EntryCandidate& candidate : state.entries) EXPECT_EQ(candidate.id, kNoNode);
    for (const Place place :
         {state.null_list, state.zero_list, state.free_segments, state.free_overflow})
        EXPECT_EQ(place, kNowhere);
    const MetaContent& meta = *record_at<MetaContent>(content(index.pages.image(kMetaBlock)), 0);
    EXPECT_TRUE(check_meta(meta, index.options.page_bytes).ok());
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

// ---- a graph, and a flush of it step by step

class Flushing : public testing::Test {
protected:
    using GraphFlush = Flush<FakePages, PlainCodec, PlainStore>;
    static constexpr uint32_t kRows = 200;

    /// Every tenth row is one of an element that is there already.
    void grow() {
        auto elements = random_elements(kRows, 3, 23);
        for (uint32_t i = 9; i < kRows; i += 10) elements[i] = elements[i - 9];
        for (const auto& element : elements) {
            index.rows[index.next_row] = element;
            graph.add(element, tid_of(index.next_row++));
        }
        place_in_order(graph.store());
    }
    GraphFlush make_flush() {
        const uint32_t nodes = index.g.nodes_per_extent;
        return {index.pages,
                index.g,
                graph.store(),
                index.holder.codec,
                {allocate<Place>(nodes), allocate<Place>(nodes), allocate<Place>(nodes),
                 allocate<StateContent>(extents_of(index.g, graph.store().placed()) + 1)}};
    }
    template <class T>
    T* allocate(size_t count) {
        return memory.arena().allocate_array<T>(count);
    }
    [[nodiscard]] uint32_t nodes() { return graph.store().placed(); }

    StoredIndex index{IndexOptions{.dims = 3, .m = 3, .ef_construction = 12}};
    MemoryGraph graph{{.m = 3, .ef_construction = 12}, 3};
    TestArena memory;
};

TEST_F(Flushing, TakesAsManyExtentsAsNodesNeed) {
    const uint32_t most = index.g.nodes_per_extent;
    EXPECT_EQ(extents_of(index.g, 0), 0u);
    EXPECT_EQ(extents_of(index.g, 1), 1u);
    EXPECT_EQ(extents_of(index.g, most), 1u);
    EXPECT_EQ(extents_of(index.g, most + 1), 2u);
    EXPECT_EQ(graph_record_bytes(index.g), 12u);
}

// A crash before the end leaves what it was.
TEST_F(Flushing, LeavesTheIndexEmptyUntilItIsFinished) {
    grow();
    GraphFlush flush = make_flush();
    const StateContent before = index.state();
    flush.plan();
    ASSERT_EQ(flush.extents(), 3u);
    for (const uint32_t extent : {1u, 2u, 0u}) {
        flush.write_extent(extent);
        EXPECT_EQ(std::memcmp(&index.state(), &before, sizeof before), 0);
        EXPECT_THAT(scanned(index), IsEmpty());
    }
    flush.finish();
    EXPECT_EQ(index.state().extent_count, 3u);
    EXPECT_EQ(index.state().live_count, nodes());
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST_F(Flushing, TellsHowFarItIs) {
    grow();
    std::vector<uint32_t> done;
    make_flush().run([&](uint32_t nodes_done) { done.push_back(nodes_done); });
    const uint32_t most = index.g.nodes_per_extent;
    EXPECT_EQ(done, (std::vector<uint32_t>{most, 2 * most, nodes()}));
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST_F(Flushing, OfAnEmptyGraphLeavesAnEmptyIndex) {
    place_in_order(graph.store());
    make_flush().run([](uint32_t) { FAIL() << "nothing is to be written"; });
    EXPECT_EQ(index.state().root, kNoNode);
    EXPECT_EQ(index.state().extent_count, 0u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    index.insert_random(5);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST_F(Flushing, MarksPrunedLanesForThoseWhoGoOn) {
    grow();
    make_flush().run([](uint32_t) {});
    std::vector<std::vector<NodeId>> links;
    for (NodeId id = 0; id < nodes(); ++id) {
        links.emplace_back(index.slot(id).ids(), index.slot(id).ids() + index.g.lanes);
        EXPECT_EQ(index.slot(id).header()->flags, 0);
    }
    write_empty(index.pages, index.g, make_meta(index.options));
    GraphFlush flush = make_flush();
    flush.leave_unfinished();
    flush.run([](uint32_t) {});
    uint32_t marked = 0, known = 0;
    for (NodeId id = 0; id < nodes(); ++id) {
        const NodeId node = graph.store().ordered(id);
        const LaneMask pruned = graph.store().pruned_lanes(node);
        const Slot slot = index.slot(id);
        EXPECT_EQ((slot.header()->flags & kSlotMarked) != 0, graph.store().node(node).marked);
        known += (slot.header()->flags & kSlotMarked) != 0 ? 1 : 0;
        for (uint32_t lane = 0; lane < index.g.lanes; ++lane) {
            const NodeId written = slot.ids()[lane];
            EXPECT_EQ(without_mark(written), links[id][lane]);
            if (written == kNoNode) continue;
            EXPECT_EQ(has_mark(written), pruned.test(lane)) << id << " lane " << lane;
            marked += has_mark(written) ? 1 : 0;
        }
    }
    EXPECT_GT(marked, 0u);
    EXPECT_LT(marked, nodes() * index.g.lanes);
    EXPECT_GT(known, 0u);
}

}  // namespace
}  // namespace vx::test
