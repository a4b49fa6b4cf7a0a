// Plain C++: the reference that the other tables are tested against, and the fallback everywhere.
#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/kernels/tables.h"

namespace vx {
namespace scalar {
namespace {

using Lanes = float;
constexpr size_t kWidth = 1;

inline Lanes load(const float* from) { return *from; }
inline Lanes load(const Half* from) { return static_cast<float>(*from); }
inline Lanes pinned(Lanes a) { return a; }
inline Lanes fma(Lanes a, Lanes b, Lanes c) { return a * b + c; }
inline Lanes abs(Lanes a) { return __builtin_fabsf(a); }
inline float reduce(Lanes a) { return a; }

// Never called: with one lane there is no partial register.
template <class Element>
Lanes load_partial(const Element* from, size_t count) = delete;

#include "core/kernels/metrics-inl.h"

#include "core/kernels/fold-inl.h"

// What exact-inl.h needs besides.

inline void store(float* to, Lanes a) { *to = a; }
inline void store(Half* to, Lanes a) { *to = Half(a); }
inline Lanes broadcast(float a) { return a; }
inline Lanes lower(Lanes a, Lanes b) { return a < b ? a : b; }
inline Lanes truncated(Lanes a) { return static_cast<float>(static_cast<int32_t>(a)); }
inline Lanes with_sign(Lanes size, Lanes sign) { return __builtin_copysignf(size, sign); }
inline Lanes flipped(Lanes a, uint32_t bits) { return (bits & 1) != 0 ? -a : a; }
inline Lanes load_bytes(const uint8_t* from) { return static_cast<float>(*from); }
inline void store_bytes(uint8_t* to, Lanes a) {
    *to = static_cast<uint8_t>(static_cast<int32_t>(a));
}
inline Lanes load_words(const uint16_t* from) { return static_cast<float>(*from); }
inline Lanes load_sums(const uint32_t* from) { return static_cast<float>(*from); }
inline Lanes or_infinity(Lanes a, Lanes add) {
    return add == kDeadLane ? std::numeric_limits<float>::infinity() : a;
}
inline uint32_t lanes_below(Lanes a, Lanes bound) { return a < bound ? 1 : 0; }

// Never called: with one lane there is nothing to swap within a register.
template <size_t kStride>
Lanes swapped(Lanes a) = delete;

#include "core/kernels/exact-inl.h"

// What dots-inl.h needs.

using Bytes = int32_t;
constexpr size_t kByteWidth = 1;

inline Bytes load_codes(const uint8_t* from) { return *from; }
inline Bytes load_codes(const int8_t* from) { return *from; }

// Never called: a register is one byte.
template <class T>
Bytes load_codes_partial(const T* from, size_t) {
    return *from;
}

template <unsigned kBits>
inline Bytes field(Bytes packed, unsigned shift) {
    return (packed >> shift) & ((1 << kBits) - 1);
}

struct WideDot {
    int32_t sum;

    void step(Bytes a, Bytes b) { sum += a * b; }
    void merge(const WideDot& other) { sum += other.sum; }
    [[nodiscard]] int32_t finish() const { return sum; }
};
using NarrowDot = WideDot;
using CodeDot = WideDot;

struct Ones {
    uint64_t sum;

    // Of a byte: bits by pairs, pairs by fours, fours together.
    void add(Bytes a) {
        const auto byte = static_cast<uint32_t>(a);
        const uint32_t pairs = byte - (byte >> 1 & 0x55);
        const uint32_t fours = (pairs & 0x33) + (pairs >> 2 & 0x33);
        sum += (fours + (fours >> 4)) & 15;
    }
    void merge(const Ones& other) { sum += other.sum; }
    [[nodiscard]] uint64_t total() const { return sum; }
};

struct Totals {
    uint32_t sum[kSketchLanes];

    void twice() {
        for (uint32_t& lane : sum) lane *= 2;
    }
    void write(uint32_t* to) const {
        for (size_t i = 0; i < kSketchLanes; ++i) to[i] = sum[i];
    }
};

void scan_chunk(const uint8_t* block, const uint8_t* tables, size_t dims, Totals& totals) {
    for (size_t group = 0; group < dims / 4; ++group, block += 16, tables += 16)
        for (size_t byte = 0; byte < 16; ++byte) {
            const size_t lane = byte / 2 + byte % 2 * 8;
            totals.sum[lane] += tables[block[byte] & 15];
            totals.sum[lane + 16] += tables[block[byte] >> 4];
        }
}

#include "core/kernels/accumulate-inl.h"

#include "core/kernels/dots-inl.h"

#include "core/kernels/bits-inl.h"

#include "core/kernels/halves-inl.h"

// What filters-inl.h needs.

using Keys = uint64_t;
constexpr size_t kKeys = 1;

inline uint64_t key_bits(int test) { return static_cast<uint64_t>(test); }

#include "core/kernels/filters-inl.h"

#include "core/kernels/table-inl.h"

bool supported() { return true; }

}  // namespace
}  // namespace scalar

constexpr KernelTable kScalarTable =
    scalar::make_table("scalar", scalar::supported, &scalar::kBitKernels);

}  // namespace vx
