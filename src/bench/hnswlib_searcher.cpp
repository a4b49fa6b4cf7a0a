#include "bench/hnswlib_searcher.h"

#include "bench/progress.h"

#ifdef VX_HAVE_HNSWLIB

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <fstream>
#include <functional>
#include <list>
#include <mutex>
#include <queue>
#include <random>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>
#ifdef __x86_64__
#include <immintrin.h>
#endif

// hnswlib picks its distance loops by what the compiler may emit. To meet it at its best, and only
// here, the compiler may emit AVX-512; the standard headers stay outside of the region, so that no
// function shared with other files is compiled this way.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VX_HNSWLIB_NEEDS_AVX512 1
#pragma GCC push_options
#pragma GCC target("avx512f,avx2,fma")
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wshadow"
#include <hnswlib/hnswlib.h>
#pragma GCC diagnostic pop
#ifdef VX_HNSWLIB_NEEDS_AVX512
#pragma GCC pop_options
#endif

namespace vx::bench {

namespace {

using Graph = hnswlib::HierarchicalNSW<float>;

void check_processor() {
#ifdef VX_HNSWLIB_NEEDS_AVX512
    if (__builtin_cpu_supports("avx512f") == 0) {
        throw std::runtime_error("the comparison with hnswlib was compiled for AVX-512, which "
                                 "this processor has not");
    }
#endif
}

std::unique_ptr<hnswlib::SpaceInterface<float>> space_of(Metric metric, std::size_t dims) {
    if (metric == Metric::kL2) return std::make_unique<hnswlib::L2Space>(dims);
    if (metric == Metric::kL1) throw std::runtime_error("hnswlib has no L1 metric");
    return std::make_unique<hnswlib::InnerProductSpace>(dims);
}

class HnswlibSearcher final : public Searcher {
public:
    HnswlibSearcher(const Target& target, const Dataset& data, Metric metric, unsigned threads)
        : target_(target), data_(data), metric_(metric), space_(space_of(metric, data.dims())) {
        path_ = data.path().string() + ".hnswlib-" + metric_name(metric) + "-m" +
                std::to_string(target.m) + "-efc" + std::to_string(target.ef_construction);
        if (std::filesystem::exists(path_)) {
            graph_ = std::make_unique<Graph>(space_.get(), path_.string());
        } else {
            build(threads);
        }
        if (graph_->cur_element_count != data.rows()) {
            throw std::runtime_error("\"" + path_.string() +
                                     "\" belongs to another data set; remove it");
        }
    }

    void set_effort(int ef) override { graph_->setEf(static_cast<std::size_t>(ef)); }

    void search(std::size_t, std::span<const float> query, std::span<std::int64_t> out) override {
        const auto prepared = metric_ == Metric::kCosine ? unit(query) : std::vector<float>();
        const float* start = prepared.empty() ? query.data() : prepared.data();
        auto found = graph_->searchKnn(start, out.size());
        std::fill(out.begin(), out.end(), kNoRow);
        for (; !found.empty(); found.pop()) {  // farthest first
            out[found.size() - 1] = static_cast<std::int64_t>(found.top().second);
        }
    }

    Facts facts() override {
        Facts facts = {{"library", "hnswlib, in the process of the tool, no SQL"},
                       {"m", std::to_string(target_.m)},
                       {"ef_construction", std::to_string(target_.ef_construction)}};
        if (build_seconds_ > 0) facts.emplace_back("build", human_seconds(build_seconds_));
        facts.emplace_back("index size",
                           human_bytes(static_cast<double>(std::filesystem::file_size(path_))));
        return facts;
    }

private:
    static std::vector<float> unit(std::span<const float> vector) {
        const double squares = -distance(Metric::kInnerProduct, vector, vector);
        std::vector<float> result(vector.begin(), vector.end());
        for (auto& value : result) value = static_cast<float>(value / std::sqrt(squares));
        return result;
    }

    void add(std::size_t row) {
        const auto vector = data_.row(row);
        if (metric_ == Metric::kCosine) {
            graph_->addPoint(unit(vector).data(), row);
        } else {
            graph_->addPoint(vector.data(), row);
        }
    }

    void build(unsigned threads) {
        const auto start = std::chrono::steady_clock::now();
        graph_ =
            std::make_unique<Graph>(space_.get(), data_.rows(), static_cast<std::size_t>(target_.m),
                                    static_cast<std::size_t>(target_.ef_construction));
        Progress progress("building with hnswlib", data_.rows(), "rows");
        add(0);  // the first point makes the entry, alone
        std::atomic<std::size_t> next{1};
        const auto work = [&](bool reports) {
            for (std::size_t row = next++; row < data_.rows(); row = next++) {
                add(row);
                if (reports) progress.update(row);
            }
        };
        std::vector<std::jthread> helpers;
        for (unsigned i = 1; i < threads; ++i) helpers.emplace_back(work, false);
        work(true);
        helpers.clear();  // joins
        build_seconds_ =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        graph_->saveIndex(path_.string());
    }

    Target target_;
    const Dataset& data_;
    Metric metric_;
    std::unique_ptr<hnswlib::SpaceInterface<float>> space_;
    std::unique_ptr<Graph> graph_;
    std::filesystem::path path_;
    double build_seconds_ = 0;
};

}  // namespace

std::unique_ptr<Searcher> open_hnswlib(const Target& target, const Dataset& data, Metric metric,
                                       unsigned threads) {
    check_processor();
    return std::make_unique<HnswlibSearcher>(target, data, metric, threads);
}

}  // namespace vx::bench

#else

namespace vx::bench {

std::unique_ptr<Searcher> open_hnswlib(const Target&, const Dataset&, Metric, unsigned) {
    throw std::runtime_error("this tool was compiled without hnswlib; install its headers "
                             "(Debian: libhnswlib-dev) and compile it again");
}

}  // namespace vx::bench

#endif
