// Half-precision conversions, all 65536 numbers and the midpoints between them, against arithmetic
// in double.
#include "core/base/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace vx {
namespace {

constexpr uint16_t kInfinity = 0x7C00;

/// The definition: sign, exponent with bias 15, mantissa of 10 bits.
double definition(uint16_t bits) {
    const int exponent = bits >> 10 & 31;
    const int mantissa = bits & 1023;
    const double magnitude =
        exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

uint16_t rounded(double value) { return Half(static_cast<float>(value)).bits; }

TEST(Half, WidensEveryNumber) {
    for (uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
        const auto half = Half::from_bits(static_cast<uint16_t>(bits));
        const auto value = static_cast<float>(half);
        if ((bits & 0x7FFF) < kInfinity) {
            ASSERT_EQ(value, definition(half.bits)) << bits;
            ASSERT_EQ(std::signbit(value), bits >= 0x8000) << bits;
        } else {
            ASSERT_EQ(std::isinf(value), (bits & 0x7FFF) == kInfinity) << bits;
            ASSERT_EQ(std::isnan(value), (bits & 0x7FFF) > kInfinity) << bits;
        }
        ASSERT_EQ(is_infinite(half), std::isinf(value)) << bits;
    }
}

TEST(Half, RoundsEveryNumberToItself) {
    for (uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
        if ((bits & 0x7FFF) > kInfinity) continue;
        const auto half = Half::from_bits(static_cast<uint16_t>(bits));
        ASSERT_EQ(Half(static_cast<float>(half)).bits, bits);
    }
}

TEST(Half, RoundsToTheNearestAndTiesToEven) {
    // Midpoints of halves and their neighbors are floats; beyond 65504 the next step is 65536.
    for (uint16_t bits = 0; bits < kInfinity; ++bits) {
        const double below = definition(bits);
        const double above = bits + 1 == kInfinity ? 65536 : definition(bits + 1);
        const auto middle = static_cast<float>((below + above) / 2);
        const auto even = static_cast<uint16_t>(bits % 2 == 0 ? bits : bits + 1);
        ASSERT_EQ(rounded(middle), even) << bits;
        ASSERT_EQ(rounded(-middle), 0x8000 | even) << bits;
        ASSERT_EQ(rounded(std::nextafter(middle, 0.0F)), bits) << bits;
        ASSERT_EQ(rounded(std::nextafter(middle, 1e6F)), bits + 1) << bits;
    }
}

TEST(Half, KeepsWhatIsNoNumber) {
    EXPECT_EQ(Half(std::numeric_limits<float>::infinity()).bits, kInfinity);
    EXPECT_EQ(Half(-std::numeric_limits<float>::infinity()).bits, 0x8000 | kInfinity);
    EXPECT_EQ(Half(std::numeric_limits<float>::max()).bits, kInfinity);
    EXPECT_TRUE(std::isnan(static_cast<float>(Half(std::numeric_limits<float>::quiet_NaN()))));
    // The payload of this one lies below what a half keeps: it must not become an infinity.
    EXPECT_TRUE(std::isnan(static_cast<float>(Half(std::bit_cast<float>(0x7F800001)))));
}

TEST(Half, KeepsTheSignOfZero) {
    EXPECT_EQ(Half(0.0F).bits, 0);
    EXPECT_EQ(Half(-0.0F).bits, 0x8000);
    EXPECT_EQ(Half(std::numeric_limits<float>::denorm_min()).bits, 0);
    EXPECT_EQ(Half(-std::numeric_limits<float>::denorm_min()).bits, 0x8000);
}

static_assert(Half(1.0F).bits == 0x3C00 && static_cast<float>(Half::from_bits(0x3C00)) == 1.0F);

}  // namespace
}  // namespace vx
