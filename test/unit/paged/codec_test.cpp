// Elements as they are: what the codec of storage `plain` promises for each kind of them.
#include "core/paged/codec.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "core/base/random.h"
#include "paged/in_parts.h"
#include "support/index_options.h"

namespace vx::test {
namespace {

using Record = std::vector<std::byte>;

class PlainCodecOf : public testing::TestWithParam<IndexKind> {
protected:
    static constexpr uint32_t kDims = 24;

    /// The record of an element drawn at random.
    Record draw() {
        std::vector<float> values(kDims);
        for (float& value : values) value = static_cast<float>(random.next_unit());
        holder.codec.bind_for_insert(holder.encode(values.data()));
        const std::byte* record = codec.bound_record();
        return {record, record + codec.bound_bytes()};
    }

    IndexOptions options{.dims = kDims, .kind = GetParam()};
    PlainHolder holder{options};
    PlainCodec& codec = holder.codec;
    SplitMix64 random{4};
};

std::vector<IndexKind> plain_kinds() {
    std::vector<IndexKind> kinds;
    for (const IndexKind& kind : kKinds)
        if (kind.storage == Storage::kPlain) kinds.push_back(kind);
    return kinds;
}
INSTANTIATE_TEST_SUITE_P(Kinds, PlainCodecOf, testing::ValuesIn(plain_kinds()),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(PlainCodecOf, WritesTheElementItself) {
    const Record record = draw();
    codec.bind_for_insert(record.data());
    EXPECT_EQ(codec.bound_record(), record.data());
    EXPECT_EQ(codec.bound_bytes(), record.size());
    EXPECT_EQ(codec.record_bytes(record.data()), record.size());
    const uint32_t fixed =
        record_bytes(GetParam().element, Storage::kPlain,
                     kDims * (GetParam().element == Element::kBit ? kBitsPerFloat : 1));
    EXPECT_EQ(codec.variable(), fixed == 0);
    if (fixed != 0) {
        EXPECT_EQ(record.size(), fixed);
    }
}

TEST_P(PlainCodecOf, MeasuresARecordAsTheElementThatItIs) {
    const Record a = draw(), b = draw();
    const std::byte* records[] = {b.data()};
    const float between = codec.between(a.data(), b.data());
    EXPECT_GT(std::abs(between), 0);
    float measured[4] = {};
    codec.bind(a.data());
    codec.measure(records, 1, &measured[0]);
    codec.bind_for_insert(a.data());
    codec.measure(records, 1, &measured[1]);
    codec.bind_record(a.data());
    codec.measure(records, 1, &measured[2]);
    codec.bind_record_for_insert(a.data());
    codec.measure(records, 1, &measured[3]);
    for (const float distance : measured) EXPECT_EQ(distance, between);
    EXPECT_EQ(codec.bound_record(), a.data());
}

TEST_P(PlainCodecOf, MeasuresSeveralAsOneByOne) {
    const Record query = draw();
    std::vector<Record> records(37);
    for (Record& record : records) record = draw();
    std::vector<const std::byte*> places(records.size());
    for (size_t i = 0; i < records.size(); ++i) places[i] = records[i].data();
    std::vector<float> distances(places.size());
    codec.bind(query.data());
    codec.measure(places.data(), static_cast<uint32_t>(places.size()), distances.data());
    for (size_t i = 0; i < records.size(); ++i) {
        EXPECT_EQ(distances[i], codec.between(query.data(), places[i]));
        EXPECT_EQ(distances[i], in_parts(codec, query, records[i], 1u << 30, 1));
    }
}

TEST_P(PlainCodecOf, ErrsByNothing) {
    const Record record = draw();
    codec.bind(record.data());
    PlainCodec::Sum sum{};
    codec.add(sum, {record.data(), 0, static_cast<uint32_t>(record.size())});
    EXPECT_EQ(codec.error(sum, 7), 0);
    EXPECT_EQ(PlainCodec::pool_entries(77), 77u);
}

// A store compares as many bytes as lie on a page.
TEST_P(PlainCodecOf, ComparesEveryByteOfAPart) {
    const Record record = draw();
    Record other = record;
    const auto bytes = static_cast<uint32_t>(record.size());
    const uint32_t half = bytes / 2;
    const RecordPart first{record.data(), 0, half};
    const RecordPart second{record.data() + half, half, bytes - half};
    for (uint32_t at = 0; at < bytes; ++at) {
        EXPECT_TRUE(PlainCodec::same_code(first, other.data()));
        EXPECT_TRUE(PlainCodec::same_code(second, other.data()));
        other[at] ^= std::byte{1};
        EXPECT_EQ(PlainCodec::same_code(first, other.data()), at >= half) << at;
        EXPECT_EQ(PlainCodec::same_code(second, other.data()), at < half) << at;
        other[at] = record[at];
    }
    // The record is the element: nothing else tells elements apart.
    EXPECT_TRUE(PlainCodec::same_element(record.data(), draw().data()));
}

TEST_P(PlainCodecOf, TellsAnEqualElementByItsDistance) {
    for (int round = 0; round < 20; ++round) {
        const Record record = draw();
        codec.bind_for_insert(record.data());
        const std::byte* place = record.data();
        float measured = 0;
        codec.measure(&place, 1, &measured);
        EXPECT_EQ(measured, codec.self_distance());
    }
}

/// A sparse record of `count` pairs.
Record sparse_record(SplitMix64& random, uint32_t count) {
    Record record(sizeof(RecordHead) + count * sizeof(SparsePair));
    const RecordHead head{static_cast<uint32_t>(record.size()), 0};
    std::memcpy(record.data(), &head, sizeof head);
    uint32_t index = 0;
    for (uint32_t i = 0; i < count; ++i) {
        index += static_cast<uint32_t>(1 + random.next() % 1000000);
        const SparsePair pair{index, static_cast<float>(random.next_unit()) - 0.5F};
        std::memcpy(record.data() + sizeof head + i * sizeof pair, &pair, sizeof pair);
    }
    return record;
}

TEST(PlainCodec, TellsAnEqualSparseElementWhereverItIsCut) {
    SplitMix64 random(6);
    const Record record = sparse_record(random, 300);
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kL1}) {
        PlainCodec codec{PlainSpace(SparseSpace(metric))};
        codec.bind(record.data());
        // The search measures in parts, and compares with what the element measures from itself.
        EXPECT_EQ(in_parts(codec, record, record, 48, 104), codec.self_distance());
    }
}

}  // namespace
}  // namespace vx::test
