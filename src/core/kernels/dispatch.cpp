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
    &kAvx512VnniTable,
    &kAvx512Table,
    &kAvx2Table,
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

DistanceFn ranking_kernel(Metric metric) {
    switch (metric) {
    case Metric::kL2:
        return current_table->l2_squared;
    case Metric::kInnerProduct:
    case Metric::kCosine:
        return current_table->negative_dot;
    case Metric::kL1:
        return current_table->l1;
    }
    return nullptr;
}

}  // namespace vx
