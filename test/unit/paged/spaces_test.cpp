// Distances put together from parts, wherever an element is cut: against the definition.
#include "core/paged/spaces.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

#include "core/base/random.h"
#include "paged/in_parts.h"

namespace vx::test {
namespace {

// ---- sparse

using Pairs = std::map<uint32_t, float>;

std::vector<std::byte> sparse_record(const Pairs& pairs) {
    std::vector<std::byte> record(sizeof(RecordHead) + pairs.size() * sizeof(SparsePair));
    const RecordHead head{static_cast<uint32_t>(record.size()), 0};
    std::memcpy(record.data(), &head, sizeof head);
    size_t at = sizeof head;
    for (const auto& [index, value] : pairs) {
        const SparsePair pair{index, value};
        std::memcpy(record.data() + at, &pair, sizeof pair);
        at += sizeof pair;
    }
    return record;
}

Pairs random_pairs(SplitMix64& random, uint32_t count, uint32_t dims) {
    Pairs pairs;
    for (uint32_t i = 0; i < count; ++i)
        pairs[static_cast<uint32_t>(random.next() % dims)] =
            static_cast<float>(random.next_unit()) - 0.5F;
    return pairs;
}

double sparse_distance(Metric metric, const Pairs& a, const Pairs& b) {
    Pairs all = a;
    all.insert(b.begin(), b.end());
    double sum = 0;
    for (const auto& [index, value] : all) {
        const double x = a.count(index) != 0 ? static_cast<double>(a.at(index)) : 0;
        const double y = b.count(index) != 0 ? static_cast<double>(b.at(index)) : 0;
        sum += metric == Metric::kL2   ? (x - y) * (x - y)
               : metric == Metric::kL1 ? std::abs(x - y)
                                       : -x * y;
    }
    return sum;
}

TEST(SparseSpace, MeasuresWhereverTheElementIsCut) {
    SplitMix64 random(5);
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine, Metric::kL1})
        for (int round = 0; round < 200; ++round) {
            const auto dims = static_cast<uint32_t>(1 + random.next() % 100);
            const Pairs a = random_pairs(random, static_cast<uint32_t>(random.next() % 60), dims);
            const Pairs b = random_pairs(random, static_cast<uint32_t>(random.next() % 60), dims);
            const double exact = sparse_distance(metric, a, b);
            const auto first =
                static_cast<uint32_t>(sizeof(RecordHead) + random.next() % 8 * sizeof(SparsePair));
            const auto step = static_cast<uint32_t>((1 + random.next() % 8) * sizeof(SparsePair));
            const PlainCodec codec{PlainSpace(SparseSpace(metric))};
            EXPECT_NEAR(in_parts(codec, sparse_record(a), sparse_record(b), first, step), exact,
                        1e-4)
                << "metric " << static_cast<int>(metric) << ", round " << round;
            const auto whole_a = sparse_record(a);
            const auto whole_b = sparse_record(b);
            EXPECT_EQ(codec.between(whole_a.data(), whole_b.data()),
                      in_parts(codec, whole_a, whole_b, 1 << 20, 8));
        }
}

// ---- bits

struct Bits {
    std::vector<std::byte> bytes;
    std::vector<bool> set;
};

Bits random_bits(SplitMix64& random, uint32_t count, uint64_t one_in) {
    Bits bits{std::vector<std::byte>((count + 7) / 8), std::vector<bool>(count)};
    for (uint32_t i = 0; i < count; ++i) {
        bits.set[i] = random.next() % one_in == 0;
        if (bits.set[i]) bits.bytes[i / 8] |= static_cast<std::byte>(0x80 >> i % 8);
    }
    return bits;
}

TEST(BitSpace, MeasuresWhereverTheElementIsCut) {
    SplitMix64 random(7);
    for (int round = 0; round < 200; ++round) {
        const auto count = static_cast<uint32_t>(1 + random.next() % 3000);
        const Bits a = random_bits(random, count, 1 + random.next() % 9);
        const Bits b = random_bits(random, count, 1 + random.next() % 9);
        uint32_t both = 0;
        uint32_t either = 0;
        uint32_t different = 0;
        for (uint32_t i = 0; i < count; ++i) {
            both += a.set[i] && b.set[i] ? 1 : 0;
            either += a.set[i] || b.set[i] ? 1 : 0;
            different += a.set[i] != b.set[i] ? 1 : 0;
        }
        const auto first = static_cast<uint32_t>(1 + random.next() % 64);
        const auto step = static_cast<uint32_t>(1 + random.next() % 64);
        EXPECT_EQ(in_parts(PlainCodec(PlainSpace(BitSpace(Metric::kHamming, count))), a.bytes,
                           b.bytes, first, step),
                  static_cast<float>(different));
        EXPECT_EQ(in_parts(PlainCodec(PlainSpace(BitSpace(Metric::kJaccard, count))), a.bytes,
                           b.bytes, first, step),
                  both == 0 ? 0.0F : static_cast<float>(-double{1} * both / either));
    }
}

