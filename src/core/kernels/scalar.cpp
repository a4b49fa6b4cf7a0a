// Plain C++: the reference that the other tables are tested against, and the fallback everywhere.
#include <cstddef>

#include "core/kernels/tables.h"

namespace vx {
namespace scalar {
namespace {

using Lanes = float;
constexpr size_t kWidth = 1;

inline Lanes load(const float* from) { return *from; }
inline Lanes pinned(Lanes a) { return a; }
inline Lanes fma(Lanes a, Lanes b, Lanes c) { return a * b + c; }
inline Lanes abs(Lanes a) { return __builtin_fabsf(a); }
inline float reduce(Lanes a) { return a; }

// Never called: with one lane there is no partial register.
Lanes load_partial(const float* from, size_t count) = delete;

#include "core/kernels/metrics-inl.h"

#include "core/kernels/fold-inl.h"

bool supported() { return true; }

}  // namespace
}  // namespace scalar

constexpr KernelTable kScalarTable = scalar::make_table("scalar", scalar::supported);

}  // namespace vx
