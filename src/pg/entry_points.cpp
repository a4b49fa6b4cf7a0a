// Every SQL-callable function of the types, one line each: C symbol, then what it is.
//
// The symbols are pgvector's, because catalogs that it wrote refer to them.
#include "pg/fmgr.h"
#include "pg/types/aggregate.h"
#include "pg/types/arithmetic.h"
#include "pg/types/binary_io.h"
#include "pg/types/bits.h"
#include "pg/types/cast.h"
#include "pg/types/compare.h"
#include "pg/types/datum.h"
#include "pg/types/distance.h"
#include "pg/types/sparse_aggregate.h"
#include "pg/types/text_io.h"
#include "pg/types/typmod.h"

namespace pg = vx::pg;
using pg::HalfVector;
using pg::SparseVector;
using pg::Vector;

// vector

VX_FUNCTION(vector_in, pg::text_in<Vector>)
VX_FUNCTION(vector_out, pg::text_out<Vector>)
VX_FUNCTION(vector_typmod_in, pg::typmod_in<Vector>)
VX_FUNCTION(vector_recv, pg::binary_recv<Vector>)
VX_FUNCTION(vector_send, pg::binary_send<Vector>)

VX_FUNCTION(vector, pg::typmod_cast<Vector>)
VX_FUNCTION(array_to_vector, pg::from_array<Vector>)
VX_FUNCTION(vector_to_float4, pg::to_float_array<Vector>)

VX_FUNCTION(l2_distance, pg::distance<Vector, pg::L2>)
VX_FUNCTION(vector_l2_squared_distance, pg::distance<Vector, pg::L2Squared>)
VX_FUNCTION(inner_product, pg::distance<Vector, pg::InnerProduct>)
VX_FUNCTION(vector_negative_inner_product, pg::distance<Vector, pg::NegativeInnerProduct>)
VX_FUNCTION(cosine_distance, pg::distance<Vector, pg::Cosine>)
VX_FUNCTION(vector_spherical_distance, pg::distance<Vector, pg::Spherical>)
VX_FUNCTION(l1_distance, pg::distance<Vector, pg::L1>)

VX_FUNCTION(vector_dims, pg::dims<Vector>)
VX_FUNCTION(vector_norm, pg::norm<Vector>)
VX_FUNCTION(l2_normalize, pg::normalize<Vector>)
VX_FUNCTION(subvector, pg::subvector<Vector>)
VX_FUNCTION(binary_quantize, pg::binary_quantize<Vector>)
VX_FUNCTION(vector_element, pg::element_at<Vector>)

VX_FUNCTION(vector_add, pg::elementwise<Vector, pg::Add>)
VX_FUNCTION(vector_sub, pg::elementwise<Vector, pg::Subtract>)
VX_FUNCTION(vector_mul, pg::elementwise<Vector, pg::Multiply>)
VX_FUNCTION(vector_scale, pg::scale<Vector>)
VX_FUNCTION(vector_scale_commuted, pg::scale_commuted<Vector>)
VX_FUNCTION(vector_concat, pg::concat<Vector>)

VX_FUNCTION(vector_lt, pg::comparison<Vector, pg::is_less>)
VX_FUNCTION(vector_le, pg::comparison<Vector, pg::is_less_or_equal>)
VX_FUNCTION(vector_eq, pg::comparison<Vector, pg::is_equal>)
VX_FUNCTION(vector_ne, pg::comparison<Vector, pg::is_not_equal>)
VX_FUNCTION(vector_ge, pg::comparison<Vector, pg::is_greater_or_equal>)
VX_FUNCTION(vector_gt, pg::comparison<Vector, pg::is_greater>)
VX_FUNCTION(vector_cmp, pg::cmp<Vector>)
VX_FUNCTION(vector_hash, pg::hash<Vector>)
VX_FUNCTION(vector_hash_extended, pg::hash_extended<Vector>)

