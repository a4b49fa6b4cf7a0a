// The accumulators: what each metric does with a register of elements, written once.
//
// Included inside the namespace (and target region) of each instruction set, which has declared
// Lanes, pinned, fma, abs and reduce before.  An accumulator has step (add one register of either
// vector), merge (add another accumulator's sums) and finish (add up the lanes).  Lanes past the
// end of the vectors are loaded as zero in both, so step must add nothing for a pair of zeros.
//
// No include guard and no #include: both would break the second instruction set.

/// Squared Euclidean distance.  The root is the SQL function's business: ranking never needs it.
struct L2Squared {
    Lanes sum;

    void step(Lanes a, Lanes b) {
        const Lanes difference = a - b;
        sum = fma(difference, difference, sum);
    }
    void merge(const L2Squared& other) { sum = sum + other.sum; }
    [[nodiscard]] float finish() const { return reduce(sum); }
};

/// Inner product.
struct Dot {
    Lanes sum;

    void step(Lanes a, Lanes b) { sum = fma(a, b, sum); }
    void merge(const Dot& other) { sum = sum + other.sum; }
    [[nodiscard]] float finish() const { return reduce(sum); }
};

/// Inner product negated, so that smaller is nearer.
struct NegativeDot {
    Dot dot;

    void step(Lanes a, Lanes b) { dot.step(a, b); }
    void merge(const NegativeDot& other) { dot.merge(other.dot); }
    [[nodiscard]] float finish() const { return -dot.finish(); }
};

/// Sum of absolute differences.
struct L1 {
    Lanes sum;

    void step(Lanes a, Lanes b) { sum = sum + abs(a - b); }
    void merge(const L1& other) { sum = sum + other.sum; }
    [[nodiscard]] float finish() const { return reduce(sum); }
};

/// The three sums behind a cosine in one pass: memory is read once, and the sums are independent.
struct Cosine {
    Lanes dot;
    Lanes norm_a;
    Lanes norm_b;

    void step(Lanes a, Lanes b) {
        // Both are used twice, and g++ would load them twice: 20 % slower off cache lines.
        a = pinned(a);
        b = pinned(b);
        dot = fma(a, b, dot);
        norm_a = fma(a, a, norm_a);
        norm_b = fma(b, b, norm_b);
    }
    void merge(const Cosine& other) {
        dot = dot + other.dot;
        norm_a = norm_a + other.norm_a;
        norm_b = norm_b + other.norm_b;
    }
    [[nodiscard]] CosineSums finish() const {
        return {reduce(dot), reduce(norm_a), reduce(norm_b)};
    }
};
