#include "core/quality/calibration.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace vx {
namespace {

std::vector<double> kept(const NearestDistances& nearest) {
    return {nearest.distances().begin(), nearest.distances().end()};
}

TEST(NearestDistances, KeepsTheLeastInOrder) {
    std::mt19937 random(1);
    for (size_t count : {0, 1, 9, 10, 11, 200}) {
        std::vector<double> all;
        NearestDistances nearest;
        for (size_t i = 0; i < count; ++i) {
            // Few values, so that many are equal.
            all.push_back(static_cast<double>(random() % 50) - 25);
            nearest.add(all.back());
        }
        std::sort(all.begin(), all.end());
        if (all.size() > kCalibrationNeighbors) all.resize(kCalibrationNeighbors);
        EXPECT_EQ(kept(nearest), all) << count;
    }
}

TEST(NearestDistances, LimitIsWhatMayStillBeKept) {
    NearestDistances nearest;
    for (int i = 10; i > 1; --i) nearest.add(i);
    EXPECT_EQ(nearest.limit(), std::numeric_limits<double>::infinity());
    nearest.add(1);
    EXPECT_EQ(nearest.limit(), 10);
    nearest.add(10);
    nearest.add(5);
    EXPECT_EQ(nearest.limit(), 9);
}

TEST(NearestDistances, LeavesOutWhatIsNoNumber) {
    NearestDistances nearest;
    nearest.add(std::numeric_limits<double>::quiet_NaN());
    nearest.add(std::numeric_limits<double>::infinity());
    nearest.add(-std::numeric_limits<double>::infinity());
    nearest.add(2);
    EXPECT_EQ(kept(nearest), (std::vector<double>{-std::numeric_limits<double>::infinity(), 2}));
}

TEST(CalibrationQueries, AreAShareOfFewRowsAndFewerOfVeryMany) {
    EXPECT_EQ(calibration_queries(0), 0U);
    EXPECT_EQ(calibration_queries(9), 0U);
    EXPECT_EQ(calibration_queries(1000), 100U);
    EXPECT_EQ(calibration_queries(6000), 600U);
    EXPECT_EQ(calibration_queries(1'000'000), 600U);
    EXPECT_EQ(calibration_queries(2'000'000), 300U);
    EXPECT_EQ(calibration_queries(UINT64_C(1'000'000'000'000)), 100U);
}

}  // namespace
}  // namespace vx
