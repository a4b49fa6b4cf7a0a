// Sketches: estimates through the whole path (sketch, lane, 16-bit factors, tables, scan, score)
// against true distances; lanes in place; vectors without direction.
#include "core/quantize/sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/kernels/kernel_table.h"
#include "core/quantize/code.h"
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

SketchShape shape_of(Metric metric, size_t bits, size_t dims, size_t rotated) {
    return {.metric = metric,
            .bits = static_cast<uint8_t>(bits),
            .dims = static_cast<uint32_t>(dims),
            .rotated = static_cast<uint32_t>(rotated)};
}

/// A center with its neighbors' sketches.
struct Slot {
    SketchShape shape;
    Vector center;
    std::vector<uint8_t> block;
    SketchFactorBlock stored;
    std::vector<SketchFactors> factors;

    Slot(const SketchShape& shape_of_slot, Vector center_of_slot)
        : shape(shape_of_slot), center(std::move(center_of_slot)),
          block(sketch_block_bytes(shape)) {
        clear_factors(stored);
    }
    void add(const Vector& neighbor, float mean_dot_step = 0) {
        test::GuardedBuffer<uint8_t> row(sketch_row_bytes(shape));
        test::GuardedBuffer<float> scratch(shape.rotated);
        factors.push_back(make_sketch(shape, {center.data(), neighbor.data(), mean_dot_step},
                                      scratch.data(), row.data()));
        write_lane(shape, factors.size() - 1, row.data(), block.data());
        write_factors(stored, factors.size() - 1, factors.back());
    }
    /// Fits the scales anew, as a build does.
    void fit() { fit_factors(stored, factors.data(), factors.size()); }

    [[nodiscard]] std::vector<float> estimates(const Vector& query, double center_distance) const {
        std::vector<uint8_t> tables(scan_table_bytes(shape));
        const ScanQuery prepared = make_scan_query(shape, query.data(), tables.data());
        uint32_t sums[kSketchLanes];
        scan_block(shape, block.data(), tables.data(), sums);
        std::vector<float> out(kSketchLanes);
        const LaneTerms terms = lane_terms(prepared, static_cast<float>(center_distance), 0);
        kernels().codes->score_lanes(lane_factors(stored), terms, sums, out.data());
        return out;
    }
};

/// Errors of one slot's estimates in standard deviations.
void add_errors(const Slot& slot, const std::vector<Vector>& neighbors, const Vector& query,
                ErrorStats& errors) {
    const double length = std::sqrt(distance_sq(query, slot.center));
    const auto estimates = slot.estimates(query, length * length);
    for (size_t i = 0; i < neighbors.size(); ++i) {
        const double error = static_cast<double>(estimates[i]) - distance_sq(neighbors[i], query);
        errors.add(error / (static_cast<double>(slot.factors[i].error) * length));
    }
}

struct Case {
    size_t dims;
    size_t sketched;
    size_t bits;
};

class Sketches : public testing::TestWithParam<Case> {};

TEST_P(Sketches, HaveTheStatedError) {
    const auto [dims, sketched, bits] = GetParam();
    Gaussian random(dims + sketched);
    ErrorStats errors;
    for (uint64_t seed = 0; seed < 40; ++seed) {
        const OwnedRotation rotation(dims, seed);
        Slot slot(shape_of(Metric::kL2, bits, sketched, rotation.dims()),
                  rotation(random.vector(dims)));
        std::vector<Vector> neighbors;
        for (size_t i = 0; i < kSketchLanes; ++i) {
            neighbors.push_back(test::sum_of(slot.center, rotation(random.vector(dims, 0.5))));
            slot.add(neighbors.back());
        }
        slot.fit();
        add_errors(slot, neighbors, test::sum_of(slot.center, rotation(random.vector(dims))),
                   errors);
    }
    EXPECT_LT(std::fabs(errors.mean()), 0.2);
    EXPECT_GT(errors.deviation(), 0.85);
    EXPECT_LT(errors.deviation(), 1.12);
    EXPECT_GT(errors.violations(), 0.02);
    EXPECT_LT(errors.violations(), 0.09);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Sketches,
                         testing::Values(Case{100, 128, 1}, Case{100, 128, 2}, Case{128, 96, 1},
                                         Case{384, 256, 1}, Case{784, 384, 1}, Case{784, 384, 2},
                                         Case{1536, 1536, 1}, Case{64, 16, 1}));

