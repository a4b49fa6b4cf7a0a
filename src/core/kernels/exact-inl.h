// The float work whose results reach the disk, written once for all instruction sets.
//
// Included inside the namespace (and target region) of each instruction set, which has declared
// Lanes and kWidth (1, 4, 8 or 16), load, store, broadcast, abs, lower (minimum), truncated (toward
// zero), with_sign (magnitude of the first, sign of the second), flipped (sign changed where a bit
// is set), swapped<stride> (lane i from lane i xor stride), load_bytes and store_bytes before.
// Everything is lane by lane or in 16 partial sums, so kWidth does not show in any result.
//
// No include guard and no #include: both would break the second instruction set.

constexpr size_t kParts = kLaneSums / kWidth;

// ---- rotation

/// One stage of the Walsh-Hadamard transform within a register: (a, b) becomes (a + b, a - b).
template <size_t kStride>
inline Lanes butterfly(Lanes v) {
    constexpr uint32_t kUpper = kStride == 1   ? 0xAAAA
                                : kStride == 2 ? 0xCCCC
                                : kStride == 4 ? 0xF0F0
                                               : 0xFF00;
    return swapped<kStride>(v) + flipped(v, kUpper);
}

inline Lanes butterflies(Lanes v) {
    if constexpr (kWidth > 1) v = butterfly<1>(v);
    if constexpr (kWidth > 2) v = butterfly<2>(v);
    if constexpr (kWidth > 4) v = butterfly<4>(v);
    if constexpr (kWidth > 8) v = butterfly<8>(v);
    return v;
}

/// Strides 1 to 8: the transform of each group of 16, scaled first.
inline void transform_groups(float* values, size_t count, float scale) {
    for (size_t at = 0; at < count; at += kLaneSums) {
        Lanes part[kParts];
        for (size_t i = 0; i < kParts; ++i)
            part[i] = butterflies(load(values + at + i * kWidth) * broadcast(scale));
        for (size_t stride = 1; stride < kParts; stride *= 2)
            for (size_t i = 0; i < kParts; ++i) {
                if ((i & stride) != 0) continue;
                const Lanes a = part[i], b = part[i + stride];
                part[i] = a + b;
                part[i + stride] = a - b;
            }
        for (size_t i = 0; i < kParts; ++i) store(values + at + i * kWidth, part[i]);
    }
}

/// Strides h and 2h in one pass over memory.
inline void transform_two_strides(float* values, size_t count, size_t h) {
    for (size_t base = 0; base < count; base += 4 * h)
        for (float* v = values + base; v < values + base + h; v += kWidth) {
            const Lanes a = load(v), b = load(v + h), c = load(v + 2 * h), d = load(v + 3 * h);
            const Lanes ab = a + b, a_b = a - b, cd = c + d, c_d = c - d;
            store(v, ab + cd);
            store(v + h, a_b + c_d);
            store(v + 2 * h, ab - cd);
            store(v + 3 * h, a_b - c_d);
        }
}

/// (a, b) becomes (a + b, a - b) for the elements `h` apart; h is a multiple of 8.
inline void transform_halves(float* values, size_t h) {
    size_t i = 0;
    for (; i + kWidth <= h; i += kWidth) {
        const Lanes a = load(values + i), b = load(values + h + i);
        store(values + i, a + b);
        store(values + h + i, a - b);
    }
    for (; i < h; ++i) {
        const float a = values[i], b = values[h + i];
        values[i] = a + b;
        values[h + i] = a - b;
    }
}

/// 1 / sqrt(power): a power of two, times the float nearest to sqrt(2) where it is not one.
inline float transform_scale(size_t power) {
    float scale = 1;
    for (; power > 2; power /= 4) scale *= 0.5f;
    return power == 2 ? scale * 0.5f * 1.41421356f : scale;
}

