// Sums of sparse vectors against the same sums of dense ones.
#include "core/kernels/sparse.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/base/random.h"
#include "kernels/reference.h"

namespace vx {
namespace {

/// A sparse vector and the dense one that it means.
struct Sample {
    std::vector<int32_t> indices;
    std::vector<float> values;
    std::vector<float> dense;

    Sample(size_t dims, double density, uint64_t seed) : dense(dims) {
        SplitMix64 random(seed);
        for (size_t i = 0; i < dims; ++i) {
            if (random.next_unit() >= density) continue;
            dense[i] = static_cast<float>(2 * random.next_unit() - 1);
            if (dense[i] == 0) continue;
            indices.push_back(static_cast<int32_t>(i));
            values.push_back(dense[i]);
        }
    }
    [[nodiscard]] SparseView view() const { return {indices.data(), values.data(), values.size()}; }
};

void expect_near(float actual, const test::ReferenceSum& expected, size_t dims) {
    EXPECT_NEAR(actual, expected.value, test::float_sum_tolerance(expected, dims));
}

TEST(Sparse, AgreesWithDoublePrecision) {
    uint64_t seed = 0;
    for (const size_t dims : {1, 2, 3, 10, 100, 1000})
        for (const double density : {0.0, 0.1, 0.5, 1.0})
            for (const double other : {0.0, 0.1, 0.9}) {
                const Sample a(dims, density, ++seed), b(dims, other, ++seed);
                const float* x = a.dense.data();
                const float* y = b.dense.data();
                expect_near(sparse_l2_squared(a.view(), b.view()),
                            test::reference_l2_squared(x, y, dims), dims);
                expect_near(sparse_l1(a.view(), b.view()), test::reference_l1(x, y, dims), dims);
                expect_near(sparse_dot(a.view(), b.view()), test::reference_dot(x, y, dims), dims);
                expect_near(sparse_square(a.view()), test::reference_dot(x, x, dims), dims);
                EXPECT_EQ(sparse_dot(a.view(), b.view()), sparse_dot(b.view(), a.view()));
                EXPECT_EQ(sparse_l1(a.view(), b.view()), sparse_l1(b.view(), a.view()));
            }
}

TEST(Sparse, VisitsEachIndexOnceInOrder) {
    const int32_t left[] = {0, 3, 7}, right[] = {3, 5, 9};
    const float x[] = {1, 2, 3}, y[] = {10, 20, 30};
    std::vector<int32_t> indices;
    float sum_x = 0;
    float sum_y = 0;
    merge_sparse(SparseView{left, x, 3}, SparseView{right, y, 3},
                 [&](int32_t index, float a, float b) {
                     indices.push_back(index);
                     sum_x += a;
                     sum_y += b;
                 });
    EXPECT_EQ(indices, (std::vector<int32_t>{0, 3, 5, 7, 9}));
    EXPECT_EQ(sum_x, 6.0F);
    EXPECT_EQ(sum_y, 60.0F);
}

TEST(Sparse, KeepsInfinity) {
    const int32_t index[] = {4};
    const float large[] = {3e38F};
    const SparseView a{index, large, 1};
    EXPECT_TRUE(std::isinf(sparse_dot(a, a)));
    EXPECT_TRUE(std::isinf(sparse_l2_squared(a, SparseView{nullptr, nullptr, 0})));
}

}  // namespace
}  // namespace vx
