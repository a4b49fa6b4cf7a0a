#include "bench/kinds/data_kinds.h"

#include "bench/kinds/generators.h"
#include "bench/wire.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>

namespace vx::bench {
namespace {

constexpr SampleSize kSmall{120, 10};

double distance(std::span<const float> a, std::span<const float> b) {
    double squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] - b[i]) * double(a[i] - b[i]);
    return std::sqrt(squares);
}

double length(std::span<const float> vector) {
    return distance(vector, std::vector<float>(vector.size()));
}

/// A sample by one generator.
Sample made(void (*generator)(Sample&, Gaussian&, double), double amount, std::size_t dims) {
    Sample sample(dims, kSmall.rows, kSmall.queries);
    Gaussian random(7);
    generator(sample, random, amount);
    return sample;
}

TEST(DataKinds, HaveNamesOfTheirOwn) {
    std::set<std::string> names;
    for (const Kind& kind : data_kinds()) EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_GE(names.size(), 40U);
    EXPECT_STREQ(find_kind("normal-128").name, "normal-128");
    EXPECT_THROW(static_cast<void>(find_kind("none")), std::runtime_error);
}

TEST(DataKinds, AreFiniteAndHaveADirectionWhereTheDistanceNeedsOne) {
    for (const Kind& kind : data_kinds()) {
        const Sample sample = make_subject(kind, kSmall, 1).sample;
        ASSERT_EQ(sample.rows, kSmall.rows);
        ASSERT_EQ(sample.queries, kSmall.queries);
        for (std::size_t i = 0; i < sample.count(); ++i) {
            const auto vector = sample.row(i);
            const bool finite = std::all_of(vector.begin(), vector.end(),
                                            [](float value) { return std::isfinite(value); });
            ASSERT_TRUE(finite) << kind.name;
            if (kind.distance == Distance::kCosine || kind.distance == Distance::kJaccard) {
                ASSERT_GT(length(vector), 0) << kind.name;
            }
        }
    }
}

TEST(DataKinds, AreTheSameForTheSameSeedAlone) {
    for (const Kind& kind : data_kinds()) {
        const auto first = make_subject(kind, kSmall, 1).sample.values;
        ASSERT_EQ(first, make_subject(kind, kSmall, 1).sample.values) << kind.name;
        ASSERT_NE(first, make_subject(kind, kSmall, 2).sample.values) << kind.name;
    }
}

TEST(DataKinds, HoldWhatTheirTypeKeeps) {
    for (const Kind& kind : data_kinds()) {
        const Subject subject = make_subject(kind, kSmall, 1);
        for (const float value : subject.sample.values) {
            if (kind.element == Element::kHalf) {
                ASSERT_EQ(value, float_of_half(half_of_float(value))) << kind.name;
            } else if (kind.element == Element::kBit) {
                ASSERT_TRUE(value == 0 || value == 1) << kind.name;
            }
        }
    }
}

TEST(Generators, NearCopiesAreAsNearAsTheyShould) {
    const Sample sample = made(generators::near_copies, 1e-3, 64);
    for (std::size_t q = 0; q < sample.queries; ++q) {
        std::size_t near = 0;
        for (std::size_t i = 0; i < sample.rows; ++i) {
            const double far = distance(sample.query(q), sample.row(i));
            if (far < 3e-3 * length(sample.query(q))) ++near;
        }
        EXPECT_GE(near, 15U);
        EXPECT_LE(near, 40U);
    }
}

TEST(Generators, MoveQueriesByTheSpread) {
    const Sample still = made(generators::moved_embeddings, 0, 64);
    const Sample moved = made(generators::moved_embeddings, 2, 64);
    EXPECT_TRUE(std::equal(still.row(0).begin(), still.query(0).begin(), moved.row(0).begin()));
    double squares = 0;
    for (std::size_t q = 0; q < still.queries; ++q) {
        squares += std::pow(distance(still.query(q), moved.query(q)), 2);
    }
    // Unit vectors around a mean of nearly 0 have a spread of nearly 1.
    EXPECT_NEAR(std::sqrt(squares / double(still.queries)), 2, .3);
}

TEST(Generators, SortRowsWhereTheySaySo) {
    const Sample sample = made(generators::sorted_rows, 0, 8);
    for (std::size_t i = 1; i < sample.rows; ++i) {
        EXPECT_LE(sample.row(i - 1).front(), sample.row(i).front());
    }
}

TEST(Generators, RepeatVectors) {
    const Sample sample = made(generators::duplicates, 3, 8);
    std::set<std::vector<float>> different;
    for (std::size_t i = 0; i < sample.rows; ++i) {
        different.insert({sample.row(i).begin(), sample.row(i).end()});
    }
    EXPECT_EQ(different.size(), sample.rows / 3);
}

TEST(Generators, WordsAreFewAndOfUnitLengthWhereAsked) {
    const Sample raw = made(generators::word_weights, 0, 2000);
    const Sample unit = made(generators::word_weights, 1, 2000);
    for (std::size_t i = 0; i < raw.count(); ++i) {
        const auto row = raw.row(i);
        const auto zeros = std::count(row.begin(), row.end(), 0.0F);
        EXPECT_LE(2000 - zeros, 101);
        EXPECT_GE(2000 - zeros, 10);
        EXPECT_NEAR(length(unit.row(i)), 1, 1e-6);
    }
}

TEST(Generators, OneHotHasAOneAField) {
    const Sample sample = made(generators::one_hot, 0, 60);
    for (std::size_t i = 0; i < sample.count(); ++i) {
        for (std::size_t field = 0; field < 60; field += 20) {
            const auto values = sample.row(i).subspan(field, 20);
            EXPECT_EQ(std::count(values.begin(), values.end(), 1.0F), 1);
        }
    }
}

}  // namespace
}  // namespace vx::bench
