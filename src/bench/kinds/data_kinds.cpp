#include "bench/kinds/data_kinds.h"

#include "bench/kinds/generators.h"

#include <stdexcept>

namespace vx::bench {

namespace {

using namespace generators;

constexpr auto kL2 = Distance::kL2;
constexpr auto kProduct = Distance::kInnerProduct;
constexpr auto kCosine = Distance::kCosine;
constexpr auto kL1 = Distance::kL1;
constexpr auto kHamming = Distance::kHamming;
constexpr auto kJaccard = Distance::kJaccard;
constexpr auto kFloat = Element::kFloat;
constexpr auto kHalf = Element::kHalf;
constexpr auto kSparse = Element::kSparse;
constexpr auto kBit = Element::kBit;

constexpr Kind kKinds[] = {
    // no structure at all
    {"normal-128", 128, kL2, kFloat, normal, 0},
    {"normal-384", 384, kL2, kFloat, normal, 0},
    {"normal-768", 768, kL2, kFloat, normal, 0},
    {"normal-1536", 1536, kL2, kFloat, normal, 0},
    {"normal-768-half", 768, kL2, kHalf, normal, 0},
    {"normal-384-cosine", 384, kCosine, kFloat, normal, 0},
    {"normal-384-product", 384, kProduct, kFloat, normal, 0},
    {"normal-64-l1", 64, kL1, kFloat, normal, 0},
    {"tiny-128", 128, kL2, kFloat, scaled, 1e-15},
    {"huge-128", 128, kL2, kFloat, scaled, 1e15},
    // smooth
    {"sine", 768, kL2, kFloat, sine, 0},
    {"curve", 768, kL2, kFloat, manifold, 1},
    {"surface", 768, kL2, kFloat, manifold, 2},
    {"manifold-5", 768, kL2, kFloat, manifold, 5},
    {"frames", 768, kL2, kFloat, frames, 0},
    {"walks", 256, kL2, kFloat, walks, 0},
    {"pictures", 784, kL2, kFloat, spots, 0},
    // uneven directions
    {"spectrum-.5", 768, kL2, kFloat, spectrum, .5},
    {"spectrum-1", 768, kL2, kFloat, spectrum, 1},
    {"spectrum-2", 768, kL2, kFloat, spectrum, 2},
    {"scales", 64, kL2, kFloat, mixed_scales, 0},
    {"rank-8", 384, kL2, kFloat, low_rank, 8},
    {"rank-32", 384, kL2, kFloat, low_rank, 32},
    {"rank-32-l1", 128, kL1, kFloat, low_rank, 32},
    {"rectified", 512, kCosine, kFloat, rectified, 0},
    {"matryoshka", 768, kCosine, kFloat, matryoshka, 0},
    {"embeddings-384", 384, kCosine, kFloat, embeddings, 0},
    {"embeddings-768", 768, kCosine, kFloat, embeddings, 0},
    {"embeddings-1536", 1536, kCosine, kFloat, embeddings, 0},
    {"embeddings-768-half", 768, kCosine, kHalf, embeddings, 0},
    {"embeddings-768-product", 768, kProduct, kFloat, embeddings, 0},
    // groups
    {"copies-1e-2", 384, kL2, kFloat, near_copies, 1e-2},
    {"copies-1e-3", 384, kL2, kFloat, near_copies, 1e-3},
    {"copies-1e-5", 384, kL2, kFloat, near_copies, 1e-5},
    {"copies-1e-6", 384, kL2, kFloat, near_copies, 1e-6},
    {"copies-1e-7", 384, kL2, kFloat, near_copies, 1e-7},
    {"copies-1e-2-half", 384, kL2, kHalf, near_copies, 1e-2},
    {"copies-1e-2-cosine", 384, kCosine, kFloat, near_copies, 1e-2},
    {"groups-1e-1", 384, kL2, kFloat, large_groups, 1e-1},
    {"groups-1e-2", 384, kL2, kFloat, large_groups, 1e-2},
    {"groups-1e-4", 384, kL2, kFloat, large_groups, 1e-4},
    {"duplicates-3", 128, kL2, kFloat, duplicates, 3},
    {"duplicates-100", 128, kL2, kFloat, duplicates, 100},
    {"clusters-50", 128, kL2, kFloat, clusters, 50},
    {"clusters-50-cosine", 384, kCosine, kFloat, clusters, 50},
    {"clusters-uneven", 128, kL2, kFloat, uneven_clusters, 50},
    {"clusters-sorted", 128, kL2, kFloat, sorted_clusters, 50},
    {"rows-sorted", 64, kL2, kFloat, sorted_rows, 0},
    {"halves", 128, kL2, kFloat, far_halves, 1000},
    // far from the origin, outliers, lengths
    {"offset-100", 128, kL2, kFloat, normal, 100},
    {"offset-100-half", 128, kL2, kHalf, normal, 100},
    {"offset-100-product", 128, kProduct, kFloat, normal, 100},
    {"outliers", 128, kL2, kFloat, outliers, 100},
    {"extreme-1e9", 128, kL2, kFloat, one_extreme, 1e9},
    {"extreme-1e9-cosine", 128, kCosine, kFloat, one_extreme, 1e9},
    {"student", 128, kL2, kFloat, student, 0},
    {"student-product", 256, kProduct, kFloat, student_vectors, 0},
    {"lognormal-.5-product", 128, kProduct, kFloat, lognormal_lengths, .5},
    {"lognormal-2-product", 128, kProduct, kFloat, lognormal_lengths, 2},
    {"lognormal-4-product", 128, kProduct, kFloat, lognormal_lengths, 4},
    {"lognormal-.5-half", 128, kProduct, kHalf, lognormal_lengths, .5},
    {"lognormal-2-cosine", 128, kCosine, kFloat, lognormal_lengths, 2},
    // few dimensions
    {"square", 2, kL2, kFloat, cube, 0},
    {"cube-8", 8, kL2, kFloat, cube, 0},
    {"cube-3-product", 3, kProduct, kFloat, cube, 0},
    {"cube-8-product", 8, kProduct, kFloat, cube, 0},
    {"cube-16-product", 16, kProduct, kFloat, cube, 0},
    // queries off the rows
    {"other-queries", 512, kL2, kFloat, other_queries, 0},
    {"other-queries-cosine", 512, kCosine, kFloat, other_queries, 0},
    {"other-queries-product", 512, kProduct, kFloat, other_queries, 0},
    {"moved-1", 768, kL2, kFloat, moved_embeddings, 1},
    {"moved-2", 768, kL2, kFloat, moved_embeddings, 2},
    {"moved-5", 768, kL2, kFloat, moved_embeddings, 5},
    {"spectrum-.5-moved-2", 768, kL2, kFloat, moved_spectrum, 2},
    // counts, bits and zeros
    {"words", 2000, kL2, kFloat, word_weights, 0},
    {"words-unit", 2000, kL2, kFloat, word_weights, 1},
    {"words-cosine", 2000, kCosine, kFloat, word_weights, 0},
    {"words-product", 2000, kProduct, kFloat, word_weights, 1},
    {"words-300-half", 300, kL2, kHalf, word_weights, 0},
    {"words-sparse", 2000, kCosine, kSparse, word_weights, 0},
    {"sparse", 1000, kL2, kSparse, few_elements, 0},
    {"sparse-product", 1000, kProduct, kSparse, few_elements, 0},
    {"sparse-cosine", 1000, kCosine, kSparse, few_elements, 0},
    {"sparse-l1", 1000, kL1, kSparse, few_elements, 0},
    {"bits-hamming", 256, kHamming, kBit, random_bits, 0},
    {"fingerprints-hamming", 1024, kHamming, kBit, fingerprints, .1},
    {"fingerprints-jaccard", 1024, kJaccard, kBit, fingerprints, .1},
    {"one-hot", 200, kL2, kFloat, one_hot, 0},
    {"one-hot-cosine", 200, kCosine, kFloat, one_hot, 0},
    {"histograms", 256, kL2, kFloat, histograms, 0},
    {"histograms-l1", 256, kL1, kFloat, histograms, 0},
    {"histograms-l1-half", 256, kL1, kHalf, histograms, 0},
    {"sift", 128, kL2, kFloat, gradients, 0},
    {"grid-8", 8, kL2, kFloat, grid, 4},
    {"grid-32-l1", 32, kL1, kFloat, grid, 3},
    {"signs", 256, kCosine, kFloat, signs, 0},
    {"bytes", 768, kCosine, kFloat, bytes, 0},
};

/// FNV-1a, so that a kind's numbers are its own.
std::uint64_t hash_of(const std::string& name) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char letter : name) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
    }
    return hash;
}

}  // namespace

std::span<const Kind> data_kinds() { return kKinds; }

const Kind& find_kind(const std::string& name) {
    for (const Kind& kind : kKinds) {
        if (name == kind.name) return kind;
    }
    throw std::runtime_error("unknown kind of data \"" + name + "\"; --list shows all");
}

Subject make_subject(const Kind& kind, const SampleSize& size, std::uint64_t seed) {
    Subject subject{kind.name, kind.distance, kind.element,
                    Sample(kind.dims, size.rows, size.queries)};
    Gaussian random(hash_of(kind.name) + seed);
    kind.generator(subject.sample, random, kind.amount);
    round_to_type(subject.sample, kind.element);
    return subject;
}

}  // namespace vx::bench
