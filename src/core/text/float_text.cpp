// Reading floats: an estimate in double decides nearly always, exact integers decide the rest.
//
// Take the first 19 digits, scale them by powers of ten in double arithmetic: the estimate is wrong
// by a few units in the last place of a double, which is 2^29 times finer than a float.  Unless it
// lies next to the midpoint of two floats, rounding it is therefore right (about 32 in 2^29 inputs
// are in doubt).  In doubt the number is compared with that midpoint as big integers.
#include "core/text/float_text.h"

#include <bit>

#include "core/text/big_uint.h"

namespace vx {
namespace {

constexpr int kEstimateDigits = 19;  // as many as surely fit 64 bits
// A midpoint of two floats has at most 113 significant digits; digits past this many only matter as
// "and something more".
constexpr int kExactDigits = 128;
constexpr uint64_t kDoubtfulUlps = 16;  // the estimate is off by fewer than 6
constexpr int64_t kHugeExponent = 1'000'000'000'000;

constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kLargestExactPower = 22;

/// 2^exponent for the exponents of normal doubles.
double power_of_two(int exponent) {
    return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// A decimal number as written, and its leading digits as a number.
struct Decimal {
    const char* mantissa_begin = nullptr;
    const char* mantissa_end = nullptr;
    int64_t written_exponent = 0;
    uint64_t leading = 0;    // value is about leading * 10^exponent
    int leading_digits = 0;  // significant ones
    int64_t exponent = 0;
};

/// Reads `e+12` and adds it to `exponent`; returns where it ends, `p` if no exponent starts there.
const char* parse_exponent(const char* p, const char* end, char letter, int64_t* exponent) {
    if (p == end || (*p | 0x20) != letter) return p;
    const char* digit = p + 1;
    bool negative = false;
    if (digit != end && (*digit == '+' || *digit == '-')) negative = *digit++ == '-';
    if (digit == end || !is_digit(*digit)) return p;
    int64_t value = 0;
    for (; digit != end && is_digit(*digit); ++digit) {
        if (value < kHugeExponent) value = value * 10 + (*digit - '0');
    }
    *exponent += negative ? -value : value;
    return digit;
}

/// Returns the end of the number, or nullptr if there is none.
const char* scan_decimal(const char* begin, const char* end, Decimal* out) {
    const char* p = begin;
    uint64_t leading = 0;
    int digits = 0;
    int64_t exponent = 0;
    for (; p != end && is_digit(*p); ++p) {
        if (digits < kEstimateDigits) {
            leading = leading * 10 + static_cast<uint64_t>(*p - '0');
            digits += leading != 0;  // zeros in front are not significant
        } else {
            ++exponent;
        }
    }
    bool any = p != begin;
    if (p != end && *p == '.') {
        const char* fraction = ++p;
        for (; p != end && is_digit(*p); ++p) {
            if (digits >= kEstimateDigits) continue;
            leading = leading * 10 + static_cast<uint64_t>(*p - '0');
            digits += leading != 0;
            --exponent;
        }
        any |= p != fraction;
    }
    if (!any) return nullptr;
    out->mantissa_begin = begin;
    out->mantissa_end = p;
    p = parse_exponent(p, end, 'e', &out->written_exponent);
    out->leading = leading;
    out->leading_digits = digits;
    out->exponent = exponent + out->written_exponent;
    return p;
}

/// leading * 10^exponent, off by fewer than 6 units in the last place.
double estimate(const Decimal& number) {
    double value = static_cast<double>(number.leading);
    auto exponent = static_cast<int>(number.exponent);
    for (; exponent > kLargestExactPower; exponent -= kLargestExactPower) {
        value *= kPowersOfTen[kLargestExactPower];
    }
    for (; exponent < -kLargestExactPower; exponent += kLargestExactPower) {
        value /= kPowersOfTen[kLargestExactPower];
    }
    return exponent < 0 ? value / kPowersOfTen[-exponent] : value * kPowersOfTen[exponent];
}

/// All digits of the mantissa that matter as an integer; the number is it times 10^*exponent.
BigUint exact_digits(const Decimal& number, int64_t* exponent) {
    BigUint integer(0);
    int digits = 0;
    bool in_fraction = false;
    bool more = false;
    *exponent = number.written_exponent;
    for (const char* p = number.mantissa_begin; p != number.mantissa_end; ++p) {
        if (*p == '.') {
            in_fraction = true;
        } else if (digits < kExactDigits) {
            integer.multiply_add(10, static_cast<uint32_t>(*p - '0'));
            digits += digits != 0 || *p != '0';
            *exponent -= in_fraction;
        } else {
            more |= *p != '0';
            *exponent += !in_fraction;
        }
    }
    if (more) {
        integer.multiply_add(10, 1);
        --*exponent;
    }
    return integer;
}

/// Compares integer * 10^exponent with middle * 2^binary_exponent: negative, 0 or positive.
int compare_with(BigUint integer, int exponent, uint32_t middle, int binary_exponent) {
    BigUint other(middle);
    (exponent >= 0 ? integer : other)
        .multiply_by_power_of_five(exponent >= 0 ? exponent : -exponent);
    const int shift = exponent - binary_exponent;
    (shift >= 0 ? integer : other).shift_left(shift >= 0 ? shift : -shift);
    return compare(integer, other);
}

/// The float nearest to `number`, whose estimate is `about`; infinity beyond the largest.
float resolve_exactly(const Decimal& number, double about) {
    const int magnitude = static_cast<int>(std::bit_cast<uint64_t>(about) >> 52) - 1023;
    const int unit = magnitude - 23 < -149 ? -149 : magnitude - 23;  // spacing of floats: 2^unit
    auto below = static_cast<uint32_t>(about * power_of_two(-unit));
    int64_t exponent = 0;
    const BigUint integer = exact_digits(number, &exponent);
    const int order = compare_with(integer, static_cast<int>(exponent), 2 * below + 1, unit - 1);
    // The estimate may sit on the wrong side of `below` or `below + 1` but is near it then, so the
    // midpoint between the two still decides.
    if (order > 0 || (order == 0 && below % 2 == 1)) ++below;
    return static_cast<float>(static_cast<double>(below) * power_of_two(unit));
}

float decimal_value(const Decimal& number) {
    if (number.leading == 0) return 0;
    const int64_t magnitude = number.leading_digits + number.exponent;  // value < 10^magnitude
    if (magnitude <= -46) return 0;  // below half the smallest float, 7.006e-46
    if (magnitude >= 40) return __builtin_inff();
    const double about = estimate(number);
    constexpr uint64_t kHalf = uint64_t{1} << 28;  // a float's midpoint in the tail of a double
    const uint64_t tail = std::bit_cast<uint64_t>(about) & (2 * kHalf - 1);
    const uint64_t distance = tail > kHalf ? tail - kHalf : kHalf - tail;
    if (distance > kDoubtfulUlps && about >= 0x1p-126) return static_cast<float>(about);
    return resolve_exactly(number, about);
}

/// bits * 2^exponent rounded to float; the lowest bit stands for everything below it.
float binary_value(uint64_t bits, int64_t exponent) {
    if (bits == 0) return 0;
    const int64_t magnitude = 63 - std::countl_zero(bits) + exponent;
    if (magnitude > 127) return __builtin_inff();
    if (magnitude < -150) return 0;
    const auto unit = static_cast<int>(magnitude - 23 < -149 ? -149 : magnitude - 23);
    const auto dropped = static_cast<int>(unit - exponent);
    uint64_t kept = bits;
    if (dropped <= 0) {
        kept = bits << -dropped;
    } else {
        const uint64_t half = uint64_t{1} << (dropped - 1);
        const uint64_t rest = bits & (half | (half - 1));
        kept = dropped == 64 ? 0 : bits >> dropped;
        if (rest > half || (rest == half && kept % 2 == 1)) ++kept;
    }
    return static_cast<float>(static_cast<double>(kept) * power_of_two(unit));
}

/// A number's magnitude as a float, and whether the number itself is zero.
struct Magnitude {
    float value = 0;
    bool zero = true;
};

/// Reads the part of a hexadecimal number after `0x`; nullptr if there is none.
const char* parse_hexadecimal(const char* p, const char* end, Magnitude* out) {
    uint64_t bits = 0;
    int64_t exponent = 0;
    bool any = false;
    bool in_fraction = false;
    for (; p != end; ++p) {
        if (*p == '.' && !in_fraction) {
            in_fraction = true;
            continue;
        }
        const int digit = hex_digit(*p);
        if (digit < 0) break;
        any = true;
        if (bits >> 60 == 0) {
            bits = bits << 4 | static_cast<uint64_t>(digit);
            exponent -= in_fraction ? 4 : 0;
        } else {
            bits |= digit != 0;
            exponent += in_fraction ? 0 : 4;
        }
    }
    if (!any) return nullptr;
    p = parse_exponent(p, end, 'p', &exponent);
    *out = {binary_value(bits, exponent), bits == 0};
    return p;
}

/// Does the text start with `word`, which is in lower case?
bool starts_with(const char* p, const char* end, const char* word) {
    for (; *word != '\0'; ++p, ++word) {
        if (p == end || (*p | 0x20) != *word) return false;
    }
    return true;
}

ParsedFloat parse_name(const char* p, const char* end) {
    if (starts_with(p, end, "nan")) return {NumberKind::kNaN, 0, 3};
    if (starts_with(p, end, "infinity")) return {NumberKind::kInfinity, 0, 8};
    if (starts_with(p, end, "inf")) return {NumberKind::kInfinity, 0, 3};
    return {};
}

}  // namespace

ParsedFloat parse_float(const char* begin, const char* end) {
    const char* p = begin;
    bool negative = false;
    if (p != end && (*p == '+' || *p == '-')) negative = *p++ == '-';
    const char* number = p;
    Magnitude read;
    const char* stop = nullptr;
    if (end - p > 2 && p[0] == '0' && (p[1] | 0x20) == 'x') {
        stop = parse_hexadecimal(p + 2, end, &read);
    }
    if (stop == nullptr) {
        Decimal decimal;
        stop = scan_decimal(number, end, &decimal);
        if (stop == nullptr) {
            ParsedFloat named = parse_name(number, end);
            if (named.length != 0) named.length += static_cast<size_t>(number - begin);
            return named;
        }
        read = {decimal_value(decimal), decimal.leading == 0};
    }
    const auto length = static_cast<size_t>(stop - begin);
    if (read.value == __builtin_inff()) return {NumberKind::kOverflow, 0, length};
    const bool underflow = read.value == 0 && !read.zero;
    return {underflow ? NumberKind::kUnderflow : NumberKind::kFinite,
            negative ? -read.value : read.value, length};
}

}  // namespace vx
