// Own codes: their error by bits, that estimates are unbiased and their bounds hold as often as
// promised, and the vectors that have no direction or no representable length.
#include "core/quantize/code.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <vector>

#include "core/kernels/kernel_table.h"
#include "core/quantize/estimate.h"
#include "quantize/vectors.h"
#include "support/guarded_buffer.h"

namespace vx {
namespace {

using test::distance_sq;
using test::dot;
using test::ErrorStats;
using test::Gaussian;
using test::OwnedRotation;
using test::Vector;

constexpr unsigned kAllBits[] = {1, 2, 4, 7, 8};

struct Code {
    std::vector<uint8_t> bytes;
    CodeFactors factors;
    unsigned bits;

    Code(const Vector& x, unsigned bits_of_code) : bits(bits_of_code) {
        // Guarded: writing one byte too many is a crash.
        test::GuardedBuffer<uint8_t> guarded(code_bytes(x.size(), bits));
        factors = encode(x.data(), x.size(), bits, guarded.data());
        bytes.assign(guarded.data(), guarded.data() + code_bytes(x.size(), bits));
    }
    [[nodiscard]] Vector decoded(size_t dims, float factor) const {
        Vector values(dims);
        decode(bytes.data(), dims, bits, factor, values.data());
        return values;
    }
};

struct Query {
    std::vector<int8_t> values;
    ByteQuery terms;

