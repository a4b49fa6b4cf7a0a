// Memory that ends where an unreadable page begins: reading one byte past it is a crash.
//
// AddressSanitizer does not see inside vector intrinsics with every compiler; the MMU does.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <new>

namespace vx::test {

/// `count` objects of a trivial type, the last of which ends at the guard page.
template <class T>
class GuardedBuffer {
public:
    explicit GuardedBuffer(size_t count) {
        const auto page_bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
        const size_t bytes = count * sizeof(T);
        const size_t data_bytes = (bytes + page_bytes - 1) / page_bytes * page_bytes;
        mapped_bytes_ = data_bytes + page_bytes;
        void* mapped = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapped == MAP_FAILED) throw std::bad_alloc();
        mapped_ = static_cast<std::byte*>(mapped);
        if (mprotect(mapped_ + data_bytes, page_bytes, PROT_NONE) != 0) throw std::bad_alloc();
        data_ = reinterpret_cast<T*>(mapped_ + data_bytes - bytes);
    }
    GuardedBuffer(const GuardedBuffer&) = delete;
    GuardedBuffer& operator=(const GuardedBuffer&) = delete;
    ~GuardedBuffer() { munmap(mapped_, mapped_bytes_); }

    T* data() { return data_; }

private:
    std::byte* mapped_ = nullptr;
    size_t mapped_bytes_ = 0;
    T* data_ = nullptr;
};

}  // namespace vx::test
