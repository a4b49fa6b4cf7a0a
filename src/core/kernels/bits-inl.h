// What is counted in bit strings, written once for all instruction sets.
//
// Included inside the namespace (and target region) of each instruction set, after
// accumulate-inl.h.  The instruction set has declared Ones before, sums of the bits set: add (one
// register), merge (another's sums) and total.
//
// No include guard and no #include: both would break the second instruction set.

/// Bits that differ.
struct Differing {
    Ones ones;

    void step(Bytes a, Bytes b) { ones.add(a ^ b); }
    void merge(const Differing& other) { ones.merge(other.ones); }
};

/// Bits in common and bits in all: with these two sums the third, of a alone, is not needed.
struct Common {
    Ones both;
    Ones either;

    void step(Bytes a, Bytes b) {
        both.add(a & b);
        either.add(a | b);
    }
    void merge(const Common& other) {
        both.merge(other.both);
        either.merge(other.either);
    }
};

uint64_t hamming(const uint8_t* a, const uint8_t* b, size_t bytes) {
    return accumulate<Differing>(a, b, bytes).ones.total();
}

BitOverlap overlap(const uint8_t* a, const uint8_t* b, size_t bytes) {
    const Common common = accumulate<Common>(a, b, bytes);
    return {common.both.total(), common.either.total()};
}

float hamming_rank(const uint8_t* a, const uint8_t* b, size_t bytes) {
    return static_cast<float>(hamming(a, b, bytes));
}

float jaccard_rank(const uint8_t* a, const uint8_t* b, size_t bytes) {
    const BitOverlap bits = overlap(a, b, bytes);
    // Nothing in common is the farthest, also where nothing is set at all.
    if (bits.both == 0) return 0;
    return -static_cast<float>(static_cast<double>(bits.both) / static_cast<double>(bits.either));
}

constexpr BitKernels kBitKernels = {.hamming = hamming,
                                    .overlap = overlap,
                                    .hamming_rank = hamming_rank,
                                    .jaccard_rank = jaccard_rank};
