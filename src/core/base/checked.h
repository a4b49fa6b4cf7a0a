// Size arithmetic that cannot wrap.
//
// A wrapped allocation size was a CVE in pgvector twice (CVE-2026-3172, CVE-2026-18022), so every
// size that depends on user input goes through these; false means "does not fit".
#pragma once

#include <cstddef>

namespace vx {

[[nodiscard]] inline bool checked_add(size_t a, size_t b, size_t* out) {
    return !__builtin_add_overflow(a, b, out);
}

[[nodiscard]] inline bool checked_mul(size_t a, size_t b, size_t* out) {
    return !__builtin_mul_overflow(a, b, out);
}

/// `a - b`, or 0 when b is larger: what remains of a budget.
[[nodiscard]] inline size_t remaining(size_t a, size_t b) { return a > b ? a - b : 0; }

}  // namespace vx
