#include "core/answers/late_interaction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace vx {
namespace {

TEST(GreatestSimilarity, IsTheGreatest) {
    const std::vector<double> values{-3, -1, -2};
    EXPECT_EQ(greatest_similarity(3, [&](size_t i) { return values[i]; }), -1);
    EXPECT_EQ(greatest_similarity(1, [&](size_t i) { return values[i]; }), -3);
}

template <class Element>
void expect_dots() {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> any(-1, 1);
    for (const size_t dims : {1, 7, 16, 33, 128, 1000}) {
        std::vector<Element> a;
        std::vector<Element> b;
        double expected = 0;
        double size = 0;
        for (size_t i = 0; i < dims; ++i) {
            a.push_back(static_cast<Element>(any(random)));
            b.push_back(static_cast<Element>(any(random)));
            const double term = static_cast<double>(static_cast<float>(a[i])) *
                                static_cast<double>(static_cast<float>(b[i]));
            expected += term;
            size += std::fabs(term);
        }
        EXPECT_NEAR(DotKernel<Element>(dims)(a.data(), b.data()), expected, size * 1e-5) << dims;
    }
}

TEST(DotKernel, IsTheInnerProduct) {
    expect_dots<float>();
    expect_dots<Half>();
}

TEST(DotKernel, IsRightOutOfTheRangeOfFloats) {
    const std::vector<float> large{3e38F, 3e38F};
    const std::vector<float> small{1e-30F, 1e-30F};
    const DotKernel<float> dot(2);
    EXPECT_NEAR(dot(large.data(), large.data()) / 1.8e77, 1, 1e-5);
    EXPECT_NEAR(dot(small.data(), small.data()) / 2e-60, 1, 1e-5);
}

TEST(InverseNorm, IsZeroWithoutADirection) {
    EXPECT_EQ(inverse_norm(0), 0);
    EXPECT_EQ(inverse_norm(4), 0.5);
}

}  // namespace
}  // namespace vx
