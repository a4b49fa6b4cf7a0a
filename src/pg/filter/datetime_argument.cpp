// Comparisons of dates with times, as the server's operators make them: the column's value is
// converted to the argument's type, or the argument to the column's.
#include "pg/filter/datetime_argument.h"

namespace vx::pg {
namespace {

/// Microseconds, at least and at most, as the column's own type counts them.
struct Moment {
    int64 least;
    int64 greatest;
};

/// A date is within 5.8 million years, a time within 294 thousand: what does not fit is more or
/// less than all times, but infinity.
Moment within_range(int64 time, int overflow) {
    if (overflow > 0) time = PG_INT64_MAX - 1;
    if (overflow < 0) time = PG_INT64_MIN + 1;
    return {time, time};
}

/// For a column without a time zone the operators convert its value to a time with the session's,
/// and that is not in the order of the values: in spring 02:30, which no clock shows, comes after
/// 03:00. What is sure is that no zone is a day from UTC.
Moment in_any_zone(TimestampTz time) {
    if (TIMESTAMP_NOT_FINITE(time)) return {time, time};
    return {time - USECS_PER_DAY, time + USECS_PER_DAY};
}

Moment read_moment(Oid column_type, Oid type, Datum value) {
    int overflow = 0;
    if (type == TIMESTAMPTZOID) return in_any_zone(DatumGetTimestampTz(value));
    if (type == TIMESTAMPOID) {
        const Timestamp time = DatumGetTimestamp(value);
        if (column_type == DATEOID) return {time, time};
        const TimestampTz zoned = timestamp2timestamptz_opt_overflow(time, &overflow);
        return within_range(zoned, overflow);
    }
    const DateADT date = DatumGetDateADT(value);
    const int64 time = column_type == TIMESTAMPTZOID
                           ? date2timestamptz_opt_overflow(date, &overflow)
                           : date2timestamp_opt_overflow(date, &overflow);
    return within_range(time, overflow);
}

int64 day_of(int64 time) {
    const int64 day = time / USECS_PER_DAY;
    return day * USECS_PER_DAY > time ? day - 1 : day;
}

uint64_t day_key(int64 time) {
    if (TIMESTAMP_IS_NOBEGIN(time)) return integer_key(DATEVAL_NOBEGIN);
    if (TIMESTAMP_IS_NOEND(time)) return integer_key(DATEVAL_NOEND);
    return integer_key(day_of(time));
}

/// A day is its midnight: one that begins before the first moment is before it.
Argument among_days(Moment moment) {
    const uint64_t least = day_key(moment.least);
    const bool is_midnight =
        TIMESTAMP_NOT_FINITE(moment.least) || moment.least % USECS_PER_DAY == 0;
    return {is_midnight ? least : least + 1, day_key(moment.greatest)};
}

}  // namespace

Argument read_datetime(Oid column_type, Oid type, Datum value) {
    const Moment moment = read_moment(column_type, type, value);
    if (column_type == DATEOID) return among_days(moment);
    return {integer_key(moment.least), integer_key(moment.greatest)};
}

}  // namespace vx::pg
