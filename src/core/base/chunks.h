// Arrays that grow in chunks, in memory that several processes may share.
//
// A chunk lies at another address in each process, so items are named by their index; each process
// has a table of the addresses at which it has met the chunks.  Growth moves nothing.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"

namespace vx {

/// Where chunks come from: chunk number `chunk` of array number `array`, which is made when there
/// is none yet.  nullptr when memory is out, which it then stays for every chunk that does not
/// exist.  Chunks of an array are made in ascending order, without gaps, zeroed or not.
class ChunkSource {
public:
    using ObtainFn = std::byte* (*)(void* source, uint32_t array, uint32_t chunk);

    ChunkSource(ObtainFn obtain_fn, void* source) : obtain_(obtain_fn), source_(source) {}
    std::byte* obtain(uint32_t array, uint32_t chunk) { return obtain_(source_, array, chunk); }

private:
    ObtainFn obtain_;
    void* source_;
};

/// The same in every process that uses an array.
struct ChunkShape {
    uint32_t array;   // its number
    uint32_t stride;  // bytes of an item
    uint32_t shift;   // a chunk has 1 << shift items
    uint32_t chunks;  // at most

    constexpr size_t chunk_bytes() const { return size_t{stride} << shift; }
};

/// Items in a chunk of about `bytes`, as a power of two: at least 1 << `least`.
constexpr uint32_t chunk_shift(size_t bytes, size_t stride, uint32_t least) {
    uint32_t shift = least;
    while (shift < 20 && (stride << (shift + 1)) <= bytes) ++shift;
    return shift;
}

/// How many items an array has; shared.
struct ChunkCount {
    std::atomic<uint64_t> taken{0};
    std::atomic<uint64_t> end{UINT64_MAX};  // of the memory, once a chunk was refused

    uint32_t size() const {
        const uint64_t items = taken.load(std::memory_order_relaxed);
        const uint64_t most = end.load(std::memory_order_relaxed);
        return static_cast<uint32_t>(items < most ? items : most);
    }
};

/// One process's view of an array.
class ChunkedArray {
public:
    static constexpr uint32_t kNone = 0xFFFFFFFF;

    /// `table` has `shape.chunks` entries, all null.
    ChunkedArray(ChunkSource source, const ChunkShape& shape, ChunkCount* count, std::byte** table)
        : source_(source), shape_(shape), mask_((1u << shape.shift) - 1), count_(count),
          table_(table) {}

    /// Items taken by all processes; of the last ones not all may be filled in yet.
    uint32_t size() const { return count_->size(); }

    /// An item that exists.
    std::byte* at(uint32_t index) const {
        std::byte* chunk = table_[index >> shape_.shift];
        if (chunk == nullptr) [[unlikely]]
            chunk = meet(index >> shape_.shift);
        return chunk + size_t{index & mask_} * shape_.stride;
    }

    /// Chunks that hold items.
    uint32_t used_chunks() const {
        return static_cast<uint32_t>((uint64_t{size()} + mask_) >> shape_.shift);
    }
    /// Where a chunk that holds items begins.
    std::byte* chunk(uint32_t number) const { return at(number << shape_.shift); }

    /// Takes `items` consecutive new items (at most as many as a chunk has), in the next chunk
    /// where this one has too few left; the index of the first, or kNone when memory is out.
    uint32_t add(uint32_t items) {
        const uint64_t first = take(items);
        const uint64_t chunk = first >> shape_.shift;
        if (chunk < shape_.chunks &&
            (table_[chunk] != nullptr || meet(static_cast<uint32_t>(chunk)) != nullptr))
            return static_cast<uint32_t>(first);
        end_at(chunk << shape_.shift);
        return kNone;
    }

private:
    uint64_t take(uint32_t items) {
        uint64_t taken = count_->taken.load(std::memory_order_relaxed);
        uint64_t first = 0;
        do {
            first = (taken & mask_) + items > uint64_t{mask_} + 1 ? (taken | mask_) + 1 : taken;
        } while (
            !count_->taken.compare_exchange_weak(taken, first + items, std::memory_order_relaxed));
        return first;
    }

    void end_at(uint64_t items) {
        uint64_t end = count_->end.load(std::memory_order_relaxed);
        while (items < end && !count_->end.compare_exchange_weak(end, items)) {
        }
    }

    std::byte* meet(uint32_t chunk) const {
        return table_[chunk] = source_.obtain(shape_.array, chunk);
    }

    mutable ChunkSource source_;
    ChunkShape shape_;
    uint32_t mask_;
    ChunkCount* count_;
    std::byte** table_;
};

/// Chunks of one process, out of an arena, within a budget.
class ArenaChunks {
public:
    ArenaChunks(Arena arena, size_t budget) : arena_(arena), left_(budget) {}

    /// `shapes` outlives this.
    ChunkSource source(const ChunkShape* shapes) {
        shapes_ = shapes;
        return {&ArenaChunks::obtain, this};
    }

private:
    static std::byte* obtain(void* source, uint32_t array, uint32_t) {
        auto* self = static_cast<ArenaChunks*>(source);
        // The table of the one user knows the chunks that exist: this one is new.
        const size_t bytes = self->shapes_[array].chunk_bytes();
        auto* chunk =
            bytes > self->left_ ? nullptr : static_cast<std::byte*>(self->arena_.allocate(bytes));
        self->left_ = chunk == nullptr ? 0 : self->left_ - bytes;
        return chunk;
    }

    Arena arena_;
    size_t left_;
    const ChunkShape* shapes_ = nullptr;
};

}  // namespace vx
