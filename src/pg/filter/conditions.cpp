// Scan keys become conditions.  Those that an order can tell are ranges, of which a column has one
// in the end; those that a hash can tell are single keys.
#include "pg/filter/conditions.h"

#include <algorithm>

#include "pg/filter/datetime_argument.h"
#include "pg/filter/enum_labels.h"

namespace vx::pg {
namespace {

/// Closed.
struct KeyRange {
    uint64_t low = 0;
    uint64_t high = PG_UINT64_MAX;

    bool is_all() const { return low == 0 && high == PG_UINT64_MAX; }
};

/// What the conditions on a column leave, beside those that are in the list.
struct ColumnState {
    KeyRange range;
    bool must_be_null = false;
    bool must_have_value = false;
};

struct Reading {
    const FilterColumns& columns;
    FilterCondition* conditions;
    ColumnState states[kMaxFilterColumns] = {};
    uint32_t count = 0;
    bool none = false;
    bool recheck = false;
};

/// The arguments of a condition that are not NULL: one, or those of `= ANY (array)`.
struct Arguments {
    Datum single;
    Datum* values;
    int count;
    Oid type;

    std::span<const Datum> all() const {
        return {values != nullptr ? values : &single, static_cast<size_t>(count)};
    }
};

/// One column's condition that is being read.
struct Condition {
    uint8_t column;
    StrategyNumber strategy;
    const FilterColumn& filter;
};

Arguments read_arguments(const ScanKeyData& key, Oid type) {
    if ((key.sk_flags & SK_SEARCHARRAY) == 0) return {key.sk_argument, nullptr, 1, type};
    ArrayType* array = DatumGetArrayTypeP(key.sk_argument);
    int16 bytes = 0;
    bool by_value = false;
    char alignment = 0;
    get_typlenbyvalalign(ARR_ELEMTYPE(array), &bytes, &by_value, &alignment);
    Arguments arguments{0, nullptr, 0, type};
    bool* nulls = nullptr;
    int count = 0;
    deconstruct_array(array, ARR_ELEMTYPE(array), bytes, by_value, alignment, &arguments.values,
                      &nulls, &count);
    for (int i = 0; i < count; ++i)
        if (!nulls[i]) arguments.values[arguments.count++] = arguments.values[i];
    return arguments;
}

void add_condition(Reading* reading, const FilterCondition& condition) {
    reading->conditions[reading->count++] = condition;
}

void narrow(Reading* reading, uint8_t column, KeyRange range) {
    ColumnState& state = reading->states[column];
    state.range.low = std::max(state.range.low, range.low);
    state.range.high = std::min(state.range.high, range.high);
    state.must_have_value = true;
    if (state.range.low > state.range.high) reading->none = true;
}

/// `keys` in any order, and any of them may be there twice.
void narrow_to(Reading* reading, uint8_t column, uint64_t* keys, size_t count) {
    std::sort(keys, keys + count);
    count = static_cast<size_t>(std::unique(keys, keys + count) - keys);
    if (count == 0) {
        reading->none = true;
    } else if (count == 1) {
        narrow(reading, column, {keys[0], keys[0]});
    } else {
        reading->states[column].must_have_value = true;
        FilterCondition condition;
        condition.column = column;
        condition.test = FilterTest::kOneOf;
        condition.keys = keys;
        condition.key_count = static_cast<uint32_t>(count);
        add_condition(reading, condition);
    }
}

uint64_t* allocate_keys(size_t count) {
    return static_cast<uint64_t*>(
        MemoryContextAllocHuge(CurrentMemoryContext, (count + 1) * sizeof(uint64_t)));
}

Argument read_argument(const FilterColumn& filter, Oid type, Datum value) {
    const bool is_datetime = type != filter.type && find_ordered_type(type) != nullptr &&
                             find_ordered_type(type)->comparable == Comparable::kDatetimes;
    if (is_datetime) return read_datetime(filter.type, type, value);
    const OrderedType* ordered = find_ordered_type(type);
    const uint64_t key =
        ordered_key(ordered != nullptr ? ordered->encoding : filter.encoding, value);
    return {key, key};
}

/// The keys that compare so with the argument; false when there are none.
bool find_passing(StrategyNumber strategy, Argument argument, KeyRange* range) {
    const bool exact = argument.is_exact();
    *range = {};
    switch (strategy) {
    case kLessStrategy:
        if (exact && argument.least == 0) return false;
        range->high = exact ? argument.least - 1 : argument.greatest;
        return true;
    case kLessEqualStrategy:
        range->high = argument.greatest;
        return true;
    case kGreaterEqualStrategy:
        range->low = argument.least;
        return true;
    case kGreaterStrategy:
        if (exact && argument.greatest == PG_UINT64_MAX) return false;
        range->low = exact ? argument.greatest + 1 : argument.least;
        return true;
    default:
        *range = {argument.least, argument.greatest};
        return argument.least <= argument.greatest;
    }
}

/// What passes for any of the arguments.  Ranges that begin or end where all keys do are one range
/// together; of equality, single keys are kept, and ranges become the one around them all.
void read_ordered(Reading* reading, const Condition& condition, const Arguments& arguments) {
    uint64_t* keys = allocate_keys(arguments.all().size());
    size_t count = 0;
    KeyRange around{PG_UINT64_MAX, 0};
    bool exact = true;
    for (const Datum value : arguments.all()) {
        const Argument argument = read_argument(condition.filter, arguments.type, value);
        KeyRange range;
        if (!find_passing(condition.strategy, argument, &range)) continue;
        exact = exact && argument.is_exact();
        keys[count++] = range.low;
        around = {std::min(around.low, range.low), std::max(around.high, range.high)};
    }
    reading->recheck = reading->recheck || !exact;
    if (count == 0)
        reading->none = true;
    else if (condition.strategy == kEqualStrategy && exact)
        narrow_to(reading, condition.column, keys, count);
    else
        narrow(reading, condition.column, around);
}

/// Conditions that the index cannot test, but that no NULL passes.
void leave_to_executor(Reading* reading, uint8_t column) {
    reading->states[column].must_have_value = true;
    reading->recheck = true;
}

/// Of an enum the keys are not in order, so a range becomes the labels in it.
void read_enum_range(Reading* reading, const Condition& condition, const Arguments& arguments) {
    const EnumLabels labels = read_enum_labels(condition.filter.type);
    size_t first = labels.count;
    size_t end = 0;
    for (const Datum value : arguments.all()) {
        const size_t at = labels.find(DatumGetObjectId(value));
        // One of this transaction's own, which the catalog's snapshot does not have yet.
        if (at == labels.count) return leave_to_executor(reading, condition.column);
        KeyRange range;
        if (!find_passing(condition.strategy, {at, at}, &range)) continue;
        first = std::min<size_t>(first, range.low);
        end = std::max<size_t>(end, std::min<size_t>(range.high, labels.count - 1) + 1);
    }
    uint64_t* keys = allocate_keys(labels.count);
    size_t count = 0;
    for (size_t i = first; i < end; ++i) keys[count++] = labels.oids[i];
    narrow_to(reading, condition.column, keys, count);
}

void read_hashed(Reading* reading, const Condition& condition, const Arguments& arguments) {
    uint64_t* keys = allocate_keys(arguments.all().size());
    size_t count = 0;
    for (const Datum value : arguments.all()) keys[count++] = filter_key(condition.filter, value);
    reading->recheck = true;
    narrow_to(reading, condition.column, keys, count);
}

void add_label_test(Reading* reading, uint8_t column, FilterTest test, uint64_t bits) {
    reading->states[column].must_have_value = true;
    FilterCondition condition;
    condition.column = column;
    condition.test = test;
    condition.low = bits;
    if (bits != 0) add_condition(reading, condition);
}

bool has_null_element(Datum array) { return array_contains_nulls(DatumGetArrayTypeP(array)); }

/// Nothing overlaps an array without elements; all contain it, and none one with a NULL.
void read_labels(Reading* reading, const Condition& condition, const Arguments& arguments) {
    uint64_t some = 0;
    uint64_t all = PG_UINT64_MAX;
    size_t count = 0;
    for (const Datum value : arguments.all()) {
        if (condition.strategy == kContainsStrategy && has_null_element(value)) continue;
        const uint64_t bits = filter_key(condition.filter, value);
        some |= bits;
        all &= bits;
        ++count;
    }
    reading->recheck = true;
    if (count == 0 || (condition.strategy == kOverlapsStrategy && some == 0))
        reading->none = true;
    else if (condition.strategy == kOverlapsStrategy)
        add_label_test(reading, condition.column, FilterTest::kOverlaps, some);
    else
        add_label_test(reading, condition.column, FilterTest::kContains, all);
}

bool is_testable(const Condition& condition, Oid type) {
    switch (condition.filter.kind) {
    case FilterKind::kOrdered:
        return condition.strategy <= kGreaterStrategy &&
               (condition.filter.encoding == Encoding::kEnum ||
                are_comparable(condition.filter.type, type));
    case FilterKind::kHashed:
        return condition.strategy == kEqualStrategy;
    case FilterKind::kLabels:
        return condition.strategy == kEqualStrategy || condition.strategy == kOverlapsStrategy ||
               condition.strategy == kContainsStrategy;
    case FilterKind::kNone:
        break;
    }
    return false;
}

void read_comparison(Reading* reading, const Condition& condition, const ScanKeyData& key) {
    const Oid type = OidIsValid(key.sk_subtype) ? key.sk_subtype : condition.filter.type;
    if (!is_testable(condition, type)) return leave_to_executor(reading, condition.column);
    const Arguments arguments = read_arguments(key, type);
    const bool is_equality = condition.strategy == kEqualStrategy;
    if (arguments.count == 0)
        reading->none = true;
    else if (condition.filter.kind == FilterKind::kLabels && !is_equality)
        read_labels(reading, condition, arguments);
    else if (condition.filter.kind != FilterKind::kOrdered)
        read_hashed(reading, condition, arguments);
    else if (condition.filter.encoding == Encoding::kEnum && !is_equality)
        read_enum_range(reading, condition, arguments);
    else
        read_ordered(reading, condition, arguments);
}

void read_key(Reading* reading, const ScanKeyData& key) {
    const auto column = static_cast<uint8_t>(key.sk_attno - 2);
    if ((key.sk_flags & SK_SEARCHNULL) != 0)
        reading->states[column].must_be_null = true;
    else if ((key.sk_flags & SK_SEARCHNOTNULL) != 0)
        reading->states[column].must_have_value = true;
    else if ((key.sk_flags & SK_ISNULL) != 0)
        reading->none = true;
    else
        read_comparison(reading, {column, key.sk_strategy, reading->columns.columns[column]}, key);
}

bool is_tested(const Reading& reading, uint8_t column) {
    return std::any_of(reading.conditions, reading.conditions + reading.count,
                       [&](const FilterCondition& known) { return known.column == column; });
}

/// What the column has to be beside the conditions in the list, which no NULL passes.
void add_state(Reading* reading, uint8_t column) {
    const ColumnState& state = reading->states[column];
    FilterCondition condition;
    condition.column = column;
    if (state.must_be_null) {
        if (state.must_have_value) reading->none = true;
        condition.test = FilterTest::kIsNull;
    } else if (!state.range.is_all()) {
        condition.test = FilterTest::kBetween;
        condition.low = state.range.low;
        condition.high = state.range.high;
    } else if (!state.must_have_value || is_tested(*reading, column)) {
        return;
    }
    add_condition(reading, condition);
}

}  // namespace

ScanFilter read_conditions(const FilterColumns& columns, const ScanKeyData* keys, int count) {
    const auto room = static_cast<size_t>(count) + kMaxFilterColumns;
    Reading reading{columns,
                    static_cast<FilterCondition*>(palloc0(room * sizeof(FilterCondition)))};
    for (int i = 0; i < count; ++i)
        if (keys[i].sk_attno > 1) read_key(&reading, keys[i]);
    for (uint32_t i = 0; i < columns.count; ++i) add_state(&reading, static_cast<uint8_t>(i));
    return {{reading.conditions, reading.count}, reading.none, reading.recheck};
}

}  // namespace vx::pg
