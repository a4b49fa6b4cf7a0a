// Bit counts of every table against counting one bit at a time, at every tail length.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/kernels/kernel_table.h"
#include "kernels/runnable_tables.h"
#include "support/guarded_buffer.h"

namespace vx {
namespace {

struct Counts {
    uint64_t differing = 0;
    uint64_t both = 0;
    uint64_t either = 0;
};

Counts count_bit_by_bit(const uint8_t* a, const uint8_t* b, size_t bytes) {
    Counts counts;
    for (size_t i = 0; i < bytes * 8; ++i) {
        const bool in_a = (a[i / 8] >> i % 8 & 1) != 0;
        const bool in_b = (b[i / 8] >> i % 8 & 1) != 0;
        counts.differing += in_a != in_b;
        counts.both += in_a && in_b;
        counts.either += in_a || in_b;
    }
    return counts;
}

void fill(uint8_t* out, size_t count, uint64_t seed) {
    SplitMix64 random(seed);
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<uint8_t>(random.next());
}

void expect_exact(const BitKernels& kernels, const uint8_t* a, const uint8_t* b, size_t bytes) {
    const Counts expected = count_bit_by_bit(a, b, bytes);
    ASSERT_EQ(kernels.hamming(a, b, bytes), expected.differing) << bytes;
    const BitOverlap found = kernels.overlap(a, b, bytes);
    ASSERT_EQ(found.both, expected.both) << bytes;
    ASSERT_EQ(found.either, expected.either) << bytes;
    ASSERT_EQ(kernels.hamming_rank(a, b, bytes), static_cast<float>(expected.differing)) << bytes;
    const auto both = static_cast<double>(expected.both);
    const float share =
        expected.both == 0 ? 0 : static_cast<float>(both / static_cast<double>(expected.either));
    ASSERT_EQ(kernels.jaccard_rank(a, b, bytes), -share) << bytes;
}

class BitKernelsTest : public testing::TestWithParam<const KernelTable*> {
protected:
    [[nodiscard]] static const BitKernels& bits() { return *GetParam()->bits; }
};

TEST_P(BitKernelsTest, CountExactlyAtEveryLength) {
    for (size_t bytes = 0; bytes <= 2 * 64 + 70; ++bytes) {
        std::vector<uint8_t> a(bytes), b(bytes);
        fill(a.data(), bytes, bytes);
        fill(b.data(), bytes, bytes + 1000);
        expect_exact(bits(), a.data(), b.data(), bytes);
    }
}

TEST_P(BitKernelsTest, CountLongStrings) {
    for (const size_t bytes : {8000, 100001}) {
        std::vector<uint8_t> a(bytes), b(bytes);
        fill(a.data(), bytes, 1);
        fill(b.data(), bytes, 2);
        expect_exact(bits(), a.data(), b.data(), bytes);
        // All bits set: no sum of a byte, a lane or a word may wrap.
        a.assign(bytes, 0xFF);
        b.assign(bytes, 0xFF);
        expect_exact(bits(), a.data(), b.data(), bytes);
        b.assign(bytes, 0);
        expect_exact(bits(), a.data(), b.data(), bytes);
    }
}

TEST_P(BitKernelsTest, CountEachBitOnce) {
    for (const size_t bytes : {1, 7, 31, 33, 63, 65, 129})
        for (size_t place = 0; place < bytes * 8; ++place) {
            std::vector<uint8_t> a(bytes), b(bytes);
            a[place / 8] = static_cast<uint8_t>(1 << place % 8);
            ASSERT_EQ(bits().hamming(a.data(), b.data(), bytes), 1u) << bytes << ' ' << place;
            ASSERT_EQ(bits().overlap(a.data(), a.data(), bytes).both, 1u);
            ASSERT_EQ(bits().overlap(a.data(), b.data(), bytes).either, 1u);
        }
}

TEST_P(BitKernelsTest, ReadNothingPastTheEnd) {
    for (size_t bytes = 0; bytes <= 2 * 64 + 70; ++bytes) {
        test::GuardedBuffer<uint8_t> a(bytes + 1), b(bytes + 1);
        fill(a.data(), bytes + 1, 3);
        fill(b.data(), bytes + 1, 4);
        expect_exact(bits(), a.data() + 1, b.data() + 1, bytes);
    }
}

TEST_P(BitKernelsTest, NothingInCommonIsTheFarthest) {
    const uint8_t a[] = {0xF0}, b[] = {0x0F}, none[] = {0};
    EXPECT_EQ(bits().jaccard_rank(a, b, 1), 0.0f);
    EXPECT_EQ(bits().jaccard_rank(none, none, 1), 0.0f);
    EXPECT_EQ(bits().jaccard_rank(a, a, 1), -1.0f);
}

INSTANTIATE_TEST_SUITE_P(EveryTable, BitKernelsTest, testing::ValuesIn(test::runnable_tables()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace vx
