// Planned meta pages: what is planned can be read, for every kind of index that there is.
#include "core/paged/meta_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace vx::test {
namespace {

constexpr Element kElements[] = {Element::kFloat32, Element::kFloat16, Element::kBit,
                                 Element::kSparse};
constexpr Storage kStorages[] = {Storage::kPlain, Storage::kCompact, Storage::kFast};

/// Calls f(plan) for every combination that is supported, with these numbers.
template <class F>
void for_each_kind(IndexPlan plan, F&& f) {
    for (const Element element : kElements)
        for (const Storage storage : kStorages)
            for (Metric metric = Metric::kL2; metric <= Metric::kJaccard;
                 metric = static_cast<Metric>(static_cast<int>(metric) + 1)) {
                if (!is_supported(element, metric, storage)) continue;
                plan.element = element;
                plan.storage = storage;
                plan.metric = metric;
                f(static_cast<const IndexPlan&>(plan));
            }
}

IndexPlan plan_of(uint32_t dims, uint32_t m, uint32_t page_bytes = 8192) {
    return {page_bytes, Element::kFloat32, Metric::kL2, Storage::kPlain, dims, 20, m, 64, 7, {}};
}

void expect_same_layout(const Geometry& a, const Geometry& b) {
    EXPECT_EQ(a.slot_bytes, b.slot_bytes);
    EXPECT_EQ(a.slots_per_page, b.slots_per_page);
    EXPECT_EQ(a.pages_per_slot, b.pages_per_slot);
    EXPECT_EQ(a.nodes_per_extent, b.nodes_per_extent);
    EXPECT_EQ(a.extent_pages, b.extent_pages);
    EXPECT_EQ(a.first_extent_block, b.first_extent_block);
    EXPECT_EQ(a.mean_block, b.mean_block);
}

TEST(MetaPlan, IsWhatAReaderAccepts) {
    uint32_t kinds = 0;
    for (const uint32_t page_bytes : {8192u, 32768u})
        for (const uint32_t m : {2u, 16u, kMaxM})
            for (const uint32_t dims : {1u, 100u, 768u, 16000u})
                for_each_kind(plan_of(dims, m, page_bytes), [&](const IndexPlan& plan) {
                    const Result<MetaContent> made = plan_meta(plan);
                    ASSERT_TRUE(made.ok())
                        << static_cast<int>(plan.element) << " " << static_cast<int>(plan.storage)
                        << ", " << dims << " dimensions, m " << m;
                    const Result<Geometry> read = check_meta(made.value, page_bytes);
                    ASSERT_TRUE(read.ok())
                        << static_cast<int>(plan.element) << " " << static_cast<int>(plan.storage)
                        << ", " << dims << " dimensions, m " << m;
                    expect_same_layout(read.value, make_geometry(layout_of(made.value)).value);
                    ++kinds;
                });
    // Floats and halves by four metrics plain and by three as codes twice, bits and sparse ones.
    EXPECT_EQ(kinds, 24u * (4 + 4 + 3 * 2 * 2 + 2 + 4));
}

TEST(MetaPlan, SaysWhatItWasAskedFor) {
    for_each_kind(plan_of(100, 16), [](const IndexPlan& plan) {
        const MetaContent meta = plan_meta(plan).value;
        EXPECT_EQ(meta.element, static_cast<uint8_t>(plan.element));
        EXPECT_EQ(meta.metric, static_cast<uint8_t>(plan.metric));
        EXPECT_EQ(meta.storage, static_cast<uint8_t>(plan.storage));
        EXPECT_EQ(meta.dims, 100u);
        EXPECT_EQ(meta.m, 16u);
        EXPECT_EQ(meta.ef_construction, 64u);
        EXPECT_EQ(meta.seed, 7u);
        EXPECT_EQ(meta.page_bytes, 8192u);
        EXPECT_EQ(meta.feature_flags, 0u);
        EXPECT_EQ(meta.mean_block == kNoPage, plan.storage == Storage::kPlain);
        EXPECT_EQ(meta.sketch_bytes > 0, plan.storage == Storage::kFast);
        if (plan.element != Element::kSparse) {
            EXPECT_EQ(meta.record_bytes, record_bytes(plan.element, plan.storage, 100));
        }
    });
}

TEST(MetaPlan, RefusesSlotsThatDoNotFitAPage) {
    for (const IndexPlan& plan :
         {plan_of(3, kMaxM, 1024), plan_of(3, 1), plan_of(3, kMaxM + 1), plan_of(0, 16)})
        EXPECT_EQ(plan_meta(plan).status.code, Errc::kSizeOverflow)
            << plan.dims << " dimensions, m " << plan.m;
    // With fewer links the same elements fit.
    EXPECT_TRUE(plan_meta(plan_of(3, 50, 1024)).ok());
}

TEST(MetaPlan, GivesSparseSlotsRoomForThePairsAskedFor) {
    constexpr uint32_t kHead = sizeof(Place) + sizeof(RecordHead);
    for (const uint32_t m : {2u, 16u, kMaxM})
        for (const uint32_t pairs : {0u, 1u, 20u, 100u, 16000u}) {
            IndexPlan plan = plan_of(30000, m);
            plan.element = Element::kSparse;
            plan.pairs = pairs;
            const MetaContent meta = plan_meta(plan).value;
            const Geometry g = check_meta(meta, 8192).value;
            EXPECT_EQ(g.pages_per_slot, 1u);
            if (pairs <= 100) {
                EXPECT_EQ(meta.record_bytes, kHead + std::max(1u, pairs) * sizeof(SparsePair));
            } else {
                EXPECT_EQ(g.slots_per_page, 1u);
                EXPECT_GT(meta.record_bytes + 3 * sizeof(SparsePair),
                          g.usable_bytes - g.code_offset);
            }
        }
}

TEST(MetaPlan, LeavesRoomBesideSketchesForLinksAndPartOfTheCode) {
    for (const uint32_t m : {2u, 16u, 48u, kMaxM})
        for (const uint32_t dims : {3u, 128u, 512u, 1536u, 16000u}) {
            IndexPlan plan = plan_of(dims, m);
            plan.storage = Storage::kFast;
            const MetaContent meta = plan_meta(plan).value;
            const Geometry g = check_meta(meta, 8192).value;
            EXPECT_GE(g.first_record_bytes, std::min(64u, meta.record_bytes))
                << dims << " dimensions, m " << m;
            EXPECT_EQ(meta.sketch_bytes, sketch_area_bytes(sketch_shape(meta), 2 * m));
        }
}

}  // namespace
}  // namespace vx::test
