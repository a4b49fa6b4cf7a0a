// Registers of 64 bytes, for all tables of AVX-512.
//
// No include guard and no #include: included inside the regions of avx512.cpp, avx512_vnni.cpp and
// avx512_popcnt.cpp.

using Bytes = __m512i;
constexpr size_t kByteWidth = 64;

inline Bytes load_codes(const void* from) { return _mm512_loadu_si512(from); }

inline Bytes load_codes_partial(const void* from, size_t count) {
    return _mm512_maskz_loadu_epi8((__mmask64{1} << count) - 1, from);
}

inline uint64_t add_up_quads(__m512i sums) {
    alignas(64) uint64_t lanes[8];
    _mm512_store_si512(lanes, sums);
    uint64_t sum = 0;
    for (const uint64_t lane : lanes) sum += lane;
    return sum;
}
