// What is read from a meta page and what is refused.
#include "core/paged/meta.h"

#include <gtest/gtest.h>

#include "support/index_options.h"

namespace vx::test {
namespace {

class Meta : public testing::TestWithParam<IndexKind> {
protected:
    MetaContent meta = make_meta({.dims = 100, .m = 16, .page_bytes = 8192, .kind = GetParam()});
};
INSTANTIATE_TEST_SUITE_P(Storages, Meta, testing::ValuesIn(kKinds),
                         [](const auto& tested) { return tested.param.name; });

void expect_refused(const MetaContent& meta, const char* what) {
    const Result<Geometry> read = check_meta(meta, 8192);
    EXPECT_EQ(read.status.code, Errc::kCorruptPage) << what;
    EXPECT_EQ(read.status.a, int64_t{kMetaBlock}) << what;
    EXPECT_EQ(read.status.b, static_cast<int64_t>(CorruptReason::kBadMeta)) << what;
}

TEST_P(Meta, IsReadAsWritten) {
    const Result<Geometry> read = check_meta(meta, 8192);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read.value.slot_bytes, meta.slot_bytes);
    EXPECT_EQ(read.value.extent_pages, meta.extent_pages);
    expect_refused(MetaContent{}, "zeros");
    EXPECT_FALSE(check_meta(meta, 4096).ok()) << "of another page size";
}

#define VX_EXPECT_REFUSED(field, value)                                                            \
    do {                                                                                           \
        MetaContent changed = meta;                                                                \
        changed.field = static_cast<decltype(changed.field)>(value);                               \
        expect_refused(changed, #field " = " #value);                                              \
    } while (false)

TEST_P(Meta, IsRefusedWhereAFieldIsOutOfRange) {
    VX_EXPECT_REFUSED(magic, meta.magic + 1);
    VX_EXPECT_REFUSED(format_version, kFormatVersion + 1);
    VX_EXPECT_REFUSED(format_version, kFormatVersion - 1);
    VX_EXPECT_REFUSED(endian_mark, 0x04030201);
    VX_EXPECT_REFUSED(feature_flags, 2);
    VX_EXPECT_REFUSED(page_bytes, 4096);
    VX_EXPECT_REFUSED(dims, 0);
    VX_EXPECT_REFUSED(dims, most_dims(GetParam().element) + 1);
    VX_EXPECT_REFUSED(dims, UINT32_MAX);
    VX_EXPECT_REFUSED(metric, 0);
    VX_EXPECT_REFUSED(metric, 200);
    VX_EXPECT_REFUSED(element, 0);
    VX_EXPECT_REFUSED(element, 5);
    VX_EXPECT_REFUSED(storage, 0);
    VX_EXPECT_REFUSED(storage, 4);
    VX_EXPECT_REFUSED(m, 0);
    VX_EXPECT_REFUSED(m, 1);
    VX_EXPECT_REFUSED(m, kMaxM + 1);
}

TEST_P(Meta, IsRefusedWhereItContradictsItself) {
    VX_EXPECT_REFUSED(record_bytes, meta.record_bytes + 1);
    VX_EXPECT_REFUSED(record_bytes, 0);
    VX_EXPECT_REFUSED(m, meta.m + 1);
    VX_EXPECT_REFUSED(entry_bytes, meta.entry_bytes + 4);
    VX_EXPECT_REFUSED(slot_bytes, meta.slot_bytes + 8);
    VX_EXPECT_REFUSED(slots_per_page, meta.slots_per_page + 1);
    VX_EXPECT_REFUSED(upper_slot_bytes, meta.upper_slot_bytes + 4);
    VX_EXPECT_REFUSED(upper_slots_per_page, meta.upper_slots_per_page - 1);
    VX_EXPECT_REFUSED(nodes_per_extent, meta.nodes_per_extent - 1);
    VX_EXPECT_REFUSED(aux_pages_per_extent, meta.aux_pages_per_extent + 1);
    VX_EXPECT_REFUSED(extent_pages, meta.extent_pages + 1);
    VX_EXPECT_REFUSED(first_aux_block, meta.first_aux_block + 1);
    VX_EXPECT_REFUSED(first_extent_block, meta.first_extent_block + 1);
    VX_EXPECT_REFUSED(mean_block, meta.mean_block == kNoPage ? 4 : kNoPage);
    VX_EXPECT_REFUSED(sketch_dims, meta.sketch_dims + 16);
    VX_EXPECT_REFUSED(sketch_bits, meta.sketch_bits + 1);
    VX_EXPECT_REFUSED(sketch_bytes, meta.sketch_bytes + 8);
}

TEST_P(Meta, HasAScaleWhereItHasCodes) {
    const bool codes = GetParam().storage != Storage::kPlain;
    for (const int exponent : {-kMostScale, -3, 1, +kMostScale}) {
        MetaContent scaled = meta;
        set_scale(scaled, exponent);
        EXPECT_EQ(scaled.feature_flags, kScaledCodes);
        EXPECT_EQ(check_meta(scaled, 8192).ok(), codes) << exponent;
    }
    MetaContent scaled = meta;
    set_scale(scaled, 0);
    EXPECT_EQ(scaled.feature_flags, 0u);
    EXPECT_TRUE(check_meta(scaled, 8192).ok());
    VX_EXPECT_REFUSED(scale_exponent, 1);
    VX_EXPECT_REFUSED(feature_flags, kScaledCodes);
    for (const int exponent : {-kMostScale - 1, kMostScale + 1}) {
        set_scale(scaled, exponent);
        expect_refused(scaled, "scale");
    }
}

TEST(IsSupported, BitsHaveMetricsOfTheirOwnAndCodesAreOfNumbers) {
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine, Metric::kL1}) {
        for (const Element element : {Element::kFloat32, Element::kFloat16}) {
            EXPECT_TRUE(is_supported(element, metric, Storage::kPlain));
            EXPECT_EQ(is_supported(element, metric, Storage::kCompact), metric != Metric::kL1);
            EXPECT_EQ(is_supported(element, metric, Storage::kFast), metric != Metric::kL1);
        }
        EXPECT_TRUE(is_supported(Element::kSparse, metric, Storage::kPlain));
        EXPECT_FALSE(is_supported(Element::kSparse, metric, Storage::kCompact));
        EXPECT_FALSE(is_supported(Element::kBit, metric, Storage::kPlain));
        EXPECT_EQ(is_supported(Element::kSparse, metric, Storage::kInverted),
                  metric == Metric::kInnerProduct);
        EXPECT_FALSE(is_supported(Element::kFloat32, metric, Storage::kInverted));
    }
    for (const Metric metric : {Metric::kHamming, Metric::kJaccard}) {
        EXPECT_TRUE(is_supported(Element::kBit, metric, Storage::kPlain));
        EXPECT_FALSE(is_supported(Element::kBit, metric, Storage::kFast));
        EXPECT_FALSE(is_supported(Element::kFloat32, metric, Storage::kPlain));
        EXPECT_FALSE(is_supported(Element::kSparse, metric, Storage::kPlain));
    }
}

TEST(RecordBytes, AreThoseOfTheElementOrOfItsCode) {
    EXPECT_EQ(record_bytes(Element::kFloat32, Storage::kPlain, 10), 40u);
    EXPECT_EQ(record_bytes(Element::kFloat16, Storage::kPlain, 10), 20u);
    EXPECT_EQ(record_bytes(Element::kBit, Storage::kPlain, 16), 2u);
    EXPECT_EQ(record_bytes(Element::kBit, Storage::kPlain, 17), 3u);
    EXPECT_EQ(record_bytes(Element::kSparse, Storage::kPlain, 10), 0u);
    for (const Element element : {Element::kFloat32, Element::kFloat16})
        EXPECT_EQ(record_bytes(element, Storage::kFast, 17), sizeof(CodeHead) + 32);
}

}  // namespace
}  // namespace vx::test
