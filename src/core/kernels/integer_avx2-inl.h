// Integer arithmetic of AVX2 for dots-inl.h, 32 codes a register.
//
// No vpmaddubsw on 8-bit codes: it saturates at 16 bits (255 * 127 * 2).  Even and odd bytes become
// 16-bit words instead, by masks and shifts, which run on more ports than the widening moves.
//
// No include guard and no #include: included inside the region of avx2.cpp.

using Bytes = __m256i;
constexpr size_t kByteWidth = 32;

inline Bytes load_codes(const void* from) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

inline Bytes load_codes_partial(const void* from, size_t count) {
    // Codes of rotated vectors come in multiples of 8 or 16 bytes: the tails that must be fast.
    const auto* bytes_from = static_cast<const uint8_t*>(from);
    if (count % 8 == 0) {
        __m128i low = _mm_setzero_si128(), high = _mm_setzero_si128();
        if (count >= 16) low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes_from));
        const auto* rest = reinterpret_cast<const __m128i*>(bytes_from + (count & 16));
        if (count == 8) low = _mm_loadl_epi64(rest);
        if (count == 24) high = _mm_loadl_epi64(rest);
        return _mm256_set_m128i(high, low);
    }
    alignas(32) uint8_t bytes[kByteWidth] = {};
    __builtin_memcpy(bytes, bytes_from, count);
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(bytes));
}

template <unsigned kBits>
inline Bytes field(Bytes packed, unsigned shift) {
    const __m256i moved = _mm256_srl_epi16(packed, _mm_cvtsi32_si128(static_cast<int>(shift)));
    return _mm256_and_si256(moved, _mm256_set1_epi8((1 << kBits) - 1));
}

inline int32_t add_up(__m256i sums) {
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
    return _mm_cvtsi128_si32(sum);
}

inline __m256i even_bytes(Bytes a) { return _mm256_and_si256(a, _mm256_set1_epi16(0xFF)); }
inline __m256i odd_bytes(Bytes a) { return _mm256_srli_epi16(a, 8); }

struct WideDot {
    __m256i sum;

    void step(Bytes codes, Bytes query) {
        const __m256i even = _mm256_srai_epi16(_mm256_slli_epi16(query, 8), 8);
        const __m256i odd = _mm256_srai_epi16(query, 8);
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(even_bytes(codes), even));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(odd_bytes(codes), odd));
    }
    void merge(const WideDot& other) { sum = _mm256_add_epi32(sum, other.sum); }
    [[nodiscard]] int32_t finish() const { return add_up(sum); }
};

struct NarrowDot {
    __m256i sum;

    void step(Bytes codes, Bytes query) {
        // At most 2 * 127 * 128 = 32512: no saturation.
        const __m256i pairs = _mm256_maddubs_epi16(codes, query);
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
    void merge(const NarrowDot& other) { sum = _mm256_add_epi32(sum, other.sum); }
    [[nodiscard]] int32_t finish() const { return add_up(sum); }
};

struct CodeDot {
    __m256i sum;

    void step(Bytes a, Bytes b) {
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(even_bytes(a), even_bytes(b)));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(odd_bytes(a), odd_bytes(b)));
    }
    void merge(const CodeDot& other) { sum = _mm256_add_epi32(sum, other.sum); }
    [[nodiscard]] int32_t finish() const { return add_up(sum); }
};

/// Part k: lanes 8k to 8k + 7.
struct Totals {
    __m256i part[4];

    void twice() {
        for (__m256i& sums : part) sums = _mm256_add_epi32(sums, sums);
    }
    void write(uint32_t* to) const {
        for (size_t i = 0; i < 4; ++i)
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + 8 * i), part[i]);
    }
    /// `words`: eight 16-bit sums in each half, of the same lanes.
    void add(size_t i, __m256i words) {
        const __m128i sums =
            _mm_add_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
        part[i] = _mm256_add_epi32(part[i], _mm256_cvtepu16_epi32(sums));
    }
};

/// A row of 32 bytes is eight dimensions.  Table entries of an even and an odd lane lie side by
/// side; one sum takes both as a 16-bit word, another the odd one alone, and what the odd ones put
/// into the first is taken off at the end.
void scan_chunk(const uint8_t* block, const uint8_t* tables, size_t dims, Totals& totals) {
    const __m256i low_bits = _mm256_set1_epi8(15);
    __m256i both[2] = {}, odd[2] = {};
    for (size_t row = 0; row < dims / 8; ++row, block += 32, tables += 32) {
        const Bytes codes = load_codes(block), table = load_codes(tables);
        const __m256i high = _mm256_and_si256(_mm256_srli_epi16(codes, 4), low_bits);
        const __m256i first = _mm256_shuffle_epi8(table, _mm256_and_si256(codes, low_bits));
        const __m256i second = _mm256_shuffle_epi8(table, high);
        both[0] = _mm256_add_epi16(both[0], first);
        odd[0] = _mm256_add_epi16(odd[0], odd_bytes(first));
        both[1] = _mm256_add_epi16(both[1], second);
        odd[1] = _mm256_add_epi16(odd[1], odd_bytes(second));
    }
    for (size_t i = 0; i < 2; ++i) {
        totals.add(2 * i, _mm256_sub_epi16(both[i], _mm256_slli_epi16(odd[i], 8)));
        totals.add(2 * i + 1, odd[i]);
    }
}

/// Bits set, for bits-inl.h: those of the two halves of a byte from a table, added up by eights.
struct Ones {
    __m256i sum;

    void add(Bytes a) {
        // The number of bits set in each index, twice.
        const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1,
                                               1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        const __m256i low = _mm256_and_si256(a, _mm256_set1_epi8(15));
        const __m256i high = _mm256_and_si256(_mm256_srli_epi16(a, 4), _mm256_set1_epi8(15));
        const __m256i ones =
            _mm256_add_epi8(_mm256_shuffle_epi8(table, low), _mm256_shuffle_epi8(table, high));
        sum = _mm256_add_epi64(sum, _mm256_sad_epu8(ones, _mm256_setzero_si256()));
    }
    void merge(const Ones& other) { sum = _mm256_add_epi64(sum, other.sum); }
    [[nodiscard]] uint64_t total() const {
        alignas(32) uint64_t lanes[4];
        _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), sum);
        return lanes[0] + lanes[1] + lanes[2] + lanes[3];
    }
};
