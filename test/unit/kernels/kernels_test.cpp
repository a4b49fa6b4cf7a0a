// Every table against double precision, at every tail length.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/kernels/kernel_table.h"
#include "kernels/reference.h"
#include "kernels/runnable_tables.h"
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
template <class Element>
void fill(Element* out, size_t count, uint64_t seed) {
    SplitMix64 random(seed);
    for (size_t i = 0; i < count; ++i)
        out[i] = static_cast<Element>(static_cast<float>(1.0 - 2.0 * random.next_unit()));
}

void expect_near_reference(double actual, const ReferenceSum& expected, size_t dims) {
    EXPECT_NEAR(actual, expected.value, float_sum_tolerance(expected, dims)) << dims << " dims";
}

/// Every metric on these vectors.
template <class Element>
void expect_all_metrics(const KernelTable& kernels, const Element* a, const Element* b,
                        size_t dims) {
    const DistanceTable<Element>& table = kernels.distances<Element>();
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

class Kernels : public testing::TestWithParam<const KernelTable*> {
protected:
    /// Calls test(element) for an element of each type, whose value means nothing.
    template <class Test>
    static void for_each_element(Test test) {
        test(float{});
        test(Half{});
    }
};

TEST_P(Kernels, AgreeWithDoublePrecisionAtEveryLength) {
    for_each_element([]<class Element>(Element) {
        for (const size_t dims : lengths_to_try()) {
            std::vector<Element> a(dims), b(dims);
            fill(a.data(), dims, dims);
            fill(b.data(), dims, dims + 1000000);
            expect_all_metrics(*GetParam(), a.data(), b.data(), dims);
        }
    });
}

TEST_P(Kernels, TakeVectorsThatAreAlignedToAnElementOnly) {
    for_each_element([]<class Element>(Element) {
        constexpr size_t kMaxShift = 32;
        std::vector<Element> a(132 + kMaxShift), b(132 + kMaxShift);
        fill(a.data(), a.size(), 1);
        fill(b.data(), b.size(), 2);
        for (size_t shift = 0; shift < kMaxShift; ++shift)
            for (const size_t dims : {1, 7, 31, 100, 132}) {
                expect_all_metrics(*GetParam(), a.data() + shift, b.data(), dims);
                expect_all_metrics(*GetParam(), a.data(), b.data() + shift, dims);
            }
    });
}

TEST_P(Kernels, ReadNothingPastTheLastElement) {
    for_each_element([]<class Element>(Element) {
        for (const size_t dims : lengths_to_try()) {
            if (dims == 0) continue;
            GuardedBuffer<Element> a(dims), b(dims);
            fill(a.data(), dims, 3);
            fill(b.data(), dims, 4);
            expect_all_metrics(*GetParam(), a.data(), b.data(), dims);
        }
    });
}

TEST_P(Kernels, ReadNothingAtLengthZero) {
    for_each_element([]<class Element>(Element) {
        GuardedBuffer<Element> guarded(1);
        const Element* end = guarded.data() + 1;
        const auto& table = GetParam()->template distances<Element>();
        EXPECT_EQ(table.l2_squared(end, end, 0), 0.0f);
        EXPECT_EQ(table.dot(end, end, 0), 0.0f);
        EXPECT_EQ(table.negative_dot(end, end, 0), 0.0f);
        EXPECT_EQ(table.l1(end, end, 0), 0.0f);
        EXPECT_EQ(table.cosine(end, end, 0).norm_a, 0.0f);
    });
}

TEST_P(Kernels, CountEachElementOnce) {
    // One element differs: a lane that is skipped or counted twice changes the result exactly.
    for_each_element([]<class Element>(Element) {
        const auto& table = GetParam()->template distances<Element>();
        for (size_t dims = 1; dims <= 132; ++dims)
            for (size_t place = 0; place < dims; ++place) {
                std::vector<Element> a(dims, Element(1.0f)), b(dims, Element(1.0f));
                a[place] = Element(4.0f);
                const auto rest = static_cast<float>(dims - 1);
                ASSERT_EQ(table.l2_squared(a.data(), b.data(), dims), 9.0f) << dims << ' ' << place;
                ASSERT_EQ(table.l1(a.data(), b.data(), dims), 3.0f) << dims << ' ' << place;
                ASSERT_EQ(table.dot(a.data(), b.data(), dims), rest + 4.0f) << dims << ' ' << place;
                ASSERT_EQ(table.negative_dot(a.data(), b.data(), dims), -rest - 4.0f);
                const CosineSums sums = table.cosine(a.data(), b.data(), dims);
                ASSERT_EQ(sums.dot, rest + 4.0f) << dims << ' ' << place;
                ASSERT_EQ(sums.norm_a, rest + 16.0f) << dims << ' ' << place;
                ASSERT_EQ(sums.norm_b, rest + 1.0f) << dims << ' ' << place;
            }
    });
}

TEST_P(Kernels, AreExactOnSmallIntegers) {
    for_each_element([]<class Element>(Element) {
        const Element a[] = {Element(1.0f), Element(2.0f), Element(3.0f)};
        const Element b[] = {Element(4.0f), Element(5.0f), Element(6.0f)};
        const auto& table = GetParam()->template distances<Element>();
        EXPECT_EQ(table.l2_squared(a, b, 3), 27.0f);
        EXPECT_EQ(table.dot(a, b, 3), 32.0f);
        EXPECT_EQ(table.negative_dot(a, b, 3), -32.0f);
        EXPECT_EQ(table.l1(a, b, 3), 9.0f);
        const CosineSums sums = table.cosine(a, b, 3);
        EXPECT_EQ(sums.dot, 32.0f);
        EXPECT_EQ(sums.norm_a, 14.0f);
        EXPECT_EQ(sums.norm_b, 77.0f);
    });
}

TEST_P(Kernels, GiveTheCosineThatSqlPrints) {
    for_each_element([]<class Element>(Element) {
        const Element a[] = {Element(1.0f), Element(1.0f), Element(2.0f)};
        const Element b[] = {Element(1.0f), Element(1.0f), Element(1.0f)};
        const CosineSums sums = GetParam()->template distances<Element>().cosine(a, b, 3);
        const double norms = static_cast<double>(sums.norm_a) * static_cast<double>(sums.norm_b);
        EXPECT_EQ(1.0 - static_cast<double>(sums.dot) / std::sqrt(norms), 0.05719095841793653);
    });
}

TEST_P(Kernels, KeepInfinityAndNan) {
    for_each_element([]<class Element>(Element) {
        const float infinity = std::numeric_limits<float>::infinity();
        const auto& table = GetParam()->template distances<Element>();
        for (const size_t dims : {1, 9, 17, 65, 131}) {
            std::vector<Element> a(dims, Element(1.0f)), b(dims, Element(2.0f));
            a[dims - 1] = Element(3e38f);  // its square overflows; to a half it is infinite
            EXPECT_EQ(table.l2_squared(a.data(), b.data(), dims), infinity) << dims;
            EXPECT_EQ(table.dot(a.data(), b.data(), dims), infinity) << dims;
            a[dims - 1] = Element(std::numeric_limits<float>::quiet_NaN());
            EXPECT_TRUE(std::isnan(table.l2_squared(a.data(), b.data(), dims))) << dims;
            EXPECT_TRUE(std::isnan(table.l1(a.data(), b.data(), dims))) << dims;
            EXPECT_TRUE(std::isnan(table.negative_dot(a.data(), b.data(), dims))) << dims;
        }
    });
}

TEST_P(Kernels, AreSymmetric) {
    // The index compares distances computed in either direction; they must be bit-equal.
    for_each_element([]<class Element>(Element) {
        std::vector<Element> a(1537), b(1537);
        fill(a.data(), a.size(), 5);
        fill(b.data(), b.size(), 6);
        const auto& table = GetParam()->template distances<Element>();
        for (const size_t dims : {3, 100, 128, 768, 1537}) {
            EXPECT_EQ(table.l2_squared(a.data(), b.data(), dims),
                      table.l2_squared(b.data(), a.data(), dims));
            EXPECT_EQ(table.l1(a.data(), b.data(), dims), table.l1(b.data(), a.data(), dims));
            EXPECT_EQ(table.negative_dot(a.data(), b.data(), dims),
                      table.negative_dot(b.data(), a.data(), dims));
        }
    });
}

TEST_P(Kernels, WidenEveryHalf) {
    std::vector<Half> halves;
    for (uint32_t bits = 0; bits <= 0xFFFF; ++bits)
        halves.push_back(Half::from_bits(static_cast<uint16_t>(bits)));
    std::vector<float> floats(halves.size());
    GetParam()->widen(halves.data(), halves.size(), floats.data());
    for (size_t i = 0; i < halves.size(); ++i) {
        const auto expected = static_cast<float>(halves[i]);
        if (std::isnan(expected)) {
            ASSERT_TRUE(std::isnan(floats[i])) << i;
        } else {
            ASSERT_EQ(std::bit_cast<uint32_t>(floats[i]), std::bit_cast<uint32_t>(expected)) << i;
        }
    }
}

TEST_P(Kernels, RoundAsTheReferenceDoes) {
    // Every half, every midpoint of two, a neighbor of it on either side, and floats at random.
    std::vector<float> floats;
    for (uint32_t bits = 0; bits < 0x7C00; ++bits) {
        const auto below = static_cast<float>(Half::from_bits(static_cast<uint16_t>(bits)));
        const auto above = static_cast<float>(Half::from_bits(static_cast<uint16_t>(bits + 1)));
        const float middle = std::isinf(above) ? 65520.0f : (below + above) / 2;
        for (const float value :
             {below, middle, std::nextafter(middle, 0.0f), std::nextafter(middle, 1e9f)}) {
            floats.push_back(value);
            floats.push_back(-value);
        }
    }
    SplitMix64 random(7);
    for (int i = 0; i < 100000; ++i) {
        const auto value = std::bit_cast<float>(static_cast<uint32_t>(random.next()));
        if (!std::isnan(value)) floats.push_back(value);
    }
    std::vector<Half> halves(floats.size());
    GetParam()->narrow(floats.data(), floats.size(), halves.data());
    for (size_t i = 0; i < floats.size(); ++i)
        ASSERT_EQ(halves[i].bits, Half(floats[i]).bits) << floats[i];
}

TEST_P(Kernels, ConvertNothingPastTheEnd) {
    for (size_t count = 0; count <= 70; ++count) {
        GuardedBuffer<float> floats(count + 1);
        GuardedBuffer<Half> halves(count + 1);
        fill(halves.data(), count + 1, count);
        GetParam()->widen(halves.data() + 1, count, floats.data() + 1);
        for (size_t i = 1; i <= count; ++i)
            ASSERT_EQ(floats.data()[i], static_cast<float>(halves.data()[i])) << count;
        std::vector<Half> original(halves.data(), halves.data() + count + 1);
        GetParam()->narrow(floats.data() + 1, count, halves.data() + 1);
        for (size_t i = 0; i <= count; ++i)
            ASSERT_EQ(halves.data()[i].bits, original[i].bits) << count;
    }
}

INSTANTIATE_TEST_SUITE_P(EveryTable, Kernels, testing::ValuesIn(test::runnable_tables()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace vx
