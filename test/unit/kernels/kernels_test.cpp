// Every table against double precision, at every tail length.
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/kernels/kernel_table.h"
#include "kernels/reference.h"
#include "support/guarded_buffer.h"

namespace vx {
namespace {

using test::float_sum_tolerance;
using test::GuardedBuffer;
using test::reference_dot;
using test::reference_l1;
using test::reference_l2_squared;
using test::ReferenceSum;

// Two rounds of the widest main loop (64 elements) and every tail, then common and largest sizes.
std::vector<size_t> lengths_to_try() {
    std::vector<size_t> lengths;
    for (size_t dims = 0; dims <= 132; ++dims) lengths.push_back(dims);
    for (const size_t dims : {384, 768, 1535, 1536, 1537, 2000, 16000}) lengths.push_back(dims);
    return lengths;
}

/// Uniform in [-1, 1).
void fill(float* out, size_t count, uint64_t seed) {
    SplitMix64 random(seed);
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<float>(1.0 - 2.0 * random.next_unit());
}

void expect_near_reference(double actual, const ReferenceSum& expected, size_t dims) {
    EXPECT_NEAR(actual, expected.value, float_sum_tolerance(expected, dims)) << dims << " dims";
}

/// Every metric of `table` on these vectors.
void expect_all_metrics(const KernelTable& table, const float* a, const float* b, size_t dims) {
    const ReferenceSum dot = reference_dot(a, b, dims);
    expect_near_reference(table.l2_squared(a, b, dims), reference_l2_squared(a, b, dims), dims);
    expect_near_reference(table.l1(a, b, dims), reference_l1(a, b, dims), dims);
    expect_near_reference(table.dot(a, b, dims), dot, dims);
    expect_near_reference(-table.negative_dot(a, b, dims), dot, dims);
    const CosineSums sums = table.cosine(a, b, dims);
    expect_near_reference(sums.dot, dot, dims);
    expect_near_reference(sums.norm_a, reference_dot(a, a, dims), dims);
    expect_near_reference(sums.norm_b, reference_dot(b, b, dims), dims);
}

/// Tables this machine can run; the scalar one always is.
std::vector<const KernelTable*> runnable_tables() {
    std::vector<const KernelTable*> runnable;
    for (const KernelTable* table : kernel_tables())
        if (table->supported()) runnable.push_back(table);
    return runnable;
}

class Kernels : public testing::TestWithParam<const KernelTable*> {};

TEST_P(Kernels, AgreeWithDoublePrecisionAtEveryLength) {
    for (const size_t dims : lengths_to_try()) {
        std::vector<float> a(dims), b(dims);
        fill(a.data(), dims, dims);
        fill(b.data(), dims, dims + 1000000);
        expect_all_metrics(*GetParam(), a.data(), b.data(), dims);
    }
}

TEST_P(Kernels, TakeVectorsThatAreAlignedToAnElementOnly) {
    constexpr size_t kMaxShift = 16;
    std::vector<float> a(132 + kMaxShift), b(132 + kMaxShift);
    fill(a.data(), a.size(), 1);
    fill(b.data(), b.size(), 2);
    for (size_t shift = 0; shift < kMaxShift; ++shift)
        for (const size_t dims : {1, 7, 31, 100, 132}) {
            expect_all_metrics(*GetParam(), a.data() + shift, b.data(), dims);
            expect_all_metrics(*GetParam(), a.data(), b.data() + shift, dims);
        }
}

TEST_P(Kernels, ReadNothingPastTheLastElement) {
    for (const size_t dims : lengths_to_try()) {
        if (dims == 0) continue;
        GuardedBuffer<float> a(dims), b(dims);
        fill(a.data(), dims, 3);
        fill(b.data(), dims, 4);
        expect_all_metrics(*GetParam(), a.data(), b.data(), dims);
    }
}

TEST_P(Kernels, ReadNothingAtLengthZero) {
    GuardedBuffer<float> guarded(1);
    const float* end = guarded.data() + 1;
    const KernelTable& table = *GetParam();
    EXPECT_EQ(table.l2_squared(end, end, 0), 0.0f);
    EXPECT_EQ(table.dot(end, end, 0), 0.0f);
    EXPECT_EQ(table.negative_dot(end, end, 0), 0.0f);
    EXPECT_EQ(table.l1(end, end, 0), 0.0f);
    EXPECT_EQ(table.cosine(end, end, 0).norm_a, 0.0f);
}

TEST_P(Kernels, CountEachElementOnce) {
    // One element differs: a lane that is skipped or counted twice changes the result exactly.
    for (size_t dims = 1; dims <= 132; ++dims)
        for (size_t place = 0; place < dims; ++place) {
            std::vector<float> a(dims, 1.0f), b(dims, 1.0f);
            a[place] = 4.0f;
            const auto rest = static_cast<float>(dims - 1);
            const KernelTable& table = *GetParam();
            ASSERT_EQ(table.l2_squared(a.data(), b.data(), dims), 9.0f) << dims << ", " << place;
            ASSERT_EQ(table.l1(a.data(), b.data(), dims), 3.0f) << dims << ", " << place;
            ASSERT_EQ(table.dot(a.data(), b.data(), dims), rest + 4.0f) << dims << ", " << place;
            ASSERT_EQ(table.negative_dot(a.data(), b.data(), dims), -rest - 4.0f);
            const CosineSums sums = table.cosine(a.data(), b.data(), dims);
            ASSERT_EQ(sums.dot, rest + 4.0f) << dims << ", " << place;
            ASSERT_EQ(sums.norm_a, rest + 16.0f) << dims << ", " << place;
            ASSERT_EQ(sums.norm_b, rest + 1.0f) << dims << ", " << place;
        }
}

TEST_P(Kernels, AreExactOnSmallIntegers) {
    const float a[] = {1, 2, 3};
    const float b[] = {4, 5, 6};
    const KernelTable& table = *GetParam();
    EXPECT_EQ(table.l2_squared(a, b, 3), 27.0f);
    EXPECT_EQ(table.dot(a, b, 3), 32.0f);
    EXPECT_EQ(table.negative_dot(a, b, 3), -32.0f);
    EXPECT_EQ(table.l1(a, b, 3), 9.0f);
    const CosineSums sums = table.cosine(a, b, 3);
    EXPECT_EQ(sums.dot, 32.0f);
    EXPECT_EQ(sums.norm_a, 14.0f);
    EXPECT_EQ(sums.norm_b, 77.0f);
}

TEST_P(Kernels, GiveTheCosineThatSqlPrints) {
    const float a[] = {1, 1, 2};
    const float b[] = {1, 1, 1};
    const CosineSums sums = GetParam()->cosine(a, b, 3);
    const double norms = static_cast<double>(sums.norm_a) * static_cast<double>(sums.norm_b);
    EXPECT_EQ(1.0 - static_cast<double>(sums.dot) / std::sqrt(norms), 0.05719095841793653);
}

TEST_P(Kernels, KeepInfinityAndNan) {
    const float infinity = std::numeric_limits<float>::infinity();
    for (const size_t dims : {1, 9, 17, 65, 131}) {
        std::vector<float> a(dims, 1.0f), b(dims, 2.0f);
        a[dims - 1] = 3e38f;  // its square overflows
        EXPECT_EQ(GetParam()->l2_squared(a.data(), b.data(), dims), infinity) << dims;
        EXPECT_EQ(GetParam()->dot(a.data(), b.data(), dims), infinity) << dims;
        a[dims - 1] = std::numeric_limits<float>::quiet_NaN();
        EXPECT_TRUE(std::isnan(GetParam()->l2_squared(a.data(), b.data(), dims))) << dims;
        EXPECT_TRUE(std::isnan(GetParam()->l1(a.data(), b.data(), dims))) << dims;
        EXPECT_TRUE(std::isnan(GetParam()->negative_dot(a.data(), b.data(), dims))) << dims;
    }
}

TEST_P(Kernels, AreSymmetric) {
    // The index compares distances computed in either direction; they must be bit-equal.
    std::vector<float> a(1537), b(1537);
    fill(a.data(), a.size(), 5);
    fill(b.data(), b.size(), 6);
    const KernelTable& table = *GetParam();
    for (const size_t dims : {3, 100, 128, 768, 1537}) {
        EXPECT_EQ(table.l2_squared(a.data(), b.data(), dims),
                  table.l2_squared(b.data(), a.data(), dims));
        EXPECT_EQ(table.l1(a.data(), b.data(), dims), table.l1(b.data(), a.data(), dims));
        EXPECT_EQ(table.negative_dot(a.data(), b.data(), dims),
                  table.negative_dot(b.data(), a.data(), dims));
    }
}

INSTANTIATE_TEST_SUITE_P(EveryTable, Kernels, testing::ValuesIn(runnable_tables()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace vx
