#include "bench/exact.h"

#include "bench/progress.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>
#include <stdexcept>
#include <thread>

namespace vx::bench {

namespace {

struct CacheHeader {
    char magic[8];
    std::uint64_t dataset_checksum;
    std::uint64_t queries;
    std::uint64_t k;
};
constexpr char kExactMagic[8] = {'V', 'X', 'E', 'X', 'A', 'C', '1', '\0'};

struct Candidate {
    double distance;
    std::uint32_t id;
    bool operator<(const Candidate& other) const {
        return distance != other.distance ? distance < other.distance : id < other.id;
    }
};

/// The best few candidates by float distance: a heap with the worst on top.
class Best {
public:
    explicit Best(std::size_t capacity) : capacity_(capacity) { heap_.reserve(capacity); }

    [[nodiscard]] float bound() const { return bound_; }

    void offer(float dist, std::uint32_t id) {
        if (heap_.size() == capacity_) {
            std::pop_heap(heap_.begin(), heap_.end());
            heap_.pop_back();
        }
        heap_.push_back({dist, id});
        std::push_heap(heap_.begin(), heap_.end());
        if (heap_.size() == capacity_) bound_ = static_cast<float>(heap_.front().distance);
    }

    [[nodiscard]] const std::vector<Candidate>& candidates() const { return heap_; }

private:
    std::size_t capacity_;
    float bound_ = std::numeric_limits<float>::infinity();
    std::vector<Candidate> heap_;
};

class BruteForce {
public:
    BruteForce(const Dataset& data, Metric metric, std::size_t k)
        : data_(data), metric_(metric), k_(std::min(k, data.rows())) {
        results_.k = k_;
        results_.ids.resize(data.queries() * k_);
        results_.distances.resize(data.queries() * k_);
        if (metric == Metric::kCosine) {
            inverse_norms_.reserve(data.rows());
            for (std::size_t i = 0; i < data.rows(); ++i) {
                const double norm = -distance(Metric::kInnerProduct, data.row(i), data.row(i));
                if (norm == 0) throw std::runtime_error("a zero vector has no cosine distance");
                inverse_norms_.push_back(static_cast<float>(1 / std::sqrt(norm)));
            }
        }
    }

    [[nodiscard]] std::size_t tiles() const { return (data_.queries() + kTile - 1) / kTile; }

    /// Answers queries tile * kTile and following. Called from several threads, each tile once.
    void answer_tile(std::size_t tile) {
        const std::size_t first = tile * kTile;
        const std::size_t count = std::min(kTile, data_.queries() - first);
        std::vector<float> transposed(data_.dims() * kTile);
        for (std::size_t q = 0; q < count; ++q) {
            const auto query = data_.query(first + q);
            for (std::size_t d = 0; d < query.size(); ++d) transposed[d * kTile + q] = query[d];
        }
        // Floats may swap near neighbors, so twice as many as asked for stay in the race until
        // the doubles decide.
        std::vector<Best> best(count, Best(std::min(2 * k_ + 8, data_.rows())));
        scan(transposed.data(), best);
        for (std::size_t q = 0; q < count; ++q) settle(first + q, best[q]);
    }

    [[nodiscard]] ExactResults take() { return std::move(results_); }

private:
    void scan(const float* transposed, std::vector<Best>& best) {
        const std::size_t dims = data_.dims();
        std::vector<float> tail(dims * kRowsAtOnce);
        float sums[kRowsAtOnce * kTile];
        for (std::size_t i = 0; i < data_.rows(); i += kRowsAtOnce) {
            const std::size_t here = std::min(kRowsAtOnce, data_.rows() - i);
            std::span<const float> rows(data_.row(i).data(), dims * here);
            if (here < kRowsAtOnce) {
                std::copy(rows.begin(), rows.end(), tail.begin());
                rows = tail;
            }
            tile_distances(metric_, transposed, rows, sums);
            for (std::size_t r = 0; r < here; ++r) {
                offer_row(static_cast<std::uint32_t>(i + r), sums + r * kTile, best);
            }
        }
    }

    void offer_row(std::uint32_t id, const float* sums, std::vector<Best>& best) const {
        for (std::size_t q = 0; q < best.size(); ++q) {
            float dist = sums[q];
            if (metric_ == Metric::kInnerProduct) dist = -dist;
            // The query's own norm scales all its distances alike and is left out.
            if (metric_ == Metric::kCosine) dist = -dist * inverse_norms_[id];
            if (dist < best[q].bound()) best[q].offer(dist, id);
        }
    }

