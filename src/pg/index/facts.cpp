// The tables.
#include "pg/index/facts.h"

#include "pg/types/datum.h"

namespace vx::pg {
namespace {

// The longest value of the server's type bit.
constexpr int kMaxBits = MaxAttrSize * BITS_PER_BYTE;

template <class T>
size_t dense_bytes(uint32_t dims, uint32_t) {
    return T::Value::bytes(dims);
}
size_t bit_bytes(uint32_t dims, uint32_t) { return VARBITTOTALLEN(dims); }
size_t sparse_bytes(uint32_t, uint32_t pairs) { return Sparse::bytes(pairs); }

// Both by number, from 1.
constexpr ElementFacts kElements[] = {
    {"float32", Vector::kName, Vector::kMaxDims, dense_bytes<Vector>},
    {"float16", HalfVector::kName, HalfVector::kMaxDims, dense_bytes<HalfVector>},
    {"bit", "bit", kMaxBits, bit_bytes},
    {"sparse", SparseVector::kName, SparseVector::kMaxDims, sparse_bytes},
};
constexpr const char* kMetricNames[] = {"l2", "inner_product", "cosine",
                                        "l1", "hamming",       "jaccard"};

static_assert(lengthof(kElements) == static_cast<size_t>(kLastElement));
static_assert(lengthof(kMetricNames) == static_cast<size_t>(kLastMetric));

}  // namespace

const ElementFacts& facts_of(Element element) {
    return kElements[static_cast<size_t>(element) - 1];
}

const char* metric_name(Metric metric) { return kMetricNames[static_cast<size_t>(metric) - 1]; }

}  // namespace vx::pg
