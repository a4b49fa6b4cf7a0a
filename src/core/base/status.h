// How core reports failure: a trivial value, never text, never an exception.
//
// Core runs inside a server whose errors are longjmps and in tests that have no server at all, so a
// failure is a code with two numbers; src/pg/errors.cpp is the one place that turns it into a
// message a user reads.
#pragma once

#include <cstdint>
#include <type_traits>

namespace vx {

/// What went wrong.  The comment says what `a` and `b` carry.
enum class Errc : uint8_t {
    kOk = 0,
    kOutOfMemory,        // a = bytes asked for
    kSizeOverflow,       // an allocation size does not fit; a, b = the factors
    kDimensionMismatch,  // a, b = the two dimensions
    kCorruptPage,        // a = block number, b = CorruptReason
    kIndexFull,          // node ids exhausted; a = the limit
};

/// Result of an operation that yields nothing else.
struct [[nodiscard]] Status {
    Errc code = Errc::kOk;
    int64_t a = 0;
    int64_t b = 0;

    [[nodiscard]] constexpr bool ok() const { return code == Errc::kOk; }
};

/// A value or the reason why there is none; `value` is meaningful only when `status.ok()`.
template <class T>
struct [[nodiscard]] Result {
    static_assert(std::is_trivially_destructible_v<T>, "longjmp may cross the frame that holds it");
    T value{};
    Status status{};

    [[nodiscard]] constexpr bool ok() const { return status.ok(); }
};

}  // namespace vx
