// The one class over hnswlib, compiled by each hnswlib_*.cpp with its own hnswlib
// (hnswlib_needs.h).
#include "bench/hnswlib_tables.h"

namespace vx::bench {

namespace {

class Graph final : public HnswlibGraph {
public:
    Graph(const HnswlibShape& shape, const std::string& path) {
        if (shape.space == HnswlibSpace::kL2) {
            space_ = std::make_unique<hnswlib::L2Space>(shape.dims);
        } else {
            space_ = std::make_unique<hnswlib::InnerProductSpace>(shape.dims);
        }
        graph_ = path.empty() ? std::make_unique<Index>(space_.get(), shape.rows, shape.m,
                                                        shape.ef_construction)
                              : std::make_unique<Index>(space_.get(), path);
    }

    void add(const float* vector, std::size_t row) override { graph_->addPoint(vector, row); }
    [[nodiscard]] std::size_t size() const override { return graph_->cur_element_count; }
    void set_ef(std::size_t ef) override { graph_->setEf(ef); }
    void save(const std::string& path) override { graph_->saveIndex(path); }

    void search(const float* query, std::span<std::int64_t> out) override {
        auto found = graph_->searchKnn(query, out.size());
        for (; !found.empty(); found.pop()) {  // farthest first
            out[found.size() - 1] = static_cast<std::int64_t>(found.top().second);
        }
    }

private:
    using Index = hnswlib::HierarchicalNSW<float>;

    std::unique_ptr<hnswlib::SpaceInterface<float>> space_;
    std::unique_ptr<Index> graph_;
};

std::unique_ptr<HnswlibGraph> open_graph(const HnswlibShape& shape, const std::string& path) {
    return std::make_unique<Graph>(shape, path);
}

}  // namespace

}  // namespace vx::bench
