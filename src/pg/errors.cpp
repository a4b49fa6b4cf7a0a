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

void raise_length_mismatch(int a, int b) {
    ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
            errmsg("different bit lengths %u and %u", static_cast<unsigned>(a),
                   static_cast<unsigned>(b)));
}

void raise_unexpected_dimensions(int expected, int actual) {
    ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
            errmsg("expected %d dimensions, not %d", expected, actual));
}

void raise_corrupt_value(const char* type) {
    ereport(ERROR, errcode(ERRCODE_DATA_CORRUPTED),
            errmsg("length of %s value does not match its dimensions", type));
}

void raise_no_dimensions(const char* type) {
    ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
            errmsg("%s must have at least 1 dimension", type));
}

void raise_too_many_dimensions(const char* type, int limit) {
    ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
            errmsg("%s cannot have more than %d dimensions", type, limit));
}

void raise_not_finite(const char* type, float value) {
    ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
            std::isnan(value) ? errmsg("NaN not allowed in %s", type)
                              : errmsg("infinite value not allowed in %s", type));
}

void raise_out_of_range(const char* type, float value) {
    char text[FLOAT_SHORTEST_DECIMAL_LEN];
    float_to_shortest_decimal_buf(value, text);
    ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
            errmsg("\"%s\" is out of range for type %s", text, type));
}

void raise_negative_count() {
    ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
            errmsg("sparsevec cannot have negative number of elements"));
}

void raise_too_many_non_zero(int limit) {
    ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
            errmsg("sparsevec cannot have more than %d non-zero elements", limit));
}

void raise_more_elements_than_dims() {
    ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
            errmsg("sparsevec cannot have more elements than dimensions"));
}

void raise_stored_zero() {
    ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
            errmsg("binary representation of sparsevec cannot contain zero values"));
}

void raise_unexpected_unused(int unused) {
    ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
            errmsg("expected unused to be 0, not %d", unused));
}

namespace {

/// What pgvector adds to "invalid input syntax", or null.
const char* syntax_detail(TextFault fault) {
    switch (fault) {
    case TextFault::kNoOpening:
        return "Vector contents must start with \"[\".";
    case TextFault::kNoBrace:
        return "Vector contents must start with \"{\".";
    case TextFault::kTrailing:
        return "Junk after closing right brace.";
    case TextFault::kNoSlash:
        return "Unexpected end of input.";
    case TextFault::kTrailingDims:
        return "Junk after closing.";
    default:
        return nullptr;
    }
}

}  // namespace

Datum report_text_fault(fmNodePtr context, const char* type, const char* literal,
                        const VectorText& parsed) {
    switch (parsed.fault) {
    case TextFault::kNoElements:
        VX_SOFT_ERROR(context, errcode(ERRCODE_DATA_EXCEPTION),
                      errmsg("%s must have at least 1 dimension", type));
    case TextFault::kTooMany:
        VX_SOFT_ERROR(context, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                      errmsg("%s cannot have more than %zu dimensions", type, parsed.count));
    case TextFault::kTooManyNonZero:
        VX_SOFT_ERROR(context, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                      errmsg("%s cannot have more than %zu non-zero elements", type, parsed.count));
    case TextFault::kNaN:
        VX_SOFT_ERROR(context, errcode(ERRCODE_DATA_EXCEPTION),
                      errmsg("NaN not allowed in %s", type));
    case TextFault::kInfinite:
        VX_SOFT_ERROR(context, errcode(ERRCODE_DATA_EXCEPTION),
                      errmsg("infinite value not allowed in %s", type));
    case TextFault::kOutOfRange:
        VX_SOFT_ERROR(context, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                      errmsg("\"%.*s\" is out of range for type %s",
                             static_cast<int>(parsed.where.size()), parsed.where.data(), type));
    default:
        break;
    }
    const char* detail = syntax_detail(parsed.fault);
    VX_SOFT_ERROR(context, errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                  errmsg("invalid input syntax for type %s: \"%s\"", type, literal),
                  detail != nullptr ? errdetail("%s", detail) : 0);
}

Datum report_index_fault(fmNodePtr context, IndexFault fault) {
    switch (fault) {
    case IndexFault::kNone:
    case IndexFault::kOutOfBounds:
        break;
    case IndexFault::kDescending:
        VX_SOFT_ERROR(context, errcode(ERRCODE_DATA_EXCEPTION),
                      errmsg("sparsevec indices must be in ascending order"));
    case IndexFault::kDuplicate:
        VX_SOFT_ERROR(context, errcode(ERRCODE_DATA_EXCEPTION),
                      errmsg("sparsevec indices must not contain duplicates"));
    }
    VX_SOFT_ERROR(context, errcode(ERRCODE_DATA_EXCEPTION),
                  errmsg("sparsevec index out of bounds"));
}

Datum report_unexpected_dimensions(fmNodePtr context, int expected, int actual) {
    VX_SOFT_ERROR(context, errcode(ERRCODE_DATA_EXCEPTION),
                  errmsg("expected %d dimensions, not %d", expected, actual));
}

}  // namespace vx::pg
