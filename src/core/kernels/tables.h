// The table of each instruction set, defined in the file of that name, for dispatch.cpp and tests.
#pragma once

#include "core/kernels/kernel_table.h"

namespace vx {

extern const KernelTable kScalarTable;
#if defined(__x86_64__)
extern const KernelTable kAvx2Table;
extern const KernelTable kAvx512Table;
extern const KernelTable kAvx512VnniTable;
extern const KernelTable kAvx512PopcntTable;
extern const BitKernels kAvx512PopcntBitKernels;
#elif defined(__aarch64__)
extern const KernelTable kNeonTable;
#endif

}  // namespace vx
