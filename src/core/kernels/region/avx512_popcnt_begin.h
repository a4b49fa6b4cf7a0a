// Opens a region compiled for AVX-512 F, BW, VL, DQ and VPOPCNTDQ.  No guard: included once per
// region.
//
// The same rules as region/avx2_begin.h, which says why this is a region and not a compiler flag.
#if defined(__clang__)
#pragma clang attribute push(                                                                      \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512dq,avx512vpopcntdq"))),        \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,avx512f,avx512bw,avx512vl,avx512dq,avx512vpopcntdq")
#endif
