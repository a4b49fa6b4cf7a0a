// Registers of 16 floats, for the tables with and without VNNI.
//
// No include guard and no #include: included inside the regions of avx512.cpp and avx512_vnni.cpp.

using Lanes = __m512;
constexpr size_t kWidth = 16;

inline Lanes load(const float* from) { return _mm512_loadu_ps(from); }

inline Lanes load_partial(const float* from, size_t count) {
    return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), from);
}

inline Lanes load(const Half* from) {
    return _mm512_maskz_cvtph_ps(0xFFFF,
                                 _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}

inline Lanes load_partial(const Half* from, size_t count) {
    const auto mask = static_cast<__mmask16>((1u << count) - 1);
    return _mm512_maskz_cvtph_ps(0xFFFF, _mm256_maskz_loadu_epi16(mask, from));
}

// The same value, as a register that cannot be replaced by its memory operand.
inline Lanes pinned(Lanes a) {
    __asm__("" : "+v"(a));
    return a;
}

inline Lanes fma(Lanes a, Lanes b, Lanes c) { return _mm512_fmadd_ps(a, b, c); }

inline Lanes abs(Lanes a) { return _mm512_abs_ps(a); }

// Half of a register.  The zero-masking form with a full mask is the same single instruction (none
// for the lower half); the plain one draws a false "used uninitialized" from g++ 12's own header.
template <int kIndex>
__m256 half_of(Lanes a) {
    return _mm512_maskz_extractf32x8_ps(0xFF, a, kIndex);
}

inline float reduce(Lanes a) {
    const __m256 half = _mm256_add_ps(half_of<0>(a), half_of<1>(a));
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    sum = _mm_add_ss(sum, _mm_movehdup_ps(sum));
    return _mm_cvtss_f32(sum);
}

// What exact-inl.h needs besides.  The zero-masking forms are chosen for the reason given above.

inline void store(float* to, Lanes a) { _mm512_storeu_ps(to, a); }
inline void store(Half* to, Lanes a) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        _mm512_maskz_cvtps_ph(0xFFFF, a, _MM_FROUND_TO_NEAREST_INT));
}
inline Lanes broadcast(float a) { return _mm512_set1_ps(a); }
inline Lanes lower(Lanes a, Lanes b) { return _mm512_maskz_min_ps(0xFFFF, a, b); }

inline __m512i truncated_words(Lanes a) { return _mm512_maskz_cvttps_epi32(0xFFFF, a); }
inline Lanes floats(__m512i words) { return _mm512_maskz_cvtepi32_ps(0xFFFF, words); }
inline Lanes truncated(Lanes a) { return floats(truncated_words(a)); }

inline Lanes with_sign(Lanes size, Lanes sign) {
    return _mm512_or_ps(size, _mm512_and_ps(_mm512_set1_ps(-0.0f), sign));
}

inline Lanes flipped(Lanes a, uint32_t bits) {
    return _mm512_mask_xor_ps(a, static_cast<__mmask16>(bits), a, _mm512_set1_ps(-0.0f));
}

template <size_t kStride>
inline Lanes swapped(Lanes a) {
    if constexpr (kStride == 1) return _mm512_maskz_permute_ps(0xFFFF, a, 0xB1);
    if constexpr (kStride == 2) return _mm512_maskz_permute_ps(0xFFFF, a, 0x4E);
    if constexpr (kStride == 4) return _mm512_maskz_shuffle_f32x4(0xFFFF, a, a, 0xB1);
    return _mm512_maskz_shuffle_f32x4(0xFFFF, a, a, 0x4E);
}

inline Lanes load_bytes(const uint8_t* from) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return floats(_mm512_maskz_cvtepu8_epi32(0xFFFF, bytes));
}

inline void store_bytes(uint8_t* to, Lanes a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                     _mm512_maskz_cvtepi32_epi8(0xFFFF, truncated_words(a)));
}

inline Lanes load_words(const uint16_t* from) {
    const __m256i words = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return floats(_mm512_maskz_cvtepu16_epi32(0xFFFF, words));
}

inline Lanes load_sums(const uint32_t* from) { return floats(_mm512_loadu_si512(from)); }

inline Lanes or_infinity(Lanes a, Lanes add) {
    const __mmask16 dead = _mm512_cmp_ps_mask(add, _mm512_set1_ps(kDeadLane), _CMP_EQ_OQ);
    return _mm512_mask_mov_ps(a, dead, _mm512_set1_ps(__builtin_inff()));
}

inline uint32_t lanes_below(Lanes a, Lanes bound) {
    return _mm512_cmp_ps_mask(a, bound, _CMP_LT_OQ);
}
