// Failure values: what they carry and that they own nothing.
#include "core/base/status.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace vx {
namespace {

TEST(Status, IsFineUnlessToldOtherwise) {
    EXPECT_TRUE(Status{}.ok());
    EXPECT_FALSE((Status{Errc::kOutOfMemory, 100, 0}.ok()));
    EXPECT_FALSE(Status{Errc::kSizeOverflow}.ok());
}

TEST(Status, CarriesItsNumbers) {
    const Status status{Errc::kDimensionMismatch, 3, 4};
    EXPECT_EQ(status.code, Errc::kDimensionMismatch);
    EXPECT_EQ(status.a, 3);
    EXPECT_EQ(status.b, 4);
}

TEST(Result, IsAsGoodAsItsStatus) {
    const Result<int> good{7, {}};
    EXPECT_TRUE(good.ok());
    EXPECT_EQ(good.value, 7);
    const Result<int> bad{0, {Errc::kCorruptPage, 12, 1}};
    EXPECT_FALSE(bad.ok());
    EXPECT_EQ(bad.status.a, 12);
}

// A server error longjmps across frames that hold these.
TEST(Status, AndResultNeedNoDestructor) {
    EXPECT_TRUE(std::is_trivially_destructible_v<Status>);
    EXPECT_TRUE(std::is_trivially_copyable_v<Status>);
    EXPECT_TRUE(std::is_trivially_destructible_v<Result<double>>);
}

}  // namespace
}  // namespace vx
