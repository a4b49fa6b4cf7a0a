// Conditions on keys of filter columns, written once for all instruction sets.
//
// Included inside the namespace (and target region) of each instruction set, which has declared
// before: Keys, a register of 64-bit keys, or one key; kKeys, how many those are; and
// key_bits(comparison), a bit for each of them.
//
// No include guard and no #include: both would break the second instruction set.

struct Between {
    uint64_t low;
    uint64_t high;

    template <class Some>
    [[nodiscard]] auto test(Some keys) const {
        return (keys >= Some{} + low) & (keys <= Some{} + high);
    }
};

struct Overlapping {
    uint64_t labels;

    template <class Some>
    [[nodiscard]] auto test(Some keys) const {
        return (keys & (Some{} + labels)) != Some{};
    }
};

struct Containing {
    uint64_t labels;

    template <class Some>
    [[nodiscard]] auto test(Some keys) const {
        return (keys & (Some{} + labels)) == Some{} + labels;
    }
};

template <class Condition>
inline uint64_t passing_keys(const uint64_t* keys, size_t count, Condition condition) {
    uint64_t passing = 0;
    size_t i = 0;
    for (; i + kKeys <= count; i += kKeys) {
        Keys some;
        __builtin_memcpy(&some, keys + i, sizeof some);
        passing |= key_bits(condition.test(some)) << i;
    }
    for (; i < count; ++i) passing |= static_cast<uint64_t>(condition.test(keys[i])) << i;
    return passing;
}

uint64_t between(const uint64_t* keys, size_t count, uint64_t low, uint64_t high) {
    return passing_keys(keys, count, Between{low, high});
}

uint64_t overlapping(const uint64_t* keys, size_t count, uint64_t labels) {
    return passing_keys(keys, count, Overlapping{labels});
}

uint64_t containing(const uint64_t* keys, size_t count, uint64_t labels) {
    return passing_keys(keys, count, Containing{labels});
}

constexpr FilterKernels kFilterKernels = {
    .between = between, .overlapping = overlapping, .containing = containing};
