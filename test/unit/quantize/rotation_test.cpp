// The rotation: orthogonal, invertible, well mixing, and the bits that the definition says.
#include "core/quantize/rotation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/kernels/kernel_table.h"
#include "quantize/vectors.h"

namespace vx {
namespace {

using test::dot;
using test::Gaussian;
using test::OwnedRotation;
using test::Vector;

const size_t kLengths[] = {1, 2, 3, 16, 17, 48, 64, 65, 100, 128, 200, 384, 768, 1536, 2000, 16000};

TEST(Rotation, PadsToAMultiple) {
    EXPECT_EQ(padded_dims(1, 64), 64u);
    EXPECT_EQ(padded_dims(64, 64), 64u);
    EXPECT_EQ(padded_dims(100, 64), 128u);
    EXPECT_EQ(padded_dims(100, 16), 112u);
    EXPECT_EQ(padded_dims(16000, 64), 16000u);
}

TEST(Rotation, KeepsInnerProducts) {
    Gaussian random(1);
    for (const size_t multiple : {16, 64})
        for (const size_t dims : kLengths) {
            const OwnedRotation rotation(dims, dims, multiple);
            const Vector a = random.vector(dims), b = random.vector(dims);
            const double lengths = std::sqrt(dot(a, a) * dot(b, b));
            EXPECT_NEAR(dot(rotation(a), rotation(b)), dot(a, b), 2e-6 * lengths) << dims;
            EXPECT_NEAR(dot(rotation(a), rotation(a)), dot(a, a), 2e-6 * dot(a, a)) << dims;
        }
}

TEST(Rotation, IsInvertible) {
    Gaussian random(2);
    for (const size_t multiple : {16, 64})
        for (const size_t dims : kLengths) {
            const OwnedRotation rotation(dims, 7, multiple);
            const Vector original = random.vector(rotation.dims());
            Vector values = original;
            rotation.get().rotate(values.data());
            EXPECT_NE(values, original);
            rotation.get().rotate_back(values.data());
            for (size_t i = 0; i < values.size(); ++i)
                ASSERT_NEAR(values[i], original[i], 2e-5) << dims << ", " << i;
        }
}

TEST(Rotation, SpreadsASingleElementOverAll) {
    for (const size_t dims : {64, 112, 128, 384, 832, 1536})
        for (const size_t place : {size_t{0}, dims / 2, dims - 1}) {
            const OwnedRotation rotation(dims, 3, 16);
            Vector one_hot(dims);
            one_hot[place] = 1;
            const Vector rotated = rotation(one_hot);
            double fourth = 0;
            for (const float value : rotated) fourth += std::pow(static_cast<double>(value), 4);
            // 1 / dims for a flat vector, 3 / dims for a random one, 1 for one that is not mixed.
            EXPECT_LT(fourth * static_cast<double>(dims), 4.5) << dims << ", " << place;
        }
}

TEST(Rotation, DependsOnTheSeed) {
    const Vector ones(100, 1.0f);
    EXPECT_EQ(OwnedRotation(100, 5)(ones), OwnedRotation(100, 5)(ones));
    EXPECT_NE(OwnedRotation(100, 5)(ones), OwnedRotation(100, 6)(ones));
}

TEST(Rotation, TakesTheMeanOffFirst) {
    Gaussian random(4);
    const Vector vector = random.vector(100), mean = random.vector(100);
    Vector difference(100);
    for (size_t i = 0; i < 100; ++i) difference[i] = vector[i] - mean[i];
    const OwnedRotation rotation(100, 9, 16);
    EXPECT_EQ(rotation(vector, &mean), rotation(difference));
}

TEST(Rotation, KeepsLargeAndSmallVectorsInRange) {
    for (const size_t dims : {64, 100, 1536, 16000}) {
        const OwnedRotation rotation(dims, 11);
        for (const double scale : {1e-18, 1e-12, 1e12, 4e16}) {
            Gaussian random(5);
            const Vector vector = random.vector(dims, scale);
            const Vector rotated = rotation(vector);
            EXPECT_NEAR(dot(rotated, rotated) / dot(vector, vector), 1, 1e-5) << scale;
        }
    }
}

/// The definition, in double precision and without any of the kernel's structure.
std::vector<double> rotate_by_definition(std::vector<double> v, uint64_t seed) {
    const size_t dims = v.size();
    size_t power = 1;
    while (2 * power <= dims) power *= 2;
    SplitMix64 random(seed);
    std::vector<uint64_t> bits(dims / 16);
    for (uint64_t& word : bits) word = random.next();
    for (size_t round = 0; round < 4; ++round) {
        for (size_t j = 0; j < dims; ++j) {
            const size_t bit = round * dims + j;
            if ((bits[bit / 64] >> (bit % 64) & 1) != 0) v[j] = -v[j];
        }
        double* const part = v.data() + (round % 2 == 0 ? 0 : dims - power);
        std::vector<double> out(power);
        for (size_t i = 0; i < power; ++i)
            for (size_t j = 0; j < power; ++j)
                out[i] += __builtin_popcountll(i & j) % 2 == 0 ? part[j] : -part[j];
        for (size_t i = 0; i < power; ++i) part[i] = out[i] / std::sqrt(static_cast<double>(power));
        for (size_t j = 0; power != dims && j < dims / 2; ++j) {
            const double a = v[j], b = v[j + dims / 2];
            v[j] = (a + b) / std::sqrt(2.0);
            v[j + dims / 2] = (a - b) / std::sqrt(2.0);
        }
    }
    return v;
}

TEST(Rotation, IsItsDefinition) {
    for (const size_t dims : {16, 48, 64, 112, 128, 192, 384, 832}) {
        Gaussian random(dims);
        const Vector vector = random.vector(dims);
        const auto expected = rotate_by_definition({vector.begin(), vector.end()}, 77);
        const Vector rotated = OwnedRotation(dims, 77, 16)(vector);
        for (size_t i = 0; i < dims; ++i) ASSERT_NEAR(rotated[i], expected[i], 1e-5) << dims;
    }
}

}  // namespace
}  // namespace vx
