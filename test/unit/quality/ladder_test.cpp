#include "core/quality/ladder.h"

#include <gtest/gtest.h>

namespace vx {
namespace {

struct Climb {
    int least;
    int tried;
    int most_tried;
};

/// Where `enough` and all above it are enough.
Climb climb(int enough, int most) {
    Ladder ladder(most);
    Climb climb{};
    for (int value = ladder.first(); value > 0; value = ladder.next(value, value >= enough)) {
        ++climb.tried;
        climb.most_tried = climb.most_tried < value ? value : climb.most_tried;
        EXPECT_LE(climb.tried, kMostRungs);
        EXPECT_LE(value, most);
    }
    climb.least = ladder.least();
    return climb;
}

TEST(Ladder, FindsTheLeast) {
    for (int enough = 1; enough <= 10000; ++enough) {
        const Climb found = climb(enough, 10000);
        EXPECT_GE(found.least, enough);
        // The first step, then within a sixteenth.
        EXPECT_LE(found.least, enough <= 10 ? 10 : enough + 1 + enough / 14);
        EXPECT_TRUE(found.least == 10000 || found.most_tried > found.least);
    }
}

TEST(Ladder, EndsWhereNothingIsEnough) {
    const Climb none = climb(10001, 10000);
    EXPECT_EQ(none.least, 0);
    EXPECT_EQ(none.most_tried, 10000);
    EXPECT_LT(none.tried, kMostRungs);
}

// Recall of a sample need not grow with every step.
TEST(Ladder, TakesTheLeastThatWasEnough) {
    Ladder ladder(10000);
    EXPECT_EQ(ladder.next(10, false), 14);
    EXPECT_EQ(ladder.next(14, true), 20);
    EXPECT_EQ(ladder.next(20, false), 12);
    EXPECT_EQ(ladder.next(12, true), 11);
    EXPECT_EQ(ladder.next(11, false), 0);
    EXPECT_EQ(ladder.least(), 12);
}

}  // namespace
}  // namespace vx
