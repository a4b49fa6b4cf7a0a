// Pages in plain memory: the page source of core/paged/pages.h for one thread that trusts itself.
#pragma once

#include "core/paged/pages.h"

#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

namespace vx::bench {

class LayoutPages {
public:
    static constexpr std::uint32_t page_bytes() { return kBytes; }

    template <class F>
    auto read(std::uint32_t block, F&& f) {
        return f(static_cast<const std::byte*>(at(block)));
    }

    template <class F>
    bool edit(const EditSet& set, F&& f) {
        EditPages pages{&set, {}};
        for (std::uint32_t i = 0; i < set.count(); ++i) pages.images[i] = at(set.block(i));
        return f(static_cast<const EditPages&>(pages));
    }

    void init_page(std::byte* page, PageKind kind) {
        const PageTrailer trailer{kind, kFormatVersion, kMagic};
        std::memcpy(page + kBytes - sizeof trailer, &trailer, sizeof trailer);
    }
    void set_used(std::byte*, std::size_t) {}
    [[nodiscard]] std::uint32_t page_count() const { return count_; }

    void extend_to(std::uint32_t pages) {
        for (; count_ < pages; ++count_) {
            if (count_ % kChunk == 0) {
                auto* memory = static_cast<std::byte*>(std::aligned_alloc(4096, kChunk * kBytes));
                if (memory == nullptr) throw std::bad_alloc();
                std::memset(memory, 0, kChunk * kBytes);
                chunks_.emplace_back(memory);
            }
        }
    }

    void prefetch(std::uint32_t block, std::uint32_t offset, std::uint32_t bytes) {
        const std::byte* from = at(block) + offset;
        for (std::uint32_t i = 0; i < bytes && i < 1536; i += 64) __builtin_prefetch(from + i);
    }

    void poll() {}
    [[noreturn]] void corrupt(std::uint32_t block, CorruptReason) {
        throw std::runtime_error("page " + std::to_string(block) + " makes no sense");
    }
    static std::uint64_t stamp() { return 0; }
    static bool past(std::uint64_t) { return false; }

private:
    static constexpr std::size_t kBytes = 8192;
    static constexpr std::size_t kChunk = 1024;
    struct Free {
        void operator()(std::byte* memory) const { std::free(memory); }
    };

    std::byte* at(std::uint32_t block) {
        return chunks_.at(block / kChunk).get() + block % kChunk * kBytes;
    }

    std::vector<std::unique_ptr<std::byte, Free>> chunks_;
    std::uint32_t count_ = 0;
};

}  // namespace vx::bench
