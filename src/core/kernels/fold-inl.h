// The only loop over vector elements, written once for all metrics and element types.
//
// Included inside the namespace (and target region) of each instruction set, after metrics-inl.h.
// The instruction set has declared kWidth (elements per register), load (a full register from any
// element-aligned address) and load_partial (1 to kWidth - 1 elements, the other lanes zero,
// nothing read past them), for floats and for halves.  Another element type is another overload.
//
// No include guard and no #include: both would break the second instruction set.

/// Folds `dims` element pairs into `Accumulator`.
///
/// Four chains, because a chain of dependent additions is bound by its latency (4 cycles) while the
/// machine can start two each cycle.  Measured on Sapphire Rapids, g++ 12, squared L2 at 768
/// dimensions, against two chains: AVX2 33 against 47 ns, AVX-512 24 against 25 ns; equal at 100.
/// The tail is spread over the chains too: at 100 dimensions it is a third of the work.
template <class Accumulator, class T>
auto fold(const T* a, const T* b, size_t dims) {
    Accumulator first{}, second{}, third{}, fourth{};
    for (; dims >= 4 * kWidth; dims -= 4 * kWidth, a += 4 * kWidth, b += 4 * kWidth) {
        first.step(load(a), load(b));
        second.step(load(a + kWidth), load(b + kWidth));
        third.step(load(a + 2 * kWidth), load(b + 2 * kWidth));
        fourth.step(load(a + 3 * kWidth), load(b + 3 * kWidth));
    }
    if (dims >= 2 * kWidth) {
        first.step(load(a), load(b));
        second.step(load(a + kWidth), load(b + kWidth));
        dims -= 2 * kWidth, a += 2 * kWidth, b += 2 * kWidth;
    }
    if (dims >= kWidth) {
        third.step(load(a), load(b));
        dims -= kWidth, a += kWidth, b += kWidth;
    }
    if constexpr (kWidth > 1) {
        if (dims > 0) fourth.step(load_partial(a, dims), load_partial(b, dims));
    }
    first.merge(second);
    third.merge(fourth);
    first.merge(third);
    return first.finish();
}
