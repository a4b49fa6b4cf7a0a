// An orthogonal map of vectors that a secret key decides, the same on every machine.
//
// Four rounds, each of: (1) a permutation of the elements, some of them negated; (2) normalized
// Walsh-Hadamard transforms of the first `power` elements (the largest power of two there is room
// for), of the next by the same rule, and so on.  Permutations and signs are drawn from the
// keystream of ChaCha20 (RFC 8439), the number of dimensions as nonce.  Additions, subtractions and
// one product per element, in double and in a defined order, so that no bit differs.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vx {

/// ChaCha20 as a stream of words.
class KeyStream {
public:
    static constexpr size_t kKeyBytes = 32;

    KeyStream(std::span<const uint8_t, kKeyBytes> key, uint32_t nonce) {
        constexpr uint32_t kConstants[] = {0x61707865, 0x3320646E, 0x79622D32, 0x6B206574};
        for (size_t i = 0; i < 4; ++i) state_[i] = kConstants[i];
        for (size_t i = 0; i < 8; ++i) {
            const uint8_t* at = &key[4 * i];
            state_[4 + i] = static_cast<uint32_t>(at[0]) | static_cast<uint32_t>(at[1]) << 8 |
                            static_cast<uint32_t>(at[2]) << 16 | static_cast<uint32_t>(at[3]) << 24;
        }
        state_[13] = nonce;
    }

    uint32_t next() {
        if (used_ == kWords) make_words();
        return words_[used_++];
    }

    /// Uniform below `bound` but for a part of bound / 2^32.
    uint32_t next_below(uint32_t bound) {
        return static_cast<uint32_t>((static_cast<uint64_t>(next()) * bound) >> 32);
    }

private:
    static constexpr size_t kWords = 16;

    void quarter(size_t a, size_t b, size_t c, size_t d) {
        uint32_t* w = words_;
        w[d] = std::rotl(w[d] ^ (w[a] += w[b]), 16);
        w[b] = std::rotl(w[b] ^ (w[c] += w[d]), 12);
        w[d] = std::rotl(w[d] ^ (w[a] += w[b]), 8);
        w[b] = std::rotl(w[b] ^ (w[c] += w[d]), 7);
    }

    void make_words() {
        for (size_t i = 0; i < kWords; ++i) words_[i] = state_[i];
        for (int round = 0; round < 10; ++round) {
            for (size_t i = 0; i < 4; ++i) quarter(i, 4 + i, 8 + i, 12 + i);
            for (size_t i = 0; i < 4; ++i)
                quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
        }
        for (size_t i = 0; i < kWords; ++i) words_[i] += state_[i];
        ++state_[12];
        used_ = 0;
    }

    uint32_t state_[kWords] = {};  // constants, key, counter, nonce
    uint32_t words_[kWords] = {};
    size_t used_ = kWords;
};

class KeyedRotation {
public:
    static constexpr size_t kMaxDims = 32767;

    /// Entries that a rotation of `dims` elements needs.
    static constexpr size_t table_size(size_t dims) { return kRounds * dims; }

    /// Fills `table`, of table_size(dims), which must live as long as the rotation.
    KeyedRotation(std::span<const uint8_t, KeyStream::kKeyBytes> key, size_t dims, uint16_t* table)
        : dims_(dims), table_(table) {
        KeyStream stream(key, static_cast<uint32_t>(dims));
        for (size_t round = 0; round < kRounds; ++round) fill(stream, table + round * dims);
    }

    [[nodiscard]] size_t dims() const { return dims_; }

    /// In place; `scratch` is of `dims` elements as well.
    void rotate(double* values, double* scratch) const {
        static_assert(kRounds % 2 == 0, "the last round writes to values");
        for (size_t round = 0; round < kRounds; ++round) {
            double* from = round % 2 == 0 ? values : scratch;
            double* to = round % 2 == 0 ? scratch : values;
            permute(table_ + round * dims_, from, to);
            transform_blocks(to);
        }
    }

private:
    static constexpr size_t kRounds = 4;
    static constexpr uint16_t kNegated = 0x8000;

    /// Fisher and Yates, then a sign for each element.
    void fill(KeyStream& stream, uint16_t* entries) const {
        for (size_t i = 0; i < dims_; ++i) entries[i] = static_cast<uint16_t>(i);
        for (size_t left = dims_; left > 1; --left) {
            const size_t other = stream.next_below(static_cast<uint32_t>(left));
            const uint16_t held = entries[left - 1];
            entries[left - 1] = entries[other];
            entries[other] = held;
        }
        for (size_t i = 0; i < dims_; i += 32) {
            const uint32_t signs = stream.next();
            for (size_t bit = 0; bit < 32 && i + bit < dims_; ++bit)
                if ((signs >> bit & 1) != 0) entries[i + bit] |= kNegated;
        }
    }

    void permute(const uint16_t* entries, const double* from, double* to) const {
        for (size_t i = 0; i < dims_; ++i) {
            const double value = from[entries[i] & (kNegated - 1)];
            to[i] = (entries[i] & kNegated) != 0 ? -value : value;
        }
    }

    void transform_blocks(double* values) const {
        for (size_t start = 0; start < dims_;) {
            const size_t power = std::bit_floor(dims_ - start);
            transform(values + start, power);
            start += power;
        }
    }

    static void transform(double* values, size_t power) {
        for (size_t half = 1; half < power; half *= 2)
            for (size_t start = 0; start < power; start += 2 * half)
                for (size_t i = start; i < start + half; ++i) {
                    const double a = values[i];
                    const double b = values[i + half];
                    values[i] = a + b;
                    values[i + half] = a - b;
                }
        const double scale = 1 / std::sqrt(static_cast<double>(power));
        for (size_t i = 0; i < power; ++i) values[i] *= scale;
    }

    size_t dims_;
    const uint16_t* table_;
};

}  // namespace vx
