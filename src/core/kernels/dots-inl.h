// The loops over codes, written once for all instruction sets.
//
// Included inside the namespace (and target region) of each instruction set, after
// accumulate-inl.h.  The instruction set has declared before: field<bits>(bytes, shift), and the
// accumulators WideDot (u8 x s8), NarrowDot (codes <= 127 x s8) and CodeDot (u8 x u8) with step,
// merge and finish.
//
// No include guard and no #include: both would break the second instruction set.

template <class Accumulator, class B>
int32_t dot_bytes(const uint8_t* a, const B* b, size_t count) {
    return accumulate<Accumulator>(a, b, count).finish();
}

/// Codes of `kBits`, 8 / kBits planes: element p * bytes + i lies in byte i, p fields up.
template <unsigned kBits>
int32_t dot_packed(const uint8_t* codes, const int8_t* query, size_t bytes) {
    constexpr unsigned kPlanes = 8 / kBits;
    NarrowDot sum[kPlanes] = {};
    size_t at = 0;
    for (; at + kByteWidth <= bytes; at += kByteWidth) {
        const Bytes packed = load_codes(codes + at);
        for (unsigned p = 0; p < kPlanes; ++p)
            sum[p].step(field<kBits>(packed, p * kBits), load_codes(query + p * bytes + at));
    }
    if (at < bytes) {
        const Bytes packed = load_codes_partial(codes + at, bytes - at);
        for (unsigned p = 0; p < kPlanes; ++p)
            sum[p].step(field<kBits>(packed, p * kBits),
                        load_codes_partial(query + p * bytes + at, bytes - at));
    }
    for (unsigned p = 1; p < kPlanes; ++p) sum[0].merge(sum[p]);
    return sum[0].finish();
}

/// Four codes at a time: one load of the query serves four, and four sums hide their latency.
void dot_rows(const uint8_t* const* codes, size_t rows, const int8_t* query, size_t count,
              int32_t* sums) {
    size_t row = 0;
    for (; row + 4 <= rows; row += 4, codes += 4, sums += 4) {
        WideDot sum[4] = {};
        size_t at = 0;
        for (; at + kByteWidth <= count; at += kByteWidth) {
            const Bytes values = load_codes(query + at);
            for (size_t i = 0; i < 4; ++i) sum[i].step(load_codes(codes[i] + at), values);
        }
        if (at < count) {
            const Bytes values = load_codes_partial(query + at, count - at);
            for (size_t i = 0; i < 4; ++i)
                sum[i].step(load_codes_partial(codes[i] + at, count - at), values);
        }
        for (size_t i = 0; i < 4; ++i) sums[i] = sum[i].finish();
    }
    for (; row < rows; ++row, ++codes, ++sums)
        *sums = accumulate<WideDot>(*codes, query, count).finish();
}

// ---- scans of sketches: Totals (32 sums of 32 bits, with twice and write) and
// scan_chunk(block, tables, dims, totals), which adds the sums of at most kScanChunk dimensions.

inline void scan_plane(const uint8_t* plane, const uint8_t* tables, size_t dims, Totals& totals) {
    for (; dims > kScanChunk; dims -= kScanChunk) {
        scan_chunk(plane, tables, kScanChunk, totals);
        plane += kScanChunk * 4, tables += kScanChunk * 4;
    }
    scan_chunk(plane, tables, dims, totals);
}

void scan1(const uint8_t* block, const uint8_t* tables, size_t dims, uint32_t* sums) {
    Totals totals{};
    scan_plane(block, tables, dims, totals);
    totals.write(sums);
}

void scan2(const uint8_t* block, const uint8_t* tables, size_t dims, uint32_t* sums) {
    Totals totals{};
    scan_plane(block, tables, dims, totals);
    totals.twice();
    scan_plane(block + dims * 4, tables, dims, totals);
    totals.write(sums);
}

constexpr CodeKernels kCodeKernels = {.rotate = rotate,
                                      .rotate_back = rotate_back,
                                      .lane_dot = lane_dot,
                                      .difference = difference,
                                      .largest = largest,
                                      .lattice_fit = lattice_fit,
                                      .lattice_codes = lattice_codes,
                                      .decode = decode,
                                      .to_bytes = to_bytes,
                                      .scan_tables = scan_tables,
                                      .dot_u8s8 = dot_bytes<WideDot, int8_t>,
                                      .dot_u7s8 = dot_bytes<NarrowDot, int8_t>,
                                      .dot_u8u8 = dot_bytes<CodeDot, uint8_t>,
                                      .dot_u4s8 = dot_packed<4>,
                                      .dot_u2s8 = dot_packed<2>,
                                      .dot_u1s8 = dot_packed<1>,
                                      .dot_rows = dot_rows,
                                      .scan1 = scan1,
                                      .scan2 = scan2,
                                      .score_lanes = score_lanes};
