// Scores of triples against std::complex, and queries against scores.
#include "core/answers/triples.h"

#include <complex>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace vx {
namespace {

using Floats = std::vector<float>;
using Span = std::span<const float>;

constexpr size_t kDims = 10;

Floats random_floats(std::mt19937& random, size_t count) {
    std::normal_distribution<float> normal;
    Floats values(count);
    for (float& value : values) value = normal(random);
    return values;
}

std::complex<double> number(const Floats& vector, size_t i) {
    return {vector[i], vector[vector.size() / 2 + i]};
}

double inner_product(const Floats& a, const Floats& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
    return sum;
}

double distance(const Floats& a, const Floats& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
    return std::sqrt(sum);
}

struct Triple {
    Floats head;
    Floats relation;
    Floats tail;
};

template <class Check>
void for_random_triples(size_t relation_dims, Check check) {
    std::mt19937 random(7);
    for (int round = 0; round < 50; ++round) {
        const Triple triple{random_floats(random, kDims), random_floats(random, relation_dims),
                            random_floats(random, kDims)};
        check(triple);
    }
}

template <class Model, Wanted kWanted>
Floats query(const Floats& known, const Floats& relation) {
    Floats out(known.size());
    Model::template query<kWanted>(Span(known), Span(relation), std::span<float>(out));
    return out;
}

TEST(Triples, TransEIsADistance) {
    for_random_triples(kDims, [](const Triple& t) {
        double sum = 0;
        for (size_t i = 0; i < kDims; ++i)
            sum += std::fabs(double{t.head[i]} + t.relation[i] - t.tail[i]);
        EXPECT_NEAR(TransE::score(Span(t.head), Span(t.relation), Span(t.tail), 1), -sum, 1e-12);
        const double score = TransE::score(Span(t.head), Span(t.relation), Span(t.tail), 2);
        EXPECT_NEAR(distance(query<TransE, Wanted::kTail>(t.head, t.relation), t.tail), -score,
                    1e-5);
        EXPECT_NEAR(distance(query<TransE, Wanted::kHead>(t.tail, t.relation), t.head), -score,
                    1e-5);
    });
}

TEST(Triples, DistMultServesBothEnds) {
    for_random_triples(kDims, [](const Triple& t) {
        const double score = DistMult::score(Span(t.head), Span(t.relation), Span(t.tail));
        EXPECT_NEAR(inner_product(query<DistMult, Wanted::kTail>(t.head, t.relation), t.tail),
                    score, 1e-5);
        EXPECT_NEAR(inner_product(query<DistMult, Wanted::kHead>(t.tail, t.relation), t.head),
                    score, 1e-5);
    });
}

TEST(Triples, ComplExIsThatOfComplexNumbers) {
    for_random_triples(kDims, [](const Triple& t) {
        std::complex<double> sum = 0;
        for (size_t i = 0; i < kDims / 2; ++i)
            sum += number(t.head, i) * number(t.relation, i) * std::conj(number(t.tail, i));
        const double score = ComplEx::score(Span(t.head), Span(t.relation), Span(t.tail));
        EXPECT_NEAR(score, sum.real(), 1e-12);
        EXPECT_NEAR(inner_product(query<ComplEx, Wanted::kTail>(t.head, t.relation), t.tail), score,
                    1e-5);
        EXPECT_NEAR(inner_product(query<ComplEx, Wanted::kHead>(t.tail, t.relation), t.head), score,
                    1e-5);
    });
}

void expect_rotation(const Triple& t, const std::vector<std::complex<double>>& rotations) {
    double sum = 0;
    for (size_t i = 0; i < kDims / 2; ++i)
        sum += std::norm(number(t.head, i) * rotations[i] - number(t.tail, i));
    const double score = RotatE::score(Span(t.head), Span(t.relation), Span(t.tail));
    EXPECT_NEAR(score, -std::sqrt(sum), 1e-12);
    EXPECT_NEAR(distance(query<RotatE, Wanted::kTail>(t.head, t.relation), t.tail), -score, 1e-5);
    EXPECT_NEAR(distance(query<RotatE, Wanted::kHead>(t.tail, t.relation), t.head), -score, 1e-5);
}

TEST(Triples, RotatETurnsByPhases) {
    for_random_triples(kDims / 2, [](const Triple& t) {
        std::vector<std::complex<double>> rotations;
        for (const float phase : t.relation) rotations.push_back(std::polar(1.0, double{phase}));
        expect_rotation(t, rotations);
    });
}

TEST(Triples, RotatETurnsByDirectionsOfNumbers) {
    for_random_triples(kDims, [](const Triple& t) {
        std::vector<std::complex<double>> rotations;
        for (size_t i = 0; i < kDims / 2; ++i)
            rotations.push_back(number(t.relation, i) / std::abs(number(t.relation, i)));
        expect_rotation(t, rotations);
    });
}

TEST(Triples, FindsNumbersWithoutDirection) {
    const Floats none = {1, 0, 2, 0, 0, 3};
    const Floats all = {1, 0, 2, 0, 5, 3};
    EXPECT_TRUE(lacks_direction(Span(none)));
    EXPECT_FALSE(lacks_direction(Span(all)));
}

}  // namespace
}  // namespace vx
