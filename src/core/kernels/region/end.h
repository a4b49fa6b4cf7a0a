// Closes the region that region/avx2_begin.h or region/avx512_begin.h opened.  No guard: included
// once per region.
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
