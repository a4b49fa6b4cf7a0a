// Opens a region compiled for AVX2, FMA and F16C.  No guard: included once per region.
//
// A region, not a per-file flag: with -mavx2 the std inline functions of that file would be
// compiled for AVX2 too, and the linker may keep exactly those copies for the whole module (SIGILL
// on older machines).  Include every other header before this one, and region/end.h after.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")
#endif
