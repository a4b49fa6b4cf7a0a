// The table of an instruction set, put together.
//
// Included inside the namespace (and target region) of each instruction set, after the other -inl.h
// files.
//
// No include guard and no #include: both would break the second instruction set.

template <class Element>
constexpr DistanceTable<Element> kDistances = {.l2_squared = fold<L2Squared, Element>,
                                               .dot = fold<Dot, Element>,
                                               .negative_dot = fold<NegativeDot, Element>,
                                               .l1 = fold<L1, Element>,
                                               .cosine = fold<Cosine, Element>};

constexpr KernelTable make_table(const char* name, bool (*can_run)(), const BitKernels* bits) {
    return {.name = name,
            .supported = can_run,
            .floats = kDistances<float>,
            .halves = kDistances<Half>,
            .widen = convert<Half, float>,
            .narrow = convert<float, Half>,
            .bits = bits,
            .codes = &kCodeKernels,
            .filters = &kFilterKernels};
}
