// Knowledge graph embeddings: the scores of triples, and what turns two parts of a triple into the
// query vector whose nearest rows complete it.
#include "core/answers/triples.h"
#include "pg/fmgr.h"
#include "pg/types/datum.h"

namespace vx::pg {
namespace {

using vx::Wanted;

template <class T>
std::span<const typename T::Element> elements_of(const Dense<T>& value) {
    return value.elements();
}

template <class T>
void check_even(const Dense<T>& entity) {
    if (entity.dims % 2 == 0) return;
    ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
            errmsg("complex vectors must have an even number of dimensions, not %d", entity.dims),
            errhint("The first half of the dimensions are the real parts, the second half the "
                    "imaginary parts."));
}

/// Raises unless `relation` fits entities like `entity`.
template <class T, class Model>
void check_relation(const Dense<T>& entity, const Dense<T>& relation) {
    if constexpr (std::is_same_v<Model, RotatE>) {
        check_even(entity);
        if (relation.dims == entity.dims / 2) return;
        if (relation.dims != entity.dims)
            ereport(
                ERROR, errcode(ERRCODE_DATA_EXCEPTION),
                errmsg("different %s dimensions %d and %d", T::kName, entity.dims, relation.dims),
                errhint("A relation is given as phases, half as many as an entity has dimensions, "
                        "or as complex numbers, in as many dimensions as an entity."));
        if (lacks_direction(elements_of(relation)))
            ereport(ERROR, errcode(ERRCODE_DATA_EXCEPTION),
                    errmsg("a complex number of the relation is zero and has no direction"));
    } else {
        check_same_dims<T>(entity, relation);
        if constexpr (std::is_same_v<Model, ComplEx>) check_even(entity);
    }
}

/// model_score(head T, relation T, tail T) -> float8
template <class T, class Model>
Datum score(FunctionCallInfo fcinfo) {
    const Dense<T>& head = arg<T>(fcinfo, 0);
    const Dense<T>& relation = arg<T>(fcinfo, 1);
    const Dense<T>& tail = arg<T>(fcinfo, 2);
    check_same_dims<T>(head, tail);
    check_relation<T, Model>(head, relation);
    PG_RETURN_FLOAT8(Model::score(elements_of(head), elements_of(relation), elements_of(tail)));
}

/// transe_score(head T, relation T, tail T, norm integer) -> float8
template <class T>
Datum transe_score(FunctionCallInfo fcinfo) {
    const Dense<T>& head = arg<T>(fcinfo, 0);
    const Dense<T>& relation = arg<T>(fcinfo, 1);
    const Dense<T>& tail = arg<T>(fcinfo, 2);
    const int32 norm = PG_GETARG_INT32(3);
    check_same_dims<T>(head, relation);
    check_same_dims<T>(head, tail);
    if (norm != 1 && norm != 2)
        ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                errmsg("norm must be 1 or 2, not %d", norm));
    PG_RETURN_FLOAT8(
        TransE::score(elements_of(head), elements_of(relation), elements_of(tail), norm));
}

template <class T, class Model, Wanted kWanted>
Datum query(const Dense<T>& known, const Dense<T>& relation) {
    check_relation<T, Model>(known, relation);
    Dense<T>& result = new_dense<T>(known.dims);
    const auto out = result.elements();
    Model::template query<kWanted>(elements_of(known), elements_of(relation), out);
    if (find_not_finite(std::span<const typename T::Element>(out)) < out.size())
        float_overflow_error();
    PG_RETURN_POINTER(&result);
}

/// model_tail_query(head T, relation T) -> T
template <class T, class Model>
Datum tail_query(FunctionCallInfo fcinfo) {
    return query<T, Model, Wanted::kTail>(arg<T>(fcinfo, 0), arg<T>(fcinfo, 1));
}

/// model_head_query(relation T, tail T) -> T
template <class T, class Model>
Datum head_query(FunctionCallInfo fcinfo) {
    return query<T, Model, Wanted::kHead>(arg<T>(fcinfo, 1), arg<T>(fcinfo, 0));
}

}  // namespace
}  // namespace vx::pg

namespace pg = vx::pg;

VX_FUNCTION(vector_transe_score, pg::transe_score<pg::Vector>)
VX_FUNCTION(vector_transe_tail_query, pg::tail_query<pg::Vector, vx::TransE>)
VX_FUNCTION(vector_transe_head_query, pg::head_query<pg::Vector, vx::TransE>)
VX_FUNCTION(vector_distmult_score, pg::score<pg::Vector, vx::DistMult>)
VX_FUNCTION(vector_distmult_query, pg::tail_query<pg::Vector, vx::DistMult>)
VX_FUNCTION(vector_complex_score, pg::score<pg::Vector, vx::ComplEx>)
VX_FUNCTION(vector_complex_tail_query, pg::tail_query<pg::Vector, vx::ComplEx>)
VX_FUNCTION(vector_complex_head_query, pg::head_query<pg::Vector, vx::ComplEx>)
VX_FUNCTION(vector_rotate_score, pg::score<pg::Vector, vx::RotatE>)
VX_FUNCTION(vector_rotate_tail_query, pg::tail_query<pg::Vector, vx::RotatE>)
VX_FUNCTION(vector_rotate_head_query, pg::head_query<pg::Vector, vx::RotatE>)

VX_FUNCTION(halfvec_transe_score, pg::transe_score<pg::HalfVector>)
VX_FUNCTION(halfvec_transe_tail_query, pg::tail_query<pg::HalfVector, vx::TransE>)
VX_FUNCTION(halfvec_transe_head_query, pg::head_query<pg::HalfVector, vx::TransE>)
VX_FUNCTION(halfvec_distmult_score, pg::score<pg::HalfVector, vx::DistMult>)
VX_FUNCTION(halfvec_distmult_query, pg::tail_query<pg::HalfVector, vx::DistMult>)
VX_FUNCTION(halfvec_complex_score, pg::score<pg::HalfVector, vx::ComplEx>)
VX_FUNCTION(halfvec_complex_tail_query, pg::tail_query<pg::HalfVector, vx::ComplEx>)
VX_FUNCTION(halfvec_complex_head_query, pg::head_query<pg::HalfVector, vx::ComplEx>)
VX_FUNCTION(halfvec_rotate_score, pg::score<pg::HalfVector, vx::RotatE>)
VX_FUNCTION(halfvec_rotate_tail_query, pg::tail_query<pg::HalfVector, vx::RotatE>)
VX_FUNCTION(halfvec_rotate_head_query, pg::head_query<pg::HalfVector, vx::RotatE>)
