// Memory for core: an allocator passed in by the code that owns the memory.
//
// Core never frees piecemeal and owns nothing; in the server the source is a memory context (which
// dies with the scan, insert or build, also when an error longjmps away), in tests a vector of
// buffers.  `allocate` may return nullptr or may not return at all (the server raises an error).
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "core/base/checked.h"

namespace vx {

/// Hands out memory that lives as long as the source behind it.  Trivially copyable handle.
class Arena {
public:
    using AllocateFn = void* (*)(void* source, size_t bytes);
    using FreeFn = void (*)(void* source, void* memory);

    Arena(AllocateFn allocate_fn, FreeFn free_fn, void* source)
        : allocate_(allocate_fn), free_(free_fn), source_(source) {}

    /// `bytes` uninitialised bytes aligned for any object, or nullptr.
    void* allocate(size_t bytes) { return allocate_(source_, bytes); }

    /// `count` uninitialised objects of a trivial type, or nullptr.
    template <class T>
    T* allocate_array(size_t count) {
        static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
        size_t bytes = 0;
        if (!checked_mul(count, sizeof(T), &bytes)) return nullptr;
        return static_cast<T*>(allocate(bytes));
    }

    /// Gives memory back early; only growth of large arrays uses it, the rest dies with the source.
    void release(void* memory) {
        if (memory != nullptr) free_(source_, memory);
    }

private:
    AllocateFn allocate_;
    FreeFn free_;
    void* source_;
};

}  // namespace vx
