// What this machine can run: instructions the CPU has *and* whose registers the OS saves.
//
// Asked of the CPU directly rather than through __builtin_cpu_supports, which reads a model that
// libgcc or compiler-rt fills in a constructor, and so ties us to one of them.
#pragma once

namespace vx {

struct CpuFeatures {
    bool avx2_fma;       // AVX2, FMA and F16C
    bool avx512;         // these and AVX-512 F, BW, VL and DQ
    bool avx512_vnni;    // these and AVX512_VNNI
    bool avx512_popcnt;  // these and AVX512_VPOPCNTDQ
};

/// Executes CPUID (slow under a hypervisor: microseconds), so ask once, not per call.
CpuFeatures detect_cpu();

}  // namespace vx