VX_FUNCTION(vector_accum, pg::average_accumulate<Vector>)
VX_FUNCTION(vector_combine, pg::average_combine<Vector>)
VX_FUNCTION(vector_avg, pg::average_final<Vector>)

VX_FUNCTION(jsonb_to_vector, pg::from_jsonb<Vector>)
VX_FUNCTION(vector_to_jsonb, pg::to_jsonb<Vector>)

// halfvec

VX_FUNCTION(halfvec_in, pg::text_in<HalfVector>)
VX_FUNCTION(halfvec_out, pg::text_out<HalfVector>)
VX_FUNCTION(halfvec_typmod_in, pg::typmod_in<HalfVector>)
VX_FUNCTION(halfvec_recv, pg::binary_recv<HalfVector>)
VX_FUNCTION(halfvec_send, pg::binary_send<HalfVector>)

VX_FUNCTION(halfvec, pg::typmod_cast<HalfVector>)
VX_FUNCTION(array_to_halfvec, pg::from_array<HalfVector>)
VX_FUNCTION(halfvec_to_float4, pg::to_float_array<HalfVector>)
VX_FUNCTION(halfvec_to_vector, pg::half_to_vector)
VX_FUNCTION(vector_to_halfvec, pg::vector_to_half)

VX_FUNCTION(halfvec_l2_distance, pg::distance<HalfVector, pg::L2>)
VX_FUNCTION(halfvec_l2_squared_distance, pg::distance<HalfVector, pg::L2Squared>)
VX_FUNCTION(halfvec_inner_product, pg::distance<HalfVector, pg::InnerProduct>)
VX_FUNCTION(halfvec_negative_inner_product, pg::distance<HalfVector, pg::NegativeInnerProduct>)
VX_FUNCTION(halfvec_cosine_distance, pg::distance<HalfVector, pg::Cosine>)
VX_FUNCTION(halfvec_spherical_distance, pg::distance<HalfVector, pg::Spherical>)
VX_FUNCTION(halfvec_l1_distance, pg::distance<HalfVector, pg::L1>)

VX_FUNCTION(halfvec_vector_dims, pg::dims<HalfVector>)
VX_FUNCTION(halfvec_l2_norm, pg::norm<HalfVector>)
VX_FUNCTION(halfvec_l2_normalize, pg::normalize<HalfVector>)
VX_FUNCTION(halfvec_subvector, pg::subvector<HalfVector>)
VX_FUNCTION(halfvec_binary_quantize, pg::binary_quantize<HalfVector>)
VX_FUNCTION(halfvec_element, pg::element_at<HalfVector>)

VX_FUNCTION(halfvec_add, pg::elementwise<HalfVector, pg::Add>)
VX_FUNCTION(halfvec_sub, pg::elementwise<HalfVector, pg::Subtract>)
VX_FUNCTION(halfvec_mul, pg::elementwise<HalfVector, pg::Multiply>)
VX_FUNCTION(halfvec_scale, pg::scale<HalfVector>)
VX_FUNCTION(halfvec_scale_commuted, pg::scale_commuted<HalfVector>)
VX_FUNCTION(halfvec_concat, pg::concat<HalfVector>)

VX_FUNCTION(halfvec_lt, pg::comparison<HalfVector, pg::is_less>)
VX_FUNCTION(halfvec_le, pg::comparison<HalfVector, pg::is_less_or_equal>)
VX_FUNCTION(halfvec_eq, pg::comparison<HalfVector, pg::is_equal>)
VX_FUNCTION(halfvec_ne, pg::comparison<HalfVector, pg::is_not_equal>)
VX_FUNCTION(halfvec_ge, pg::comparison<HalfVector, pg::is_greater_or_equal>)
VX_FUNCTION(halfvec_gt, pg::comparison<HalfVector, pg::is_greater>)
VX_FUNCTION(halfvec_cmp, pg::cmp<HalfVector>)
VX_FUNCTION(halfvec_hash, pg::hash<HalfVector>)
VX_FUNCTION(halfvec_hash_extended, pg::hash_extended<HalfVector>)

