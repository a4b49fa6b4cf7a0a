#include "bench/kinds/generators.h"
#include "bench/kinds/points.h"

#include <numeric>

namespace vx::bench::generators {

namespace {

using Originals = std::vector<std::vector<float>>;

Originals make_originals(std::size_t count, std::size_t dims, Gaussian& random) {
    Originals originals(count, std::vector<float>(dims));
    for (auto& original : originals) fill(original, [&] { return random.normal(); });
    return originals;
}

void copy_to(std::span<float> vector, const std::vector<float>& original) {
    std::copy(original.begin(), original.end(), vector.begin());
}

/// Rows in groups whose sizes lie between the two given, in no order; queries ask for any group.
void fill_groups(Sample& sample, Gaussian& random, double noise, std::size_t least,
                 std::size_t most) {
    Originals originals;
    const auto write = [&](std::size_t i, const std::vector<float>& original) {
        copy_to(sample.at(i), original);
        blur(sample.at(i), random, noise * length_of(original));
    };
    std::size_t left = 0;
    for (std::size_t i = 0; i < sample.rows; ++i) {
        if (left == 0) {
            originals.push_back(make_originals(1, sample.dims, random).front());
            left = least + random.below(most - least + 1);
        }
        write(i, originals.back());
        --left;
    }
    for (std::size_t i = sample.rows; i < sample.count(); ++i) {
        write(i, originals[random.below(originals.size())]);
    }
    shuffle_rows(sample, random);
}

/// Points around centers; `spreads` has one for each center.
void fill_clusters(Sample& sample, Gaussian& random, std::span<const double> spreads,
                   bool in_order) {
    const Originals centers = make_originals(spreads.size(), sample.dims, random);
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const bool next = in_order && i < sample.rows;
        const std::size_t cluster =
            next ? i * centers.size() / sample.rows : random.below(centers.size());
        copy_to(sample.at(i), centers[cluster]);
        blur(sample.at(i), random, spreads[cluster] * length_of(centers[cluster]));
    }
}

/// The root of the mean squared distance of the rows from their mean.
double spread_of(const Sample& sample) {
    std::vector<double> mean(sample.dims);
    double squares = 0;
    for (std::size_t i = 0; i < sample.rows; ++i) {
        const auto row = sample.row(i);
        for (std::size_t d = 0; d < row.size(); ++d) mean[d] += row[d];
        squares += length_of(row) * length_of(row);
    }
    const auto rows = static_cast<double>(sample.rows);
    double variance = squares / rows;
    for (const double sum : mean) variance -= sum / rows * (sum / rows);
    return std::sqrt(std::max(variance, 0.0));
}

void move_queries(Sample& sample, Gaussian& random, double spreads) {
    const double length = spreads * spread_of(sample);
    for (std::size_t i = sample.rows; i < sample.count(); ++i) blur(sample.at(i), random, length);
}

}  // namespace

void near_copies(Sample& sample, Gaussian& random, double amount) {
    fill_groups(sample, random, amount, 20, 40);
}

void large_groups(Sample& sample, Gaussian& random, double amount) {
    fill_groups(sample, random, amount, 500, 500);
}

void duplicates(Sample& sample, Gaussian& random, double amount) {
    const auto copies = static_cast<std::size_t>(amount);
    const Originals originals =
        make_originals((sample.rows + copies - 1) / copies, sample.dims, random);
    for (std::size_t i = 0; i < sample.rows; ++i) copy_to(sample.at(i), originals[i / copies]);
    for (std::size_t i = sample.rows; i < sample.count(); ++i) {
        fill(sample.at(i), [&] { return random.normal(); });
    }
    shuffle_rows(sample, random);
}

void clusters(Sample& sample, Gaussian& random, double amount) {
    const std::vector<double> spreads(static_cast<std::size_t>(amount), .2);
    fill_clusters(sample, random, spreads, false);
}

void sorted_clusters(Sample& sample, Gaussian& random, double amount) {
    const std::vector<double> spreads(static_cast<std::size_t>(amount), .2);
    fill_clusters(sample, random, spreads, true);
}

void uneven_clusters(Sample& sample, Gaussian& random, double amount) {
    std::vector<double> spreads(static_cast<std::size_t>(amount));
    for (double& spread : spreads) spread = std::pow(10.0, -3 * random.uniform());
    fill_clusters(sample, random, spreads, false);
}

void sorted_rows(Sample& sample, Gaussian& random, double amount) {
    normal(sample, random, amount);
    std::vector<std::size_t> order(sample.rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return sample.row(a).front() < sample.row(b).front();
    });
    const std::vector<float> before = sample.values;
    for (std::size_t i = 0; i < sample.rows; ++i) {
        std::copy_n(before.begin() + static_cast<std::ptrdiff_t>(order[i] * sample.dims),
                    sample.dims, sample.at(i).begin());
    }
}

void far_halves(Sample& sample, Gaussian& random, double amount) {
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const double middle = random.below(2) == 0 ? 0 : amount;
        fill(sample.at(i), [&] { return middle + random.normal(); });
    }
}

void outliers(Sample& sample, Gaussian& random, double amount) {
    normal(sample, random, 0);
    for (std::size_t i = 0; i < sample.rows; ++i) {
        if (random.below(100) == 0) multiply(sample.at(i), amount);
    }
}

void one_extreme(Sample& sample, Gaussian& random, double amount) {
    low_rank(sample, random, 16);
    const std::size_t row = random.below(sample.rows);
    sample.at(row)[random.below(sample.dims)] = static_cast<float>(amount);
}

void other_queries(Sample& sample, Gaussian& random, double /*amount*/) {
    constexpr std::size_t kRank = 64;
    const Originals means = make_originals(2, sample.dims, random);
    const Mixture shared(kRank, sample.dims, random);
    const Mixture of_queries(kRank, sample.dims, random);
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const bool is_query = i >= sample.rows;
        const auto vector = sample.at(i);
        copy_to(vector, means[is_query ? 1 : 0]);
        shared.add_random(vector, random);
        if (is_query) of_queries.add_random(vector, random);
        blur(vector, random, .5 * std::sqrt(static_cast<double>(sample.dims)));
        multiply(vector, 1 / length_of(vector));
    }
}

void moved_embeddings(Sample& sample, Gaussian& random, double amount) {
    embeddings(sample, random, 0);
    move_queries(sample, random, amount);
}

void moved_spectrum(Sample& sample, Gaussian& random, double amount) {
    spectrum(sample, random, .5);
    move_queries(sample, random, amount);
}

}  // namespace vx::bench::generators
