// An arena for unit tests: malloc behind it, everything freed when the test ends.
//
// Each allocation is a malloc block of exactly the size asked for, so that AddressSanitizer sees a
// read or write one byte past its end, and its contents are filled with a pattern, so that code
// which relies on zeroed memory fails in a test rather than in the server.  The arena can refuse
// after a number of bytes, which is how paths for exhausted memory are tested.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <unordered_set>

#include "core/base/arena.h"

namespace vx::test {

/// Owns what is allocated through `arena()`; must outlive every user of that memory.
class TestArena {
public:
    static constexpr size_t kUnlimited = SIZE_MAX;

    /// Refuses (returns nullptr) any allocation that would make the total exceed `limit` bytes.
    explicit TestArena(size_t limit = kUnlimited) : limit_(limit) {}
    TestArena(const TestArena&) = delete;
    TestArena& operator=(const TestArena&) = delete;
    ~TestArena() {
        for (void* memory : live_) std::free(memory);
    }

    /// The handle to pass to core; refers to this object.
    Arena arena() { return Arena(&TestArena::allocate, &TestArena::release, this); }

    /// From now on refuses whatever would make the bytes handed out since construction exceed
    /// `bytes_allocated() + bytes`.
    void fail_after(size_t bytes) {
        limit_ = bytes > kUnlimited - bytes_allocated_ ? kUnlimited : bytes_allocated_ + bytes;
    }

    void never_fail() { limit_ = kUnlimited; }

    /// Bytes handed out since construction; `release` does not lower it.
    [[nodiscard]] size_t bytes_allocated() const { return bytes_allocated_; }

    /// Allocations neither released nor refused.
    [[nodiscard]] size_t live_count() const { return live_.size(); }

    /// How often an allocation was refused.
    [[nodiscard]] size_t refused_count() const { return refused_count_; }

private:
    static void* allocate(void* source, size_t bytes) {
        auto* self = static_cast<TestArena*>(source);
        if (bytes > self->limit_ || self->bytes_allocated_ > self->limit_ - bytes) {
            ++self->refused_count_;
            return nullptr;
        }
        // malloc(0) may return nullptr, which would look like a refusal.
        void* memory = std::malloc(bytes == 0 ? 1 : bytes);
        if (memory == nullptr) return nullptr;
        std::memset(memory, 0xA5, bytes);
        self->bytes_allocated_ += bytes;
        self->live_.insert(memory);
        return memory;
    }

    static void release(void* source, void* memory) {
        auto* self = static_cast<TestArena*>(source);
        // Freeing what was never handed out, or twice, is a bug in the caller: stop right there.
        if (self->live_.erase(memory) != 1) std::abort();
        std::free(memory);
    }

    size_t limit_;
    size_t bytes_allocated_ = 0;
    size_t refused_count_ = 0;
    std::unordered_set<void*> live_;
};

}  // namespace vx::test
