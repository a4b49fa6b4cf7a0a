// Builds from rows in memory to pages, and what their steps are.
#include "core/paged/graph_build.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "paged/scanned.h"
#include "paged/stored_index.h"
#include "support/grow_alone.h"
#include "support/index_check.h"
#include "support/memory_graph.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class BuiltInMemory : public StorageTest {};
VX_FOR_EACH_STORAGE(BuiltInMemory);

/// How many ids are in both.
size_t shared(const std::vector<NodeId>& some, const std::vector<NodeId>& others) {
    return static_cast<size_t>(std::count_if(some.begin(), some.end(), [&](NodeId id) {
        return std::find(others.begin(), others.end(), id) != others.end();
    }));
}

TEST_P(BuiltInMemory, IsSearchedLikeTheGraphThere) {
    for (const uint32_t page_bytes : {1024u, 8192u}) {
        const IndexOptions options =
            with({.dims = 8, .m = 6, .ef_construction = 24, .page_bytes = page_bytes});
        PagedIndex index(options);
        BuildInput input = build_input(index, random_elements(700, options.dims, 31));
        input.queries = random_elements(50, options.dims, 32);
        input.writers = page_bytes == 1024 ? 3 : 1;
        const FoundInMemory in_memory = index.user.build(input);
        ASSERT_THAT(faults_of(index, true), IsEmpty());
        size_t found_too = 0;
        for (size_t i = 0; i < input.queries.size(); ++i) {
            const auto found = index.user.scan_nodes(input.queries[i].data(), 20, 20);
            found_too += shared(found, in_memory[i]);
            // Codes come in the order of their bounds.  Of nodes at one distance, as strings of
            // bits have many, the one of the lower id comes first; the order of the pages changes
            // ids.
            if (GetParam().storage == Storage::kPlain && GetParam().element != Element::kBit) {
                EXPECT_EQ(found, in_memory[i]);
            }
        }
        EXPECT_GE(found_too, 50u * 18) << "by estimates or in another order, some others";
        EXPECT_EQ(scanned(index), index.expected_rows());
        index.insert_random(100);
        EXPECT_THAT(faults_of(index, true), IsEmpty());
        EXPECT_EQ(scanned(index), index.expected_rows());
    }
}

// ---- steps

/// What steps begin, and how much of each is shared.
struct Steps {
    std::vector<std::pair<int, uint64_t>> shown;
    std::vector<std::pair<int, uint32_t>> shared;
};

/// Who builds alone and writes down what is done.
class RecordingMember : public TeamMember {
public:
    explicit RecordingMember(Steps& steps) : TeamMember(0, 1, false), steps_(steps) {}

    template <class F>
    void share(BuildStep step, uint32_t total, uint32_t portion, F&& f) const {
        steps_.shared.emplace_back(step, total);
        TeamMember::share(step, total, portion, f);
    }
    void show(BuildStep step, uint64_t total) { steps_.shown.emplace_back(step, total); }

private:
    Steps& steps_;
};

class BuildSteps : public testing::Test {
protected:
    using Build = GraphBuild<FakePages, PlainCodec, RecordingMember>;
    static constexpr uint32_t kRows = 150;

    BuildSteps() {
        SplitMix64 levels(3);
        for (const auto& element : random_elements(kRows, 3, 29)) {
            index.rows[index.next_row] = element;
            graph.store().bind_for_insert(element.data());
            (void)graph.store().put(draw_level(levels, 4), tid_of(index.next_row++));
        }
    }
    /// Builds from the end of `step` on.
    Steps run(int step, Metric metric = Metric::kL2) {
        Steps steps;
        RecordingMember alone(steps);
        const Build::Parts parts{index.pages,   index.g,         index.holder.codec,
                                 graph.store(), graph.scratch(), metric};
        Build(parts, memory.arena(), alone).run(step);
        return steps;
    }

    StoredIndex index{IndexOptions{.dims = 3, .m = 4, .ef_construction = 24}};
    MemoryGraph graph{{.m = 4, .ef_construction = 24}, 3};
    TestArena memory;
};

TEST_F(BuildSteps, FollowOneAnother) {
    const Steps steps = run(kLoadStep);
    EXPECT_THAT(steps.shown, ElementsAre(Pair(kFoundStep, kRows), Pair(kScaffoldStep, kRows),
                                         Pair(kCountStep, kRows), Pair(kWriteStep, kRows)));
    EXPECT_THAT(steps.shared,
                ElementsAre(Pair(kScaffoldStep, kRows / 10), Pair(kPivotsStep, kRows),
                            Pair(kInsertStep, kRows - kRows / 10), Pair(kCountStep, kRows),
                            Pair(kAskStep, kRows), Pair(kWriteStep, extents_of(index.g, kRows))));
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
}

TEST_F(BuildSteps, AskForNoNodesWhereAVectorIsNotWhatIsNearestToIt) {
    const Steps steps = run(kLoadStep, Metric::kInnerProduct);
    EXPECT_THAT(steps.shared, testing::Contains(Pair(kCountStep, 0u)));
    EXPECT_THAT(steps.shared, testing::Contains(Pair(kAskStep, 0u)));
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

// Who comes when the others write begins with that.
TEST_F(BuildSteps, BeginWithTheOneAtWhichTheOthersAre) {
    (void)run(kLoadStep);
    write_empty(index.pages, index.g, make_meta(index.options));
    const Steps late = run(kWriteStep);
    EXPECT_THAT(late.shown, IsEmpty());
    EXPECT_THAT(late.shared, ElementsAre(Pair(kWriteStep, extents_of(index.g, kRows))));
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    EXPECT_EQ(scanned(index), index.expected_rows());
    EXPECT_THAT(run(kFinishStep).shared, IsEmpty());
}

}  // namespace
}  // namespace vx::test
