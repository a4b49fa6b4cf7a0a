// A read-only file mapped into memory: data sets and package files are hundreds of megabytes, and
// the page cache should hold them once however many runs look at them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace vx::bench {

class MappedFile {
public:
    /// Maps the whole file; throws std::runtime_error that names the file.
    explicit MappedFile(const std::filesystem::path& path);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&&) = delete;
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();

    /// The file's bytes; valid as long as this object.
    [[nodiscard]] std::span<const std::byte> bytes() const { return {data_, size_}; }

private:
    const std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace vx::bench
