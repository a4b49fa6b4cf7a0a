// Codes of vectors that are too short or too long for their factors, or short beside the mean.
#include "core/paged/code_codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "core/base/random.h"
#include "core/paged/paged_store.h"
#include "support/index_options.h"

namespace vx::test {
namespace {

using Vector = std::vector<float>;

/// A codec of 20 dimensions; its memory is its own.
struct OneCodec {
    explicit OneCodec(float mean = 0, float factor = 1) : memory(options()) {
        std::fill(memory.mean.begin(), memory.mean.end(), mean);
        CodeSpace space = memory.space(options());
        space.factor = factor;
        space.mean_norm_sq = clamped(portable_dot(mean_of(), mean_of(), kDims) *
                                     static_cast<double>(factor) * static_cast<double>(factor));
        codec.emplace_back(space, memory.buffers());
    }
    [[nodiscard]] const float* mean_of() const { return memory.mean.data(); }

    std::vector<std::byte> record(const Vector& vector) {
        codec[0].bind_for_insert(vector.data());
        return {codec[0].bound_record(), codec[0].bound_record() + codec[0].bound_bytes()};
    }
    /// Estimate and error.
    Measured measure(const Vector& query, const std::vector<std::byte>& record) {
        codec[0].bind(query.data());
        CodeCodec::Sum sum;
        codec[0].add(sum, {record.data(), 0, static_cast<uint32_t>(record.size())});
        return {codec[0].finish(sum), codec[0].error(sum, 7)};
    }

    static IndexOptions options() {
        IndexOptions made;
        made.dims = kDims;
        return made;
    }
    static constexpr uint32_t kDims = 20;

    CodeMemory memory;
    std::vector<CodeCodec> codec;
};

Vector drawn(SplitMix64& random, float size) {
    Vector vector(OneCodec::kDims);
    for (float& value : vector) value = static_cast<float>(2 * random.next_unit() - 1) * size;
    return vector;
}

double square_of_difference(const Vector& a, const Vector& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        const double part = static_cast<double>(a[i]) - static_cast<double>(b[i]);
        sum += part * part;
    }
    return sum;
}

TEST(CodeCodec, KeepsVectorsOfAnySizeApart) {
    SplitMix64 random(1);
    for (const float mean : {0.0F, 0.5F})
        for (const float size : {1e-36F, 1e-20F, 1.0F, 1e20F, 3e38F}) {
            OneCodec codec(mean);
            const Vector a = drawn(random, size), b = drawn(random, size);
            Vector twice = a;
            for (float& value : twice) value *= 0.5F;
            EXPECT_EQ(codec.record(a), codec.record(a)) << size;
            EXPECT_NE(codec.record(a), codec.record(b)) << size;
            EXPECT_NE(codec.record(a), codec.record(twice)) << size;
        }
}

TEST(CodeCodec, TakesZerosOfEitherSignForOne) {
    OneCodec codec(0.5F);
    EXPECT_EQ(codec.record(Vector(OneCodec::kDims, 0.0F)),
              codec.record(Vector(OneCodec::kDims, -0.0F)));
}

TEST(CodeCodec, HasBoundsThatAreTrueOutOfRange) {
    SplitMix64 random(2);
    const float sizes[] = {1e-25F, 1e-18F, 1e-15F, 1e-12F, 1.0F, 1e20F, 3e38F};
    for (const float row_size : sizes)
        for (const float query_size : sizes)
            for (int round = 0; round < 20; ++round) {
                OneCodec codec;
                const Vector row = drawn(random, row_size), query = drawn(random, query_size);
                const Measured measured = codec.measure(query, codec.record(row));
                const double exact = square_of_difference(row, query);
                EXPECT_LE(static_cast<double>(measured.distance - measured.error),
                          exact * (1 + 1e-6))
                    << row_size << " from " << query_size;
                EXPECT_GE(static_cast<double>(measured.distance + measured.error),
                          exact * (1 - 1e-6))
                    << row_size << " from " << query_size;
            }
}

TEST(CodeCodec, MeasuresInTheUnitOfItsIndex) {
    SplitMix64 random(3);
    for (const int exponent : {-100, -66, 66, 83, 110}) {
        const float factor = scale_factor(exponent);
        OneCodec codec(0.25F / factor, factor);
        const Vector row = drawn(random, 1 / factor), query = drawn(random, 1 / factor);
        const Measured measured = codec.measure(query, codec.record(row));
        const double exact = std::ldexp(square_of_difference(row, query), 2 * exponent);
        EXPECT_NEAR(static_cast<double>(measured.distance), exact,
                    static_cast<double>(measured.error));
        EXPECT_LT(static_cast<double>(measured.error), 0.2 * exact);
    }
}

// By bytes and factors alone, one of a group of near-copies would be the nearest to all that is
// far.
TEST(CodeCodec, NearCopiesAreNearToDifferentOnes) {
    constexpr size_t kCopies = 20, kOthers = 40;
    OneCodec one;
    SplitMix64 random(41);
    const Vector original = drawn(random, 1);
    std::vector<std::vector<std::byte>> copies, others;
    for (size_t i = 0; i < kCopies; ++i) {
        Vector copy = original;
        copy[0] *= 1 + 1e-6F * static_cast<float>(i);
        copies.push_back(one.record(copy));
    }
    for (size_t i = 0; i < kOthers; ++i) others.push_back(one.record(drawn(random, 1)));
    std::set<size_t> nearest;
    for (const auto& other : others) {
        std::vector<float> distances;
        for (const auto& copy : copies) {
            distances.push_back(one.codec[0].between(copy.data(), other.data()));
            EXPECT_EQ(distances.back(), one.codec[0].between(other.data(), copy.data()));
        }
        nearest.insert(static_cast<size_t>(std::min_element(distances.begin(), distances.end()) -
                                           distances.begin()));
    }
    EXPECT_GE(nearest.size(), kCopies / 2);
}

}  // namespace
}  // namespace vx::test