// ---- numbers

TEST(DenseSpace, MeasuresWhereverTheElementIsCut) {
    SplitMix64 random(8);
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kL1})
        for (const uint32_t dims : {1u, 3u, 100u, 1999u}) {
            std::vector<std::byte> elements[2];
            for (auto& element : elements)
                for (uint32_t i = 0; i < dims; ++i) {
                    const auto value = static_cast<float>(random.next_unit());
                    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
                    element.insert(element.end(), bytes, bytes + sizeof value);
                }
            const PlainCodec codec(PlainSpace(DenseSpace<float>(ranking_kernel(metric), dims)));
            const float whole = codec.between(codec.as_handle(elements[0].data()),
                                              codec.as_handle(elements[1].data()));
            EXPECT_NEAR(in_parts(codec, elements[0], elements[1], 64, 256), whole,
                        1e-5 * std::abs(static_cast<double>(whole)));
        }
}

/// Elements between -size and size.
std::vector<float> sized(SplitMix64& random, uint32_t dims, float size) {
    std::vector<float> values(dims);
    for (float& value : values) value = static_cast<float>(2 * random.next_unit() - 1) * size;
    return values;
}

std::vector<std::byte> bytes_of(const std::vector<float>& values) {
    const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
    return {bytes, bytes + values.size() * sizeof(float)};
}

Pairs pairs_of(const std::vector<float>& values) {
    Pairs pairs;
    for (uint32_t i = 0; i < values.size(); ++i) pairs[3 * i] = values[i];
    return pairs;
}

/// Is a value within a step, 20 bits, of what stands for `exact`?
void expect_ranking(float value, double exact) {
    EXPECT_GE(value, ranking_value(exact - std::abs(exact) * 1e-6)) << exact;
    EXPECT_LE(value, ranking_value(exact + std::abs(exact) * 1e-6)) << exact;
}

void expect_order(Metric metric, const std::vector<float>& from, const std::vector<float>& to) {
    const PlainCodec dense(PlainSpace(DenseSpace<float>(
        ranking_kernel(metric), static_cast<uint32_t>(from.size()), wide_ranking(metric))));
    const PlainCodec sparse{PlainSpace(SparseSpace(metric))};
    const auto sparse_from = sparse_record(pairs_of(from)), sparse_to = sparse_record(pairs_of(to));
    const double exact = sparse_distance(metric, pairs_of(from), pairs_of(to));
    for (const uint32_t step : {64u, 1024u}) {
        expect_ranking(in_parts(dense, bytes_of(from), bytes_of(to), 64, step), exact);
        expect_ranking(in_parts(sparse, sparse_from, sparse_to, 8 + 64, step), exact);
    }
}

TEST(Spaces, KeepTheOrderOfDistancesThatLeaveSinglePrecision) {
    SplitMix64 random(10);
    for (const float size : {1e-40F, 1e-25F, 1e-20F, 1e20F, 3e38F})
        for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kL1}) {
            const auto from = sized(random, 60, size);
            for (int round = 0; round < 20; ++round)
                expect_order(metric, from, sized(random, 60, size));
        }
}

TEST(SparseSpace, TakesNoProductForWhatItIs) {
    const PlainCodec codec{PlainSpace(SparseSpace(Metric::kInnerProduct))};
    const auto a = sparse_record({{1, 1.0F}, {3, 1e-30F}});
    EXPECT_EQ(codec.between(a.data(), sparse_record({{2, 1.0F}}).data()), 0);
    EXPECT_EQ(codec.between(a.data(), sparse_record({{3, 1e-30F}}).data()), ranking_value(-1e-60));
}

TEST(HalfCosineSpace, MeasuresWhereverTheElementIsCut) {
    SplitMix64 random(9);
    for (const uint32_t dims : {1u, 3u, 100u, 1999u}) {
        std::vector<std::byte> elements[2];
        double sums[3] = {};
        for (uint32_t i = 0; i < dims; ++i) {
            Half values[2];
            for (int side = 0; side < 2; ++side) {
                values[side] = Half(static_cast<float>(random.next_unit()) - 0.3F);
                const auto* bytes = reinterpret_cast<const std::byte*>(&values[side]);
                elements[side].insert(elements[side].end(), bytes, bytes + sizeof(Half));
            }
            const auto a = static_cast<double>(static_cast<float>(values[0]));
            const auto b = static_cast<double>(static_cast<float>(values[1]));
            sums[0] += a * b, sums[1] += a * a, sums[2] += b * b;
        }
        const PlainCodec codec{PlainSpace(HalfCosineSpace(dims))};
        EXPECT_NEAR(in_parts(codec, elements[0], elements[1], 64, 256),
                    -sums[0] / std::sqrt(sums[1] * sums[2]), 1e-6);
    }
}

}  // namespace
}  // namespace vx::test
