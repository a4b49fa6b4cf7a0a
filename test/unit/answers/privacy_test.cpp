// The keystream against RFC 8439, the rotation against what makes it one, noise against moments.
#include "core/answers/keyed_rotation.h"

#include <array>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "core/answers/noise.h"
#include "core/base/random.h"

namespace vx {
namespace {

using Key = std::array<uint8_t, KeyStream::kKeyBytes>;

TEST(KeyStream, IsChaCha20) {
    // RFC 8439, A.1, test vectors 1 and 2.
    KeyStream stream(Key{}, 0);
    const uint32_t first[] = {0xade0b876, 0x903df1a0, 0xe56a5d40, 0x28bd8653};
    for (const uint32_t word : first) EXPECT_EQ(stream.next(), word);
    for (int i = 4; i < 16; ++i) (void)stream.next();
    const uint32_t second[] = {0xbee7079f, 0x7a385155};
    for (const uint32_t word : second) EXPECT_EQ(stream.next(), word);
}

std::vector<double> rotated(const Key& key, std::vector<double> values) {
    std::vector<uint16_t> table(KeyedRotation::table_size(values.size()));
    std::vector<double> scratch(values.size());
    const KeyedRotation rotation(key, values.size(), table.data());
    rotation.rotate(values.data(), scratch.data());
    return values;
}

double inner_product(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

TEST(KeyedRotation, KeepsInnerProducts) {
    std::mt19937 random(3);
    std::normal_distribution<double> normal;
    for (const size_t dims : {1, 2, 3, 5, 64, 100, 127, 1000, 16000, 32767}) {
        std::vector<double> a(dims);
        std::vector<double> b(dims);
        for (double& value : a) value = normal(random);
        for (double& value : b) value = normal(random);
        const Key key{1, 2, 3};
        const double bound = 1e-12 * static_cast<double>(dims) + 1e-12;
        EXPECT_NEAR(inner_product(rotated(key, a), rotated(key, b)), inner_product(a, b), bound);
        EXPECT_NEAR(inner_product(rotated(key, a), rotated(key, a)), inner_product(a, a), bound);
    }
}

TEST(KeyedRotation, SpreadsEachElement) {
    // A unit vector becomes one whose elements are all small, by any key.
    for (uint8_t k = 0; k < 20; ++k) {
        std::vector<double> unit(100);
        unit[k] = 1;
        for (const double element : rotated(Key{k}, unit)) EXPECT_LT(std::fabs(element), 0.6);
    }
}

TEST(KeyedRotation, DependsOnKeyAndDimensions) {
    const std::vector<double> values = {1, 2, 3, 4, 5, 6, 7, 8};
    EXPECT_EQ(rotated(Key{1}, values), rotated(Key{1}, values));
    EXPECT_NE(rotated(Key{1}, values), rotated(Key{2}, values));
}

TEST(Noise, HasTheMomentsOfANormalDistribution) {
    SplitMix64 random(1);
    constexpr int kPairs = 200000;
    double sums[4] = {};
    double together = 0;
    for (int i = 0; i < kPairs; ++i) {
        const uint64_t a = random.next();
        const GaussianPair pair = gaussian_pair(a, random.next());
        together += pair.first * pair.second;
        for (const double value : {pair.first, pair.second}) {
            sums[0] += value;
            sums[1] += value * value;
            sums[2] += value * value * value;
            sums[3] += value * value * value * value;
        }
    }
    const double count = 2.0 * kPairs;
    EXPECT_NEAR(sums[0] / count, 0, 6 / std::sqrt(count));
    EXPECT_NEAR(sums[1] / count, 1, 6 * std::sqrt(2 / count));
    EXPECT_NEAR(sums[2] / count, 0, 6 * std::sqrt(15 / count));
    EXPECT_NEAR(sums[3] / count, 3, 6 * std::sqrt(96 / count));
    EXPECT_NEAR(together / kPairs, 0, 6 / std::sqrt(double{kPairs}));
}

TEST(Noise, IsFiniteAtTheEnds) {
    const GaussianPair least = gaussian_pair(0, 0);
    EXPECT_LT(least.first, 8.6);
    EXPECT_EQ(gaussian_pair(UINT64_MAX, 0).first, 0);
}

}  // namespace
}  // namespace vx
