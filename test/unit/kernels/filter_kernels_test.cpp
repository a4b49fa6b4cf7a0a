// Conditions on 64 keys by every table against the same of one key after the other.
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

constexpr size_t kMostKeys = 64;
constexpr uint64_t kTop = uint64_t{1} << 63;

template <class Passes>
uint64_t one_by_one(const uint64_t* keys, size_t count, Passes passes) {
    uint64_t passing = 0;
    for (size_t i = 0; i < count; ++i) passing |= static_cast<uint64_t>(passes(keys[i])) << i;
    return passing;
}

void expect_between(const FilterKernels& kernels, const uint64_t* keys, size_t count, uint64_t low,
                    uint64_t high) {
    ASSERT_EQ(kernels.between(keys, count, low, high),
              one_by_one(keys, count, [&](uint64_t key) { return low <= key && key <= high; }))
        << count << " keys, " << low << " to " << high;
}

class FilterKernelsTest : public testing::TestWithParam<const KernelTable*> {
protected:
    [[nodiscard]] static const FilterKernels& filters() { return *GetParam()->filters; }
};

/// The keys end where reading on would be a crash.
TEST_P(FilterKernelsTest, SayTheSameOfManyKeysAsOfEach) {
    SplitMix64 random(7);
    for (size_t count = 1; count <= kMostKeys; ++count) {
        test::GuardedBuffer<uint64_t> keys(count);
        for (size_t i = 0; i < count; ++i) keys.data()[i] = random.next() % 16;
        for (uint64_t low = 0; low < 16; ++low) {
            expect_between(filters(), keys.data(), count, low, random.next() % 16);
            expect_between(filters(), keys.data(), count, low, low);
            ASSERT_EQ(filters().overlapping(keys.data(), count, low),
                      one_by_one(keys.data(), count, [&](uint64_t k) { return (k & low) != 0; }));
            ASSERT_EQ(filters().containing(keys.data(), count, low),
                      one_by_one(keys.data(), count, [&](uint64_t k) { return (k & low) == low; }));
        }
    }
}

/// Keys have no sign: those of negative numbers are below kTop, and all 64 bits are labels.
TEST_P(FilterKernelsTest, CompareKeysWithoutSign) {
    const std::vector<uint64_t> keys = {0, 1, kTop - 1, kTop, kTop + 1, ~uint64_t{0}, 5, kTop};
    for (const uint64_t low : keys)
        for (const uint64_t high : keys)
            expect_between(filters(), keys.data(), keys.size(), low, high);
    EXPECT_EQ(filters().overlapping(keys.data(), keys.size(), kTop), 0xB8U);
    EXPECT_EQ(filters().containing(keys.data(), keys.size(), kTop + 1), 0x30U);
}

INSTANTIATE_TEST_SUITE_P(EveryTable, FilterKernelsTest, testing::ValuesIn(test::runnable_tables()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace vx
