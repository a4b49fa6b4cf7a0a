// What one hop costs, with everything in the first-level cache: the scan of 32 sketches, their
// scores, dot products of codes; and what is paid once a query or once a row: rotation, encoding,
// tables.  Entries are named "table/kernel"; main is in kernels_bench.cpp.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/kernels/kernel_table.h"
#include "core/quantize/code.h"
#include "core/quantize/estimate.h"
#include "core/quantize/rotation.h"
#include "core/quantize/sketch.h"

namespace vx {
namespace {

constexpr int64_t kDims[] = {112, 128, 384, 768, 1536};
constexpr size_t kRows = 32;

/// Everything a kernel may need, for one number of dimensions, on cache lines.
struct Inputs {
    explicit Inputs(size_t dims_of_inputs)
        : dims(dims_of_inputs), rotation_words_(rotation_words(dims)),
          rotation(dims, 1, rotation_words_.data()) {
        SplitMix64 random(dims);
        for (float& value : floats) value = static_cast<float>(random.next_unit() - 0.5);
        for (auto& byte : bytes) byte = static_cast<uint8_t>(random.next());
        for (auto& byte : small) byte = static_cast<uint8_t>(random.next() >> 57);
        for (auto& byte : query) byte = static_cast<int8_t>(random.next());
        for (size_t i = 0; i < kRows; ++i) rows[i] = bytes + i * dims;
    }
    size_t dims;
    std::vector<uint16_t> rotation_words_;
    Rotation rotation;
    alignas(64) float floats[2 * 1536];
    alignas(64) uint8_t bytes[kRows * 1536];
    alignas(64) uint8_t small[4 * 1536];
    alignas(64) int8_t query[1536];
    alignas(64) uint32_t sums[kSketchLanes];
    alignas(64) float estimates[kSketchLanes];
    const uint8_t* rows[kRows];
    int32_t dots[kRows];
    uint16_t words[2 * kSketchLanes];
};

template <class Body>
void add(const KernelTable& table, const char* kernel, Body body) {
    const std::string name = std::string(table.name) + "/" + kernel;
    auto* entry =
        benchmark::RegisterBenchmark(name.c_str(), [body, &table](benchmark::State& state) {
            choose_kernels(table.name);
            auto inputs = std::make_unique<Inputs>(static_cast<size_t>(state.range(0)));
            for (auto _ : state) {
                benchmark::DoNotOptimize(inputs->dims);
                benchmark::DoNotOptimize(body(*inputs));
                benchmark::ClobberMemory();
            }
        });
    entry->ArgName("dims");
    for (const int64_t dims : kDims) entry->Arg(dims);
}

SketchShape shape_of(const Inputs& in, uint8_t bits) {
    return {.metric = Metric::kL2,
            .bits = bits,
            .dims = static_cast<uint32_t>(in.dims),
            .rotated = static_cast<uint32_t>(in.dims)};
}

void add_hop(const KernelTable& table) {
    const CodeKernels& codes = *table.codes;
    add(table, "scan1_32", [&](Inputs& in) {
        codes.scan1(in.bytes, in.small, in.dims, in.sums);
        return in.sums[0];
    });
    add(table, "scan2_32", [&](Inputs& in) {
        codes.scan2(in.bytes, in.small, in.dims, in.sums);
        return in.sums[0];
    });
    add(table, "score_lanes", [&](Inputs& in) {
        const LaneFactors factors = {in.words, in.words + kSketchLanes, {1, 2}, {3, 4}};
        return codes.score_lanes(factors, {1, 2, 3, 4}, in.sums, in.estimates);
    });
    add(table, "dot_u8s8", [&](Inputs& in) { return codes.dot_u8s8(in.bytes, in.query, in.dims); });
    add(table, "dot_u7s8", [&](Inputs& in) { return codes.dot_u7s8(in.small, in.query, in.dims); });
    add(table, "dot_u8u8", [&](Inputs& in) { return codes.dot_u8u8(in.bytes, in.small, in.dims); });
    add(table, "dot_u4s8",
        [&](Inputs& in) { return codes.dot_u4s8(in.bytes, in.query, in.dims / 2); });
    add(table, "dot_rows_32", [&](Inputs& in) {
        codes.dot_rows(in.rows, kRows, in.query, in.dims, in.dots);
        return in.dots[0];
    });
}

void add_once(const KernelTable& table) {
    add(table, "rotate", [](Inputs& in) {
        in.rotation.rotate(in.floats);
        return in.floats[0];
    });
    add(table, "encode8",
        [](Inputs& in) { return encode(in.floats, in.dims, 8, in.bytes).norm_sq; });
    add(table, "encode4",
        [](Inputs& in) { return encode(in.floats, in.dims, 4, in.bytes).norm_sq; });
    add(table, "decode8", [](Inputs& in) {
        decode(in.bytes, in.dims, 8, 1, in.floats);
        return in.floats[0];
    });
    add(table, "byte_query", [](Inputs& in) {
        return make_byte_query(Metric::kL2, in.floats, in.dims, 0, in.query).scale;
    });
    add(table, "scan_query",
        [](Inputs& in) { return make_scan_query(shape_of(in, 1), in.floats, in.bytes).delta; });
    for (const uint8_t bits : {1, 2})
        add(table, bits == 1 ? "sketch1" : "sketch2", [bits](Inputs& in) {
            float scratch[1536];
            const SketchPair pair = {in.floats, in.floats + in.dims, 0};
            return make_sketch(shape_of(in, bits), pair, scratch, in.bytes).add;
        });
    add(table, "write_lane", [](Inputs& in) {
        write_lane(shape_of(in, 1), 9, in.small, in.bytes);
        return in.bytes[0];
    });
}

// Registers when the program starts, before main hands over to the library.
[[maybe_unused]] const bool kRegistered = [] {
    for (const KernelTable* table : kernel_tables()) {
        if (!table->supported()) continue;
        add_hop(*table);
        add_once(*table);
    }
    return true;
}();

}  // namespace
}  // namespace vx
