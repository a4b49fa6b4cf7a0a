// CPUID and XGETBV; bit positions from Intel's Software Developer's Manual, volume 2A (CPUID) and
// volume 1, section 13.3 (XCR0).
#include "core/kernels/cpu.h"

#if defined(__x86_64__)

#include <cpuid.h>

#include <cstdint>

namespace vx {
namespace {

// Leaf 1, ECX.
constexpr uint32_t kFma = 1u << 12;
constexpr uint32_t kOsXsave = 1u << 27;
constexpr uint32_t kAvx = 1u << 28;
constexpr uint32_t kF16c = 1u << 29;
// Leaf 7, EBX.
constexpr uint32_t kAvx2 = 1u << 5;
constexpr uint32_t kAvx512F = 1u << 16;
constexpr uint32_t kAvx512Dq = 1u << 17;
constexpr uint32_t kAvx512Bw = 1u << 30;
constexpr uint32_t kAvx512Vl = 1u << 31;
// Leaf 7, ECX.
constexpr uint32_t kAvx512Vnni = 1u << 11;
constexpr uint32_t kAvx512Vpopcntdq = 1u << 14;
// XCR0: which register files the OS saves on a context switch.
constexpr uint64_t kYmmState = 0x06;  // SSE, AVX
constexpr uint64_t kZmmState = 0xE6;  // these, mask registers, both halves of AVX-512

constexpr bool has_all(uint64_t word, uint64_t bits) { return (word & bits) == bits; }

// Inline assembly, since the intrinsic needs -mxsave for the whole file on g++.
uint64_t read_xcr0() {
    uint32_t low = 0, high = 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t{high} << 32) | low;
}

}  // namespace

CpuFeatures detect_cpu() {
    CpuFeatures found{};
    uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) return found;
    // XGETBV itself is an illegal instruction where the OS has not enabled XSAVE.
    if (!has_all(ecx, kOsXsave | kAvx)) return found;
    const bool fma = has_all(ecx, kFma | kF16c);
    const uint64_t saved = read_xcr0();
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return found;
    found.avx2_fma = fma && has_all(ebx, kAvx2) && has_all(saved, kYmmState);
    found.avx512 = found.avx2_fma && has_all(saved, kZmmState) &&
                   has_all(ebx, kAvx512F | kAvx512Dq | kAvx512Bw | kAvx512Vl);
    found.avx512_vnni = found.avx512 && has_all(ecx, kAvx512Vnni);
    found.avx512_popcnt = found.avx512_vnni && has_all(ecx, kAvx512Vpopcntdq);
    return found;
}

}  // namespace vx

#else

namespace vx {

// NEON is part of the aarch64 baseline: nothing to detect.
CpuFeatures detect_cpu() { return {}; }

}  // namespace vx

#endif
