#include "bench/metric.h"

#include <array>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace vx::bench {

namespace {

struct MetricFacts {
    Metric metric;
    const char* op;
    const char* name;
};

constexpr std::array<MetricFacts, 4> kMetrics = {{{Metric::kL2, "<->", "l2"},
                                                  {Metric::kInnerProduct, "<#>", "ip"},
                                                  {Metric::kCosine, "<=>", "cosine"},
                                                  {Metric::kL1, "<+>", "l1"}}};

// Spelled out because g++ drops the attribute where its argument is a template parameter.
template <std::size_t kBytes>
struct Register;
template <>
struct Register<16> {
    using Lanes = float __attribute__((vector_size(16)));
};
template <>
struct Register<32> {
    using Lanes = float __attribute__((vector_size(32)));
};
template <>
struct Register<64> {
    using Lanes = float __attribute__((vector_size(64)));
};

struct SquareStep {
    template <class Lanes>
    [[gnu::always_inline]] static void add(Lanes& sum, const Lanes& query, float value) {
        const Lanes diff = query - value;
        sum += diff * diff;
    }
};

struct ProductStep {
    template <class Lanes>
    [[gnu::always_inline]] static void add(Lanes& sum, const Lanes& query, float value) {
        sum += query * value;
    }
};

struct AbsoluteStep {
    template <class Lanes>
    [[gnu::always_inline]] static void add(Lanes& sum, const Lanes& query, float value) {
        const Lanes diff = query - value;
        sum += diff < 0 ? -diff : diff;
    }
};

constexpr std::size_t kGroups = 4;

/// What one call of a loop works on; see tile_distances().
struct Tile {
    const float* queries;
    const float* rows;
    std::size_t dims;
    float* out;
};

/// One row against the queries from `first` on, with registers of `kBytes` bytes: the four sums
/// stay in registers.
template <class Step, std::size_t kBytes>
[[gnu::always_inline]] inline void fill_row(const Tile& tile, std::size_t row, std::size_t first) {
    using Lanes = typename Register<kBytes>::Lanes;
    const float* query = tile.queries + first;
    Lanes sums[kGroups] = {};
    for (std::size_t d = 0; d < tile.dims; ++d, query += kTile) {
        const float value = tile.rows[row * tile.dims + d];
#pragma GCC unroll 4
        for (std::size_t g = 0; g < kGroups; ++g) {
            Lanes lanes;
            std::memcpy(&lanes, query + g * (kBytes / sizeof(float)), kBytes);
            Step::add(sums[g], lanes, value);
        }
    }
    std::memcpy(tile.out + row * kTile + first, sums, sizeof sums);
}

template <class Step, std::size_t kBytes>
[[gnu::always_inline]] inline void fill(const Tile& tile) {
    constexpr std::size_t kAtOnce = kGroups * kBytes / sizeof(float);
    for (std::size_t first = 0; first < kTile; first += kAtOnce) {
        for (std::size_t row = 0; row < kRowsAtOnce; ++row)
            fill_row<Step, kBytes>(tile, row, first);
    }
}

template <class Step>
void fill_plain(const Tile& tile) {
    fill<Step, 16>(tile);
}

// The tool is compiled for the plain architecture; this one loop is worth copies for newer
// processors: brute force is what takes longest before the first measurement.
#ifdef __x86_64__
template <class Step>
[[gnu::target("avx2,fma")]] void fill_avx2(const Tile& tile) {
    fill<Step, 32>(tile);
}
template <class Step>
[[gnu::target("avx512f")]] void fill_avx512(const Tile& tile) {
    fill<Step, 64>(tile);
}
#endif

template <class Step>
void fill_best(const Tile& tile) {
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512f") != 0) return fill_avx512<Step>(tile);
    if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) {
        return fill_avx2<Step>(tile);
    }
#endif
    fill_plain<Step>(tile);
}

}  // namespace

Metric metric_of_operator(const std::string& op) {
    for (const auto& facts : kMetrics) {
        if (op == facts.op) return facts.metric;
    }
    throw std::runtime_error("unknown distance operator \"" + op +
                             "\" (known: <-> <#> <=> <+>); name the metric with --metric");
}

std::string metric_name(Metric metric) {
    for (const auto& facts : kMetrics) {
        if (metric == facts.metric) return facts.name;
    }
    throw std::logic_error("metric without a name");
}

Metric metric_of_name(const std::string& name) {
    for (const auto& facts : kMetrics) {
        if (name == facts.name) return facts.metric;
    }
    throw std::runtime_error("unknown metric \"" + name + "\" (known: l2 ip cosine l1)");
}

double distance(Metric metric, std::span<const float> a, std::span<const float> b) {
    double squares = 0;
    double absolutes = 0;
    double dot = 0;
    double norm_a = 0;
    double norm_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double x = a[i];
        const double y = b[i];
        squares += (x - y) * (x - y);
        absolutes += std::fabs(x - y);
        dot += x * y;
        norm_a += x * x;
        norm_b += y * y;
    }
    switch (metric) {
    case Metric::kL2:
        return squares;
    case Metric::kInnerProduct:
        return -dot;
    case Metric::kCosine:
        return 1 - dot / std::sqrt(norm_a * norm_b);
    case Metric::kL1:
        return absolutes;
    }
    throw std::logic_error("metric without a distance");
}

void tile_distances(Metric metric, const float* queries, std::span<const float> rows, float* out) {
    const Tile tile{queries, rows.data(), rows.size() / kRowsAtOnce, out};
    if (metric == Metric::kL2) {
        fill_best<SquareStep>(tile);
    } else if (metric == Metric::kL1) {
        fill_best<AbsoluteStep>(tile);
    } else {
        fill_best<ProductStep>(tile);
    }
}

}  // namespace vx::bench
