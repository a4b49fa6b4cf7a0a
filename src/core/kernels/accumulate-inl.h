// The loop over two arrays of bytes, written once for all instruction sets.
//
// Included inside the namespace (and target region) of each instruction set, which has declared
// before: Bytes and kByteWidth, load_codes and load_codes_partial (the bytes past the end zero,
// nothing read there).  An accumulator has step and merge; a pair of zero bytes adds nothing to it.
//
// No include guard and no #include: both would break the second instruction set.

/// Two chains: the sums have a latency of four or five cycles, and there are two loads a step.
template <class Accumulator, class A, class B>
inline Accumulator accumulate(const A* a, const B* b, size_t count) {
    Accumulator first{}, second{};
    for (; count >= 2 * kByteWidth; count -= 2 * kByteWidth) {
        first.step(load_codes(a), load_codes(b));
        second.step(load_codes(a + kByteWidth), load_codes(b + kByteWidth));
        a += 2 * kByteWidth, b += 2 * kByteWidth;
    }
    if (count >= kByteWidth) {
        first.step(load_codes(a), load_codes(b));
        count -= kByteWidth, a += kByteWidth, b += kByteWidth;
    }
    if (count > 0) second.step(load_codes_partial(a, count), load_codes_partial(b, count));
    first.merge(second);
    return first;
}
