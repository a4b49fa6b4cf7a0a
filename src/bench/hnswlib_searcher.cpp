#include "bench/hnswlib_searcher.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

#include "bench/hnswlib_graph.h"
#include "bench/progress.h"

namespace vx::bench {

namespace {

HnswlibSpace space_of(Metric metric) {
    if (metric == Metric::kL1) throw std::runtime_error("hnswlib has no L1 metric");
    return metric == Metric::kL2 ? HnswlibSpace::kL2 : HnswlibSpace::kInnerProduct;
}

class HnswlibSearcher final : public Searcher {
public:
    HnswlibSearcher(const Target& target, const Dataset& data, Metric metric, unsigned threads)
        : target_(target), data_(data), metric_(metric), table_(best_hnswlib_table()) {
        const HnswlibShape shape = {space_of(metric), data.dims(), data.rows(),
                                    static_cast<std::size_t>(target.m),
                                    static_cast<std::size_t>(target.ef_construction)};
        path_ = data.path().string() + ".hnswlib-" + metric_name(metric) + "-m" +
                std::to_string(target.m) + "-efc" + std::to_string(target.ef_construction);
        if (std::filesystem::exists(path_)) {
            graph_ = table_.open(shape, path_.string());
        } else {
            graph_ = table_.open(shape, "");
            build(threads);
        }
        if (graph_->size() != data.rows()) {
            throw std::runtime_error("\"" + path_.string() +
                                     "\" belongs to another data set; remove it");
        }
    }

    void set_effort(int ef) override { graph_->set_ef(static_cast<std::size_t>(ef)); }

    void search(std::size_t, std::span<const float> query, std::span<std::int64_t> out) override {
        const auto prepared = metric_ == Metric::kCosine ? unit(query) : std::vector<float>();
        const float* start = prepared.empty() ? query.data() : prepared.data();
        std::fill(out.begin(), out.end(), kNoRow);
        graph_->search(start, out);
    }

    Facts facts() override {
        Facts facts = {{"library", "hnswlib, in the process of the tool, no SQL"},
                       {"instructions", table_.instructions},
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
            graph_->add(unit(vector).data(), row);
        } else {
            graph_->add(vector.data(), row);
        }
    }

    void build(unsigned threads) {
        const auto start = std::chrono::steady_clock::now();
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
        graph_->save(path_.string());
    }

    Target target_;
    const Dataset& data_;
    Metric metric_;
    const HnswlibTable& table_;
    std::unique_ptr<HnswlibGraph> graph_;
    std::filesystem::path path_;
    double build_seconds_ = 0;
};

}  // namespace

std::unique_ptr<Searcher> open_hnswlib(const Target& target, const Dataset& data, Metric metric,
                                       unsigned threads) {
    return std::make_unique<HnswlibSearcher>(target, data, metric, threads);
}

}  // namespace vx::bench