TEST(Sketch, StatesTheErrorOfTheTable) {
    // Section 1.6 of the notes behind the design: std of <x, r> / (|x| |r|) by length and bits.
    struct {
        size_t dims, sketched, bits;
        double error;
    } const cases[] = {{128, 128, 1, .067}, {128, 128, 2, .032}, {832, 832, 1, .026},
                       {832, 512, 1, .043}, {832, 384, 1, .054}, {832, 256, 1, .070},
                       {832, 128, 1, .105}};
    for (const auto& [dims, sketched, bits, error] : cases) {
        Gaussian random(sketched);
        double square = 0;
        for (int i = 0; i < 200; ++i) {
            Slot slot(shape_of(Metric::kInnerProduct, bits, sketched, dims), Vector(dims));
            const Vector x = random.vector(dims);
            slot.add(x);
            square += std::pow(static_cast<double>(slot.factors[0].error), 2) / dot(x, x);
        }
        EXPECT_NEAR(std::sqrt(square / 200), error, 0.03 * error + 0.0005) << sketched;
    }
}

TEST(Sketch, ServesEveryMetricWithAMean) {
    constexpr size_t kDims = 384;
    Gaussian random(3);
    const OwnedRotation rotation(kDims, 4);
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
        const auto place = [&](const Vector& vector) {
            return needs_unit_vectors(metric) ? test::unit(vector) : vector;
        };
        const auto ranking = [&](const Vector& a, const Vector& b) {
            return metric == Metric::kL2 ? distance_sq(a, b) : -dot(a, b);
        };
        const Vector mean = place(random.vector(kDims));
        const Vector rotated_mean = rotation(mean);
        ErrorStats errors;
        for (int round = 0; round < 30; ++round) {
            const Vector v = place(test::sum_of(mean, random.vector(kDims, 0.1)));
            const Vector q = place(test::sum_of(mean, random.vector(kDims, 0.1)));
            Slot slot(shape_of(metric, 2, 384, 384), rotation(v, &mean));
            std::vector<double> expected;
            for (size_t i = 0; i < kSketchLanes; ++i) {
                const Vector o = place(test::sum_of(v, random.vector(kDims, 0.05)));
                const Vector x = rotation(o, &mean);
                slot.add(x,
                         static_cast<float>(dot(x, rotated_mean) - dot(slot.center, rotated_mean)));
                expected.push_back(ranking(o, q));
            }
            const Vector query = rotation(q, &mean);
            const double length = std::sqrt(distance_sq(query, slot.center));
            const auto estimates = slot.estimates(query, ranking(v, q));
            for (size_t i = 0; i < kSketchLanes; ++i)
                errors.add((static_cast<double>(estimates[i]) - expected[i]) /
                           (static_cast<double>(slot.factors[i].error) * length));
        }
        SCOPED_TRACE(static_cast<int>(metric));
        EXPECT_LT(std::fabs(errors.mean()), 0.2);
        EXPECT_LT(errors.deviation(), 1.2);
    }
}

TEST(Sketch, OfTheCenterItselfEstimatesItsDistance) {
    Gaussian random(5);
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine})
        for (const size_t bits : {1, 2}) {
            Slot slot(shape_of(metric, bits, 128, 128), random.vector(128));
            slot.add(slot.center);
            EXPECT_EQ(slot.factors[0].add, 0);
            EXPECT_EQ(slot.factors[0].rescale, 0);
            EXPECT_EQ(slot.factors[0].error, 0);
            EXPECT_EQ(slot.estimates(random.vector(128), 17)[0], 17.0f);
        }
}

