/*
 * The type sparsevec as other extensions' C code sees it: see vector.h.
 */
#ifndef SPARSEVEC_H
#define SPARSEVEC_H

#include "access/htup_details.h" /* SET_VARSIZE, in a header of its own from 16 on */
#include "fmgr.h"
#include "storage/shmem.h"

#define SPARSEVEC_MAX_DIM 1000000000
#define SPARSEVEC_MAX_NNZ 16000

/*
 * The stored form: nnz indices, counted from 0 and ascending, then as many values, none of them
 * zero.
 */
typedef struct SparseVector {
    int32 vl_len_; /* varlena header: SET_VARSIZE, VARSIZE */
    int32 dim;
    int32 nnz;
    int32 unused; /* 0 */
    int32 indices[FLEXIBLE_ARRAY_MEMBER];
} SparseVector;

#define DatumGetSparseVector(datum) ((SparseVector*)PG_DETOAST_DATUM(datum))
#define PG_GETARG_SPARSEVEC_P(n) DatumGetSparseVector(PG_GETARG_DATUM(n))
#define PG_RETURN_SPARSEVEC_P(vector_) PG_RETURN_POINTER(vector_)

/* Bytes of a sparsevec with nnz elements. */
static inline Size SPARSEVEC_SIZE(int nnz) {
    return add_size(offsetof(SparseVector, indices),
                    mul_size(sizeof(int32) + sizeof(float), (Size)nnz));
}

/* Its values, behind the indices. */
static inline float* SPARSEVEC_VALUES(SparseVector* x) { return (float*)(x->indices + x->nnz); }

/* A new sparsevec whose indices and values are still to be set, in the current memory context. */
static inline SparseVector* InitSparseVector(int dim, int nnz) {
    Size size = SPARSEVEC_SIZE(nnz);
    SparseVector* result = (SparseVector*)palloc0(size);

    SET_VARSIZE(result, size);
    result->dim = dim;
    result->nnz = nnz;
    return result;
}

#endif
