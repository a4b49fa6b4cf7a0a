// Just enough exact integer arithmetic to compare a decimal number with a binary one.
//
// Fixed capacity on the stack: the comparison that float_text.cpp makes needs at most 711 bits.
#pragma once

#include <cstdint>

namespace vx {

/// An unsigned integer below 2^1024.  Callers stay in range; bits beyond it are dropped.
class BigUint {
public:
    explicit BigUint(uint32_t value) : size_(value != 0), limbs_{value} {}

    /// this = this * factor + addend
    void multiply_add(uint32_t factor, uint32_t addend) {
        uint64_t carry = addend;
        for (int i = 0; i < size_; ++i) {
            carry += uint64_t{limbs_[i]} * factor;
            limbs_[i] = static_cast<uint32_t>(carry);
            carry >>= 32;
        }
        if (carry != 0 && size_ < kLimbs) limbs_[size_++] = static_cast<uint32_t>(carry);
    }

    void multiply_by_power_of_five(int exponent) {
        constexpr int kStep = 13;  // the largest power of five below 2^32
        constexpr uint32_t kFiveToStep = 1220703125;
        for (; exponent >= kStep; exponent -= kStep) multiply_add(kFiveToStep, 0);
        for (; exponent > 0; --exponent) multiply_add(5, 0);
    }

    void shift_left(int bits) {
        for (; bits >= 31; bits -= 31) multiply_add(uint32_t{1} << 31, 0);
        if (bits > 0) multiply_add(uint32_t{1} << bits, 0);
    }

    /// Negative, 0 or positive as `a` is below, equal to or above `b`.
    friend int compare(const BigUint& a, const BigUint& b) {
        if (a.size_ != b.size_) return a.size_ < b.size_ ? -1 : 1;
        for (int i = a.size_ - 1; i >= 0; --i) {
            if (a.limbs_[i] != b.limbs_[i]) return a.limbs_[i] < b.limbs_[i] ? -1 : 1;
        }
        return 0;
    }

private:
    static constexpr int kLimbs = 32;
    int size_;  // limbs in use; the topmost is not 0
    uint32_t limbs_[kLimbs];
};

}  // namespace vx
