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
    encode_words<float>(values, reinterpret_cast<char*>(wire));
    EXPECT_THAT(wire, ElementsAre(0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0));
}

TEST(VectorBinary, ReadsBackWhatWasWritten) {
    for (size_t count = 1; count < 70; ++count) {
        std::vector<float> values(count);
        for (size_t i = 0; i < count; ++i) values[i] = 0.1F * static_cast<float>(i) - 2;
        // One byte further than aligned, so that unaligned access is what is tested.
        test::GuardedBuffer<char> wire(4 * count + 1);
        encode_words<float>(values, wire.data() + 1);
        test::GuardedBuffer<float> out(count);
        decode_words(wire.data() + 1, std::span(out.data(), count));
        EXPECT_EQ(std::vector<float>(out.data(), out.data() + count), values);
    }
}

TEST(VectorBinary, WritesHalvesAndIntegers) {
    const Half halves[] = {Half(1.0F), Half(-2.5F)};
    unsigned char wire[4];
    encode_words<Half>(halves, reinterpret_cast<char*>(wire));
    EXPECT_THAT(wire, ElementsAre(0x3C, 0, 0xC1, 0));
    Half halves_back[2];
    decode_words(reinterpret_cast<const char*>(wire), std::span<Half>(halves_back));
    EXPECT_EQ(static_cast<float>(halves_back[1]), -2.5F);

    const int32_t integer[] = {-2};
    encode_words<int32_t>(integer, reinterpret_cast<char*>(wire));
    EXPECT_THAT(wire, ElementsAre(0xFF, 0xFF, 0xFF, 0xFE));
    int32_t integer_back[1];
    decode_words(reinterpret_cast<const char*>(wire), std::span<int32_t>(integer_back));
    EXPECT_EQ(integer_back[0], -2);
}

template <class Element>
void expect_finds_the_first(float largest) {
    constexpr float kBad[] = {std::numeric_limits<float>::infinity(),
                              -std::numeric_limits<float>::infinity(),
                              std::numeric_limits<float>::quiet_NaN()};
    std::vector<Element> values(20, static_cast<Element>(largest));
    EXPECT_EQ(find_not_finite(std::span(values)), values.size());
    for (const float bad : kBad) {
        for (size_t place = 0; place < 20; ++place) {
            values.assign(20, static_cast<Element>(largest));
            values[place] = static_cast<Element>(bad);
            values[19] = static_cast<Element>(bad);
            EXPECT_EQ(find_not_finite(std::span(values)), place);
        }
    }
}

TEST(VectorBinary, FindsTheFirstElementThatIsNotFinite) {
    expect_finds_the_first<float>(std::numeric_limits<float>::max());
    expect_finds_the_first<Half>(65504);
}

}  // namespace
}  // namespace vx
