#include "bench/wire.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <vector>

namespace vx::bench {
namespace {

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text.push_back(static_cast<char>(value));
    return text;
}

TEST(Wire, WritesAVectorInNetworkByteOrder) {
    std::string out;
    append_vector(out, VectorFormat::kVector, std::vector<float>{1, -2});
    EXPECT_EQ(out, bytes({0, 2, 0, 0, 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0}));
}

TEST(Wire, WritesAHalfvecInTwoBytesAnElement) {
    std::string out;
    append_vector(out, VectorFormat::kHalfvec, std::vector<float>{1, -2});
    EXPECT_EQ(out, bytes({0, 2, 0, 0, 0x3c, 0, 0xc0, 0}));
}

TEST(Wire, WritesTextThatReadsBackExactly) {
    std::string out;
    append_vector(out, VectorFormat::kText, std::vector<float>{0.1F, -3, 1e-20F});
    EXPECT_EQ(out, "[0.1,-3,1e-20]");
}

TEST(Wire, WritesTheElementsOfASparsevecThatAreNotZero) {
    std::string out;
    append_vector(out, VectorFormat::kSparsevec, std::vector<float>{0, 1, 0, -2});
    EXPECT_EQ(out, bytes({0, 0, 0, 4, 0, 0, 0,    2,    0, 0, 0,    0, 0, 0,
                          0, 1, 0, 0, 0, 3, 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0}));
}

TEST(Wire, WritesBitsFromTheHighestOn) {
    std::string out;
    append_vector(out, VectorFormat::kBit, std::vector<float>{1, 0, 0, 0, 0, 0, 0, 1, 0, 1});
    EXPECT_EQ(out, bytes({0, 0, 0, 10, 0x81, 0x40}));
}

TEST(Wire, ChoosesTheFormatByTheTypesName) {
    EXPECT_EQ(format_of_type("vector"), VectorFormat::kVector);
    EXPECT_EQ(format_of_type("halfvec"), VectorFormat::kHalfvec);
    EXPECT_EQ(format_of_type("cube"), VectorFormat::kText);
}

TEST(Half, RoundsToNearestEven) {
    EXPECT_EQ(half_of_float(0), 0x0000);
    EXPECT_EQ(half_of_float(-0.0F), 0x8000);
    EXPECT_EQ(half_of_float(0.1F), 0x2e66);
    EXPECT_EQ(half_of_float(1 + 0x1p-11F), 0x3c00);  // half way, down to even
    EXPECT_EQ(half_of_float(1 + 0x3p-11F), 0x3c02);  // half way, up to even
    EXPECT_EQ(half_of_float(65504), 0x7bff);
    EXPECT_EQ(half_of_float(65519.99F), 0x7bff);
    EXPECT_EQ(half_of_float(65520), 0x7c00);
    EXPECT_EQ(half_of_float(0x1p-24F), 0x0001);  // the smallest
    EXPECT_EQ(half_of_float(0x1p-25F), 0x0000);  // half way, down to even
    EXPECT_EQ(half_of_float(0x3p-25F), 0x0002);
    EXPECT_EQ(half_of_float(-std::numeric_limits<float>::infinity()), 0xfc00);
    EXPECT_EQ(half_of_float(std::numeric_limits<float>::quiet_NaN()) & 0x7e00, 0x7e00);
}

/// The value of a half, by the definition of the format.
float value_of_half(std::uint16_t half) {
    const int exponent = (half >> 10) & 0x1f;
    const int fraction = half & 0x3ff;
    const float magnitude = exponent == 0 ? std::ldexp(float(fraction), -24)
                                          : std::ldexp(float(1024 + fraction), exponent - 25);
    return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

TEST(Half, KeepsEveryFiniteHalf) {
    for (int half = 0; half < 0x10000; ++half) {
        if ((half & 0x7c00) == 0x7c00) continue;
        const auto bits = static_cast<std::uint16_t>(half);
        ASSERT_EQ(half_of_float(value_of_half(bits)), half);
        ASSERT_EQ(float_of_half(bits), value_of_half(bits));
    }
}

TEST(Half, ReadsWhatIsNoNumber) {
    EXPECT_EQ(float_of_half(0xfc00), -std::numeric_limits<float>::infinity());
    EXPECT_TRUE(std::isnan(float_of_half(0x7e00)));
}

TEST(Copy, EncodesHeaderRowsAndTrailer) {
    CopyEncoder encoder;
    encoder.begin_row(3);
    encoder.add_int4(-2);
    encoder.add_vector(VectorFormat::kVector, std::vector<float>{1});
    encoder.add_text("ab");
    encoder.end();
    std::string expected = std::string("PGCOPY\n\377\r\n\0", 11);
    expected += bytes({0, 0, 0, 0, 0, 0, 0, 0});
    expected += bytes({0, 3});
    expected += bytes({0, 0, 0, 4, 0xff, 0xff, 0xff, 0xfe});
    expected += bytes({0, 0, 0, 8, 0, 1, 0, 0, 0x3f, 0x80, 0, 0});
    expected += bytes({0, 0, 0, 2, 'a', 'b'});
    expected += bytes({0xff, 0xff});
    EXPECT_EQ(encoder.buffer(), expected);
    encoder.clear();
    EXPECT_TRUE(encoder.buffer().empty());
    EXPECT_THROW(encoder.add_vector(VectorFormat::kText, {}), std::runtime_error);
}

TEST(Wire, ReadsIntegersOfEveryWidth) {
    EXPECT_EQ(decode_integer(bytes({0xff, 0xfe})), -2);
    EXPECT_EQ(decode_integer(bytes({0, 1, 0, 2})), 65538);
    EXPECT_EQ(decode_integer(bytes({0, 0, 0, 1, 0, 0, 0, 0})), std::int64_t{1} << 32);
    EXPECT_THROW(static_cast<void>(decode_integer(bytes({1, 2, 3}))), std::runtime_error);
}

}  // namespace
}  // namespace vx::bench
