#include "pg/answers/dimension_groups.h"

namespace vx::pg {
namespace {

/// Reads groups one after the other.
struct GroupReader {
    int dims;
    const char* group;  // that is being read
    size_t number;
    DimensionRange* ranges;
    size_t count;
    size_t capacity;
};

[[noreturn]] void raise_no_groups() {
    ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
            errmsg("groups must be a JSON object of dimensions by name"),
            errhint("For example {\"color\": [1, 2, 3], \"shape\": \"4-128\"}."));
    pg_unreachable();
}

[[noreturn]] void raise_no_dimension(const GroupReader& reader) {
    ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
            errmsg("group \"%s\" has something that is no dimension", reader.group),
            errhint("Dimensions are integers such as 7, ranges strings such as \"1-128\", and "
                    "several of them an array."));
    pg_unreachable();
}

void check_dimension(const GroupReader& reader, double dimension) {
    if (dimension >= 1 && dimension <= reader.dims) return;
    ereport(ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
            errmsg("dimension %.0f of group \"%s\" is out of range", dimension, reader.group),
            errdetail("The vectors have %d dimensions, counted from 1.", reader.dims));
}

void put_range(GroupReader& reader, double first, double last) {
    check_dimension(reader, first);
    check_dimension(reader, last);
    if (first > last)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("range \"%.0f-%.0f\" of group \"%s\" ends before it begins", first, last,
                       reader.group));
    if (reader.count == reader.capacity) {
        size_t bytes = 0;
        if (!checked_mul(reader.capacity, 2 * sizeof(DimensionRange), &bytes))
            ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many ranges"));
        reader.capacity *= 2;
        reader.ranges = static_cast<DimensionRange*>(repalloc_huge(reader.ranges, bytes));
    }
    reader.ranges[reader.count++] = {static_cast<int32_t>(first), static_cast<int32_t>(last),
                                     reader.number};
}

/// The digits at the beginning of `text`, which is moved behind them.
double take_number(const GroupReader& reader, const char*& text) {
    if (*text < '0' || *text > '9') raise_no_dimension(reader);
    double number = 0;
    for (; *text >= '0' && *text <= '9'; ++text) number = number * 10 + (*text - '0');
    return number;
}

/// "7" or "1-128"
void put_text(GroupReader& reader, const JsonbValue& value) {
    const char* text = pnstrdup(value.val.string.val, static_cast<Size>(value.val.string.len));
    const double first = take_number(reader, text);
    double last = first;
    if (*text == '-') last = take_number(reader, ++text);
    if (*text != '\0') raise_no_dimension(reader);
    put_range(reader, first, last);
}

void put_number(GroupReader& reader, const JsonbValue& value) {
    const double number = DatumGetFloat8(
        DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(value.val.numeric)));
    if (number != std::floor(number)) raise_no_dimension(reader);
    put_range(reader, number, number);
}

void put_dimension(GroupReader& reader, const JsonbValue& value) {
    if (value.type == jbvNumeric) {
        put_number(reader, value);
    } else if (value.type == jbvString) {
        put_text(reader, value);
    } else {
        raise_no_dimension(reader);
    }
}

void put_array(GroupReader& reader, JsonbContainer* array) {
    JsonbIterator* iterator = JsonbIteratorInit(array);
    JsonbValue value;
    for (;;) {
        CHECK_FOR_INTERRUPTS();
        const JsonbIteratorToken token = JsonbIteratorNext(&iterator, &value, true);
        if (token == WJB_DONE) break;
        if (token == WJB_ELEM) put_dimension(reader, value);
    }
}

void put_group(GroupReader& reader, const JsonbValue& value) {
    if (value.type != jbvBinary) {
        put_dimension(reader, value);
    } else if (JsonContainerIsArray(value.val.binary.data)) {
        put_array(reader, value.val.binary.data);
    } else {
        raise_no_dimension(reader);
    }
}

char* name_of(const DimensionGroups& groups, const DimensionRange& range) {
    return TextDatumGetCString(groups.names[range.group]);
}

[[noreturn]] void raise_overlap(const DimensionGroups& groups, size_t at) {
    const DimensionRange& range = groups.ranges[at];
    const DimensionRange& other = groups.ranges[at - 1];
    ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
            range.group == other.group
                ? errmsg("group \"%s\" has dimension %d twice", name_of(groups, range), range.first)
                : errmsg("groups \"%s\" and \"%s\" both have dimension %d", name_of(groups, other),
                         name_of(groups, range), range.first),
            errdetail("Shares of groups that overlap would not add up."));
    pg_unreachable();
}

}  // namespace

DimensionGroups read_groups(Jsonb* groups, int dims) {
    if (!JB_ROOT_IS_OBJECT(groups)) raise_no_groups();
    constexpr size_t kFirstCapacity = 16;
    GroupReader reader{dims, nullptr,       0, new_elements<DimensionRange>(kFirstCapacity),
                       0,    kFirstCapacity};
    DimensionGroups result{new_elements<Datum>(JB_ROOT_COUNT(groups)), 0, {}};
    JsonbIterator* iterator = JsonbIteratorInit(&groups->root);
    JsonbValue value;
    for (;;) {
        const JsonbIteratorToken token = JsonbIteratorNext(&iterator, &value, true);
        if (token == WJB_DONE) break;
        if (token == WJB_KEY) {
            reader.group = pnstrdup(value.val.string.val, static_cast<Size>(value.val.string.len));
            reader.number = result.count;
            result.names[result.count++] = CStringGetTextDatum(reader.group);
        } else if (token == WJB_VALUE) {
            put_group(reader, value);
        }
    }
    result.ranges = {reader.ranges, reader.count};
    const size_t overlap = sort_ranges({reader.ranges, reader.count});
    if (overlap < reader.count) raise_overlap(result, overlap);
    return result;
}

}  // namespace vx::pg
