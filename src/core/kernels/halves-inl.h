// Conversions between floats and halves, written once for all instruction sets.
//
// Included inside the namespace (and target region) of each instruction set, which has declared
// Lanes and kWidth, load of either type, store of either type (rounding to the nearest half, ties
// to even) before.
//
// No include guard and no #include: both would break the second instruction set.

template <class From, class To>
void convert(const From* from, size_t count, To* to) {
    for (; count >= kWidth; count -= kWidth, from += kWidth, to += kWidth) store(to, load(from));
    for (; count > 0; --count, ++from, ++to) *to = static_cast<To>(*from);
}
