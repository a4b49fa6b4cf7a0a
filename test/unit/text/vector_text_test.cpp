// Texts of whole vectors: what is read, which fault is found first, and what is never touched.
#include "core/text/vector_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/base/half.h"
#include "support/guarded_buffer.h"

namespace vx {
namespace {

using ::testing::ElementsAre;

constexpr size_t kMaxElements = 8;

struct ParsedVector {
    VectorText text;
    std::vector<float> elements;
};

/// Parses with exactly as much room as the contract demands; text and room end at guard pages.
ParsedVector parse_elements(const std::string& literal) {
    test::GuardedBuffer<char> text(literal.size());
    literal.copy(text.data(), literal.size());
    const std::span<const char> span(text.data(), literal.size());
    const size_t room = std::min(count_elements(span), kMaxElements);
    test::GuardedBuffer<float> out(room);
    ParsedVector parsed{parse_vector(span, kMaxElements, out.data()), {}};
    parsed.elements.assign(out.data(), out.data() + parsed.text.count);
    return parsed;
}

TEST(VectorText, ReadsElementsInOrder) {
    EXPECT_THAT(parse_elements("[1,2.5,-3e-2]").elements, ElementsAre(1.0F, 2.5F, -0.03F));
    EXPECT_THAT(parse_elements("[7]").elements, ElementsAre(7.0F));
}

TEST(VectorText, AllowsWhiteSpaceBetweenTokens) {
    const ParsedVector parsed = parse_elements(" \t[ 1 ,\n2\r,\v3\f] \n");
    EXPECT_EQ(parsed.text.fault, TextFault::kNone);
    EXPECT_THAT(parsed.elements, ElementsAre(1.0F, 2.0F, 3.0F));
}

TEST(VectorText, ReadsAsManyElementsAsAllowed) {
    EXPECT_EQ(parse_elements("[1,2,3,4,5,6,7,8]").text.count, kMaxElements);
    EXPECT_EQ(parse_elements("[1,2,3,4,5,6,7,8,9]").text.fault, TextFault::kTooMany);
    EXPECT_EQ(parse_elements("[1,2,3,4,5,6,7,8,").text.fault, TextFault::kTooMany);
}

TEST(VectorText, NamesTheFirstFault) {
    const std::pair<const char*, TextFault> faults[] = {{"", TextFault::kNoOpening},
                                                        {"  ", TextFault::kNoOpening},
                                                        {"1,2", TextFault::kNoOpening},
                                                        {"[", TextFault::kSyntax},
                                                        {"[ ", TextFault::kSyntax},
                                                        {"[]", TextFault::kNoElements},
                                                        {"[ ]x", TextFault::kNoElements},
                                                        {"[,]", TextFault::kSyntax},
                                                        {"[1", TextFault::kSyntax},
                                                        {"[1 ", TextFault::kSyntax},
                                                        {"[1,", TextFault::kSyntax},
                                                        {"[1,]", TextFault::kSyntax},
                                                        {"[1,,2]", TextFault::kSyntax},
                                                        {"[1 2]", TextFault::kSyntax},
                                                        {"[1]x", TextFault::kTrailing},
                                                        {"[1] ]", TextFault::kTrailing},
                                                        {"[1,nan]x", TextFault::kNaN},
                                                        {"[-inf]", TextFault::kInfinite},
                                                        {"[1,1e39,x]", TextFault::kOutOfRange},
                                                        {"[x,1e39]", TextFault::kSyntax}};
    for (const auto& [text, fault] : faults)
        EXPECT_EQ(parse_elements(text).text.fault, fault) << text;
}

TEST(VectorText, PointsAtTheNumberOutOfRange) {
    const std::string literal = "[1, -1e400 ]";
    float out[2];
    const VectorText parsed = parse_vector(literal, kMaxElements, out);
    EXPECT_EQ(std::string(parsed.where.data(), parsed.where.size()), "-1e400");
}

TEST(VectorText, RoundsToHalves) {
    Half out[3];
    const VectorText parsed = parse_vector(std::string_view("[1,-0.1,65519.99]"), 3, out);
    EXPECT_EQ(parsed.fault, TextFault::kNone);
    EXPECT_EQ(static_cast<float>(out[0]), 1.0F);
    EXPECT_EQ(static_cast<float>(out[1]), -0.099975586F);
    EXPECT_EQ(static_cast<float>(out[2]), 65504.0F);
    for (const std::string literal : {"[1,65520]", "[1,-1e30,2]", "[1, 1e39 ]"}) {
        const VectorText refused = parse_vector(literal, 3, out);
        EXPECT_EQ(refused.fault, TextFault::kOutOfRange) << literal;
        EXPECT_EQ(refused.count, 1u) << literal;
    }
    EXPECT_EQ(parse_vector(std::string_view("[inf]"), 3, out).fault, TextFault::kInfinite);
    EXPECT_EQ(parse_vector(std::string_view("[1e-46]"), 3, out).fault, TextFault::kNone);
}

TEST(VectorText, StopsAtAZeroByteLikeAtAnyOther) {
    EXPECT_EQ(parse_elements(std::string("[1\0]", 4)).text.fault, TextFault::kSyntax);
}

TEST(VectorText, CountsOneElementMoreThanCommas) {
    EXPECT_EQ(count_elements(std::string_view("")), 1u);
    EXPECT_EQ(count_elements(std::string_view("[1,2,3]")), 3u);
}

}  // namespace
}  // namespace vx
