// Every message a user reads that stems from core, in one place.
//
// pgvector's texts and SQLSTATEs are kept verbatim where it has the error.
#include "pg/errors.h"

namespace vx::pg {

void raise(Status status) {
    const auto a = static_cast<long long>(status.a);
    const auto b = static_cast<long long>(status.b);
    switch (status.code) {
    case Errc::kOk:
        break;
    case Errc::kOutOfMemory:
        ereport(ERROR, errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"),
                errdetail("Failed on request of size %lld.", a));
    case Errc::kSizeOverflow:
        ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                errmsg("requested memory of %lld times %lld bytes is too large", a, b));
    case Errc::kDimensionMismatch:
        raise_dimension_mismatch("vector", static_cast<int>(a), static_cast<int>(b));
    case Errc::kCorruptPage:
        ereport(ERROR, errcode(ERRCODE_INDEX_CORRUPTED),
                errmsg("index contains corrupted page at block %lld", a),
                errdetail_internal("Reason code %lld.", b), errhint("Please REINDEX it."));
    case Errc::kIndexFull:
        ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                errmsg("index cannot hold more than %lld vectors", a));
    }
    elog(ERROR, "unexpected status code %d", static_cast<int>(status.code));
}

void raise_dimension_mismatch(const char* type, int a, int b) {
    ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
            errmsg("different %s dimensions %d and %d", type, a, b));
}

void raise_unexpected_dimensions(int expected, int actual) {
    ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
            errmsg("expected %d dimensions, not %d", expected, actual));
}

void raise_corrupt_value(const char* type) {
    ereport(ERROR, errcode(ERRCODE_DATA_CORRUPTED),
            errmsg("length of %s value does not match its dimensions", type));
}

}  // namespace vx::pg
