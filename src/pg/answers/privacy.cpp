// keyed_rotation: vectors turned by a secret key.  add_noise: normally distributed noise.
#include "core/answers/keyed_rotation.h"
#include "core/answers/noise.h"
#include "pg/fmgr.h"
#include "pg/types/datum.h"

namespace vx::pg {
namespace {

static_assert(Vector::kMaxDims <= KeyedRotation::kMaxDims);

/// The rotation of the previous call, as most calls of a query have its key and dimensions.
struct KeptRotation {
    bytea* key;
    uint16* table;
    double* values;  // twice the dimensions
    KeyedRotation rotation;
};

bool is_same_key(const bytea* a, const bytea* b) {
    return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
           memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

KeptRotation* make_rotation(FunctionCallInfo fcinfo, const bytea* key, size_t dims) {
    const auto* digest = reinterpret_cast<const bytea*>(
        DatumGetPointer(DirectFunctionCall1(sha256_bytea, PointerGetDatum(key))));
    const std::span<const uint8_t, KeyStream::kKeyBytes> bytes(
        reinterpret_cast<const uint8_t*>(VARDATA_ANY(digest)), KeyStream::kKeyBytes);
    const MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
    auto* key_copy = reinterpret_cast<bytea*>(PG_DETOAST_DATUM_COPY(PointerGetDatum(key)));
    auto* table = static_cast<uint16*>(palloc(KeyedRotation::table_size(dims) * sizeof(uint16)));
    auto* values = static_cast<double*>(palloc(2 * dims * sizeof(double)));
    auto* kept = new (palloc(sizeof(KeptRotation)))
        KeptRotation{key_copy, table, values, KeyedRotation(bytes, dims, table)};
    MemoryContextSwitchTo(caller);
    return kept;
}

KeptRotation& rotation_for(FunctionCallInfo fcinfo, const bytea* key, size_t dims) {
    auto* kept = static_cast<KeptRotation*>(fcinfo->flinfo->fn_extra);
    if (kept != nullptr && kept->rotation.dims() == dims && is_same_key(kept->key, key))
        return *kept;
    if (VARSIZE_ANY_EXHDR(key) == 0)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("key must not be empty"));
    if (kept != nullptr) {
        fcinfo->flinfo->fn_extra = nullptr;
        pfree(kept->key);
        pfree(kept->table);
        pfree(kept->values);
        pfree(kept);
    }
    kept = make_rotation(fcinfo, key, dims);
    fcinfo->flinfo->fn_extra = kept;
    return *kept;
}

template <class T>
Datum rotate(FunctionCallInfo fcinfo, const bytea* key) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const auto in = value.elements();
    KeptRotation& kept = rotation_for(fcinfo, key, in.size());
    for (size_t i = 0; i < in.size(); ++i) kept.values[i] = static_cast<float>(in[i]);
    kept.rotation.rotate(kept.values, kept.values + in.size());
    Dense<T>& result = new_dense<T>(value.dims);
    const auto out = result.elements();
    for (size_t i = 0; i < out.size(); ++i) out[i] = narrow<T>(static_cast<float>(kept.values[i]));
    if (find_not_finite(std::span<const typename T::Element>(out)) < out.size())
        float_overflow_error();
    PG_RETURN_POINTER(&result);
}

/// keyed_rotation(T, bytea) -> T
template <class T>
Datum rotate_by_bytes(FunctionCallInfo fcinfo) {
    return rotate<T>(fcinfo, PG_GETARG_BYTEA_PP(1));
}

/// keyed_rotation(T, text) -> T: the bytes of the text in UTF-8, whatever the database has.
template <class T>
Datum rotate_by_text(FunctionCallInfo fcinfo) {
    const text* given = PG_GETARG_TEXT_PP(1);
    const auto length = static_cast<int>(VARSIZE_ANY_EXHDR(given));
    const char* as_stored = VARDATA_ANY(given);
    const char* bytes = pg_server_to_any(as_stored, length, PG_UTF8);
    if (bytes == as_stored) return rotate<T>(fcinfo, given);
    return rotate<T>(fcinfo, cstring_to_text(bytes));
}

double checked_sigma(FunctionCallInfo fcinfo) {
    const double sigma = PG_GETARG_FLOAT8(1);
    if (std::isfinite(sigma) && sigma >= 0) return sigma;
    ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
            errmsg("sigma must be a finite number, and not negative"));
}

/// add_noise(T, float8) -> T
template <class T>
Datum add_noise(FunctionCallInfo fcinfo) {
    const Dense<T>& value = arg<T>(fcinfo, 0);
    const double sigma = checked_sigma(fcinfo);
    const auto in = value.elements();
    const size_t words = in.size() + in.size() % 2;
    auto* random = static_cast<uint64*>(palloc(words * sizeof(uint64)));
    if (!pg_strong_random(random, words * sizeof(uint64)))
        ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not generate random values"));
    Dense<T>& result = new_dense<T>(value.dims);
    const auto out = result.elements();
    for (size_t i = 0; i < in.size(); i += 2) {
        const GaussianPair noise = gaussian_pair(random[i], random[i + 1]);
        out[i] = narrow<T>(static_cast<float>(static_cast<float>(in[i]) + sigma * noise.first));
        if (i + 1 < in.size())
            out[i + 1] =
                narrow<T>(static_cast<float>(static_cast<float>(in[i + 1]) + sigma * noise.second));
    }
    if (find_not_finite(std::span<const typename T::Element>(out)) < out.size())
        float_overflow_error();
    PG_RETURN_POINTER(&result);
}

}  // namespace
}  // namespace vx::pg

namespace pg = vx::pg;

VX_FUNCTION(vector_keyed_rotation, pg::rotate_by_text<pg::Vector>)
VX_FUNCTION(vector_keyed_rotation_bytea, pg::rotate_by_bytes<pg::Vector>)
VX_FUNCTION(vector_add_noise, pg::add_noise<pg::Vector>)
VX_FUNCTION(halfvec_keyed_rotation, pg::rotate_by_text<pg::HalfVector>)
VX_FUNCTION(halfvec_keyed_rotation_bytea, pg::rotate_by_bytes<pg::HalfVector>)
VX_FUNCTION(halfvec_add_noise, pg::add_noise<pg::HalfVector>)