/// The normalized Walsh-Hadamard transform; `count` is a power of two and at least 16.
inline void transform(float* values, size_t count) {
    transform_groups(values, count, transform_scale(count));
    size_t h = kLaneSums;
    for (; 2 * h < count; h *= 4) transform_two_strides(values, count, h);
    if (h < count) transform_halves(values, h);
}

inline void flip_signs(float* values, size_t dims, const uint16_t* signs) {
    for (size_t at = 0; at < dims; at += kLaneSums, ++signs)
        for (size_t i = 0; i < kLaneSums; i += kWidth)
            store(values + at + i, flipped(load(values + at + i), uint32_t{*signs} >> i));
}

inline void scale_all(float* values, size_t dims, float scale) {
    for (size_t at = 0; at < dims; at += kWidth)
        store(values + at, load(values + at) * broadcast(scale));
}

/// Two rounds' Kac steps enlarge by sqrt(2) each: taken off at once, which is exact.
inline void scale_two_rounds(const RotationPlan& plan, float* values) {
    if (plan.power != plan.dims) scale_all(values, plan.dims, 0.5f);
}

void rotate(const RotationPlan& plan, float* values) {
    const size_t dims = plan.dims;
    for (size_t round = 0; round < 4; ++round) {
        flip_signs(values, dims, plan.signs + round * (dims / kLaneSums));
        transform(values + (round % 2 == 0 ? 0 : dims - plan.power), plan.power);
        if (plan.power != plan.dims) transform_halves(values, dims / 2);
        if (round % 2 == 1) scale_two_rounds(plan, values);
    }
}

void rotate_back(const RotationPlan& plan, float* values) {
    const size_t dims = plan.dims;
    for (size_t round = 4; round-- > 0;) {
        if (plan.power != plan.dims) transform_halves(values, dims / 2);
        transform(values + (round % 2 == 0 ? 0 : dims - plan.power), plan.power);
        flip_signs(values, dims, plan.signs + round * (dims / kLaneSums));
        if (round % 2 == 0) scale_two_rounds(plan, values);
    }
}

// ---- sums

struct LaneSum {
    Lanes part[kParts] = {};

    /// Adds up by halving, in double, so that no order of registers shows.
    [[nodiscard]] double total() const {
        float stored[kLaneSums];
        for (size_t i = 0; i < kParts; ++i) store(stored + i * kWidth, part[i]);
        double sum[kLaneSums];
        for (size_t i = 0; i < kLaneSums; ++i) sum[i] = static_cast<double>(stored[i]);
        for (size_t width = kLaneSums / 2; width > 0; width /= 2)
            for (size_t i = 0; i < width; ++i) sum[i] += sum[i + width];
        return sum[0];
    }
};

double lane_dot(const float* a, const float* b, size_t dims) {
    LaneSum sum;
    for (size_t at = 0; at < dims; at += kLaneSums)
        for (size_t i = 0; i < kParts; ++i)
            sum.part[i] = sum.part[i] + load(a + at + i * kWidth) * load(b + at + i * kWidth);
    return sum.total();
}

void difference(const float* a, const float* b, size_t dims, float* out) {
    for (size_t at = 0; at < dims; at += kWidth) store(out + at, load(a + at) - load(b + at));
}

float largest(const float* x, size_t dims) {
    // The least of the negated sizes: one operation less for each instruction set to declare.
    Lanes least[kParts] = {};
    for (size_t at = 0; at < dims; at += kLaneSums)
        for (size_t i = 0; i < kParts; ++i)
            least[i] = lower(broadcast(0) - abs(load(x + at + i * kWidth)), least[i]);
    float stored[kLaneSums];
    for (size_t i = 0; i < kParts; ++i) store(stored + i * kWidth, least[i]);
    float found = 0;
    for (const float size : stored) found = -size > found ? -size : found;
    return found;
}

// ---- encoding

