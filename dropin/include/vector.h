/*
 * The type vector as other extensions' C code sees it.
 *
 * Names and layouts are those of pgvector's header of this name, so that what was written with that
 * one compiles with this one.  Functions are inline: the library exports none of them.
 */
#ifndef VECTOR_H
#define VECTOR_H

#include "access/htup_details.h" /* SET_VARSIZE, in a header of its own from 16 on */
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "storage/shmem.h"

#define VECTOR_MAX_DIM 16000

/* The stored form.  Any number of dimensions from 1 to VECTOR_MAX_DIM, every element finite. */
typedef struct Vector {
    int32 vl_len_; /* varlena header: SET_VARSIZE, VARSIZE */
    int16 dim;
    int16 unused; /* 0 */
    float x[FLEXIBLE_ARRAY_MEMBER];
} Vector;

#define VECTOR_SIZE(dim_) add_size(offsetof(Vector, x), mul_size(sizeof(float), (Size)(dim_)))
#define DatumGetVector(datum) ((Vector*)PG_DETOAST_DATUM(datum))
#define PG_GETARG_VECTOR_P(n) DatumGetVector(PG_GETARG_DATUM(n))
#define PG_RETURN_VECTOR_P(vector_) PG_RETURN_POINTER(vector_)

#ifndef FUNCTION_PREFIX
#if PG_VERSION_NUM >= 160000
#define FUNCTION_PREFIX
#else
#define FUNCTION_PREFIX PGDLLEXPORT
#endif
#endif

/* A new vector of zeros, allocated in the current memory context. */
static inline Vector* InitVector(int dim) {
    Size size = VECTOR_SIZE(dim);
    Vector* result = (Vector*)palloc0(size);

    SET_VARSIZE(result, size);
    result->dim = (int16)dim;
    return result;
}

/* Shows a vector to the client, for debugging. */
static inline void PrintVector(char* msg, Vector* vector) {
    StringInfoData text;

    initStringInfo(&text);
    for (int i = 0; i < vector->dim; i++)
        appendStringInfo(&text, "%s%g", i > 0 ? "," : "", (double)vector->x[i]);
    elog(INFO, "%s = [%s]", msg, text.data);
    pfree(text.data);
}

/* -1, 0 or 1: by elements, then by the number of dimensions. */
static inline int vector_cmp_internal(Vector* a, Vector* b) {
    int dim = Min(a->dim, b->dim);

    for (int i = 0; i < dim; i++) {
        if (a->x[i] < b->x[i]) return -1;
        if (a->x[i] > b->x[i]) return 1;
    }
    return (a->dim > b->dim) - (a->dim < b->dim);
}

#endif
