// The sketches of a slot: their shape, their lanes one by one and all at once, and what is
// estimated from them.
#include "core/paged/fast_codec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

#include "core/base/random.h"
#include "support/index_options.h"

namespace vx::test {
namespace {

constexpr uint32_t kAnyBytes = 1u << 20;

SketchShape shape_of(uint32_t dims, uint32_t lanes = 32, uint32_t most_bytes = kAnyBytes) {
    return choose_sketch(Metric::kL2, dims, lanes, most_bytes);
}

TEST(ChooseSketch, TakesTwoBitsOfFewDimensionsAndOneOfSomeOfMany) {
    struct {
        uint32_t dims, bits, sketched, rotated;
    } constexpr kExpected[] = {{1, 2, 16, 16},     {100, 2, 112, 112},  {128, 2, 128, 128},
                               {129, 1, 144, 144}, {300, 1, 256, 304},  {512, 1, 256, 512},
                               {513, 1, 384, 528}, {1536, 1, 384, 1536}};
    for (const auto& expected : kExpected) {
        const SketchShape shape = shape_of(expected.dims);
        EXPECT_EQ(shape.bits, expected.bits) << expected.dims;
        EXPECT_EQ(shape.dims, expected.sketched) << expected.dims;
        EXPECT_EQ(shape.rotated, expected.rotated) << expected.dims;
    }
}

TEST(ChooseSketch, ShortensSketchesThatDoNotFit) {
    for (const uint32_t dims : {100u, 300u, 768u}) {
        const uint32_t whole = sketch_area_bytes(shape_of(dims), 100);
        uint32_t before = shape_of(dims).dims;
        for (uint32_t room = whole; room > 0; room /= 2) {
            const SketchShape shape = shape_of(dims, 100, room);
            EXPECT_LE(shape.dims, before);
            EXPECT_EQ(shape.dims % 16, 0u);
            EXPECT_TRUE(sketch_area_bytes(shape, 100) <= room || shape.dims <= 64) << room;
            before = shape.dims;
        }
        EXPECT_EQ(shape_of(dims, 100, whole).dims, shape_of(dims).dims);
        EXPECT_LT(shape_of(dims, 100, whole - 1).dims, shape_of(dims).dims);
        EXPECT_GT(before, 16u);
    }
}

TEST(SketchArea, HasABlockForEvery32Lanes) {
    const SketchShape shape = shape_of(100);
    EXPECT_EQ(sketch_area_bytes(shape, 1), sketch_area_bytes(shape, 32));
    EXPECT_EQ(sketch_area_bytes(shape, 33), 2 * sketch_area_bytes(shape, 32));
    EXPECT_EQ(sketch_area_bytes(shape, 32), sizeof(SketchFactorBlock) + 32 * 2 * 112 / 8);
}

TEST(AreFine, IsTrueOfTwoBitsOfEveryOneOfSomeDozensOfDimensions) {
    EXPECT_TRUE(are_fine(shape_of(100)));
    EXPECT_FALSE(are_fine(shape_of(64))) << "few dimensions";
    EXPECT_FALSE(are_fine(shape_of(768))) << "one bit of half";
    EXPECT_EQ(most_ef_by_sketches(shape_of(100)), SIZE_MAX);
    EXPECT_EQ(most_ef_by_sketches(shape_of(768)), 200u);
}

// ---- lanes

using Record = std::vector<std::byte>;
using Estimates = std::map<uint32_t, float>;

/// A node, its neighbors, and an area of sketches for them.
class SketchLanes : public testing::Test {
protected:
    static constexpr uint32_t kDims = 100, kM = 20, kLanes = 2 * kM;
    static constexpr float kInfinity = __builtin_inff();

    SketchLanes() {
        center = draw();
        for (uint32_t lane = 0; lane < kLanes; ++lane) neighbors.push_back(draw());
        std::fill(area.begin(), area.end(), std::byte{0xA5});
        prepare();
        codec.put_lanes(area.data(), kLanes, kLanes);
    }

    static IndexOptions options() {
        IndexOptions made{.dims = kDims, .m = kM, .page_bytes = 8192};
        for (const IndexKind& kind : kKinds)
            if (kind.storage == Storage::kFast) made.kind = kind;
        return made;
    }

    std::vector<float> draw_values() {
        std::vector<float> values(kDims);
        for (float& value : values) value = static_cast<float>(random.next_unit());
        return values;
    }
    Record draw() {
        const std::vector<float> values = draw_values();
        codec.bind_for_insert(values.data());
        return {codec.bound_record(), codec.bound_record() + codec.bound_bytes()};
    }
    void prepare() {
        codec.set_center(center.data());
        for (uint32_t row = 0; row < kLanes; ++row) codec.prepare_lane(row, neighbors[row].data());
    }
    /// How far the bound element is from a record.
    float measured(const Record& record) {
        const std::byte* place = record.data();
        float distance = 0;
        codec.measure(&place, 1, &distance);
        return distance;
    }
    Estimates scored(float bound = kInfinity, uint32_t lanes = kLanes) {
        Estimates found;
        codec.score(area.data(), lanes, measured(center), bound,
                    [&](uint32_t lane, float estimate) { found[lane] = estimate; });
        return found;
    }
    Estimates scored_from_center() {
        Estimates found;
        codec.score_from_center(area.data(), kLanes, codec.between(center.data(), center.data()),
                                [&](uint32_t lane, float estimate) { found[lane] = estimate; });
        return found;
    }

