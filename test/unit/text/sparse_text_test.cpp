// Texts of sparse vectors: what is read, which fault is found first, and what is never touched.
#include "core/text/sparse_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/text/vector_text.h"
#include "support/guarded_buffer.h"

namespace vx {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr int32_t kMaxDims = 1000;

struct ParsedSparse {
    SparseText text;
    std::vector<std::pair<int32_t, float>> elements;
};

/// Parses with exactly as much room as the contract demands; text and room end at guard pages.
ParsedSparse parse_literal(const std::string& literal) {
    test::GuardedBuffer<char> text(literal.size());
    literal.copy(text.data(), literal.size());
    const std::span<const char> span(text.data(), literal.size());
    test::GuardedBuffer<IndexedValue> out(count_elements(span));
    ParsedSparse parsed{parse_sparse(span, kMaxDims, out.data()), {}};
    if (parsed.text.text.fault != TextFault::kNone) return parsed;
    for (size_t i = 0; i < parsed.text.text.count; ++i) {
        parsed.elements.emplace_back(out.data()[i].index, out.data()[i].value);
    }
    return parsed;
}

TEST(SparseText, ReadsElementsInTheOrderOfTheText) {
    const ParsedSparse parsed = parse_literal("{5:1.5,1:-2,3:1e-3}/7");
    EXPECT_EQ(parsed.text.text.fault, TextFault::kNone);
    EXPECT_EQ(parsed.text.dims, 7);
    EXPECT_THAT(parsed.elements, ElementsAre(Pair(4, 1.5F), Pair(0, -2.0F), Pair(2, 1e-3F)));
}

TEST(SparseText, AllowsWhiteSpaceBetweenTokens) {
    const ParsedSparse parsed = parse_literal(" \t{ 1 : 2 ,\n3\r:\v4\f} / 5 \n");
    EXPECT_EQ(parsed.text.text.fault, TextFault::kNone);
    EXPECT_THAT(parsed.elements, ElementsAre(Pair(0, 2.0F), Pair(2, 4.0F)));
}

TEST(SparseText, LeavesOutZeros) {
    EXPECT_THAT(parse_literal("{1:0,2:3,3:-0,4:0x0p5}/4").elements, ElementsAre(Pair(1, 3.0F)));
    EXPECT_TRUE(parse_literal("{}/1000").elements.empty());
    EXPECT_EQ(parse_literal("{ }/1000").text.dims, 1000);
}

TEST(SparseText, LeavesIndicesToTheCaller) {
    EXPECT_THAT(parse_literal("{0:1,-1:2,99999999999999999999:3,-99999999999999999999:4,1:5,1:6}/3")
                    .elements,
                ElementsAre(Pair(-1, 1.0F), Pair(-2, 2.0F), Pair(2147483646, 3.0F),
                            Pair(-2147483647 - 1, 4.0F), Pair(0, 5.0F), Pair(0, 6.0F)));
}

TEST(SparseText, NamesTheFirstFault) {
    const std::pair<const char*, TextFault> faults[] = {{"", TextFault::kNoBrace},
                                                        {" [", TextFault::kNoBrace},
                                                        {"{", TextFault::kSyntax},
                                                        {"{,}", TextFault::kSyntax},
                                                        {"{1", TextFault::kSyntax},
                                                        {"{1:", TextFault::kSyntax},
                                                        {"{1:}", TextFault::kSyntax},
                                                        {"{:1}", TextFault::kSyntax},
                                                        {"{1.5:1}", TextFault::kSyntax},
                                                        {"{1:1,}", TextFault::kSyntax},
                                                        {"{1:1 2:2}", TextFault::kSyntax},
                                                        {"{1:1", TextFault::kSyntax},
                                                        {"{1:x}", TextFault::kSyntax},
                                                        {"{+:1}/1", TextFault::kSyntax},
                                                        {"{}", TextFault::kNoSlash},
                                                        {"{1:1}", TextFault::kNoSlash},
                                                        {"{1:1}x/2", TextFault::kNoSlash},
                                                        {"{}/", TextFault::kSyntax},
                                                        {"{}/a", TextFault::kSyntax},
                                                        {"{}/1a", TextFault::kTrailingDims},
                                                        {"{}/1.5", TextFault::kTrailingDims},
                                                        {"{}/0", TextFault::kNoElements},
                                                        {"{}/-5", TextFault::kNoElements},
                                                        {"{}/1001", TextFault::kTooMany},
                                                        {"{}/99999999999", TextFault::kTooMany},
                                                        {"{1:nan}/1", TextFault::kNaN},
                                                        {"{1:-inf}/1", TextFault::kInfinite},
                                                        {"{1:1e39}/1", TextFault::kOutOfRange},
                                                        {"{1:-1e-46}/1", TextFault::kOutOfRange},
                                                        {"{1:1e39}x", TextFault::kOutOfRange}};
    for (const auto& [text, fault] : faults)
        EXPECT_EQ(parse_literal(text).text.text.fault, fault) << text;
}

TEST(SparseText, PointsAtTheNumberOutOfRange) {
    const std::string literal = "{1:2, 2: 1e-400 }/2";
    IndexedValue out[2];
    const SparseText parsed = parse_sparse(literal, kMaxDims, out);
    EXPECT_EQ(std::string(parsed.text.where.data(), parsed.text.where.size()), "1e-400");
}

TEST(SparseText, ChecksIndices) {
    EXPECT_EQ(check_index(-1, 0, 1), IndexFault::kNone);
    EXPECT_EQ(check_index(-1, -1, 1), IndexFault::kOutOfBounds);
    EXPECT_EQ(check_index(-1, 1, 1), IndexFault::kOutOfBounds);
    EXPECT_EQ(check_index(3, 2, 9), IndexFault::kDescending);
    EXPECT_EQ(check_index(3, 3, 9), IndexFault::kDuplicate);
    EXPECT_EQ(check_index(3, 4, 9), IndexFault::kNone);
}

TEST(SparseText, SortsByIndex) {
    std::vector<IndexedValue> elements(1000);
    for (int32_t i = 0; i < 1000; ++i) {
        elements[static_cast<size_t>(i)] = {i * 7919 % 1009, static_cast<float>(i * 7919 % 1009)};
    }
    sort_by_index(elements);
    for (size_t i = 0; i < elements.size(); ++i) {
        EXPECT_EQ(static_cast<float>(elements[i].index), elements[i].value);
        EXPECT_TRUE(i == 0 || elements[i - 1].index < elements[i].index);
    }
}

}  // namespace
}  // namespace vx
