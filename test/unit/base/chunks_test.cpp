// Arrays that grow in chunks: of one process, and of several that share them.
#include "core/base/chunks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "support/test_arena.h"

namespace vx {
namespace {

using test::TestArena;

/// Chunks that several users of one array share, as processes do; says who asked for what.
class SharedChunks {
public:
    SharedChunks(const ChunkShape& shape, size_t most) : shape_(shape), most_(most) {}

    ChunkSource source() { return {&SharedChunks::obtain, this}; }
    std::vector<uint32_t> obtained;  // numbers of chunks, each time

private:
    static std::byte* obtain(void* source, uint32_t array, uint32_t chunk) {
        auto& self = *static_cast<SharedChunks*>(source);
        const std::lock_guard<std::mutex> lock(self.mutex_);
        EXPECT_EQ(array, self.shape_.array);
        self.obtained.push_back(chunk);
        while (self.chunks_.size() <= chunk && self.chunks_.size() < self.most_)
            self.chunks_.push_back(
                static_cast<std::byte*>(self.memory_.arena().allocate(self.shape_.chunk_bytes())));
        return chunk < self.chunks_.size() ? self.chunks_[chunk] : nullptr;
    }

    ChunkShape shape_;
    size_t most_;
    std::mutex mutex_;
    TestArena memory_;
    std::vector<std::byte*> chunks_;
};

/// One process's view: a table of its own.
struct View {
    View(ChunkSource source, const ChunkShape& shape, ChunkCount& count)
        : table(shape.chunks), array(source, shape, &count, table.data()) {}