TEST(Sketch, OfAVectorOutOfRangeLeavesTheOtherLanesAlone) {
    const float infinity = std::numeric_limits<float>::infinity();
    const float nan = std::numeric_limits<float>::quiet_NaN();
    Gaussian random(6);
    for (const float value : {3e38f, infinity, nan}) {
        Slot slot(shape_of(Metric::kL2, 1, 64, 64), random.vector(64));
        slot.add(random.vector(64));
        slot.add(random.vector(64, 2));
        const Vector query = random.vector(64);
        const auto before = slot.estimates(query, 1);
        slot.add(Vector(64, value));
        const auto after = slot.estimates(query, 1);
        EXPECT_NEAR(after[0], before[0], 0.02);
        EXPECT_NEAR(after[1], before[1], 0.02);
        EXPECT_TRUE(std::isfinite(after[2]));
    }
}

TEST(Sketch, WithoutDirectionInTheSketchedPartStillEstimates) {
    Vector neighbor(64), query(64);
    neighbor[40] = 2;
    query[3] = 1;
    Slot slot(shape_of(Metric::kL2, 1, 16, 64), Vector(64));
    slot.add(neighbor);
    EXPECT_EQ(slot.estimates(query, 1)[0], 5.0f);
}

TEST(Sketch, OfAZeroQueryIsTheFactorItself) {
    Gaussian random(7);
    Slot slot(shape_of(Metric::kL2, 2, 64, 64), random.vector(64));
    slot.add(random.vector(64));
    EXPECT_NEAR(slot.estimates(Vector(64), 3)[0], slot.factors[0].add + 3,
                1e-4 * slot.factors[0].add);
}

TEST(Sketch, OfAQueryAsShortAsAFloatCanBeStillEstimates) {
    // The step of its tables may have no inverse; long neighbors show whether it still counts.
    constexpr size_t kDims = 64;
    Gaussian random(12);
    Slot slot(shape_of(Metric::kInnerProduct, 2, kDims, kDims), Vector(kDims));
    std::vector<Vector> neighbors;
    for (size_t i = 0; i < kSketchLanes; ++i) {
        neighbors.push_back(random.vector(kDims, 1e17));
        slot.add(neighbors.back());
    }
    slot.fit();
    for (const double scale : {1e-34, 1e-36, 1e-37, 1e-38}) {
        const Vector query = random.vector(kDims, scale);
        const auto estimates = slot.estimates(query, 0);
        const double length = std::sqrt(dot(query, query));
        ErrorStats errors;
        for (size_t i = 0; i < kSketchLanes; ++i)
            errors.add((static_cast<double>(estimates[i]) + dot(neighbors[i], query)) /
                       (static_cast<double>(slot.factors[i].error) * length));
        EXPECT_LT(std::fabs(errors.mean()), 0.6) << scale;
        EXPECT_LT(errors.deviation(), 1.4) << scale;
    }
    // The least number that is not zero: nothing of it is left, and the estimate is finite.
    const Vector least(kDims, std::numeric_limits<float>::denorm_min());
    for (const float estimate : slot.estimates(least, 3)) EXPECT_EQ(estimate, 3.0F);
}

