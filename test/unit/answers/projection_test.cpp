// Eigenvectors by what defines them, covariance against two passes.
#include "core/answers/projection.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "core/answers/symmetric_eigen.h"

namespace vx {
namespace {

using Doubles = std::vector<double>;

struct Solved {
    Doubles vectors;  // by row
    Doubles values;
};

Solved solve(const Doubles& matrix, size_t n) {
    Solved solved{matrix, Doubles(n)};
    Doubles scratch(n);
    auto poll = [] {};
    SymmetricEigen solver(std::span<double>(solved.vectors), std::span<double>(solved.values),
                          std::span<double>(scratch), poll);
    EXPECT_TRUE(solver.solve());
    return solved;
}

void expect_eigen(const Doubles& matrix, size_t n) {
    const Solved solved = solve(matrix, n);
    double size = 1;
    for (const double element : matrix) size = std::max(size, std::fabs(element));
    const double bound = 1e-12 * size * static_cast<double>(n);
    for (size_t i = 0; i < n; ++i) {
        const double* v = &solved.vectors[i * n];
        for (size_t row = 0; row < n; ++row) {
            double sum = 0;
            for (size_t k = 0; k < n; ++k) sum += matrix[row * n + k] * v[k];
            EXPECT_NEAR(sum, solved.values[i] * v[row], bound);
        }
        for (size_t j = 0; j <= i; ++j) {
            double dot = 0;
            for (size_t k = 0; k < n; ++k) dot += v[k] * solved.vectors[j * n + k];
            EXPECT_NEAR(dot, i == j ? 1 : 0, 1e-11);
        }
    }
}

Doubles random_symmetric(std::mt19937& random, size_t n) {
    std::normal_distribution<double> normal;
    Doubles matrix(n * n);
    for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j <= i; ++j) matrix[i * n + j] = matrix[j * n + i] = normal(random);
    return matrix;
}

TEST(SymmetricEigen, SolvesRandomMatrices) {
    std::mt19937 random(5);
    for (const size_t n : {1, 2, 3, 4, 5, 10, 33, 100})
        expect_eigen(random_symmetric(random, n), n);
}

TEST(SymmetricEigen, SolvesThoseWithEqualValues) {
    for (const size_t n : {1, 2, 5, 20}) {
        expect_eigen(Doubles(n * n), n);
        expect_eigen(Doubles(n * n, 1.0), n);  // of rank 1
        Doubles identity(n * n);
        for (size_t i = 0; i < n; ++i) identity[i * n + i] = 1;
        expect_eigen(identity, n);
    }
}

TEST(SymmetricEigen, SolvesThoseOfManySizes) {
    std::mt19937 random(6);
    constexpr size_t kN = 20;
    Doubles matrix = random_symmetric(random, kN);
    for (size_t i = 0; i < kN; ++i)
        for (size_t j = 0; j < kN; ++j)
            matrix[i * kN + j] *= std::pow(10.0, -0.5 * static_cast<double>(i + j));
    expect_eigen(matrix, kN);
}

TEST(SymmetricEigen, FindsKnownValuesInOrder) {
    // The second difference of n points: 2 - 2 cos(pi i / (n + 1)).
    constexpr size_t kN = 12;
    Doubles matrix(kN * kN);
    for (size_t i = 0; i < kN; ++i) {
        matrix[i * kN + i] = 2;
        if (i > 0) matrix[i * kN + i - 1] = matrix[(i - 1) * kN + i] = -1;
    }
    Solved solved = solve(matrix, kN);
    sort_greatest_first(solved.vectors, solved.values, 5);
    for (size_t i = 0; i < 5; ++i)
        EXPECT_NEAR(solved.values[i],
                    2 - 2 * std::cos(M_PI * static_cast<double>(kN - i) / (kN + 1)), 1e-12);
}

TEST(Covariance, IsThatOfTwoPassesInParts) {
    constexpr size_t kDims = 7;
    constexpr size_t kRows = 300;
    std::mt19937 random(8);
    std::normal_distribution<float> normal(10000, 1);
    std::vector<float> rows(kRows * kDims);
    for (float& value : rows) value = normal(random);
    Doubles memory[3];
    for (Doubles& part : memory) part.resize(Covariance::doubles(kDims));
    Doubles difference(kDims);
    for (size_t i = 0; i < kRows; ++i)
        Covariance(memory[i < 100 ? 0 : 1].data(), kDims)
            .add(std::span<const float>(&rows[i * kDims], kDims), difference.data());
    Covariance all(memory[2].data(), kDims);  // beginning without rows
    all.merge(memory[0].data(), difference.data());
    all.merge(memory[1].data(), difference.data());
    EXPECT_EQ(all.rows(), kRows);
    Doubles mean(kDims);
    for (size_t i = 0; i < rows.size(); ++i) mean[i % kDims] += double{rows[i]} / kRows;
    Doubles matrix(kDims * kDims);
    all.write(matrix.data());
    for (size_t a = 0; a < kDims; ++a)
        for (size_t b = 0; b < kDims; ++b) {
            double sum = 0;
            for (size_t i = 0; i < kRows; ++i)
                sum += (rows[i * kDims + a] - mean[a]) * (rows[i * kDims + b] - mean[b]);
            EXPECT_NEAR(matrix[a * kDims + b], sum / kRows, 1e-9);
        }
}

TEST(Projection, CentersAndNormalizes) {
    const std::vector<float> vector = {4, 6};
    const std::vector<float> center = {1, 2};
    std::vector<float> out(2);
    center_and_normalize(std::span<const float>(vector), std::span<const float>(center),
                         std::span<float>(out));
    EXPECT_FLOAT_EQ(out[0], 0.6F);
    EXPECT_FLOAT_EQ(out[1], 0.8F);
    center_and_normalize(std::span<const float>(vector), std::span<const float>(vector),
                         std::span<float>(out));
    EXPECT_EQ(out, std::vector<float>(2));
}

TEST(Projection, MakesTheGreatestElementPositive) {
    Doubles direction = {1, -3, 3};
    fix_sign(direction);
    EXPECT_EQ(direction, (Doubles{-1, 3, -3}));
    fix_sign(direction);
    EXPECT_EQ(direction, (Doubles{-1, 3, -3}));
}

}  // namespace
}  // namespace vx
