#include "bench/dataset.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

namespace vx::bench {

namespace {

constexpr char kDatasetMagic[8] = {'V', 'X', 'D', 'A', 'T', 'A', '1', '\0'};
constexpr std::uint32_t kMaxDims = 64000;

[[noreturn]] void damaged(const std::filesystem::path& path, const std::string& why) {
    throw std::runtime_error("\"" + path.string() + "\" is not a whole data set file: " + why);
}

DatasetHeader read_header(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    DatasetHeader header{};
    if (bytes.size() < sizeof header) damaged(path, "it is shorter than a header");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (std::memcmp(header.magic, kDatasetMagic, sizeof kDatasetMagic) != 0)
        damaged(path, "wrong magic bytes");
    if (header.dims == 0 || header.dims > kMaxDims) damaged(path, "impossible dimensions");
    if (header.labeled > 1) damaged(path, "impossible flags");
    const std::uint64_t vector_bytes = std::uint64_t{header.dims} * sizeof(float);
    const std::uint64_t body = bytes.size() - sizeof header;
    // Compared by division first, so that absurd counts cannot overflow the product.
    if (header.rows > body / vector_bytes || header.queries > body / vector_bytes ||
        (header.rows + header.queries) * vector_bytes != body) {
        damaged(path, "its size does not match its header");
    }
    return header;
}

std::vector<std::string> read_labels(const std::filesystem::path& path, std::size_t expected) {
    std::ifstream in(path);
    if (!in) damaged(path, "the file of labels is missing");
    std::vector<std::string> labels;
    labels.reserve(expected);
    for (std::string line; std::getline(in, line);) labels.push_back(line);
    if (labels.size() != expected) damaged(path, "it does not hold one label a vector");
    return labels;
}

}  // namespace

void Checksum::add(std::span<const float> values) {
    for (const float value : values) {
        hash_ = (hash_ ^ std::bit_cast<std::uint32_t>(value)) * 1099511628211ULL;
    }
}

std::filesystem::path labels_path(const std::filesystem::path& dataset) {
    return dataset.string() + ".labels";
}

Dataset::Dataset(const std::filesystem::path& path) : path_(path), file_(path) {
    const auto bytes = file_.bytes();
    header_ = read_header(path, bytes);
    // The header's 64 bytes keep the floats aligned in the mapping.
    floats_ = {reinterpret_cast<const float*>(bytes.data() + sizeof header_),
               (header_.rows + header_.queries) * header_.dims};
    Checksum checksum;
    checksum.add(floats_);
    if (checksum.value() != header_.checksum) damaged(path, "the checksum differs");
    if (header_.labeled != 0) {
        labels_ = read_labels(labels_path(path), header_.rows + header_.queries);
    }
}

DatasetWriter::DatasetWriter(std::filesystem::path path, std::size_t dims)
    : path_(std::move(path)), partial_(path_.string() + ".partial") {
    if (dims == 0 || dims > kMaxDims) throw std::runtime_error("impossible number of dimensions");
    if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path());
    out_.open(partial_, std::ios::binary | std::ios::trunc);
    if (!out_) throw std::runtime_error("could not create file \"" + partial_.string() + "\"");
    std::memcpy(header_.magic, kDatasetMagic, sizeof kDatasetMagic);
    header_.dims = static_cast<std::uint32_t>(dims);
    out_.write(reinterpret_cast<const char*>(&header_), sizeof header_);
}

void DatasetWriter::add(std::span<const float> vector, const std::string& label) {
    if (vector.size() != header_.dims) throw std::logic_error("vector of another dimension");
    out_.write(reinterpret_cast<const char*>(vector.data()),
               static_cast<std::streamsize>(vector.size_bytes()));
    checksum_.add(vector);
    labels_.push_back(label);
}

void DatasetWriter::add_row(std::span<const float> vector, const std::string& label) {
    if (header_.queries != 0) throw std::logic_error("base vector after a query vector");
    add(vector, label);
    ++header_.rows;
}

void DatasetWriter::add_query(std::span<const float> vector, const std::string& label) {
    add(vector, label);
    ++header_.queries;
}

void DatasetWriter::finish() {
    const bool labeled =
        std::any_of(labels_.begin(), labels_.end(), [](const auto& s) { return !s.empty(); });
    header_.labeled = labeled ? 1 : 0;
    header_.checksum = checksum_.value();
    out_.seekp(0);
    out_.write(reinterpret_cast<const char*>(&header_), sizeof header_);
    out_.close();
    if (!out_) throw std::runtime_error("could not write file \"" + partial_.string() + "\"");
    if (labeled) {
        std::ofstream out(labels_path(path_), std::ios::trunc);
        for (const auto& label : labels_) out << label << '\n';
        out.close();
        if (!out) throw std::runtime_error("could not write the labels of " + path_.string());
    }
    std::filesystem::rename(partial_, path_);
}

}  // namespace vx::bench