// halfvec_combine is vector_combine
VX_FUNCTION(halfvec_accum, pg::average_accumulate<HalfVector>)
VX_FUNCTION(halfvec_avg, pg::average_final<HalfVector>)

VX_FUNCTION(jsonb_to_halfvec, pg::from_jsonb<HalfVector>)
VX_FUNCTION(halfvec_to_jsonb, pg::to_jsonb<HalfVector>)

// sparsevec

VX_FUNCTION(sparsevec_in, pg::sparse_in)
VX_FUNCTION(sparsevec_out, pg::sparse_out)
VX_FUNCTION(sparsevec_typmod_in, pg::typmod_in<SparseVector>)
VX_FUNCTION(sparsevec_recv, pg::sparse_recv)
VX_FUNCTION(sparsevec_send, pg::sparse_send)

VX_FUNCTION(sparsevec, pg::typmod_cast<SparseVector>)
VX_FUNCTION(array_to_sparsevec, pg::sparse_from_array)
VX_FUNCTION(vector_to_sparsevec, pg::to_sparse<Vector>)
VX_FUNCTION(sparsevec_to_vector, pg::from_sparse<Vector>)
VX_FUNCTION(halfvec_to_sparsevec, pg::to_sparse<HalfVector>)
VX_FUNCTION(sparsevec_to_halfvec, pg::from_sparse<HalfVector>)

VX_FUNCTION(sparsevec_l2_distance, pg::distance<SparseVector, pg::L2>)
VX_FUNCTION(sparsevec_l2_squared_distance, pg::distance<SparseVector, pg::L2Squared>)
VX_FUNCTION(sparsevec_inner_product, pg::distance<SparseVector, pg::InnerProduct>)
VX_FUNCTION(sparsevec_negative_inner_product, pg::distance<SparseVector, pg::NegativeInnerProduct>)
VX_FUNCTION(sparsevec_cosine_distance, pg::distance<SparseVector, pg::Cosine>)
VX_FUNCTION(sparsevec_l1_distance, pg::distance<SparseVector, pg::L1>)

VX_FUNCTION(sparsevec_l2_norm, pg::norm<SparseVector>)
VX_FUNCTION(sparsevec_l2_normalize, pg::sparse_normalize)
VX_FUNCTION(sparsevec_element, pg::sparse_element_at)

VX_FUNCTION(sparsevec_lt, pg::comparison<SparseVector, pg::is_less>)
VX_FUNCTION(sparsevec_le, pg::comparison<SparseVector, pg::is_less_or_equal>)
VX_FUNCTION(sparsevec_eq, pg::comparison<SparseVector, pg::is_equal>)
VX_FUNCTION(sparsevec_ne, pg::comparison<SparseVector, pg::is_not_equal>)
VX_FUNCTION(sparsevec_ge, pg::comparison<SparseVector, pg::is_greater_or_equal>)
VX_FUNCTION(sparsevec_gt, pg::comparison<SparseVector, pg::is_greater>)
VX_FUNCTION(sparsevec_cmp, pg::cmp<SparseVector>)
VX_FUNCTION(sparsevec_hash, pg::hash<SparseVector>)
VX_FUNCTION(sparsevec_hash_extended, pg::hash_extended<SparseVector>)

VX_FUNCTION(sparsevec_add, pg::sparse_add)
VX_FUNCTION(sparsevec_accum, pg::sparse_average_accumulate)
VX_FUNCTION(sparsevec_combine, pg::sparse_average_combine)
VX_FUNCTION(sparsevec_avg, pg::sparse_average_final)

// bit

VX_FUNCTION(hamming_distance, pg::hamming_distance)
VX_FUNCTION(jaccard_distance, pg::jaccard_distance)
