#include "bench/fetch.h"
#include "bench/kinds/generators.h"
#include "bench/kinds/points.h"

#include <bit>

namespace vx::bench::generators {

void normal(Sample& sample, Gaussian& random, double amount) {
    fill_all(sample, [&] { return amount + random.normal(); });
}

void scaled(Sample& sample, Gaussian& random, double amount) {
    fill_all(sample, [&] { return amount * random.normal(); });
}

void sine(Sample& sample, Gaussian& random, double /*amount*/) {
    const auto rows = static_cast<double>(sample.rows);
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const double at = i < sample.rows ? static_cast<double>(i) : rows * random.uniform();
        double d = 0;
        fill(sample.at(i), [&] { return std::sin(at * (1 + .37 * d++)); });
    }
}

void manifold(Sample& sample, Gaussian& random, double amount) {
    const auto own_dims = static_cast<std::size_t>(amount);
    // Enough bends that it is not flat, few enough that neighbors are neighbors.
    constexpr double kBends = 3;
    const Mixture bends(own_dims, sample.dims, random);
    std::vector<float> phases(sample.dims);
    fill(phases, [&] { return 2 * std::numbers::pi * random.uniform(); });
    std::vector<double> place(own_dims);
    for (std::size_t i = 0; i < sample.count(); ++i) {
        for (double& value : place) value = kBends * random.uniform();
        const auto vector = sample.at(i);
        std::copy(phases.begin(), phases.end(), vector.begin());
        bends.add_to(vector, place);
        for (float& value : vector) value = std::sin(value);
    }
}

void frames(Sample& sample, Gaussian& random, double /*amount*/) {
    constexpr std::size_t kRank = 16;
    constexpr std::size_t kScene = 200;
    const Mixture camera(kRank, sample.dims, random);
    std::vector<double> place(kRank);
    std::vector<double> places;
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const auto vector = sample.at(i);
        if (i < sample.rows) {
            for (double& value : place) {
                value = i % kScene == 0 ? random.normal() : value + .02 * random.normal();
            }
            places.insert(places.end(), place.begin(), place.end());
        } else {
            // A query is another shot of a frame.
            const std::size_t frame = random.below(sample.rows);
            std::copy_n(places.begin() + static_cast<std::ptrdiff_t>(frame * kRank), kRank,
                        place.begin());
            for (double& value : place) value += .02 * random.normal();
        }
        camera.add_to(vector, place);
        blur(vector, random, .01 * length_of(vector));
    }
}

void spectrum(Sample& sample, Gaussian& random, double amount) {
    for (std::size_t i = 0; i < sample.count(); ++i) {
        double d = 0;
        fill(sample.at(i), [&] { return std::pow(++d, -amount) * random.normal(); });
    }
}

void mixed_scales(Sample& sample, Gaussian& random, double /*amount*/) {
    std::vector<double> spreads(sample.dims);
    for (double& spread : spreads) spread = std::pow(10.0, 6 * random.uniform() - 3);
    for (std::size_t i = 0; i < sample.count(); ++i) {
        std::size_t d = 0;
        fill(sample.at(i), [&] { return spreads[d++] * random.normal(); });
    }
}

void low_rank(Sample& sample, Gaussian& random, double amount) {
    const Mixture mixture(static_cast<std::size_t>(amount), sample.dims, random);
    fill_all(sample, [&] { return .1 * random.normal(); });
    for (std::size_t i = 0; i < sample.count(); ++i) mixture.add_random(sample.at(i), random);
}

void embeddings(Sample& sample, Gaussian& random, double /*amount*/) {
    SyntheticOptions options;
    options.dims = sample.dims;
    options.rows = sample.rows;
    options.queries = sample.queries;
    options.seed = random.next();
    const auto vectors = synthetic_vectors(options);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        std::copy(vectors[i].begin(), vectors[i].end(), sample.at(i).begin());
    }
}

void matryoshka(Sample& sample, Gaussian& random, double /*amount*/) {
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const auto vector = sample.at(i);
        std::size_t d = 0;
        // Each doubling of the prefix adds 0.7 of what the one before added to the square.
        fill(vector, [&] {
            const auto power = static_cast<double>(std::bit_width(d++ / 8));
            return std::pow(.5, .75 * power) * random.normal();
        });
        multiply(vector, 1 / length_of(vector));
    }
}

void student(Sample& sample, Gaussian& random, double /*amount*/) {
    // Half the sum of two squared normals is exponential.
    fill_all(sample, [&] { return random.normal() / std::sqrt(-std::log(random.uniform())); });
}

void student_vectors(Sample& sample, Gaussian& random, double /*amount*/) {
    fill_all(sample, [&] { return random.normal(); });
    for (std::size_t i = 0; i < sample.count(); ++i) {
        multiply(sample.at(i), 1 / std::sqrt(-std::log(random.uniform())));
    }
}

void lognormal_lengths(Sample& sample, Gaussian& random, double amount) {
    const Mixture mixture(16, sample.dims, random);
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const auto vector = sample.at(i);
        mixture.add_random(vector, random);
        multiply(vector, std::exp(amount * random.normal()) / length_of(vector));
    }
}

void cube(Sample& sample, Gaussian& random, double /*amount*/) {
    fill_all(sample, [&] { return random.uniform(); });
}

void rectified(Sample& sample, Gaussian& random, double /*amount*/) {
    const Mixture mixture(32, sample.dims, random);
    for (std::size_t i = 0; i < sample.count(); ++i) {
        mixture.add_random(sample.at(i), random);
        for (float& value : sample.at(i)) value = std::max(0.0F, value);
    }
}

void walks(Sample& sample, Gaussian& random, double /*amount*/) {
    for (std::size_t i = 0; i < sample.count(); ++i) {
        double place = 0;
        fill(sample.at(i), [&] { return place += random.normal(); });
    }
}

void spots(Sample& sample, Gaussian& random, double /*amount*/) {
    const auto width = static_cast<std::size_t>(std::sqrt(static_cast<double>(sample.dims)));
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const auto picture = sample.at(i);
        for (int spot = 0; spot < 3; ++spot) {
            const double x = static_cast<double>(width) * random.uniform();
            const double y = static_cast<double>(width) * random.uniform();
            for (std::size_t d = 0; d < picture.size(); ++d) {
                const std::size_t column = d % width;
                const std::size_t line = d / width;
                const double across = static_cast<double>(column) - x;
                const double down = static_cast<double>(line) - y;
                const double away = across * across + down * down;
                picture[d] += static_cast<float>(255 * std::exp(-away / 18));
            }
        }
    }
}

}  // namespace vx::bench::generators
