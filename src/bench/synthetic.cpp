#include "bench/fetch.h"
#include "bench/gaussian.h"
#include "bench/progress.h"

#include <cmath>
#include <utility>

namespace vx::bench {

namespace {

/// A rotation in the plane of two coordinates.
struct Turn {
    std::size_t first;
    std::size_t second;
    double cosine;
    double sine;
};

class SyntheticSource {
public:
    explicit SyntheticSource(const SyntheticOptions& options)
        : options_(options), random_(options.seed) {
        for (std::size_t d = 0; d < options.dims; ++d) {
            spread_.push_back(std::pow(static_cast<double>(d + 1), -options.decay / 2));
        }
        make_rotation();
        for (std::size_t c = 0; c < options.clusters; ++c) centres_.push_back(spectrum());
    }

    std::vector<float> next() {
        std::vector<double> point = spectrum();
        if (!centres_.empty()) {
            const auto& center = centres_[random_.next() % centres_.size()];
            for (std::size_t d = 0; d < point.size(); ++d) {
                point[d] = center[d] + kWithin * point[d];
            }
        }
        rotate(point);
        normalize(point);
        return {point.begin(), point.end()};
    }

private:
    // Spread within a cluster relative to that of the centers: clusters overlap, as topics do.
    static constexpr double kWithin = 0.7;

    std::vector<double> spectrum() {
        std::vector<double> point(options_.dims);
        for (std::size_t d = 0; d < point.size(); ++d) point[d] = spread_[d] * random_.normal();
        return point;
    }

    /// The axes of falling spread are turned away from the coordinate axes, so that no index
    /// profits from an order of dimensions that real embeddings do not have. Each round rotates
    /// random pairs of coordinates by random angles; log2(dims) rounds mix all with all, two more
    /// make it even.
    void make_rotation() {
        for (std::size_t reach = 1; reach < 4 * options_.dims; reach *= 2) {
            std::vector<std::size_t> order(options_.dims);
            for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
            for (std::size_t i = order.size() - 1; i > 0; --i) {
                std::swap(order[i], order[random_.next() % (i + 1)]);
            }
            for (std::size_t i = 0; i + 1 < order.size(); i += 2) {
                const double x = random_.normal();
                const double y = random_.normal();
                const double length = std::hypot(x, y);
                turns_.push_back({order[i], order[i + 1], x / length, y / length});
            }
        }
    }

    void rotate(std::vector<double>& point) const {
        for (const auto& turn : turns_) {
            const double a = point[turn.first];
            const double b = point[turn.second];
            point[turn.first] = turn.cosine * a - turn.sine * b;
            point[turn.second] = turn.sine * a + turn.cosine * b;
        }
    }

    static void normalize(std::vector<double>& point) {
        double squares = 0;
        for (const double value : point) squares += value * value;
        for (auto& value : point) value /= std::sqrt(squares);
    }

    SyntheticOptions options_;
    Gaussian random_;
    std::vector<double> spread_;
    std::vector<Turn> turns_;
    std::vector<std::vector<double>> centres_;
};

}  // namespace

void write_synthetic(const SyntheticOptions& options, const std::filesystem::path& path) {
    SyntheticSource source(options);
    DatasetWriter writer(path, options.dims);
    Progress progress("making vectors", options.rows + options.queries, "vectors");
    for (std::size_t i = 0; i < options.rows; ++i) {
        writer.add_row(source.next());
        progress.update(i);
    }
    for (std::size_t i = 0; i < options.queries; ++i) writer.add_query(source.next());
    writer.finish();
}

std::vector<std::vector<float>> synthetic_vectors(const SyntheticOptions& options) {
    SyntheticSource source(options);
    std::vector<std::vector<float>> vectors;
    vectors.reserve(options.rows + options.queries);
    for (std::size_t i = 0; i < options.rows + options.queries; ++i) {
        vectors.push_back(source.next());
    }
    return vectors;
}

}  // namespace vx::bench
