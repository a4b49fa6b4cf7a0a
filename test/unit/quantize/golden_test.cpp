// What reaches the disk, against a file: with every table, on every machine, now and later.
//
// golden.txt has one line a result: its name, then bytes or the bit patterns of floats in
// hexadecimal. If the format changes on purpose, UPDATE_GOLDEN=1 in the environment writes it anew.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/kernels/kernel_table.h"
#include "core/quantize/code.h"
#include "core/quantize/estimate.h"
#include "core/quantize/sketch.h"
#include "quantize/vectors.h"

namespace vx {
namespace {

using test::OwnedRotation;
using test::Vector;

constexpr const char* kFile = VX_SOURCE_DIR "/test/unit/quantize/golden.txt";

/// Collects lines.
class Lines {
public:
    template <class T>
    void add(const std::string& name, const T* values, size_t count) {
        constexpr char kDigits[] = "0123456789abcdef";
        text_ += name + " ";
        for (size_t i = 0; i < count; ++i) {
            std::conditional_t<sizeof(T) == 1, uint8_t, uint32_t> bits = 0;
            static_assert(sizeof(bits) == sizeof(T));
            std::memcpy(&bits, values + i, sizeof(bits));
            for (size_t shift = 8 * sizeof(T); shift > 0; shift -= 4)
                text_ += kDigits[bits >> (shift - 4) & 15];
        }
        text_ += '\n';
    }
    template <class T>
    void add(const std::string& name, const std::vector<T>& values) {
        add(name, values.data(), values.size());
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// Numbers that every machine makes alike: no functions of the C library.
Vector numbers(size_t dims, uint64_t seed) {
    SplitMix64 random(seed);
    Vector values(dims);
    for (float& value : values) {
        value = 0;
        for (int i = 0; i < 4; ++i)
            value += static_cast<float>(random.next() >> 48) / 65536.0f - 0.5f;
    }
    return values;
}

void add_codes(const std::string& name, const Vector& x, Lines& lines) {
    for (const unsigned bits : {1u, 2u, 4u, 7u, 8u}) {
        std::vector<uint8_t> code(code_bytes(x.size(), bits));
        const CodeFactors factors = encode(x.data(), x.size(), bits, code.data());
        const std::string full = name + "/code" + std::to_string(bits);
        lines.add(full, code);
        lines.add(full + "/factors", Vector{factors.norm_sq, factors.g, factors.scale});
        lines.add(full + "/sum", &factors.sum, 1);
    }
}

void add_sketches(const std::string& name, const Vector& center, const Vector& x, Lines& lines) {
    for (const uint8_t bits : {1, 2}) {
        const SketchShape shape = {.metric = Metric::kL2,
                                   .bits = bits,
                                   .dims = 48,
                                   .rotated = static_cast<uint32_t>(x.size())};
        std::vector<uint8_t> row(sketch_row_bytes(shape)), block(sketch_block_bytes(shape));
        Vector scratch(x.size());
        const SketchFactors factors =
            make_sketch(shape, {center.data(), x.data(), 0}, scratch.data(), row.data());
        const std::string full = name + "/sketch" + std::to_string(bits);
        lines.add(full, row);
        lines.add(full + "/factors", Vector{factors.add, factors.rescale, factors.error});
        for (size_t lane = 0; lane < kSketchLanes; lane += 3)
            write_lane(shape, lane, row.data(), block.data());
        lines.add(full + "/block", block);
        std::vector<uint8_t> tables(scan_table_bytes(shape));
        const ScanQuery query = make_scan_query(shape, center.data(), tables.data());
        lines.add(full + "/tables", tables);
        lines.add(full + "/query", Vector{query.delta, query.offset});
        std::vector<uint32_t> sums(kSketchLanes);
        scan_block(shape, block.data(), tables.data(), sums.data());
        lines.add(full + "/sums", sums);
    }
}

std::string results() {
    Lines lines;
    for (const size_t dims : {5, 100, 128})
        for (const size_t multiple : {16, 64}) {
            const std::string name = std::to_string(dims) + "/" + std::to_string(multiple);
            const OwnedRotation rotation(dims, 42, multiple);
            const Vector a = rotation(numbers(dims, 1)), b = rotation(numbers(dims, 2));
            lines.add(name + "/rotated", a);
            add_codes(name, a, lines);
            if (a.size() >= 48) add_sketches(name, a, b, lines);
            std::vector<int8_t> bytes(a.size());
            const ByteQuery query =
                make_byte_query(Metric::kL2, a.data(), a.size(), 0, bytes.data());
            lines.add(name + "/query", bytes);
            lines.add(name + "/query/terms", Vector{query.scale, query.norm_sq, query.constant});
        }
    return lines.text();
}

std::string read_file() {
    std::ifstream file(kFile);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Golden, EveryTableGivesWhatTheFileSays) {
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        choose_kernels("scalar");
        std::ofstream(kFile) << results();
    }
    const std::string expected = read_file();
    ASSERT_FALSE(expected.empty()) << kFile;
    for (const KernelTable* table : kernel_tables()) {
        if (!table->supported()) continue;
        choose_kernels(table->name);
        std::istringstream left(results()), right(expected);
        for (std::string actual, line; std::getline(right, line);) {
            ASSERT_TRUE(std::getline(left, actual)) << table->name;
            ASSERT_EQ(actual, line) << table->name;
        }
        ASSERT_EQ(results().size(), expected.size()) << table->name;
    }
    choose_kernels("scalar");
}

}  // namespace
}  // namespace vx
