// Chooses one table for the life of the process.
#include <cstddef>
#include <cstring>
#include <span>

#include "core/kernels/kernel_table.h"
#include "core/kernels/tables.h"

namespace vx {
namespace {

// Best first; choose_kernels takes the first that is supported, and scalar always is.
constexpr const KernelTable* kTables[] = {
#if defined(__x86_64__)
    &kAvx512PopcntTable, &kAvx512VnniTable, &kAvx512Table, &kAvx2Table,
#elif defined(__aarch64__)
    &kNeonTable,
#endif
    &kScalarTable,
};

// Constant-initialised, so kernels() works before choose_kernels and without a guard.
constinit const KernelTable* current_table = &kScalarTable;

}  // namespace

const KernelTable& kernels() { return *current_table; }

std::span<const KernelTable* const> kernel_tables() { return kTables; }

void choose_kernels(const char* forced) {
    const KernelTable* best = nullptr;
    for (const KernelTable* table : kTables) {
        if (!table->supported()) continue;
        if (best == nullptr) best = table;
        if (forced != nullptr && std::strcmp(forced, table->name) == 0) {
            best = table;
            break;
        }
    }
    current_table = best;
}

template <class Element>
ElementDistanceFn<Element> ranking_kernel(Metric metric) {
    const DistanceTable<Element>& table = current_table->distances<Element>();
    switch (metric) {
    case Metric::kL2:
        return table.l2_squared;
    case Metric::kInnerProduct:
    case Metric::kCosine:
        return table.negative_dot;
    case Metric::kL1:
        return table.l1;
    case Metric::kHamming:
    case Metric::kJaccard:
        break;
    }
    return nullptr;
}

template <>
ElementDistanceFn<uint8_t> ranking_kernel(Metric metric) {
    if (metric == Metric::kHamming) return current_table->bits->hamming_rank;
    if (metric == Metric::kJaccard) return current_table->bits->jaccard_rank;
    return nullptr;
}

template ElementDistanceFn<float> ranking_kernel(Metric metric);
template ElementDistanceFn<Half> ranking_kernel(Metric metric);

}  // namespace vx
