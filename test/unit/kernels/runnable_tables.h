// The tables of kernels that this machine can run.
#pragma once

#include <vector>

#include "core/kernels/kernel_table.h"

namespace vx::test {

/// The scalar table always is among them.
inline std::vector<const KernelTable*> runnable_tables() {
    std::vector<const KernelTable*> runnable;
    for (const KernelTable* table : kernel_tables())
        if (table->supported()) runnable.push_back(table);
    return runnable;
}

}  // namespace vx::test
