// The integers behind exact rounding, against 128-bit arithmetic and identities.
#include "core/text/big_uint.h"

#include <gtest/gtest.h>

namespace vx {
namespace {

TEST(BigUint, ComparesByMagnitude) {
    EXPECT_EQ(compare(BigUint(0), BigUint(0)), 0);
    EXPECT_LT(compare(BigUint(0), BigUint(1)), 0);
    EXPECT_GT(compare(BigUint(3), BigUint(2)), 0);
    BigUint large(1);
    large.shift_left(32);
    EXPECT_GT(compare(large, BigUint(0xFFFFFFFF)), 0);
    EXPECT_LT(compare(BigUint(0xFFFFFFFF), large), 0);
}

TEST(BigUint, AddsWithCarry) {
    BigUint sum(0xFFFFFFFF);
    sum.multiply_add(1, 1);
    BigUint power(1);
    power.shift_left(32);
    EXPECT_EQ(compare(sum, power), 0);
}

TEST(BigUint, ShiftsByAnyNumberOfBits) {
    for (int bits = 0; bits < 1000; ++bits) {
        BigUint shifted(3);
        shifted.shift_left(bits);
        BigUint doubled(3);
        for (int i = 0; i < bits; ++i) doubled.multiply_add(2, 0);
        ASSERT_EQ(compare(shifted, doubled), 0) << bits;
    }
}

TEST(BigUint, PowersOfFiveTimesPowersOfTwoArePowersOfTen) {
    for (int exponent = 0; exponent < 300; ++exponent) {
        BigUint product(1);
        product.multiply_by_power_of_five(exponent);
        product.shift_left(exponent);
        BigUint tens(1);
        for (int i = 0; i < exponent; ++i) tens.multiply_add(10, 0);
        ASSERT_EQ(compare(product, tens), 0) << exponent;
        tens.multiply_add(1, 1);
        ASSERT_LT(compare(product, tens), 0) << exponent;
    }
}

TEST(BigUint, ZeroStaysZero) {
    BigUint zero(0);
    zero.multiply_by_power_of_five(20);
    zero.shift_left(100);
    EXPECT_EQ(compare(zero, BigUint(0)), 0);
    zero.multiply_add(10, 7);
    EXPECT_EQ(compare(zero, BigUint(7)), 0);
}

}  // namespace
}  // namespace vx