TEST(SketchLanes, AreWrittenAndReadInPlace) {
    SplitMix64 random(8);
    for (const size_t bits : {1, 2})
        for (const size_t dims : {16, 48, 128, 384, 1024}) {
            const SketchShape shape = shape_of(Metric::kL2, bits, dims, dims);
            test::GuardedBuffer<uint8_t> block(sketch_block_bytes(shape));
            std::vector<std::vector<uint8_t>> rows(kSketchLanes);
            const auto rewrite = [&](size_t lane) {
                rows[lane].resize(sketch_row_bytes(shape));
                for (uint8_t& byte : rows[lane]) byte = static_cast<uint8_t>(random.next());
                write_lane(shape, lane, rows[lane].data(), block.data());
            };
            for (size_t lane = 0; lane < kSketchLanes; ++lane) rewrite(lane);
            for (const size_t lane : {31, 0, 7, 8, 16, 23}) rewrite(lane);
            std::vector<uint8_t> row(sketch_row_bytes(shape));
            for (size_t lane = 0; lane < kSketchLanes; ++lane) {
                read_lane(shape, lane, block.data(), row.data());
                EXPECT_EQ(row, rows[lane]) << dims << ", " << lane;
            }
        }
}

TEST(SketchLanes, AreSummedByTheirBits) {
    // What a scan adds up is exactly the entries that the bits of a row name.
    SplitMix64 random(9);
    for (const size_t bits : {1, 2}) {
        const SketchShape shape = shape_of(Metric::kL2, bits, 80, 80);
        std::vector<uint8_t> block(sketch_block_bytes(shape)), tables(scan_table_bytes(shape));
        for (uint8_t& byte : tables) byte = static_cast<uint8_t>(random.next());
        uint32_t expected[kSketchLanes] = {};
        for (size_t lane = 0; lane < kSketchLanes; ++lane) {
            std::vector<uint8_t> row(sketch_row_bytes(shape));
            for (uint8_t& byte : row) byte = static_cast<uint8_t>(random.next());
            write_lane(shape, lane, row.data(), block.data());
            for (size_t at = 0; at < 80 * bits; at += 4) {
                const unsigned nibble = row[at / 8] >> (at % 8) & 15u;
                const unsigned weight = bits == 2 && at < 80 ? 2 : 1;
                expected[lane] += weight * tables[at % 80 * 4 + nibble];
            }
        }
        uint32_t sums[kSketchLanes];
        scan_block(shape, block.data(), tables.data(), sums);
        EXPECT_TRUE(std::equal(sums, sums + kSketchLanes, expected)) << bits;
    }
}

TEST(SketchFactorWords, AreWithinHalfAStep) {
    Gaussian random(10);
    SketchFactors factors[kSketchLanes];
    for (SketchFactors& lane : factors)
        lane = {static_cast<float>(random.next() * 100), static_cast<float>(-random.next()), 0};
    SketchFactorBlock block;
    fit_factors(block, factors, 20);
    for (size_t lane = 0; lane < kSketchLanes; ++lane) {
        EXPECT_EQ(lane_is_dead(block, lane), lane >= 20);
        if (lane >= 20) continue;
        const SketchFactors read = read_factors(block, lane);
        EXPECT_NEAR(read.add, factors[lane].add, block.add_scale.step * 0.51f);
        EXPECT_NEAR(read.rescale, factors[lane].rescale, block.rescale_scale.step * 0.51f);
    }
}

TEST(SketchFactorWords, GrowTheirScaleWhenTheyMust) {
    Gaussian random(11);
    SketchFactorBlock block;
    clear_factors(block);
    SketchFactors factors[kSketchLanes];
    for (size_t lane = 0; lane < kSketchLanes; ++lane) {
        const double reach = std::pow(1.3, static_cast<double>(lane));
        factors[lane] = {static_cast<float>(random.next() * reach),
                         static_cast<float>(random.next() * reach), 0};
        write_factors(block, lane, factors[lane]);
    }
    kill_lane(block, 5);
    EXPECT_TRUE(lane_is_dead(block, 5));
    for (size_t lane = 0; lane < kSketchLanes; ++lane) {
        if (lane == 5) continue;
        // Rounded a few times, each time by at most half of a step that grew to what it is.
        EXPECT_NEAR(read_factors(block, lane).add, factors[lane].add, block.add_scale.step * 3);
        EXPECT_FALSE(lane_is_dead(block, lane));
    }
}

}  // namespace
}  // namespace vx
