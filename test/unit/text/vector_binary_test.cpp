// Network byte order of elements, both ways.
#include "core/text/vector_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "support/guarded_buffer.h"

namespace vx {
namespace {

using ::testing::ElementsAre;

TEST(VectorBinary, WritesTheHighestByteFirst) {
    const float values[] = {1, -2.5F};
    unsigned char wire[8];
    encode_floats(values, reinterpret_cast<char*>(wire));
    EXPECT_THAT(wire, ElementsAre(0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0));
}

TEST(VectorBinary, ReadsBackWhatWasWritten) {
    for (size_t count = 1; count < 70; ++count) {
        std::vector<float> values(count);
        for (size_t i = 0; i < count; ++i) values[i] = 0.1F * static_cast<float>(i) - 2;
        // One byte further than aligned, so that unaligned access is what is tested.
        test::GuardedBuffer<char> wire(4 * count + 1);
        encode_floats(values, wire.data() + 1);
        test::GuardedBuffer<float> out(count);
        EXPECT_EQ(decode_floats(wire.data() + 1, {out.data(), count}), count);
        EXPECT_EQ(std::vector<float>(out.data(), out.data() + count), values);
    }
}

TEST(VectorBinary, FindsTheFirstElementThatIsNotFinite) {
    constexpr float kBad[] = {std::numeric_limits<float>::infinity(),
                              -std::numeric_limits<float>::infinity(),
                              std::numeric_limits<float>::quiet_NaN()};
    for (const float bad : kBad) {
        for (size_t place = 0; place < 20; ++place) {
            std::vector<float> values(20, std::numeric_limits<float>::max());
            values[place] = bad;
            values[19] = bad;
            char wire[80];
            encode_floats(values, wire);
            std::vector<float> out(20);
            EXPECT_EQ(decode_floats(wire, out), place);
        }
    }
}

}  // namespace
}  // namespace vx
