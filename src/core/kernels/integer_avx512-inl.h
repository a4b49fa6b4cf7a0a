// Integer arithmetic of AVX-512 for dots-inl.h, 64 codes a register (bytes_avx512-inl.h comes
// before); what differs with VNNI is in avx512.cpp and avx512_vnni.cpp.
//
// No include guard and no #include: included inside the regions of those files.

template <unsigned kBits>
inline Bytes field(Bytes packed, unsigned shift) {
    const __m512i moved =
        _mm512_maskz_srl_epi32(0xFFFF, packed, _mm_cvtsi32_si128(static_cast<int>(shift)));
    return _mm512_and_si512(moved, _mm512_set1_epi8((1 << kBits) - 1));
}

/// Half of a register; see half_of.
template <int kIndex>
__m256i half_words(__m512i a) {
    return _mm512_maskz_extracti32x8_epi32(0xFF, a, kIndex);
}

inline int32_t add_up(__m512i sums) {
    const __m256i half = _mm256_add_epi32(half_words<0>(sums), half_words<1>(sums));
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
    return _mm_cvtsi128_si32(sum);
}

inline __m512i even_bytes(Bytes a) { return _mm512_and_si512(a, _mm512_set1_epi16(0xFF)); }
inline __m512i odd_bytes(Bytes a) { return _mm512_srli_epi16(a, 8); }

/// Part k: lanes 16k to 16k + 15.
struct Totals {
    __m512i part[2];

    void twice() {
        for (__m512i& sums : part) sums = _mm512_add_epi32(sums, sums);
    }
    void write(uint32_t* to) const {
        _mm512_storeu_si512(to, part[0]);
        _mm512_storeu_si512(to + 16, part[1]);
    }
};

/// Adds the four quarters, which hold 16-bit sums of the same eight lanes.
inline __m128i add_quarters(__m512i words) {
    const __m256i half = _mm256_add_epi16(half_words<0>(words), half_words<1>(words));
    return _mm_add_epi16(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

/// The 16-bit sums of 16 lanes; see scan_chunk in integer_avx2-inl.h.
struct ScanSums {
    __m512i both;
    __m512i odd;

    void step(__m512i entries) {
        both = _mm512_add_epi16(both, entries);
        odd = _mm512_add_epi16(odd, odd_bytes(entries));
    }
    void add_to(__m512i* total) const {
        const __m512i even = _mm512_sub_epi16(both, _mm512_slli_epi16(odd, 8));
        const __m256i words = _mm256_set_m128i(add_quarters(odd), add_quarters(even));
        *total = _mm512_add_epi32(*total, _mm512_maskz_cvtepu16_epi32(0xFFFF, words));
    }
};

/// A register is 16 dimensions; eight that remain are half a register.
void scan_chunk(const uint8_t* block, const uint8_t* tables, size_t dims, Totals& totals) {
    const __m512i low_bits = _mm512_set1_epi8(15);
    ScanSums sums[2] = {};
    const auto add_row = [&](__m512i codes, __m512i table) {
        const __m512i high = _mm512_and_si512(_mm512_srli_epi16(codes, 4), low_bits);
        sums[0].step(_mm512_shuffle_epi8(table, _mm512_and_si512(codes, low_bits)));
        sums[1].step(_mm512_shuffle_epi8(table, high));
    };
    for (size_t row = 0; row < dims / 16; ++row, block += 64, tables += 64)
        add_row(load_codes(block), load_codes(tables));
    if (dims % 16 != 0) add_row(load_codes_partial(block, 32), load_codes_partial(tables, 32));
    sums[0].add_to(&totals.part[0]);
    sums[1].add_to(&totals.part[1]);
}

/// Bits set, for bits-inl.h: those of the two halves of a byte from a table, added up by eights.
struct Ones {
    __m512i sum;

    void add(Bytes a) {
        // The number of bits set in each index, four times.
        const __m512i table = _mm512_maskz_broadcast_i32x4(
            0xFFFF, _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
        const __m512i low = _mm512_and_si512(a, _mm512_set1_epi8(15));
        const __m512i high = _mm512_and_si512(_mm512_srli_epi16(a, 4), _mm512_set1_epi8(15));
        const __m512i ones =
            _mm512_add_epi8(_mm512_shuffle_epi8(table, low), _mm512_shuffle_epi8(table, high));
        sum = _mm512_add_epi64(sum, _mm512_sad_epu8(ones, _mm512_setzero_si512()));
    }
    void merge(const Ones& other) { sum = _mm512_add_epi64(sum, other.sum); }
    [[nodiscard]] uint64_t total() const { return add_up_quads(sum); }
};
