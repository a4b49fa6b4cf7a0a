// The allocator handle, and the source that other unit tests put behind it.
#include "core/base/arena.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "support/test_arena.h"

namespace vx {
namespace {

using test::TestArena;

TEST(Arena, HandsOutDistinctAlignedMemory) {
    TestArena source;
    Arena arena = source.arena();
    void* first = arena.allocate(1);
    void* second = arena.allocate(100);
    ASSERT_NE(first, nullptr);
    ASSERT_NE(second, nullptr);
    EXPECT_NE(first, second);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % alignof(std::max_align_t), 0u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(second) % alignof(std::max_align_t), 0u);
    std::memset(second, 0, 100);
    EXPECT_EQ(source.bytes_allocated(), 101u);
}

TEST(Arena, AllocatesWholeArrays) {
    TestArena source;
    Arena arena = source.arena();
    auto* numbers = arena.allocate_array<uint64_t>(1000);
    ASSERT_NE(numbers, nullptr);
    for (uint64_t i = 0; i < 1000; ++i) numbers[i] = i;
    EXPECT_EQ(numbers[999], 999u);
    EXPECT_EQ(source.bytes_allocated(), 8000u);
}

TEST(Arena, RefusesAnArrayWhoseSizeWraps) {
    TestArena source;
    Arena arena = source.arena();
    EXPECT_EQ(arena.allocate_array<uint64_t>(SIZE_MAX / 8 + 1), nullptr);
    EXPECT_EQ(arena.allocate_array<uint64_t>(SIZE_MAX), nullptr);
    EXPECT_EQ(source.bytes_allocated(), 0u);
    EXPECT_EQ(source.refused_count(), 0u);  // the source was not even asked
}

TEST(Arena, ReleasesWhatItIsToldTo) {
    TestArena source;
    Arena arena = source.arena();
    void* memory = arena.allocate(10);
    EXPECT_EQ(source.live_count(), 1u);
    arena.release(memory);
    EXPECT_EQ(source.live_count(), 0u);
    arena.release(nullptr);
    EXPECT_EQ(source.live_count(), 0u);
}

TEST(Arena, IsAHandleThatCanBeCopied) {
    EXPECT_TRUE(std::is_trivially_copyable_v<Arena>);
    TestArena source;
    Arena arena = source.arena();
    Arena copy = arena;
    EXPECT_NE(copy.allocate(8), nullptr);
    EXPECT_EQ(source.live_count(), 1u);
}

TEST(TestArena, FailsAfterTheGivenBytes) {
    TestArena source(100);
    Arena arena = source.arena();
    EXPECT_NE(arena.allocate(60), nullptr);
    EXPECT_EQ(arena.allocate(41), nullptr);
    EXPECT_NE(arena.allocate(40), nullptr);
    EXPECT_EQ(arena.allocate(1), nullptr);
    EXPECT_EQ(source.refused_count(), 2u);
    source.fail_after(5);
    EXPECT_NE(arena.allocate(5), nullptr);
    EXPECT_EQ(arena.allocate(1), nullptr);
    source.never_fail();
    EXPECT_NE(arena.allocate(1000), nullptr);
}

}  // namespace
}  // namespace vx
