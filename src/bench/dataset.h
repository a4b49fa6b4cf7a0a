// The tool's data set file: base vectors, held-out query vectors and, for some sets, a label (a
// word) for each of them. README.md beside this file draws the format.
//
// Everything is little-endian and read in place, so a data set costs no memory of its own.
#pragma once

#include "bench/mapped_file.h"

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace vx::bench {

/// The first 64 bytes of a data set file.
struct DatasetHeader {
    char magic[8];           ///< "VXDATA1\0"
    std::uint32_t dims;      ///< elements of a vector
    std::uint32_t labeled;   ///< 1 when a file of labels lies beside this one
    std::uint64_t rows;      ///< base vectors
    std::uint64_t queries;   ///< query vectors, after the base vectors
    std::uint64_t checksum;  ///< of all the floats, see Checksum
    std::uint64_t reserved[3];
};
static_assert(sizeof(DatasetHeader) == 64);

/// A 64-bit FNV-1a over 32-bit words: finds damage, not malice.
class Checksum {
public:
    void add(std::span<const float> values);
    [[nodiscard]] std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 14695981039346656037ULL;
};

/// A data set opened for reading.
class Dataset {
public:
    /// Opens and checks the whole file: magic, sizes, checksum, labels. Throws std::runtime_error
    /// that says what is wrong.
    explicit Dataset(const std::filesystem::path& path);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::size_t dims() const { return header_.dims; }
    [[nodiscard]] std::size_t rows() const { return header_.rows; }
    [[nodiscard]] std::size_t queries() const { return header_.queries; }
    [[nodiscard]] std::uint64_t checksum() const { return header_.checksum; }
    [[nodiscard]] std::span<const float> row(std::size_t i) const { return vector_at(i); }
    [[nodiscard]] std::span<const float> query(std::size_t i) const {
        return vector_at(header_.rows + i);
    }
    /// One label per base vector, then one per query vector; empty when the set has none.
    [[nodiscard]] const std::vector<std::string>& labels() const { return labels_; }

private:
    [[nodiscard]] std::span<const float> vector_at(std::size_t i) const {
        return floats_.subspan(i * header_.dims, header_.dims);
    }

    std::filesystem::path path_;
    MappedFile file_;
    DatasetHeader header_{};
    std::span<const float> floats_;
    std::vector<std::string> labels_;
};

/// Writes a data set vector by vector, so that a set larger than memory can be made.
///
/// The file gets its name only in finish(): an interrupted run leaves nothing that looks whole.
class DatasetWriter {
public:
    DatasetWriter(std::filesystem::path path, std::size_t dims);
    void add_row(std::span<const float> vector, const std::string& label = {});
    /// All rows must have been added before the first query.
    void add_query(std::span<const float> vector, const std::string& label = {});
    void finish();

private:
    void add(std::span<const float> vector, const std::string& label);

    std::filesystem::path path_;
    std::filesystem::path partial_;
    std::ofstream out_;
    DatasetHeader header_{};
    Checksum checksum_;
    std::vector<std::string> labels_;
};

/// Where the labels of a data set file are kept: one line per vector, UTF-8.
[[nodiscard]] std::filesystem::path labels_path(const std::filesystem::path& dataset);

}  // namespace vx::bench