    void settle(std::size_t query, const Best& best) {
        std::vector<Candidate> exact = best.candidates();
        for (auto& candidate : exact) {
            candidate.distance = distance(metric_, data_.query(query), data_.row(candidate.id));
        }
        std::sort(exact.begin(), exact.end());
        for (std::size_t i = 0; i < k_; ++i) {
            results_.ids[query * k_ + i] = exact.at(i).id;
            results_.distances[query * k_ + i] = exact.at(i).distance;
        }
    }

    const Dataset& data_;
    Metric metric_;
    std::size_t k_;
    std::vector<float> inverse_norms_;
    ExactResults results_;
};

std::optional<ExactResults> read_cache(const Dataset& data, Metric metric, std::size_t k) {
    const auto path = exact_path(data.path(), metric, k);
    if (!std::filesystem::exists(path)) return std::nullopt;
    const MappedFile file(path);
    const auto bytes = file.bytes();
    CacheHeader header{};
    if (bytes.size() < sizeof header) return std::nullopt;
    std::memcpy(&header, bytes.data(), sizeof header);
    const std::size_t cells = data.queries() * std::min(k, data.rows());
    if (std::memcmp(header.magic, kExactMagic, sizeof kExactMagic) != 0 ||
        header.dataset_checksum != data.checksum() || header.queries != data.queries() ||
        header.k != std::min(k, data.rows()) ||
        bytes.size() != sizeof header + cells * (sizeof(double) + sizeof(std::uint32_t))) {
        return std::nullopt;
    }
    ExactResults results;
    results.k = header.k;
    results.distances.resize(cells);
    results.ids.resize(cells);
    std::memcpy(results.distances.data(), bytes.data() + sizeof header, cells * sizeof(double));
    std::memcpy(results.ids.data(), bytes.data() + sizeof header + cells * sizeof(double),
                cells * sizeof(std::uint32_t));
    return results;
}

void write_cache(const Dataset& data, Metric metric, std::size_t k, const ExactResults& results) {
    CacheHeader header{};
    std::memcpy(header.magic, kExactMagic, sizeof kExactMagic);
    header.dataset_checksum = data.checksum();
    header.queries = data.queries();
    header.k = results.k;
    const auto path = exact_path(data.path(), metric, k);
    const std::filesystem::path partial = path.string() + ".partial";
    std::ofstream out(partial, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(&header), sizeof header);
    out.write(reinterpret_cast<const char*>(results.distances.data()),
              static_cast<std::streamsize>(results.distances.size() * sizeof(double)));
    out.write(reinterpret_cast<const char*>(results.ids.data()),
              static_cast<std::streamsize>(results.ids.size() * sizeof(std::uint32_t)));
    out.close();
    if (!out) throw std::runtime_error("could not write file \"" + partial.string() + "\"");
    std::filesystem::rename(partial, path);
}

}  // namespace

std::filesystem::path exact_path(const std::filesystem::path& dataset, Metric metric,
                                 std::size_t k) {
    return dataset.string() + ".exact-" + metric_name(metric) + "-" + std::to_string(k);
}

ExactResults compute_exact(const Dataset& data, Metric metric, std::size_t k, unsigned threads) {
    if (data.rows() > std::numeric_limits<std::uint32_t>::max()) {
        throw std::runtime_error("data sets of more than 4,294,967,295 rows are not supported");
    }
    BruteForce brute(data, metric, k);
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> done{0};
    Progress progress("exact " + metric_name(metric) + " neighbors", data.queries(), "queries");
    const auto work = [&](bool reports) {
        for (std::size_t tile = next++; tile < brute.tiles(); tile = next++) {
            brute.answer_tile(tile);
            done += kTile;
            if (reports) progress.update(std::min(done.load(), data.queries()));
        }
    };
    std::vector<std::jthread> helpers;
    for (unsigned i = 1; i < threads; ++i) helpers.emplace_back(work, false);
    work(true);
    helpers.clear();  // joins
    return brute.take();
}

ExactResults exact_results(const Dataset& data, Metric metric, std::size_t k, unsigned threads) {
    if (auto cached = read_cache(data, metric, k)) return std::move(*cached);
    auto results = compute_exact(data, metric, k, threads);
    write_cache(data, metric, k, results);
    return results;
}

}  // namespace vx::bench
