// Sums in double, and when they are asked for.
#include "core/kernels/wide.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/base/random.h"
#include "core/kernels/kernel_table.h"
#include "kernels/runnable_tables.h"

namespace vx {
namespace {

/// Two vectors, elements between -size and size.
struct Pair {
    std::vector<float> a, b;

    Pair(size_t dims, float size, uint64_t seed) : a(dims), b(dims) {
        SplitMix64 random(seed);
        for (auto* values : {&a, &b})
            for (float& value : *values)
                value = static_cast<float>(2 * random.next_unit() - 1) * size;
    }
    template <class Term>
    [[nodiscard]] double sum(Term term) const {
        double total = 0;
        for (size_t i = 0; i < a.size(); ++i)
            total += term(static_cast<double>(a[i]), static_cast<double>(b[i]));
        return total;
    }
    [[nodiscard]] double l2_squared() const {
        return sum([](double x, double y) { return (x - y) * (x - y); });
    }
    [[nodiscard]] double dot() const {
        return sum([](double x, double y) { return x * y; });
    }
    [[nodiscard]] double l1() const {
        return sum([](double x, double y) { return std::fabs(x - y); });
    }
    [[nodiscard]] double square() const {
        return sum([](double x, double) { return x * x; });
    }
};

void expect_close(double actual, double expected) {
    EXPECT_NEAR(actual, expected, 1e-12 * std::fabs(expected));
}

TEST(WideSums, AreRightAtAnySize) {
    uint64_t seed = 0;
    for (const float size : {1e-44F, 1e-30F, 1e-20F, 1.0F, 1e20F, 3e38F})
        for (const size_t dims : {1, 3, 7, 8, 9, 100}) {
            const Pair pair(dims, size, ++seed);
            const float *a = pair.a.data(), *b = pair.b.data();
            using Sums = WideSums<float>;
            expect_close(Sums::l2_squared(a, b, dims), pair.l2_squared());
            // Terms cancel: what is left is as good as the terms are.
            EXPECT_NEAR(Sums::dot(a, b, dims), pair.dot(), 1e-12 * pair.square());
            EXPECT_EQ(Sums::negative_dot(a, b, dims), -Sums::dot(a, b, dims));
            expect_close(Sums::l1(a, b, dims), pair.l1());
            expect_close(Sums::cosine(a, b, dims).norm_a, pair.square());
            EXPECT_EQ(Sums::cosine(a, b, dims).norm_b, Sums::dot(b, b, dims));
            EXPECT_EQ(Sums::l2_squared(a, a, dims), 0);
        }
}

TEST(WideSums, TakeHalves) {
    const Half a[] = {Half(60000.0F), Half(1.0F), Half(-60000.0F)};
    const Half b[] = {Half(60000.0F), Half(3.0F), Half(60000.0F)};
    EXPECT_EQ(WideSums<Half>::dot(a, b, 3), 3);
    EXPECT_EQ(WideSums<Half>::l1(a, b, 3), 120002);
}

TEST(WideSums, OfSparseVectorsAreTheSame) {
    uint64_t seed = 100;
    for (const float size : {1e-40F, 1e-25F, 1e20F, 3e38F}) {
        const Pair pair(20, size, ++seed);
        std::vector<int32_t> indices(20);
        std::iota(indices.begin(), indices.end(), 0);
        const SparseView a{indices.data(), pair.a.data(), 20};
        const SparseView b{indices.data(), pair.b.data(), 20};
        expect_close(wide_l2_squared(a, b), pair.l2_squared());
        EXPECT_NEAR(wide_dot(a, b), pair.dot(), 1e-12 * pair.square());
        expect_close(wide_l1(a, b), pair.l1());
        expect_close(wide_cosine(a, b).norm_a, pair.square());
        EXPECT_EQ(wide_cosine(a, b).dot, wide_dot(a, b));
    }
}

/// What single precision says of its sum is right: those that it calls good are.
TEST(InRange, SaysWhichSumsOfFloatsAreRight) {
    uint64_t seed = 1000;
    for (const KernelTable* table : test::runnable_tables())
        for (int exponent = -148; exponent < 127; ++exponent)
            for (const size_t dims : {1, 5, 64, 500}) {
                const Pair pair(dims, std::ldexp(1.0F, exponent), ++seed);
                const float *a = pair.a.data(), *b = pair.b.data();
                const float l2 = table->floats.l2_squared(a, b, dims);
                if (in_range(l2)) {
                    EXPECT_NEAR(static_cast<double>(l2), pair.l2_squared(),
                                2e-6 * pair.l2_squared());
                } else {
                    EXPECT_TRUE(exponent < -50 || exponent > 55) << exponent;
                }
                const float l1 = table->floats.l1(a, b, dims);
                if (std::isfinite(l1)) {
                    EXPECT_NEAR(static_cast<double>(l1), pair.l1(), 1e-5 * pair.l1());
                }
            }
}

TEST(InRange, KnowsTheEnds) {
    EXPECT_FALSE(in_range(0));
    EXPECT_FALSE(in_range(1e-40F));
    EXPECT_TRUE(in_range(kLeastSum));
    EXPECT_TRUE(in_range(-1.0F));
    EXPECT_TRUE(in_range(-FLT_MAX));
    EXPECT_FALSE(in_range(std::numeric_limits<float>::infinity()));
    EXPECT_FALSE(in_range(-std::numeric_limits<float>::infinity()));
    EXPECT_FALSE(in_range(std::numeric_limits<float>::quiet_NaN()));
}

}  // namespace
}  // namespace vx
