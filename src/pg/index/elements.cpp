// From values of the indexed types to elements of an index.
#include "pg/index/open_index.h"
#include "pg/types/datum.h"

namespace vx::pg {
namespace {

/// What is asked of a value whose dimensions are not the index's: a row's raise one error, a
/// query's the operator's.
enum class Role : uint8_t { kRow, kQuery };

template <class T>
const typename T::Value& view_checked(const OpenIndex& index, Datum value, Role role) {
    const auto& viewed = view<T>(value);
    const auto expected = static_cast<int>(index.dims);
    if (viewed.dims != expected) {
        if (role == Role::kRow) raise_unexpected_dimensions(expected, viewed.dims);
        raise_dimension_mismatch(T::kName, viewed.dims, expected);
    }
    return viewed;
}

/// Scales to unit length; false when there is no direction.  An element is `stride` floats from the
/// next.
bool normalize(float* element, size_t count, size_t stride) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i)
        sum += static_cast<double>(element[i * stride]) * static_cast<double>(element[i * stride]);
    const double norm = sqrt(sum);
    if (!(norm > 0)) return false;
    for (size_t i = 0; i < count; ++i)
        element[i * stride] = static_cast<float>(element[i * stride] / norm);
    return true;
}

ElementKind finish_floats(const OpenIndex& index, float* element) {
    if (needs_unit_vectors(index.metric) && !normalize(element, index.dims, 1))
        return ElementKind::kZero;
    return ElementKind::kNormal;
}

ElementKind read_halves(const OpenIndex& index, std::span<const Half> halves, std::byte* out) {
    if (has_codes(index.storage)) {
        auto* floats = reinterpret_cast<float*>(out);
        kernels().widen(halves.data(), halves.size(), floats);
        return finish_floats(index, floats);
    }
    std::memcpy(out, halves.data(), halves.size_bytes());
    if (!needs_unit_vectors(index.metric)) return ElementKind::kNormal;
    for (const Half half : halves)
        if (static_cast<float>(half) != 0) return ElementKind::kNormal;
    return ElementKind::kZero;
}

ElementKind read_bits(const OpenIndex& index, Datum value, Role role, std::byte* out) {
    const VarBit* bits = DatumGetVarBitP(value);
    const auto expected = static_cast<int>(index.dims);
    if (VARBITLEN(bits) != expected) {
        if (role == Role::kRow) raise_unexpected_dimensions(expected, VARBITLEN(bits));
        raise_length_mismatch(VARBITLEN(bits), expected);
    }
    std::memcpy(out, VARBITS(bits), VARBITBYTES(bits));
    return ElementKind::kNormal;
}

ElementKind read_sparse(const OpenIndex& index, const Sparse& sparse, std::byte* out) {
    // The stored form may be damaged: what follows relies on both.
    check_non_zero_count(sparse.count, sparse.dims);
    check_indices(sparse);
    const auto count = static_cast<size_t>(sparse.count);
    const RecordHead head{static_cast<uint32_t>(sizeof(RecordHead) + count * sizeof(SparsePair)),
                          0};
    std::memcpy(out, &head, sizeof head);
    auto* pairs = reinterpret_cast<SparsePair*>(out + sizeof head);
    for (size_t i = 0; i < count; ++i)
        pairs[i] = {static_cast<uint32_t>(sparse.indices()[i]), sparse.values()[i]};
    constexpr size_t kStride = sizeof(SparsePair) / sizeof(float);
    if (needs_unit_vectors(index.metric) &&
        (count == 0 || !normalize(&pairs[0].value, count, kStride)))
        return ElementKind::kZero;
    return ElementKind::kNormal;
}

ElementKind read_value(const OpenIndex& index, Datum value, Role role, std::byte* out) {
    switch (index.element) {
    case Element::kFloat32: {
        const auto& vector = view_checked<Vector>(index, value, role);
        std::memcpy(out, vector.elements().data(), vector.elements().size_bytes());
        return finish_floats(index, reinterpret_cast<float*>(out));
    }
    case Element::kFloat16:
        return read_halves(index, view_checked<HalfVector>(index, value, role).elements(), out);
    case Element::kBit:
        return read_bits(index, value, role, out);
    case Element::kSparse:
        break;
    }
    return read_sparse(index, view_checked<SparseVector>(index, value, role), out);
}

}  // namespace

int query_exponent(const OpenIndex& index, Datum query, bool is_null) {
    if (index.metric != Metric::kInnerProduct || !has_codes(index.storage) ||
        index.element != Element::kFloat32 || is_null)
        return 0;
    float longest = 0;
    for (const float value : view_checked<Vector>(index, query, Role::kQuery).elements())
        longest = fabsf(value) > longest ? fabsf(value) : longest;
    return choose_scale(ldexp(static_cast<double>(longest), index.scale_exponent));
}

bool has_index_dims(const OpenIndex& index, Datum value) {
    const auto dims = static_cast<int>(index.dims);
    switch (index.element) {
    case Element::kFloat32:
        return view<Vector>(value).dims == dims;
    case Element::kFloat16:
        return view<HalfVector>(value).dims == dims;
    case Element::kBit:
        return VARBITLEN(DatumGetVarBitP(value)) == dims;
    case Element::kSparse:
        break;
    }
    return view<SparseVector>(value).dims == dims;
}

size_t element_bytes(const OpenIndex& index) {
    return has_codes(index.storage) ? index.dims * sizeof(float) : index.geometry.record_limit();
}

ElementKind read_element(const OpenIndex& index, Datum value, bool is_null, std::byte* out) {
    return is_null ? ElementKind::kNull : read_value(index, value, Role::kRow, out);
}

ElementKind read_query(const OpenIndex& index, Datum value, bool is_null, std::byte* out) {
    return is_null ? ElementKind::kNull : read_value(index, value, Role::kQuery, out);
}

}  // namespace vx::pg
