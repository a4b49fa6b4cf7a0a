// The kernels of quantized search: every table against the scalar one, bit for bit, at every length
// and alignment, between unreadable pages; and the scalar one against the definition.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/kernels/kernel_table.h"
#include "core/kernels/tables.h"
#include "kernels/runnable_tables.h"
#include "support/guarded_buffer.h"

namespace vx {
namespace {

using test::GuardedBuffer;

const CodeKernels& reference() { return *kScalarTable.codes; }

std::vector<size_t> counts_to_try() {
    std::vector<size_t> lengths;
    for (size_t count = 0; count <= 260; ++count) lengths.push_back(count);
    for (const size_t count : {384, 768, 1535, 1536, 2000, 16000, 33000}) lengths.push_back(count);
    return lengths;
}

std::vector<size_t> dims_to_try() {
    std::vector<size_t> lengths;
    for (size_t dims = 16; dims <= 272; dims += 16) lengths.push_back(dims);
    for (const size_t dims : {384, 512, 768, 1024, 1536, 2048, 16000}) lengths.push_back(dims);
    return lengths;
}

template <class T>
void fill_bytes(T* out, size_t count, uint64_t seed) {
    SplitMix64 random(seed);
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<T>(random.next() >> 56);
}

/// Roughly normal, some of them zero.
void fill_floats(float* out, size_t count, uint64_t seed) {
    SplitMix64 random(seed);
    for (size_t i = 0; i < count; ++i) {
        double sum = -2;
        for (int k = 0; k < 4; ++k) sum += random.next_unit();
        out[i] = random.next() % 16 == 0 ? 0.0f : static_cast<float>(sum);
    }
}

/// Bit for bit; a message names the first difference.
template <class T>
testing::AssertionResult same_bits(const T* a, const T* b, size_t count) {
    using Bytes = std::array<std::byte, sizeof(T)>;
    for (size_t i = 0; i < count; ++i)
        if (std::bit_cast<Bytes>(a[i]) != std::bit_cast<Bytes>(b[i]))
            return testing::AssertionFailure()
                   << "element " << i << " of " << count << ": " << +a[i] << " and " << +b[i];
    return testing::AssertionSuccess();
}

class CodeKernelTables : public testing::TestWithParam<const KernelTable*> {
protected:
    [[nodiscard]] static const CodeKernels& tested() { return *GetParam()->codes; }
};

// ---- dot products

/// Every dot product on the ends of guarded buffers.
void expect_same_dots(const CodeKernels& tested, size_t count) {
    GuardedBuffer<uint8_t> a(count + 1), b(count + 1);
    GuardedBuffer<int8_t> query(count + 1);
    uint8_t* const codes = a.data() + 1;
    fill_bytes(a.data(), count + 1, count);
    fill_bytes(b.data(), count + 1, count + 1);
    fill_bytes(query.data(), count + 1, count + 2);
    const int8_t* const values = query.data() + 1;
    EXPECT_EQ(tested.dot_u8s8(codes, values, count), reference().dot_u8s8(codes, values, count));
    EXPECT_EQ(tested.dot_u8u8(codes, b.data() + 1, count),
              reference().dot_u8u8(codes, b.data() + 1, count));
    for (size_t i = 0; i < count; ++i) codes[i] &= 127;
    EXPECT_EQ(tested.dot_u7s8(codes, values, count), reference().dot_u7s8(codes, values, count));
}

TEST_P(CodeKernelTables, DotProductsAreExactAtEveryLength) {
    for (const size_t count : counts_to_try()) {
        SCOPED_TRACE(count);
        expect_same_dots(tested(), count);
    }
}

TEST_P(CodeKernelTables, DotProductsDoNotSaturate) {
    for (const size_t count : {1, 2, 64, 100, 1536, 16000}) {
        const std::vector<uint8_t> top(count, 255), seven(count, 127);
        const auto n = static_cast<int32_t>(count);
        for (const int8_t value : {int8_t{-128}, int8_t{-127}, int8_t{127}}) {
            const std::vector<int8_t> query(count, value);
            EXPECT_EQ(tested().dot_u8s8(top.data(), query.data(), count), n * 255 * value);
            EXPECT_EQ(tested().dot_u7s8(seven.data(), query.data(), count), n * 127 * value);
        }
        EXPECT_EQ(tested().dot_u8u8(top.data(), top.data(), count), n * 255 * 255);
    }
}

TEST_P(CodeKernelTables, PackedDotProductsAreExactAtEveryLength) {
    for (const size_t bytes : counts_to_try()) {
        if (bytes > 2000) continue;
        GuardedBuffer<uint8_t> codes(bytes + 1);
        fill_bytes(codes.data(), bytes + 1, bytes);
        GuardedBuffer<int8_t> query(8 * bytes + 1);
        fill_bytes(query.data(), 8 * bytes + 1, bytes + 1);
        const uint8_t* const a = codes.data() + 1;
        const int8_t* const end = query.data() + 8 * bytes + 1;
        ASSERT_EQ(tested().dot_u4s8(a, end - 2 * bytes, bytes),
                  reference().dot_u4s8(a, end - 2 * bytes, bytes));
        ASSERT_EQ(tested().dot_u2s8(a, end - 4 * bytes, bytes),
                  reference().dot_u2s8(a, end - 4 * bytes, bytes));
        ASSERT_EQ(tested().dot_u1s8(a, end - 8 * bytes, bytes),
                  reference().dot_u1s8(a, end - 8 * bytes, bytes));
    }
}

TEST_P(CodeKernelTables, RowsGiveWhatEachGivesAlone) {
    for (const size_t count : {1, 16, 63, 64, 100, 112, 128, 129, 384, 768})
        for (size_t rows = 0; rows <= 9; ++rows) {
            std::vector<uint8_t> codes(rows * count);
            fill_bytes(codes.data(), codes.size(), count);
            GuardedBuffer<int8_t> query(count);
            fill_bytes(query.data(), count, 7);
            std::vector<const uint8_t*> starts(rows);
            for (size_t i = 0; i < rows; ++i) starts[i] = codes.data() + i * count;
            std::vector<int32_t> sums(rows + 1, -1);
            tested().dot_rows(starts.data(), rows, query.data(), count, sums.data());
            for (size_t i = 0; i < rows; ++i)
                ASSERT_EQ(sums[i], reference().dot_u8s8(starts[i], query.data(), count));
            ASSERT_EQ(sums[rows], -1);
        }
}

TEST(CodeKernels, DotProductsAreTheirDefinition) {
    const uint8_t a[] = {255, 0, 3, 128};
    const uint8_t b[] = {2, 200, 5, 255};
    const int8_t query[] = {-128, 127, 5, 1, 100, -100, 50, -50};
    EXPECT_EQ(reference().dot_u8s8(a, query, 4), -255 * 128 + 15 + 128);
    EXPECT_EQ(reference().dot_u8u8(a, b, 4), 510 + 15 + 128 * 255);
    const uint8_t packed[] = {0x2F, 0x91};  // low fields first: 15, 1, then 2, 9
    EXPECT_EQ(reference().dot_u4s8(packed, query, 2), -128 * 15 + 127 + 5 * 2 + 9);
    const uint8_t twos[] = {0xE4};  // 0, 1, 2, 3
    EXPECT_EQ(reference().dot_u2s8(twos, query, 1), 127 + 10 + 3);
    const uint8_t ones[] = {0x91};  // elements 0, 4 and 7
    EXPECT_EQ(reference().dot_u1s8(ones, query, 1), -128 + 100 - 50);
}

// ---- scans

TEST_P(CodeKernelTables, ScansAreExactAtEveryLength) {
    std::vector<size_t> lengths;
    for (size_t dims = 0; dims <= 264; dims += 8) lengths.push_back(dims);
    for (const size_t dims : {384, 768, 1016, 1024, 1032, 1536, 2048, 2056, 16000})
        lengths.push_back(dims);
    for (const size_t dims : lengths) {
        SCOPED_TRACE(dims);
        GuardedBuffer<uint8_t> block(8 * dims + 1), tables(4 * dims + 1);
        fill_bytes(block.data(), 8 * dims + 1, dims);
        fill_bytes(tables.data(), 4 * dims + 1, dims + 1);
        GuardedBuffer<uint32_t> sums(kSketchLanes);
        uint32_t expected[kSketchLanes];
        const uint8_t* const end = block.data() + 8 * dims + 1;
        tested().scan1(end - 4 * dims, tables.data() + 1, dims, sums.data());
        reference().scan1(end - 4 * dims, tables.data() + 1, dims, expected);
        EXPECT_TRUE(same_bits(sums.data(), expected, kSketchLanes));
        tested().scan2(end - 8 * dims, tables.data() + 1, dims, sums.data());
        reference().scan2(end - 8 * dims, tables.data() + 1, dims, expected);
        EXPECT_TRUE(same_bits(sums.data(), expected, kSketchLanes));
    }
}

TEST_P(CodeKernelTables, ScansDoNotWrap) {
    for (const size_t dims : {8, 1024, 1032, 16000}) {
        std::vector<uint8_t> block(8 * dims), tables(4 * dims, 255);
        fill_bytes(block.data(), block.size(), 1);
        uint32_t sums[kSketchLanes];
        tested().scan1(block.data(), tables.data(), dims, sums);
        EXPECT_EQ(std::count(sums, sums + kSketchLanes, dims / 4 * 255), kSketchLanes);
        tested().scan2(block.data(), tables.data(), dims, sums);
        EXPECT_EQ(std::count(sums, sums + kSketchLanes, dims / 4 * 255 * 3), kSketchLanes);
    }
}

TEST_P(CodeKernelTables, LanesAreScoredAlike) {
    SplitMix64 random(5);
    for (int round = 0; round < 200; ++round) {
        uint16_t add[kSketchLanes], rescale[kSketchLanes];
        uint32_t sums[kSketchLanes];
        for (size_t i = 0; i < kSketchLanes; ++i) {
            add[i] = random.next() % 8 == 0 ? kDeadLane : static_cast<uint16_t>(random.next());
            rescale[i] = static_cast<uint16_t>(random.next());
            sums[i] = static_cast<uint32_t>(random.next() % 3060001);
        }
        const LaneFactors factors = {add, rescale, {-1.5f, 3e-4f}, {-2.0f, 1e-5f}};
        const LaneTerms terms = {0.7f, 2e-4f, -31.0f, static_cast<float>(10 * random.next_unit())};
        GuardedBuffer<float> estimates(kSketchLanes);
        float expected[kSketchLanes];
        const uint32_t below = tested().score_lanes(factors, terms, sums, estimates.data());
        EXPECT_EQ(below, reference().score_lanes(factors, terms, sums, expected));
        EXPECT_TRUE(same_bits(estimates.data(), expected, kSketchLanes));
        for (size_t i = 0; i < kSketchLanes; ++i) {
            EXPECT_EQ((below >> i) & 1, expected[i] < terms.bound ? 1u : 0u);
            EXPECT_EQ(std::isinf(expected[i]), add[i] == kDeadLane);
        }
    }
}

// ---- floats that reach the disk

TEST_P(CodeKernelTables, RotateAlike) {
    for (const size_t dims : dims_to_try()) {
        SCOPED_TRACE(dims);
        std::vector<uint16_t> signs(dims / 4);
        SplitMix64 random(dims);
        for (uint16_t& word : signs) word = static_cast<uint16_t>(random.next());
        uint32_t power = 16;
        while (uint64_t{power} * 2 <= dims) power *= 2;
        const RotationPlan plan = {static_cast<uint32_t>(dims), power, signs.data()};
        GuardedBuffer<float> values(dims);
        fill_floats(values.data(), dims, dims);
        std::vector<float> expected(values.data(), values.data() + dims);
        tested().rotate(plan, values.data());
        reference().rotate(plan, expected.data());
        ASSERT_TRUE(same_bits(values.data(), expected.data(), dims));
        tested().rotate_back(plan, values.data());
        reference().rotate_back(plan, expected.data());
        ASSERT_TRUE(same_bits(values.data(), expected.data(), dims));
    }
}

TEST_P(CodeKernelTables, EncodeAlike) {
    for (const size_t dims : dims_to_try()) {
        SCOPED_TRACE(dims);
        GuardedBuffer<float> x(dims), y(dims);
        GuardedBuffer<uint8_t> codes(dims);
        std::vector<uint8_t> expected(dims);
        std::vector<float> decoded(dims);
        fill_floats(x.data(), dims, dims);
        EXPECT_EQ(tested().lane_dot(x.data(), x.data(), dims),
                  reference().lane_dot(x.data(), x.data(), dims));
        EXPECT_EQ(tested().largest(x.data(), dims), reference().largest(x.data(), dims));
        tested().difference(decoded.data(), x.data(), dims, y.data());
        for (size_t i = 0; i < dims; ++i) ASSERT_EQ(y.data()[i], -x.data()[i]);
        for (const float top : {0.0f, 1.0f, 7.0f, 63.0f, 127.0f}) {
            const LatticeStep step = {top * 0.9f + 0.3f, top};
            const LatticeFit fit = tested().lattice_fit(x.data(), dims, step);
            const LatticeFit same = reference().lattice_fit(x.data(), dims, step);
            EXPECT_EQ(fit.dot, same.dot);
            EXPECT_EQ(fit.square, same.square);
            tested().lattice_codes(x.data(), dims, step, codes.data());
            reference().lattice_codes(x.data(), dims, step, expected.data());
            ASSERT_TRUE(same_bits(codes.data(), expected.data(), dims));
            tested().decode(codes.data(), dims, {top + 0.5f, 0.37f}, y.data());
            reference().decode(codes.data(), dims, {top + 0.5f, 0.37f}, decoded.data());
            ASSERT_TRUE(same_bits(y.data(), decoded.data(), dims));
        }
    }
}

TEST_P(CodeKernelTables, PrepareQueriesAlike) {
    for (const size_t dims : dims_to_try()) {
        SCOPED_TRACE(dims);
        GuardedBuffer<float> x(dims);
        GuardedBuffer<int8_t> bytes(dims);
        GuardedBuffer<uint8_t> tables(4 * dims);
        std::vector<int8_t> expected_bytes(dims);
        std::vector<uint8_t> expected_tables(4 * dims);
        fill_floats(x.data(), dims, dims);
        tested().to_bytes(x.data(), dims, 63.4f, bytes.data());
        reference().to_bytes(x.data(), dims, 63.4f, expected_bytes.data());
        ASSERT_TRUE(same_bits(bytes.data(), expected_bytes.data(), dims));
        tested().scan_tables(x.data(), dims, 31.8f, tables.data());
        reference().scan_tables(x.data(), dims, 31.8f, expected_tables.data());
        ASSERT_TRUE(same_bits(tables.data(), expected_tables.data(), 4 * dims));
    }
}

TEST(CodeKernels, TheLargestElementIsFoundAnywhere) {
    for (const KernelTable* table : kernel_tables())
        for (size_t place = 0; table->supported() && place < 48; ++place) {
            std::vector<float> x(48, 1.5f);
            x[place] = place % 2 == 0 ? 3.5f : -3.5f;
            EXPECT_EQ(table->codes->largest(x.data(), 48), 3.5f) << table->name;
        }
}

TEST(CodeKernels, QueriesAreRoundedToTheNearest) {
    const float values[16] = {0, 1, -1, 0.4f, 0.6f, -0.4f, -0.6f, 127, -127, 2.5f, -2.5f};
    const int8_t expected[16] = {0, 1, -1, 0, 1, 0, -1, 127, -127, 3, -3};
    int8_t bytes[16];
    reference().to_bytes(values, 16, 1.0f, bytes);
    EXPECT_TRUE(same_bits(bytes, expected, 16));
}

TEST(CodeKernels, TheCodeOfAnElementIsItsLevelAndSign) {
    const float x[16] = {0.2f, -0.2f, 1.5f, -1.5f, 2.999f, -2.999f, 3, -3, 100, -100, 0};
    const uint8_t expected[16] = {4, 3, 5, 2, 6, 1, 7, 0, 7, 0, 4, 4, 4, 4, 4, 4};
    uint8_t codes[16];
    reference().lattice_codes(x, 16, {1.0f, 3.0f}, codes);
    EXPECT_TRUE(same_bits(codes, expected, 16));
    const LatticeFit fit = reference().lattice_fit(x, 16, {1.0f, 3.0f});
    EXPECT_EQ(fit.square, 2 * (0 + 2 + 6 + 12 + 12));
    EXPECT_NEAR(fit.dot, 2 * (0.1 + 2.25 + 2.5 * 2.999 + 10.5 + 350), 1e-3);
}

std::string table_name(const testing::TestParamInfo<const KernelTable*>& info) {
    return info.param->name;
}

INSTANTIATE_TEST_SUITE_P(Tables, CodeKernelTables, testing::ValuesIn(test::runnable_tables()),
                         table_name);

}  // namespace
}  // namespace vx