    FastHolder holder{options()};
    FastCodec& codec = holder.codec;
    SplitMix64 random{9};
    Record center;
    std::vector<Record> neighbors;
    // As many bytes as a slot has for it, so that a write behind them is seen.
    std::vector<std::byte> area = std::vector<std::byte>(sketch_area_bytes(holder.shape, kLanes));
};

TEST_F(SketchLanes, EstimateHowFarTheNeighborsAre) {
    double off = 0, distances = 0;
    for (int round = 0; round < 10; ++round) {
        const std::vector<float> query = draw_values();
        codec.bind(query.data());
        const Estimates estimates = scored();
        ASSERT_EQ(estimates.size(), kLanes);
        for (const auto& [lane, estimate] : estimates) {
            const double distance = static_cast<double>(measured(neighbors[lane]));
            off += std::abs(static_cast<double>(estimate) - distance);
            distances += distance;
        }
    }
    EXPECT_LT(off, distances * 0.05);
}

TEST_F(SketchLanes, AreReportedBelowABound) {
    const std::vector<float> query = draw_values();
    codec.bind(query.data());
    const Estimates all = scored();
    std::vector<float> sorted;
    for (const auto& [lane, estimate] : all) sorted.push_back(estimate);
    std::sort(sorted.begin(), sorted.end());
    for (const size_t below : {size_t{0}, size_t{1}, size_t{13}, size_t{39}}) {
        const float bound = sorted[below];
        const Estimates found = scored(bound);
        EXPECT_EQ(found.size(), below);
        for (const auto& [lane, estimate] : found) EXPECT_EQ(estimate, all.at(lane));
    }
}

TEST_F(SketchLanes, TellTheDistancesOfTheNodeItself) {
    const std::vector<float> query = draw_values();
    codec.bind(query.data());
    const Estimates before = scored();
    for (const auto& [lane, estimate] : scored_from_center()) {
        const float exact = codec.between(center.data(), neighbors[lane].data());
        EXPECT_NEAR(estimate, exact, 0.02F * std::abs(exact)) << lane;
    }
    // The bound element is still the one that is scored from.
    EXPECT_EQ(scored(), before);
}

TEST_F(SketchLanes, WrittenOneByOneSayTheSame) {
    const std::vector<float> query = draw_values();
    codec.bind(query.data());
    const Estimates at_once = scored();
    codec.put_lanes(area.data(), kLanes, 0);
    EXPECT_EQ(scored().size(), 0u);
    for (uint32_t i = 0; i < kLanes; ++i) {
        const uint32_t lane = i * 7 % kLanes;  // any order
        codec.put_lane(area.data(), lane, lane);
        const Estimates found = scored();
        EXPECT_EQ(found.size(), i + 1);
        EXPECT_EQ(found.count(lane), 1u);
    }
    // Factors were rounded to scales that grew.
    for (const auto& [lane, estimate] : scored())
        EXPECT_NEAR(estimate, at_once.at(lane), 0.002F * std::abs(estimate)) << lane;
}

TEST_F(SketchLanes, ClearedAreNeverReported) {
    const std::vector<float> query = draw_values();
    codec.bind(query.data());
    const Estimates before = scored();
    for (const uint32_t lane : {0u, 31u, 32u, 39u}) codec.clear_lane(area.data(), lane);
    Estimates expected = before;
    for (const uint32_t lane : {0u, 31u, 32u, 39u}) expected.erase(lane);
    EXPECT_EQ(scored(), expected);
    codec.put_lane(area.data(), 31, 31);
    EXPECT_EQ(scored().count(31), 1u);
}

TEST_F(SketchLanes, FilledInPartEndWhereRowsDo) {
    const std::vector<float> query = draw_values();
    codec.bind(query.data());
    for (const uint32_t count : {0u, 1u, 31u, 32u, 33u}) {
        codec.put_lanes(area.data(), kLanes, count);
        const Estimates found = scored();
        EXPECT_EQ(found.size(), count);
        if (count > 0) {
            EXPECT_EQ(found.rbegin()->first, count - 1);
        }
    }
}

TEST_F(SketchLanes, AreScoredForAnInsertionOnceAScanIsPrepared) {
    const std::vector<float> query = draw_values();
    codec.bind(query.data());
    const Estimates bound = scored();
    const std::vector<float> other = draw_values();
    codec.bind(other.data());
    EXPECT_NE(scored(), bound);
    codec.bind_for_insert(query.data());
    codec.prepare_scan();
    EXPECT_EQ(scored(), bound);
}

TEST_F(SketchLanes, TakeMoreEntriesOfAPoolTheCoarserTheyAre) {
    EXPECT_EQ(codec.pool_entries(100), 166u);
    EXPECT_EQ(codec.most_ef(), SIZE_MAX);
    IndexOptions coarse = options();
    coarse.dims = 32;
    FastHolder other(coarse);
    EXPECT_EQ(other.codec.pool_entries(100), 300u);
    EXPECT_EQ(other.codec.most_ef(), 200u);
}

}  // namespace
}  // namespace vx::test
