// Values of fixed size as keys of eight bytes that order as the values do.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

/// How a type's values become keys.
enum class Encoding : uint8_t {
    kNone,  // not by their order
    kBool,
    kChar,
    kInt16,
    kInt32,
    kInt64,
    kUint32,
    kUint64,
    kFloat32,
    kFloat64,
    kEnum,  // the label's OID, which is not in the order of the labels
};

/// Types in one of these groups have operators that compare them with each other, and keys that
/// compare as those do; days and microseconds have not (datetime_argument.h).
enum class Comparable : uint8_t { kAlone, kIntegers, kFloats, kDatetimes };

struct OrderedType {
    Oid type;
    Encoding encoding;
    Comparable comparable;
};

inline constexpr OrderedType kOrderedTypes[] = {
    {BOOLOID, Encoding::kBool, Comparable::kAlone},
    {CHAROID, Encoding::kChar, Comparable::kAlone},
    {INT2OID, Encoding::kInt16, Comparable::kIntegers},
    {INT4OID, Encoding::kInt32, Comparable::kIntegers},
    {INT8OID, Encoding::kInt64, Comparable::kIntegers},
    {FLOAT4OID, Encoding::kFloat32, Comparable::kFloats},
    {FLOAT8OID, Encoding::kFloat64, Comparable::kFloats},
    {DATEOID, Encoding::kInt32, Comparable::kDatetimes},
    {TIMESTAMPOID, Encoding::kInt64, Comparable::kDatetimes},
    {TIMESTAMPTZOID, Encoding::kInt64, Comparable::kDatetimes},
    {TIMEOID, Encoding::kInt64, Comparable::kAlone},
    {MONEYOID, Encoding::kInt64, Comparable::kAlone},
    {OIDOID, Encoding::kUint32, Comparable::kAlone},
    {XID8OID, Encoding::kUint64, Comparable::kAlone},
    {PG_LSNOID, Encoding::kUint64, Comparable::kAlone},
    {ANYENUMOID, Encoding::kEnum, Comparable::kAlone},
};

/// Null for a type that has no order here.
inline const OrderedType* find_ordered_type(Oid type) {
    for (const OrderedType& known : kOrderedTypes)
        if (known.type == type) return &known;
    return nullptr;
}

/// May a column of type `left` have a condition with an argument of type `right`?
inline bool are_comparable(Oid left, Oid right) {
    if (left == right) return find_ordered_type(left) != nullptr;
    const OrderedType* of_left = find_ordered_type(left);
    const OrderedType* of_right = find_ordered_type(right);
    return of_left != nullptr && of_right != nullptr &&
           of_left->comparable == of_right->comparable && of_left->comparable != Comparable::kAlone;
}

inline constexpr uint64_t kSignBit = uint64_t{1} << 63;

inline uint64_t integer_key(int64 value) { return static_cast<uint64_t>(value) ^ kSignBit; }

/// As PostgreSQL orders them: -0 equals 0, and NaN equals itself and is greater than all else.
inline uint64_t float_key(double value) {
    if (isnan(value)) return PG_UINT64_MAX;
    if (value == 0) value = 0;
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return (bits & kSignBit) != 0 ? ~bits : bits | kSignBit;
}

inline uint64_t ordered_key(Encoding encoding, Datum value) {
    switch (encoding) {
    case Encoding::kBool:
        return DatumGetBool(value) ? 1 : 0;
    case Encoding::kChar:
        return DatumGetUInt8(value);
    case Encoding::kInt16:
        return integer_key(DatumGetInt16(value));
    case Encoding::kInt32:
        return integer_key(DatumGetInt32(value));
    case Encoding::kInt64:
        return integer_key(DatumGetInt64(value));
    case Encoding::kUint32:
    case Encoding::kEnum:
        return DatumGetUInt32(value);
    case Encoding::kUint64:
        return DatumGetUInt64(value);
    case Encoding::kFloat32:
        return float_key(static_cast<double>(DatumGetFloat4(value)));
    case Encoding::kFloat64:
        return float_key(DatumGetFloat8(value));
    case Encoding::kNone:
        break;
    }
    pg_unreachable();
}

}  // namespace vx::pg
