/*
 * The type halfvec as other extensions' C code sees it: see vector.h.
 */
#ifndef HALFVEC_H
#define HALFVEC_H

#include "access/htup_details.h" /* SET_VARSIZE, in a header of its own from 16 on */
#include "fmgr.h"
#include "storage/shmem.h"

#define HALFVEC_MAX_DIM 16000

/* An element: the bits of an IEEE 754 binary16 number. */
#ifndef half
#define half uint16
#endif
#define HALF_MAX 65504

/* The stored form.  Any number of dimensions from 1 to HALFVEC_MAX_DIM, every element finite. */
typedef struct HalfVector {
    int32 vl_len_; /* varlena header: SET_VARSIZE, VARSIZE */
    int16 dim;
    int16 unused; /* 0 */
    half x[FLEXIBLE_ARRAY_MEMBER];
} HalfVector;

#define HALFVEC_SIZE(dim_) add_size(offsetof(HalfVector, x), mul_size(sizeof(half), (Size)(dim_)))
#define DatumGetHalfVector(datum) ((HalfVector*)PG_DETOAST_DATUM(datum))
#define PG_GETARG_HALFVEC_P(n) DatumGetHalfVector(PG_GETARG_DATUM(n))
#define PG_RETURN_HALFVEC_P(vector_) PG_RETURN_POINTER(vector_)

/* A new halfvec of zeros, allocated in the current memory context. */
static inline HalfVector* InitHalfVector(int dim) {
    Size size = HALFVEC_SIZE(dim);
    HalfVector* result = (HalfVector*)palloc0(size);

    SET_VARSIZE(result, size);
    result->dim = (int16)dim;
    return result;
}

#endif