/// m of LatticeStep.  1e-5 lets an element meant to lie on a boundary reach it.
inline Lanes lattice_level(Lanes x, LatticeStep step) {
    const Lanes scaled = abs(x) * broadcast(step.step) + broadcast(1e-5f);
    return truncated(lower(scaled, broadcast(step.top)));
}

LatticeFit lattice_fit(const float* x, size_t dims, LatticeStep step) {
    LaneSum dot, square;
    for (size_t at = 0; at < dims; at += kLaneSums)
        for (size_t i = 0; i < kParts; ++i) {
            const Lanes value = load(x + at + i * kWidth);
            const Lanes m = lattice_level(value, step);
            dot.part[i] = dot.part[i] + (m + broadcast(0.5f)) * abs(value);
            square.part[i] = square.part[i] + (m * m + m);
        }
    return {dot.total(), square.total()};
}

void lattice_codes(const float* x, size_t dims, LatticeStep step, uint8_t* codes) {
    const Lanes middle = broadcast(step.top + 0.5f);
    for (size_t at = 0; at < dims; at += kWidth) {
        const Lanes value = load(x + at);
        const Lanes magnitude = lattice_level(value, step) + broadcast(0.5f);
        store_bytes(codes + at, with_sign(magnitude, value) + middle);
    }
}

void decode(const uint8_t* codes, size_t dims, FactorScale scale, float* values) {
    for (size_t at = 0; at < dims; at += kWidth)
        store(values + at,
              (load_bytes(codes + at) - broadcast(scale.base)) * broadcast(scale.step));
}

void to_bytes(const float* values, size_t dims, float step, int8_t* bytes) {
    for (size_t at = 0; at < dims; at += kWidth) {
        const Lanes value = load(values + at);
        const Lanes magnitude = truncated(abs(value) * broadcast(step) + broadcast(0.5f));
        store_bytes(reinterpret_cast<uint8_t*>(bytes + at), with_sign(magnitude, value));
    }
}

// ---- scans

/// Row i: 1 for the entries whose bit i is set; row 4 + i: for those whose bit i is clear.
alignas(64) constexpr float kEntryBits[8][16] = {
    {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
    {0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1},
    {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1},
    {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1},
    {1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0},
    {1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0},
    {1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0},
    {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},
};

void scan_tables(const float* values, size_t dims, float step, uint8_t* tables) {
    for (size_t group = 0; group < dims / 4; ++group, values += 4, tables += 16) {
        const float* bits[4];
        Lanes size[4];
        for (size_t i = 0; i < 4; ++i) {
            bits[i] = kEntryBits[values[i] > 0 ? i : 4 + i];
            size[i] = broadcast(__builtin_fabsf(values[i]));
        }
        for (size_t at = 0; at < 16; at += kWidth) {
            const Lanes sum = (load(bits[0] + at) * size[0] + load(bits[1] + at) * size[1]) +
                              (load(bits[2] + at) * size[2] + load(bits[3] + at) * size[3]);
            store_bytes(tables + at, truncated(sum * broadcast(step) + broadcast(0.5f)));
        }
    }
}

// ---- lanes

uint32_t score_lanes(const LaneFactors& factors, const LaneTerms& terms, const uint32_t* sums,
                     float* estimates) {
    uint32_t below = 0;
    for (size_t at = 0; at < kSketchLanes; at += kWidth) {
        const Lanes add = load_words(factors.add + at);
        const Lanes rescale = load_words(factors.rescale + at);
        const Lanes z = load_sums(sums + at) * broadcast(terms.delta) + broadcast(terms.offset);
        const Lanes fixed =
            (add * broadcast(factors.add_scale.step) + broadcast(factors.add_scale.base)) +
            broadcast(terms.base);
        const Lanes slope =
            rescale * broadcast(factors.rescale_scale.step) + broadcast(factors.rescale_scale.base);
        const Lanes estimate = or_infinity(fixed + slope * z, add);
        store(estimates + at, estimate);
        below |= lanes_below(estimate, broadcast(terms.bound)) << at;
    }
    return below;
}
