// Integer arithmetic of NEON for dots-inl.h, 16 codes a register.
//
// Baseline instructions only: the dot product instructions came with ARMv8.2.
//
// No include guard and no #include: included by neon.cpp.

using Bytes = uint8x16_t;
constexpr size_t kByteWidth = 16;

inline Bytes load_codes(const void* from) { return vld1q_u8(static_cast<const uint8_t*>(from)); }

inline Bytes load_codes_partial(const void* from, size_t count) {
    uint8_t bytes[kByteWidth] = {};
    __builtin_memcpy(bytes, from, count);
    return vld1q_u8(bytes);
}

template <unsigned kBits>
inline Bytes field(Bytes packed, unsigned shift) {
    const Bytes moved = vshlq_u8(packed, vdupq_n_s8(static_cast<int8_t>(-static_cast<int>(shift))));
    return vandq_u8(moved, vdupq_n_u8((1 << kBits) - 1));
}

struct WideDot {
    int32x4_t sum;

    void step(Bytes codes, Bytes query) {
        const int8x16_t values = vreinterpretq_s8_u8(query);
        add(vget_low_u8(codes), vget_low_s8(values));
        add(vget_high_u8(codes), vget_high_s8(values));
    }
    void add(uint8x8_t codes, int8x8_t query) {
        const int16x8_t a = vreinterpretq_s16_u16(vmovl_u8(codes));
        const int16x8_t b = vmovl_s8(query);
        sum = vmlal_s16(sum, vget_low_s16(a), vget_low_s16(b));
        sum = vmlal_s16(sum, vget_high_s16(a), vget_high_s16(b));
    }
    void merge(const WideDot& other) { sum = vaddq_s32(sum, other.sum); }
    [[nodiscard]] int32_t finish() const { return vaddvq_s32(sum); }
};

struct NarrowDot {
    int32x4_t sum;

    void step(Bytes codes, Bytes query) {
        const int8x16_t a = vreinterpretq_s8_u8(codes), b = vreinterpretq_s8_u8(query);
        sum = vpadalq_s16(sum, vmull_s8(vget_low_s8(a), vget_low_s8(b)));
        sum = vpadalq_s16(sum, vmull_s8(vget_high_s8(a), vget_high_s8(b)));
    }
    void merge(const NarrowDot& other) { sum = vaddq_s32(sum, other.sum); }
    [[nodiscard]] int32_t finish() const { return vaddvq_s32(sum); }
};

struct CodeDot {
    uint32x4_t sum;

    void step(Bytes a, Bytes b) {
        sum = vpadalq_u16(sum, vmull_u8(vget_low_u8(a), vget_low_u8(b)));
        sum = vpadalq_u16(sum, vmull_u8(vget_high_u8(a), vget_high_u8(b)));
    }
    void merge(const CodeDot& other) { sum = vaddq_u32(sum, other.sum); }
    [[nodiscard]] int32_t finish() const { return static_cast<int32_t>(vaddvq_u32(sum)); }
};

/// Part k: lanes 4k to 4k + 3.
struct Totals {
    uint32x4_t part[8];

    void twice() {
        for (uint32x4_t& sums : part) sums = vaddq_u32(sums, sums);
    }
    void write(uint32_t* to) const {
        for (size_t i = 0; i < 8; ++i) vst1q_u32(to + 4 * i, part[i]);
    }
    void add(size_t i, uint16x8_t words) {
        part[2 * i] = vaddw_u16(part[2 * i], vget_low_u16(words));
        part[2 * i + 1] = vaddw_u16(part[2 * i + 1], vget_high_u16(words));
    }
};

/// A register is four dimensions; see scan_chunk in integer_avx2-inl.h.
void scan_chunk(const uint8_t* block, const uint8_t* tables, size_t dims, Totals& totals) {
    uint16x8_t both[2] = {}, odd[2] = {};
    for (size_t group = 0; group < dims / 4; ++group, block += 16, tables += 16) {
        const Bytes codes = vld1q_u8(block), table = vld1q_u8(tables);
        const Bytes entries[2] = {vqtbl1q_u8(table, vandq_u8(codes, vdupq_n_u8(15))),
                                  vqtbl1q_u8(table, vshrq_n_u8(codes, 4))};
        for (size_t i = 0; i < 2; ++i) {
            const uint16x8_t words = vreinterpretq_u16_u8(entries[i]);
            both[i] = vaddq_u16(both[i], words);
            odd[i] = vsraq_n_u16(odd[i], words, 8);
        }
    }
    for (size_t i = 0; i < 2; ++i) {
        totals.add(2 * i, vsubq_u16(both[i], vshlq_n_u16(odd[i], 8)));
        totals.add(2 * i + 1, odd[i]);
    }
}

/// Bits set, for bits-inl.h.
struct Ones {
    uint64x2_t sum;

    void add(Bytes a) { sum = vaddq_u64(sum, vpaddlq_u32(vpaddlq_u16(vpaddlq_u8(vcntq_u8(a))))); }
    void merge(const Ones& other) { sum = vaddq_u64(sum, other.sum); }
    [[nodiscard]] uint64_t total() const { return vaddvq_u64(sum); }
};
