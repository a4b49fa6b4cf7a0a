// hnswlib's graph, whatever the instructions that it was compiled for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace vx::bench {

enum class HnswlibSpace { kL2, kInnerProduct };

struct HnswlibShape {
    HnswlibSpace space;
    std::size_t dims;
    std::size_t rows;
    std::size_t m;
    std::size_t ef_construction;
};

class HnswlibGraph {
public:
    virtual ~HnswlibGraph() = default;

    /// Several threads may add, but the first point.
    virtual void add(const float* vector, std::size_t row) = 0;
    [[nodiscard]] virtual std::size_t size() const = 0;
    virtual void set_ef(std::size_t ef) = 0;
    /// Writes the nearest rows, nearest first, and leaves what it has no row for.
    virtual void search(const float* query, std::span<std::int64_t> out) = 0;
    virtual void save(const std::string& path) = 0;
};

/// One compilation of hnswlib.
struct HnswlibTable {
    const char* instructions;
    bool (*supported)();
    /// An empty graph, or, where `path` is not empty, the one that was saved there.
    std::unique_ptr<HnswlibGraph> (*open)(const HnswlibShape& shape, const std::string& path);
};

/// All that the tool was compiled with, best first; the last runs on any machine. None without
/// hnswlib.
[[nodiscard]] std::span<const HnswlibTable> hnswlib_tables();

/// The best that this processor runs; throws std::runtime_error when the tool was compiled without
/// hnswlib.
[[nodiscard]] const HnswlibTable& best_hnswlib_table();

}  // namespace vx::bench
