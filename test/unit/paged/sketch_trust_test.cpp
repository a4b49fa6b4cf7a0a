// What core/paged/sketch_trust.h makes of errors and distances.
#include "core/paged/sketch_trust.h"

#include <gtest/gtest.h>

#include <limits>
#include <utility>

#include "support/test_arena.h"

namespace vx::test {
namespace {

/// Distances 0, 1, 2, ... of as many nodes, each estimated too near by `error`.
void add_row_of(SketchTrust& trust, size_t nodes, float error) {
    for (size_t i = 0; i < nodes; ++i) {
        const auto distance = static_cast<float>(i);
        trust.add(distance - error, distance);
    }
}

TEST(SketchTrust, FailsWhereErrorsAreAsLargeAsWhatTheNearestLieApart) {
    TestArena memory;
    for (const float error : {0.0F, 10.0F, 18.0F, 20.0F, 500.0F}) {
        SketchTrust trust(memory.arena());
        add_row_of(trust, 100, error);
        EXPECT_EQ(trust.fails(20), error > 19) << error;  // the twenty nearest: 0 to 19
        EXPECT_EQ(trust.fails(100), error > 99) << error;
        // Looks change nothing.
        EXPECT_EQ(trust.fails(20), error > 19) << error;
    }
}

TEST(SketchTrust, TakesNoFewerThanTenForTheNearest) {
    TestArena memory;
    SketchTrust trust(memory.arena());
    add_row_of(trust, 100, 5);
    EXPECT_FALSE(trust.fails(1));
}

TEST(SketchTrust, KnowsNothingOfRowsTooLongForTheirCodes) {
    TestArena memory;
    SketchTrust trust(memory.arena());
    EXPECT_FALSE(trust.fails(10));
    const float infinity = std::numeric_limits<float>::infinity();
    trust.add(infinity, 1);
    trust.add(1, infinity);
    trust.add(std::numeric_limits<float>::quiet_NaN(), 1);
    EXPECT_EQ(trust.count(), 0u);
    EXPECT_FALSE(trust.fails(10));
}

TEST(SketchTrust, TellsWhenTheLastNearerNodeCame) {
    TestArena memory;
    SketchTrust trust(memory.arena());
    trust.start(3);
    EXPECT_EQ(trust.since_nearer(), 0u);
    // When the 8 comes, the three nearest are 4, 5 and 7.
    for (const auto& [distance, expected] :
         {std::pair{5.0F, 0}, {9.0F, 0}, {7.0F, 0}, {9.0F, 1}, {30.0F, 2}, {4.0F, 0}, {8.0F, 1}}) {
        trust.add(0, distance);
        EXPECT_EQ(trust.since_nearer(), static_cast<size_t>(expected)) << distance;
    }
}

}  // namespace
}  // namespace vx::test