    std::vector<std::byte*> table;
    ChunkedArray array;
};

/// Items of four bytes, four to a chunk.
constexpr ChunkShape kSmall{3, sizeof(uint32_t), 2, 8};

void put(const ChunkedArray& array, uint32_t index, uint32_t value) {
    std::memcpy(array.at(index), &value, sizeof value);
}
uint32_t get(const ChunkedArray& array, uint32_t index) {
    uint32_t value = 0;
    std::memcpy(&value, array.at(index), sizeof value);
    return value;
}

TEST(ChunkShift, IsTheGreatestThatFitsTheBytes) {
    EXPECT_EQ(chunk_shift(1000, 10, 0), 6u);
    EXPECT_EQ(chunk_shift(640, 10, 0), 6u);
    EXPECT_EQ(chunk_shift(639, 10, 0), 5u);
    EXPECT_EQ(chunk_shift(9, 10, 0), 0u);
    EXPECT_EQ(chunk_shift(100, 50, 5), 5u) << "no less than asked for, whatever it takes";
    EXPECT_EQ(chunk_shift(SIZE_MAX, 1, 0), 20u);
    EXPECT_EQ(kSmall.chunk_bytes(), 16u);
}

TEST(ChunkedArray, KeepsItemsWhereTheyAre) {
    SharedChunks chunks(kSmall, 8);
    ChunkCount count;
    View view(chunks.source(), kSmall, count);
    EXPECT_EQ(view.array.size(), 0u);
    EXPECT_EQ(view.array.used_chunks(), 0u);
    std::vector<std::byte*> places;
    for (uint32_t i = 0; i < 32; ++i) {
        ASSERT_EQ(view.array.add(1), i);
        EXPECT_EQ(view.array.size(), i + 1);
        EXPECT_EQ(view.array.used_chunks(), i / 4 + 1);
        put(view.array, i, i * i);
        places.push_back(view.array.at(i));
        EXPECT_EQ(view.array.chunk(i / 4), places[i - i % 4]);
    }
    for (uint32_t i = 0; i < 32; ++i) {
        EXPECT_EQ(view.array.at(i), places[i]);
        EXPECT_EQ(get(view.array, i), i * i);
    }
    EXPECT_EQ(chunks.obtained, (std::vector<uint32_t>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(ChunkedArray, GivesItemsThatBelongTogetherOneChunk) {
    SharedChunks chunks(kSmall, 8);
    ChunkCount count;
    View view(chunks.source(), kSmall, count);
    std::set<uint32_t> taken;
    for (const uint32_t items : {3u, 3u, 1u, 2u, 2u, 3u, 1u, 3u}) {
        const uint32_t first = view.array.add(items);
        ASSERT_NE(first, ChunkedArray::kNone);
        EXPECT_EQ(first / 4, (first + items - 1) / 4) << items << " from " << first;
        for (uint32_t i = 0; i < items; ++i) {
            EXPECT_TRUE(taken.insert(first + i).second) << first + i << " was taken twice";
            put(view.array, first + i, 0);
        }
    }
    EXPECT_GT(view.array.size(), *taken.rbegin());
}

TEST(ChunkedArray, TakesAsMuchAsAChunkHas) {
    SharedChunks chunks(kSmall, 8);
    ChunkCount count;
    View view(chunks.source(), kSmall, count);
    EXPECT_EQ(view.array.add(4), 0u);
    EXPECT_EQ(view.array.add(1), 4u);
    EXPECT_EQ(view.array.add(4), 8u) << "in the next chunk, not over the end of this one";
    EXPECT_EQ(view.array.add(3), 12u);
    EXPECT_EQ(view.array.add(2), 16u);
    for (const uint32_t first : {20u, 24u, 28u}) EXPECT_EQ(view.array.add(4), first);
    EXPECT_EQ(view.array.add(4), ChunkedArray::kNone);
    EXPECT_EQ(view.array.size(), 32u);
}

TEST(ChunkedArray, EndsWithTheLastChunkThatMemoryHas) {
    SharedChunks chunks(kSmall, 3);
    ChunkCount count;
    View view(chunks.source(), kSmall, count);
    for (uint32_t i = 0; i < 12; ++i) ASSERT_EQ(view.array.add(1), i);
    for (int again = 0; again < 3; ++again) {
        EXPECT_EQ(view.array.add(1), ChunkedArray::kNone);
        EXPECT_EQ(view.array.size(), 12u);
        EXPECT_EQ(view.array.used_chunks(), 3u);
    }
}

TEST(ChunkedArray, EndsWithTheLastChunkOfItsShape) {
    SharedChunks chunks(kSmall, 100);
    ChunkCount count;
    View view(chunks.source(), kSmall, count);
    for (uint32_t i = 0; i < 32; ++i) ASSERT_EQ(view.array.add(1), i);
    EXPECT_EQ(view.array.add(1), ChunkedArray::kNone);
    EXPECT_EQ(view.array.size(), 32u);
    EXPECT_EQ(*std::max_element(chunks.obtained.begin(), chunks.obtained.end()), 7u);
}

// What another process has added is met when it is asked for, each chunk once.
TEST(ChunkedArray, ShowsEachProcessWhatOthersHaveAdded) {
    SharedChunks chunks(kSmall, 8);
    ChunkCount count;
    View one(chunks.source(), kSmall, count), other(chunks.source(), kSmall, count);
    for (uint32_t i = 0; i < 20; ++i)
        put(one.array, (i % 3 == 0 ? other : one).array.add(1), 7 * i);
    EXPECT_EQ(other.array.size(), 20u);
    chunks.obtained.clear();
    View late(chunks.source(), kSmall, count);
    for (int again = 0; again < 2; ++again)
        for (uint32_t i = 0; i < 20; ++i) EXPECT_EQ(get(late.array, i), 7 * i);
    EXPECT_EQ(chunks.obtained, (std::vector<uint32_t>{0, 1, 2, 3, 4}));
}

TEST(ChunkedArray, EndsForEveryProcessWhereItEndsForOne) {
    SharedChunks chunks(kSmall, 2);
    ChunkCount count;
    View one(chunks.source(), kSmall, count), other(chunks.source(), kSmall, count);
    for (uint32_t i = 0; i < 8; ++i) (void)one.array.add(1);
    EXPECT_EQ(one.array.add(2), ChunkedArray::kNone);
    EXPECT_EQ(other.array.add(1), ChunkedArray::kNone);
    EXPECT_EQ(other.array.size(), 8u);
}

TEST(ChunkedArray, GivesThreadsDifferentItems) {
    constexpr ChunkShape kShape{0, sizeof(uint32_t), 4, 64};
    constexpr uint32_t kThreads = 4, kEach = 80;
    SharedChunks chunks(kShape, 64);
    ChunkCount count;
    std::vector<std::vector<uint32_t>> taken(kThreads);
    std::vector<std::thread> threads;
    for (uint32_t thread = 0; thread < kThreads; ++thread)
        threads.emplace_back([&, thread] {
            View view(chunks.source(), kShape, count);
            for (uint32_t i = 0; i < kEach; ++i) {
                const uint32_t first = view.array.add(2);
                put(view.array, first, thread);
                put(view.array, first + 1, i);
                taken[thread].push_back(first);
            }
        });
    for (std::thread& thread : threads) thread.join();
    View view(chunks.source(), kShape, count);
    for (uint32_t thread = 0; thread < kThreads; ++thread)
        for (uint32_t i = 0; i < kEach; ++i) {
            EXPECT_EQ(get(view.array, taken[thread][i]), thread);
            EXPECT_EQ(get(view.array, taken[thread][i] + 1), i);
        }
    EXPECT_EQ(view.array.size(), kThreads * kEach * 2);
}

// ---- chunks out of an arena

TEST(ArenaChunks, KeepToABudgetThatArraysShare) {
    constexpr ChunkShape kShapes[] = {{0, 8, 2, 9}, {1, 16, 2, 9}};  // chunks of 32 and 64 bytes
    TestArena memory;
    ArenaChunks chunks(memory.arena(), 130);
    ChunkCount counts[2];
    View first(chunks.source(kShapes), kShapes[0], counts[0]);
    View second(chunks.source(kShapes), kShapes[1], counts[1]);
    for (uint32_t i = 0; i < 4; ++i) ASSERT_EQ(first.array.add(1), i);
    for (uint32_t i = 0; i < 4; ++i) ASSERT_EQ(second.array.add(1), i);
    EXPECT_EQ(memory.bytes_allocated(), 96u);
    EXPECT_EQ(second.array.add(1), ChunkedArray::kNone);
    // Memory is out for all, even for a chunk that would have fit.
    EXPECT_EQ(first.array.add(1), ChunkedArray::kNone);
    EXPECT_EQ(memory.bytes_allocated(), 96u);
    EXPECT_EQ(first.array.size(), 4u);
}

TEST(ArenaChunks, StayRefusedWhenTheArenaRefusedOne) {
    constexpr ChunkShape kShapes[] = {{0, 8, 2, 9}};
    TestArena memory(32);
    ArenaChunks chunks(memory.arena(), 1000);
    ChunkCount count;
    View view(chunks.source(kShapes), kShapes[0], count);
    for (uint32_t i = 0; i < 4; ++i) ASSERT_EQ(view.array.add(1), i);
    EXPECT_EQ(view.array.add(1), ChunkedArray::kNone);
    memory.never_fail();
    EXPECT_EQ(view.array.add(1), ChunkedArray::kNone);
    EXPECT_EQ(view.array.size(), 4u);
}

}  // namespace
}  // namespace vx
