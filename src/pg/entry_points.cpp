// Every SQL-callable function of the types, one line each: C symbol, then what it is.
//
// The symbols are pgvector's, because catalogs that it wrote refer to them.
#include "pg/fmgr.h"
#include "pg/types/aggregate.h"
#include "pg/types/arithmetic.h"
#include "pg/types/binary_io.h"
#include "pg/types/cast.h"
#include "pg/types/compare.h"
#include "pg/types/datum.h"
#include "pg/types/distance.h"
#include "pg/types/text_io.h"
#include "pg/types/typmod.h"

namespace pg = vx::pg;
using pg::HalfVector;
using pg::SparseVector;
using pg::Vector;

VX_FUNCTION(vector_in, pg::text_in<Vector>)
VX_FUNCTION(vector_out, pg::text_out<Vector>)
VX_FUNCTION(vector_typmod_in, pg::typmod_in<Vector>)
VX_FUNCTION(vector_recv, pg::binary_recv<Vector>)
VX_FUNCTION(vector_send, pg::binary_send<Vector>)

VX_FUNCTION(halfvec_in, pg::text_in<HalfVector>)
VX_FUNCTION(halfvec_out, pg::text_out<HalfVector>)
VX_FUNCTION(halfvec_typmod_in, pg::typmod_in<HalfVector>)
VX_FUNCTION(halfvec_recv, pg::binary_recv<HalfVector>)
VX_FUNCTION(halfvec_send, pg::binary_send<HalfVector>)
VX_FUNCTION(halfvec, pg::typmod_cast<HalfVector>)

VX_FUNCTION(sparsevec_in, pg::sparse_in)
VX_FUNCTION(sparsevec_out, pg::sparse_out)
VX_FUNCTION(sparsevec_typmod_in, pg::typmod_in<SparseVector>)
VX_FUNCTION(sparsevec_recv, pg::sparse_recv)
VX_FUNCTION(sparsevec_send, pg::sparse_send)
VX_FUNCTION(sparsevec, pg::typmod_cast<SparseVector>)

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

VX_FUNCTION(vector_add, pg::elementwise<Vector, pg::Add>)
VX_FUNCTION(vector_sub, pg::elementwise<Vector, pg::Subtract>)
VX_FUNCTION(vector_mul, pg::elementwise<Vector, pg::Multiply>)
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
