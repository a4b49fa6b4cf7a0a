// How long one distance takes with both vectors in the first-level cache: every table and metric at
// common dimensions, with vectors that start on a cache line and vectors that start 8 bytes after
// one (where a vector lies in a heap tuple or on an index page is a multiple of 8, no more).
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/kernels/kernel_table.h"

namespace {

constexpr size_t kLine = 64;

/// `dims` random floats `shift` bytes after the start of a cache line.
class ShiftedVector {
public:
    ShiftedVector(size_t dims, size_t shift, uint64_t seed)
        : bytes_(dims * sizeof(float) + shift + kLine), shift_(shift) {
        vx::SplitMix64 random(seed);
        for (size_t i = 0; i < dims; ++i)
            mutable_data()[i] = static_cast<float>(random.next_unit());
    }
    const float* data() { return mutable_data(); }

private:
    float* mutable_data() {
        const auto address = reinterpret_cast<uintptr_t>(bytes_.data());
        const uintptr_t line = (address + kLine - 1) / kLine * kLine;
        return reinterpret_cast<float*>(line + shift_);
    }
    std::vector<std::byte> bytes_;
    size_t shift_;
};

template <class Kernel>
void time_kernel(benchmark::State& state, Kernel kernel) {
    const auto dims = static_cast<size_t>(state.range(0));
    const auto shift = static_cast<size_t>(state.range(1));
    ShiftedVector a(dims, shift, 1);
    ShiftedVector b(dims, shift, 2);
    const float* left = a.data();
    const float* right = b.data();
    for (auto _ : state) {
        // The arguments must look changed, or the call moves out of the loop.
        benchmark::DoNotOptimize(left);
        benchmark::DoNotOptimize(right);
        auto result = kernel(left, right, dims);
        benchmark::DoNotOptimize(result);
    }
}

template <class Kernel>
void add(const vx::KernelTable& table, const char* metric, Kernel kernel) {
    const std::string name = std::string(table.name) + "/" + metric;
    auto* entry = benchmark::RegisterBenchmark(
        name.c_str(), [kernel](benchmark::State& state) { time_kernel(state, kernel); });
    entry->ArgNames({"dims", "shift"});
    for (const int64_t shift : {0, 8})
        for (const int64_t dims : {100, 128, 384, 768, 1536}) entry->Args({dims, shift});
}

}  // namespace

int main(int argc, char** argv) {
    for (const vx::KernelTable* table : vx::kernel_tables()) {
        if (!table->supported()) continue;
        add(*table, "l2_squared", table->l2_squared);
        add(*table, "dot", table->dot);
        add(*table, "negative_dot", table->negative_dot);
        add(*table, "l1", table->l1);
        add(*table, "cosine", table->cosine);
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
