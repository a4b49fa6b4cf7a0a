// parse_float against strtof and against values worked out by hand.
#include "core/text/float_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>

#include "core/base/random.h"
#include "support/guarded_buffer.h"
#include "text/strtof_reference.h"

namespace vx {
namespace {

ParsedFloat parse(const std::string& text) {
    return parse_float(text.data(), text.data() + text.size());
}

void expect_as_strtof(const std::string& text) {
    if (!test::is_comparable(text)) return;
    const ParsedFloat ours = parse(text);
    const ParsedFloat reference = test::strtof_reference(text);
    ASSERT_TRUE(test::same_number(ours, reference))
        << text << ": " << ours.value << " of length " << ours.length << ", strtof "
        << reference.value << " of length " << reference.length;
}

template <class... Args>
std::string format(const char* pattern, Args... args) {
    char text[512];
    const int length = std::snprintf(text, sizeof text, pattern, args...);
    return {text, static_cast<size_t>(length)};
}

float random_float(SplitMix64& random) {
    for (;;) {
        const auto value = std::bit_cast<float>(static_cast<uint32_t>(random.next()));
        if (std::isfinite(value)) return value;
    }
}

TEST(FloatText, ReadsTheFormsOfNumbers) {
    const std::pair<const char*, float> forms[] = {
        {"1", 1},          {"1.", 1},      {".5", 0.5F},   {"+2", 2},
        {"-3.25", -3.25F}, {"1e3", 1000},  {"1E+3", 1000}, {"1.5e-1", 0.15F},
        {"0007", 7},       {"0x10", 16},   {"0X.8p1", 1},  {"-0x1P-3", -0.125F},
        {"00.0e5", 0},     {"0x1.8", 1.5F}};
    for (const auto& [text, value] : forms) {
        const ParsedFloat parsed = parse(text);
        EXPECT_EQ(parsed.kind, NumberKind::kFinite) << text;
        EXPECT_EQ(parsed.value, value) << text;
        EXPECT_EQ(parsed.length, std::string(text).size()) << text;
    }
}

TEST(FloatText, StopsWhereTheNumberEnds) {
    const std::pair<const char*, size_t> texts[] = {{"1,2", 1},   {"1e", 1},   {"1e+", 1},
                                                    {"1.5.5", 3}, {"0x", 1},   {"0xg", 1},
                                                    {"1 ", 1},    {"0x1p", 3}, {"12e3e4", 4}};
    for (const auto& [text, length] : texts) EXPECT_EQ(parse(text).length, length) << text;
}

TEST(FloatText, RefusesWhatIsNoNumber) {
    for (const char* text : {"", "+", "-", ".", "e5", ".e5", "--1", "+-1", " 1", "x", "in", "na"}) {
        EXPECT_EQ(parse(text).kind, NumberKind::kNone) << text;
        EXPECT_EQ(parse(text).length, 0u) << text;
    }
}

TEST(FloatText, KnowsTheNamesInAnyCase) {
    for (const char* text : {"nan", "NaN", "-NAN", "+nan"}) {
        EXPECT_EQ(parse(text).kind, NumberKind::kNaN) << text;
    }
    for (const char* text : {"inf", "-INF", "Infinity", "+infinity"}) {
        EXPECT_EQ(parse(text).kind, NumberKind::kInfinity) << text;
        EXPECT_EQ(parse(text).length, std::string(text).size());
    }
}

TEST(FloatText, KeepsTheSignOfZero) {
    for (const char* text : {"-0", "-0.0e9", "-1e-46", "-1e-99999999999999999999", "-0x0p5"}) {
        EXPECT_EQ(parse(text).value, 0) << text;
        EXPECT_TRUE(std::signbit(parse(text).value)) << text;
    }
}

TEST(FloatText, OverflowsHalfAUnitAboveTheLargestFloat) {
    EXPECT_EQ(parse("340282356779733661637539395458142568447").value,
              std::numeric_limits<float>::max());
    for (const char* text : {"340282356779733661637539395458142568448", "1e39", "-4e38", "0x1p128",
                             "1e99999999999999999999"}) {
        EXPECT_EQ(parse(text).kind, NumberKind::kOverflow) << text;
    }
}

TEST(FloatText, UnderflowsAtHalfTheSmallestFloat) {
    // 2^-150 is a tie between 0 and 2^-149; its exact decimal form has 105 digits.
    std::string tie = format("%.150f", 0x1p-150);
    EXPECT_EQ(parse(tie).value, 0);
    EXPECT_EQ(parse(tie).kind, NumberKind::kUnderflow);
    for (const char* text : {"1e-46", "-1e-400", "0x1p-400", "0.00000000000000000001e-99999"}) {
        EXPECT_EQ(parse(text).kind, NumberKind::kUnderflow) << text;
    }
    for (const char* text : {"0", "-0.000", "0e-400", "0x0p-400", "1e-45"}) {
        EXPECT_EQ(parse(text).kind, NumberKind::kFinite) << text;
    }
    tie += "0001";
    EXPECT_EQ(parse(tie).value, 0x1p-149F);
}

TEST(FloatText, ReadsBackWhatWasPrinted) {
    SplitMix64 random(1);
    for (int i = 0; i < 200000; ++i) {
        const float value = random_float(random);
        expect_as_strtof(
            format("%.*g", static_cast<int>(random.next() % 14) + 1, static_cast<double>(value)));
        EXPECT_EQ(parse(format("%.9g", static_cast<double>(value))).value, value);
    }
}

// The numbers that an estimate cannot settle: midpoints of neighbors, a hair above, a hair below.
TEST(FloatText, SettlesTiesAndTheirNeighborhood) {
    SplitMix64 random(2);
    for (int i = 0; i < 20000; ++i) {
        auto bits = static_cast<uint32_t>(random.next()) & 0x7F7FFFFF;
        if (i % 3 == 0) bits &= 0xFFFFFF;  // subnormals and the smallest normals
        const double below = std::bit_cast<float>(bits);
        const double above = bits == 0x7F7FFFFF ? 0x1p128 : std::bit_cast<float>(bits + 1);
        const double middle = (below + above) / 2;
        const std::string exact = format("%.120e", middle);
        const size_t exponent = exact.find('e');
        expect_as_strtof(exact);
        expect_as_strtof(std::string(exact).insert(exponent, "00000000000000000001"));
        expect_as_strtof(format("%.*e", static_cast<int>(random.next() % 120), middle));
        expect_as_strtof(format("%.17g", std::nextafter(middle, 0)));
        expect_as_strtof(format("%.17g", std::nextafter(middle, 1e300)));
        expect_as_strtof(format("%.200f", middle));
        expect_as_strtof(format("%a", middle));
        expect_as_strtof(format("%a", std::nextafter(middle, 1e300)));
    }
}

TEST(FloatText, AgreesOnDigitsAtRandom) {
    SplitMix64 random(3);
    for (int i = 0; i < 100000; ++i) {
        std::string text;
        for (uint64_t n = 1 + random.next() % 45; n > 0; --n) {
            text += static_cast<char>('0' + random.next() % 10);
        }
        if (random.next() % 2 == 0) text.insert(random.next() % (text.size() + 1), ".");
        text += format("e%d", static_cast<int>(random.next() % 130) - 80);
        expect_as_strtof(text);
    }
}

TEST(FloatText, AgreesOnCharactersAtRandom) {
    constexpr char kAlphabet[] = "0123456789.eE+-xXpPinfINFtyaY 000111";
    SplitMix64 random(4);
    for (int i = 0; i < 200000; ++i) {
        std::string text;
        for (uint64_t n = random.next() % 14; n > 0; --n) {
            text += kAlphabet[random.next() % (sizeof kAlphabet - 1)];
        }
        expect_as_strtof(text);
    }
}

TEST(FloatText, TakesAnyNumberOfDigits) {
    const std::string zeros(100000, '0');
    expect_as_strtof("0." + zeros + "123e100000");
    expect_as_strtof("123" + zeros + "e-100000");
    expect_as_strtof("1." + zeros + "1");
    expect_as_strtof("16777217." + zeros + "1");
    expect_as_strtof("0x" + zeros + "1." + zeros + "1");
    EXPECT_EQ(parse("0x1" + zeros + "p-400000").value, 1);
}

TEST(FloatText, RoundsHexadecimalSubnormals) {
    EXPECT_EQ(parse("0x2DB6.2aAp-141").value, 0x1.6db158p-128F);
    EXPECT_EQ(parse("0x1p-149").value, 0x1p-149F);
    EXPECT_EQ(parse("0x1p-150").value, 0);
    EXPECT_EQ(parse("0x1.000000000000000001p-150").value, 0x1p-149F);
    EXPECT_EQ(parse("0x1.8p-149").value, 0x1p-148F);
}

TEST(FloatText, ReadsNoCharacterPastTheEnd) {
    for (const std::string text : {"1", "-", "1.", "1e", "1e+", "0x", "0x1", "0x1p", "in", "nan",
                                   "infi", "123456789012345678901234567890", "16777217"}) {
        test::GuardedBuffer<char> guarded(text.size());
        text.copy(guarded.data(), text.size());
        const ParsedFloat parsed = parse_float(guarded.data(), guarded.data() + text.size());
        EXPECT_LE(parsed.length, text.size()) << text;
    }
}

}  // namespace
}  // namespace vx
