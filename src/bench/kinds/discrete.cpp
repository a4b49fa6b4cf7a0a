#include "bench/kinds/generators.h"
#include "bench/kinds/points.h"

namespace vx::bench::generators {

void word_weights(Sample& sample, Gaussian& random, double amount) {
    // The frequency of word w is about 1 / (w + kHead).
    constexpr double kHead = 10;
    constexpr std::size_t kTopics = 100;
    constexpr std::size_t kTopicWords = 60;
    const double range = (static_cast<double>(sample.dims) + kHead) / kHead;
    const auto draw = [&] {
        const double word = kHead * std::pow(range, random.uniform()) - kHead;
        return std::min(static_cast<std::size_t>(word), sample.dims - 1);
    };
    std::vector<std::size_t> topics(kTopics * kTopicWords);
    for (std::size_t& word : topics) word = random.below(sample.dims);
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const auto vector = sample.at(i);
        const std::size_t topic = random.below(kTopics);
        const std::uint64_t words = sample.dims / 100 + random.below(sample.dims / 25);
        for (std::uint64_t n = 0; n <= words; ++n) {
            // One word of four is among the topic's, or documents would have nothing in common.
            const bool own = n % 4 == 0;
            vector[own ? topics[topic * kTopicWords + random.below(kTopicWords)] : draw()] += 1;
        }
        for (std::size_t d = 0; d < vector.size(); ++d) {
            if (vector[d] == 0) continue;
            const double rarity = std::log((static_cast<double>(d) + kHead) / kHead) + .5;
            vector[d] = static_cast<float>((1 + std::log(vector[d])) * rarity);
        }
        if (amount != 0) multiply(vector, 1 / length_of(vector));
    }
}

void few_elements(Sample& sample, Gaussian& random, double /*amount*/) {
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const std::uint64_t elements = 5 + random.below(26);
        for (std::uint64_t n = 0; n < elements; ++n) {
            // Low indices are more frequent, or rows would have nothing in common.
            const double share = random.uniform();
            const double at = static_cast<double>(sample.dims) * share * share;
            sample.at(i)[static_cast<std::size_t>(at)] = static_cast<float>(random.normal());
        }
    }
}

void fingerprints(Sample& sample, Gaussian& random, double amount) {
    constexpr std::size_t kFamily = 50;
    Sample parents(sample.dims, sample.rows / kFamily + 1, 0);
    fill_all(parents, [&] { return random.uniform() < amount ? 1 : 0; });
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const auto parent = parents.row(random.below(parents.rows));
        const auto vector = sample.at(i);
        for (std::size_t d = 0; d < vector.size(); ++d) {
            // One bit of ten is drawn again, so that the share of those set stays.
            const bool again = random.below(10) == 0;
            vector[d] = again ? (random.uniform() < amount ? 1.0F : 0.0F) : parent[d];
        }
    }
}

void random_bits(Sample& sample, Gaussian& random, double /*amount*/) {
    fill_all(sample, [&] { return random.below(2); });
}

void one_hot(Sample& sample, Gaussian& random, double /*amount*/) {
    constexpr std::size_t kValues = 20;
    for (std::size_t i = 0; i < sample.count(); ++i) {
        for (std::size_t field = 0; field + kValues <= sample.dims; field += kValues) {
            const double share = random.uniform();
            const auto value = static_cast<std::size_t>(kValues * share * share);
            sample.at(i)[field + value] = 1;
        }
    }
}

void histograms(Sample& sample, Gaussian& random, double /*amount*/) {
    const Mixture colors(8, sample.dims, random);
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const auto vector = sample.at(i);
        colors.add_random(vector, random);
        double sum = 0;
        for (float& value : vector) sum += value = std::exp(value);
        multiply(vector, 1 / sum);
    }
}

void gradients(Sample& sample, Gaussian& random, double /*amount*/) {
    constexpr double kLength = 512;
    constexpr float kMost = 218;
    const Mixture edges(12, sample.dims, random);
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const auto vector = sample.at(i);
        edges.add_random(vector, random);
        for (float& value : vector) value = std::exp(1.5F * value);
        multiply(vector, kLength / length_of(vector));
        for (float& value : vector) value = std::min(std::floor(value), kMost);
    }
}

void grid(Sample& sample, Gaussian& random, double amount) {
    const auto values = static_cast<std::uint64_t>(amount);
    fill_all(sample, [&] { return random.below(values); });
}

void signs(Sample& sample, Gaussian& random, double amount) {
    embeddings(sample, random, amount);
    for (float& value : sample.values) value = value < 0 ? -1.0F : 1.0F;
}

void bytes(Sample& sample, Gaussian& random, double amount) {
    embeddings(sample, random, amount);
    float most = 0;
    for (const float value : sample.values) most = std::max(most, std::fabs(value));
    for (float& value : sample.values) value = std::round(value / most * 127);
}

}  // namespace vx::bench::generators
