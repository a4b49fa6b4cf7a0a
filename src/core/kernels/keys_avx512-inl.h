// Registers of 8 keys: what filters-inl.h needs.
//
// No include guard and no #include: included inside the regions of avx512.cpp and avx512_vnni.cpp.

using Keys = uint64_t __attribute__((vector_size(64)));
using KeyTests = int64_t __attribute__((vector_size(64)));
constexpr size_t kKeys = 8;

inline uint64_t key_bits(KeyTests tests) {
    return _mm512_movepi64_mask(reinterpret_cast<__m512i>(tests));
}
