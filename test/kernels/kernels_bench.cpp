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

/// `dims` random elements, floats or halves, `shift` bytes after the start of a cache line.
template <class Element>
class ShiftedVector {
public:
    ShiftedVector(size_t dims, size_t shift, uint64_t seed)
        : bytes_(dims * sizeof(Element) + shift + kLine), shift_(shift) {
        vx::SplitMix64 random(seed);
        for (size_t i = 0; i < dims; ++i) mutable_data()[i] = random_element(random);
    }
    const Element* data() { return mutable_data(); }

private:
    static Element random_element(vx::SplitMix64& random) {
        if constexpr (sizeof(Element) == 1)
            return static_cast<Element>(random.next());
        else
            return static_cast<Element>(static_cast<float>(random.next_unit()));
    }
    Element* mutable_data() {
        const auto address = reinterpret_cast<uintptr_t>(bytes_.data());
        const uintptr_t line = (address + kLine - 1) / kLine * kLine;
        return reinterpret_cast<Element*>(line + shift_);
    }
    std::vector<std::byte> bytes_;
    size_t shift_;
};

template <class Element, class Kernel>
void time_kernel(benchmark::State& state, Kernel kernel) {
    const auto dims = static_cast<size_t>(state.range(0));
    const auto shift = static_cast<size_t>(state.range(1));
    ShiftedVector<Element> a(dims, shift, 1);
    ShiftedVector<Element> b(dims, shift, 2);
    const Element* left = a.data();
    const Element* right = b.data();
    for (auto _ : state) {
        // The arguments must look changed, or the call moves out of the loop.
        benchmark::DoNotOptimize(left);
        benchmark::DoNotOptimize(right);
        auto result = kernel(left, right, dims);
        benchmark::DoNotOptimize(result);
    }
}

template <class Element, class Kernel>
void add(const vx::KernelTable& table, const std::string& metric, Kernel kernel) {
    const std::string name = std::string(table.name) + "/" + metric;
    auto* entry = benchmark::RegisterBenchmark(
        name.c_str(), [kernel](benchmark::State& state) { time_kernel<Element>(state, kernel); });
    entry->ArgNames({"dims", "shift"});
    for (const int64_t shift : {0, 8})
        for (const int64_t dims : {100, 128, 384, 768, 1536}) entry->Args({dims, shift});
}

template <class Element>
void add_distances(const vx::KernelTable& kernels, const std::string& prefix) {
    const vx::DistanceTable<Element>& table = kernels.distances<Element>();
    add<Element>(kernels, prefix + "l2_squared", table.l2_squared);
    add<Element>(kernels, prefix + "dot", table.dot);
    add<Element>(kernels, prefix + "negative_dot", table.negative_dot);
    add<Element>(kernels, prefix + "l1", table.l1);
    add<Element>(kernels, prefix + "cosine", table.cosine);
}

}  // namespace

int main(int argc, char** argv) {
    for (const vx::KernelTable* table : vx::kernel_tables()) {
        if (!table->supported()) continue;
        add_distances<float>(*table, "");
        add_distances<vx::Half>(*table, "half_");
        // Of bytes, as many as "dims".
        add<uint8_t>(*table, "hamming", table->bits->hamming);
        add<uint8_t>(*table, "overlap", table->bits->overlap);
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
