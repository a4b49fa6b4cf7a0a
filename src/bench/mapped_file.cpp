#include "bench/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace vx::bench {

MappedFile::MappedFile(const std::filesystem::path& path) {
    const auto fail = [&path](const char* what) {
        throw std::runtime_error(std::string("could not ") + what + " file \"" + path.string() +
                                 "\": " + std::strerror(errno));
    };
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail("open");
    struct stat info {};
    if (::fstat(fd, &info) != 0) {
        ::close(fd);
        fail("stat");
    }
    size_ = static_cast<std::size_t>(info.st_size);
    if (size_ > 0) {  // mmap refuses a length of zero
        void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
        if (mapped == MAP_FAILED) {
            ::close(fd);
            fail("map");
        }
        data_ = static_cast<const std::byte*>(mapped);
    }
    ::close(fd);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace vx::bench