    Query(Metric metric, const Vector& r, float mean_query_dot = 0) : values(r.size()) {
        terms = make_byte_query(metric, r.data(), r.size(), mean_query_dot, values.data());
    }
    [[nodiscard]] float inner(const Code& code) const {
        const int32_t sum = dot_code(code.bytes.data(), values.data(), values.size(), code.bits);
        return inner_estimate(terms, code.factors.g, code.bits, sum);
    }
    [[nodiscard]] float error(const Code& code, float z_score) const {
        return estimate_error(terms, code.factors, values.size(), inner(code), z_score);
    }
};

// ---- the error table of README.md

double sigma_of(const Vector& x, unsigned bits) {
    const Code code(x, bits);
    return std::sqrt(code_variance(code.factors, x.size()) * static_cast<double>(x.size() - 1));
}

struct Row {
    unsigned bits;
    double sigma[3];  // at 128, 768 and 1536 dimensions
};

TEST(Code, HasTheErrorOfTheTable) {
    constexpr Row kTable[] = {{1, {.755, .757, .757}},
                              {2, {.358, .365, .367}},
                              {4, {.100, .107, .108}},
                              {7, {.0125, .0150, .0160}},
                              {8, {.0063, .0077, .0080}}};
    constexpr size_t kDims[] = {128, 768, 1536};
    for (const Row& row : kTable)
        for (size_t i = 0; i < 3; ++i) {
            Gaussian random(uint64_t{row.bits} * 10 + i);
            double sum = 0;
            constexpr int kVectors = 400;
            for (int k = 0; k < kVectors; ++k) sum += sigma_of(random.vector(kDims[i]), row.bits);
            const double sigma = sum / kVectors;
            std::printf("bits %u dims %4zu sigma %.5f\n", row.bits, kDims[i], sigma);
            EXPECT_LT(sigma, row.sigma[i] * 1.03) << row.bits << " bits, " << kDims[i];
            EXPECT_GT(sigma, row.sigma[i] * 0.94) << row.bits << " bits, " << kDims[i];
        }
}

// ---- estimates against true distances

/// Adds the error of one estimate, in standard deviations as estimate_error states them.
void add_error(const Vector& x, const Vector& r, unsigned bits, ErrorStats& errors) {
    const Code code(x, bits);
    const Query query(Metric::kL2, r);
    const double estimate =
        estimate_distance(query.terms, node_term(Metric::kL2, code.factors, 0), query.inner(code));
    const double error = estimate - distance_sq(x, r);
    errors.add(error / query.error(code, 1));
}

void expect_normal(const ErrorStats& errors) {
    EXPECT_LT(std::fabs(errors.mean()), 0.2);
    EXPECT_GT(errors.deviation(), 0.85);
    EXPECT_LT(errors.deviation(), 1.1);
    EXPECT_GT(errors.violations(), 0.02);
    EXPECT_LT(errors.violations(), 0.08);
}

TEST(Estimate, HasTheStatedErrorOnRandomVectors) {
    for (const unsigned bits : kAllBits)
        for (const size_t dims : {100, 384, 768}) {
            Gaussian random(uint64_t{bits} * 1000 + dims);
            const OwnedRotation rotation(dims, bits);
            ErrorStats errors;
            for (int i = 0; i < 800; ++i)
                add_error(rotation(random.vector(dims)), rotation(random.vector(dims)), bits,
                          errors);
            SCOPED_TRACE(testing::Message() << bits << " bits, " << dims << " dims");
            expect_normal(errors);
        }
}

TEST(Estimate, HasTheStatedErrorOnClusters) {
    // Rows and queries near the same of ten centers: most of x and r are parallel, so that the part
    // of r orthogonal to x, which makes the error, is smaller than r; the bound is never exceeded
    // more often than for unrelated vectors.
    constexpr size_t kDims = 200;
    for (const unsigned bits : kAllBits) {
        Gaussian random(bits);
        ErrorStats errors;
        for (int cluster = 0; cluster < 10; ++cluster) {
            const OwnedRotation rotation(kDims, static_cast<uint64_t>(cluster));
            const Vector center = random.vector(kDims, 2);
            for (int i = 0; i < 150; ++i)
                add_error(rotation(test::sum_of(center, random.vector(kDims))),
                          rotation(test::sum_of(center, random.vector(kDims))), bits, errors);
        }
        SCOPED_TRACE(bits);
        EXPECT_LT(std::fabs(errors.mean()), 0.2);
        EXPECT_LT(errors.violations(), 0.065);
    }
}

TEST(Estimate, IsSharpForNeighborsFarFromTheMean) {
    // The errors come from what x and r have across each other, not from their length.
    constexpr size_t kDims = 200;
    constexpr int kPairs = 500;
    Gaussian random(11);
    const OwnedRotation rotation(kDims, 11);
    const Vector center = random.vector(kDims, 30);
    ErrorStats errors;
    double stated = 0;
    for (int i = 0; i < kPairs; ++i) {
        const Vector x = rotation(test::sum_of(center, random.vector(kDims, 0.5)));
        const Vector r = rotation(test::sum_of(center, random.vector(kDims, 0.5)));
        add_error(x, r, 8, errors);
        stated += Query(Metric::kL2, r).error(Code(x, 8), 1) / distance_sq(x, r) / kPairs;
    }
    EXPECT_LT(errors.violations(), 0.065);
    EXPECT_LT(stated, 0.2);
}

TEST(Estimate, HasTheStatedErrorOnOneHotVectors) {
    constexpr size_t kDims = 100;
    for (const unsigned bits : kAllBits) {
        ErrorStats errors;
        for (uint64_t seed = 0; seed < 12; ++seed) {
            const OwnedRotation rotation(kDims, seed, 16);
            for (size_t i = 0; i + 1 < kDims; ++i) {
                Vector a(kDims), b(kDims);
                a[i] = 1;
                b[i + 1] = -3;
                add_error(rotation(a), rotation(b), bits, errors);
            }
        }
        SCOPED_TRACE(bits);
        EXPECT_LT(std::fabs(errors.mean()), 0.2);
        EXPECT_LT(errors.violations(), 0.08);
    }
}

TEST(Estimate, HoldsAtEveryLength) {
    for (const size_t dims : {1, 2, 3, 5, 17, 64, 100, 500, 2000, 16000})
        for (const unsigned bits : kAllBits) {
            Gaussian random(dims);
            ErrorStats errors;
            for (uint64_t seed = 0; seed < 20; ++seed) {
                const OwnedRotation rotation(dims, seed);
                add_error(rotation(random.vector(dims)), rotation(random.vector(dims)), bits,
                          errors);
            }
            // Few of them are rotated alike: a coarse net for what a length breaks.
            EXPECT_LT(errors.deviation(), 1.7) << dims << " dims, " << bits << " bits";
        }
}

TEST(Estimate, IsExactForTheZeroVector) {
    Gaussian random(1);
    const Vector zero(128), r = random.vector(128);
    const Query query(Metric::kL2, r);
    for (const unsigned bits : kAllBits) {
        const Code code(zero, bits);
        EXPECT_EQ(code.factors.norm_sq, 0);
        EXPECT_EQ(code.factors.g, 0);
        EXPECT_EQ(code.factors.scale, 0);
        EXPECT_EQ(query.inner(code), 0);
        EXPECT_EQ(query.error(code, 3), 0);
        EXPECT_EQ(estimate_distance(query.terms, 0, query.inner(code)), query.terms.norm_sq);
    }
}

TEST(Estimate, OfAZeroQueryIsTheLengthOfTheRow) {
    Gaussian random(2);
    const Vector x = random.vector(128);
    const Query query(Metric::kL2, Vector(128));
    for (const unsigned bits : kAllBits) {
        const Code code(x, bits);
        EXPECT_EQ(query.inner(code), 0);
        EXPECT_EQ(estimate_distance(query.terms, code.factors.norm_sq, 0), code.factors.norm_sq);
    }
}

TEST(Estimate, IsFiniteForVectorsWhoseSquareIsNot) {
    const float infinity = std::numeric_limits<float>::infinity();
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Query query(Metric::kL2, Gaussian(3).vector(64));
    for (const float value : {1e19f, 3e38f, infinity, nan})
        for (const unsigned bits : kAllBits) {
            const Code code(Vector(64, value), bits);
            EXPECT_EQ(code.factors.norm_sq, kHugeNorm);
            EXPECT_EQ(code.factors.g, 0);
            EXPECT_TRUE(std::isinf(code_variance(code.factors, 64)));
            EXPECT_EQ(query.inner(code), 0);
            const Query huge(Metric::kL2, Vector(64, value));
            EXPECT_EQ(huge.terms.constant, kHugeNorm);
            EXPECT_EQ(huge.inner(Code(Vector(64, 1.0f), bits)), 0);
        }
}

TEST(Estimate, ServesEveryMetricWithAMean) {
    constexpr size_t kDims = 384;
    Gaussian random(8);
    const OwnedRotation rotation(kDims, 1);
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
        ErrorStats errors;
        const Vector mean = random.vector(kDims, metric == Metric::kCosine ? 0.03 : 0.7);
        for (int i = 0; i < 500; ++i) {
            Vector o = test::sum_of(mean, random.vector(kDims, 0.05));
            Vector q = test::sum_of(mean, random.vector(kDims, 0.05));
            if (needs_unit_vectors(metric)) o = test::unit(o), q = test::unit(q);
            const Vector x = rotation(o, &mean), r = rotation(q, &mean), c = rotation(mean);
            const Code code(x, 8);
            const Query query(metric, r, static_cast<float>(dot(mean, q)));
            const float node = node_term(metric, code.factors, static_cast<float>(dot(x, c)));
            const double expected = metric == Metric::kL2 ? distance_sq(o, q) : -dot(o, q);
            const double error = estimate_distance(query.terms, node, query.inner(code)) - expected;
            errors.add(error / query.error(code, 1));
        }
        SCOPED_TRACE(static_cast<int>(metric));
        EXPECT_LT(std::fabs(errors.mean()), 0.2);
        EXPECT_LT(errors.deviation(), 1.2);
    }
}

// ---- between codes

TEST(Codes, GiveTheDistanceOfWhatTheyDecodeTo) {
    constexpr size_t kDims = 192;
    Gaussian random(4);
    for (const unsigned bits : {7u, 8u})
        for (int i = 0; i < 50; ++i) {
            const Code a(random.vector(kDims), bits), b(random.vector(kDims, 3), bits);
            const Vector x = a.decoded(kDims, a.factors.scale);
            const Vector y = b.decoded(kDims, b.factors.scale);
            const int32_t sum = kernels().codes->dot_u8u8(a.bytes.data(), b.bytes.data(), kDims);
            const float inner = inner_of_codes(a.factors, b.factors, sum, kDims, bits);
            EXPECT_NEAR(inner, dot(x, y), 1e-5 * std::sqrt(dot(x, x) * dot(y, y)));
            EXPECT_NEAR(l2_of_codes(a.factors, b.factors, inner), distance_sq(x, y), 1e-2);
            EXPECT_NEAR(dot(x, x), a.factors.norm_sq, 1e-4 * dot(x, x));
        }
}

TEST(Codes, OfFewBitsGiveTheDistanceOfWhatTheyDecodeTo) {
    constexpr size_t kDims = 112;
    Gaussian random(5);
    for (const unsigned bits : {1u, 2u, 4u, 7u})
        for (int i = 0; i < 20; ++i) {
            const Code a(random.vector(kDims), bits), b(random.vector(kDims, 3), bits);
            std::vector<int8_t> values(kDims);
            const ByteQuery query =
                code_as_query(a.bytes.data(), a.factors, kDims, bits, values.data());
            const int32_t sum = dot_code(b.bytes.data(), values.data(), kDims, bits);
            const double expected =
                dot(a.decoded(kDims, a.factors.scale), b.decoded(kDims, b.factors.scale));
            EXPECT_NEAR(inner_estimate(query, b.factors.scale, bits, sum), expected,
                        1e-5 * std::sqrt(a.factors.norm_sq * b.factors.norm_sq));
        }
}

TEST(Codes, OfEqualVectorsAreAtDistanceZero) {
    Gaussian random(6);
    for (const size_t dims : {64, 768, 16000}) {
        const Code a(random.vector(dims), 8);
        const int32_t sum = kernels().codes->dot_u8u8(a.bytes.data(), a.bytes.data(), dims);
        const float inner = inner_of_codes(a.factors, a.factors, sum, dims, 8);
        EXPECT_NEAR(l2_of_codes(a.factors, a.factors, inner), 0, 1e-6 * a.factors.norm_sq);
    }
}

TEST(Codes, RankEveryMetricLikeTheirVectors) {
    constexpr size_t kDims = 256;
    Gaussian random(7);
    const OwnedRotation rotation(kDims, 2);
    const Vector mean = random.vector(kDims, 0.05);
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine})
        for (int i = 0; i < 20; ++i) {
            const Vector p = test::unit(random.vector(kDims)), q = test::unit(random.vector(kDims));
            const Vector x = rotation(p, &mean), y = rotation(q, &mean), c = rotation(mean);
            const Code a(x, 8), b(y, 8);
            const int32_t sum = kernels().codes->dot_u8u8(a.bytes.data(), b.bytes.data(), kDims);
            const float inner = inner_of_codes(a.factors, b.factors, sum, kDims, 8);
            const float distance = distance_of_codes(
                metric, node_term(metric, a.factors, static_cast<float>(dot(x, c))),
                node_term(metric, b.factors, static_cast<float>(dot(y, c))), inner,
                static_cast<float>(dot(mean, mean)));
            const double expected = metric == Metric::kL2 ? distance_sq(p, q) : -dot(p, q);
            EXPECT_NEAR(distance, expected, 0.006) << static_cast<int>(metric);
        }
}

TEST(Code, OfFewBitsIsPackedInPlanes) {
    Gaussian random(9);
    for (const unsigned bits : {1u, 2u, 4u}) {
        const Vector x = random.vector(112);
        const Code code(x, bits);
        std::vector<uint8_t> bytes(112);
        unpack(code.bytes.data(), 112, bits, bytes.data());
        const size_t plane = code_bytes(112, bits);
        int32_t sum = 0;
        for (size_t i = 0; i < 112; ++i) {
            const unsigned field = code.bytes[i % plane] >> (i / plane * bits);
            EXPECT_EQ(bytes[i], field & ((1u << bits) - 1));
            EXPECT_EQ(bytes[i] >= 1u << (bits - 1), x[i] >= 0) << "the top bit is the sign";
            sum += bytes[i];
        }
        EXPECT_EQ(sum, code.factors.sum);
    }
}

}  // namespace
}  // namespace vx
