-- Centers, projections and principal directions.

CREATE FUNCTION vector_center(vector, center vector) RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_center' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vector_center(vector, vector) IS
    'the vector minus a center, scaled to norm 1';

CREATE FUNCTION vector_center(halfvec, center halfvec) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_center' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vector_center(halfvec, halfvec) IS
    'the vector minus a center, scaled to norm 1';

CREATE FUNCTION project(vector, matrix vector[]) RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_project' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION project(vector, vector[]) IS
    'inner products of the vector with each row of a matrix';

CREATE FUNCTION project(halfvec, matrix halfvec[]) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_project' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION project(halfvec, halfvec[]) IS
    'inner products of the vector with each row of a matrix';

CREATE FUNCTION vectorext_pca_combine(double precision[], double precision[])
    RETURNS double precision[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION vector_pca_accum(double precision[], vector, integer) RETURNS double precision[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION vector_pca_final(double precision[]) RETURNS vector[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE pca(vector, k integer) (
    SFUNC = vector_pca_accum, STYPE = double precision[], INITCOND = '{0}',
    COMBINEFUNC = vectorext_pca_combine, FINALFUNC = vector_pca_final, PARALLEL = SAFE
);

COMMENT ON AGGREGATE pca(vector, integer) IS
    'the k directions in which the vectors vary most, orthonormal';

CREATE FUNCTION halfvec_pca_accum(double precision[], halfvec, integer) RETURNS double precision[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION halfvec_pca_final(double precision[]) RETURNS halfvec[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE pca(halfvec, k integer) (
    SFUNC = halfvec_pca_accum, STYPE = double precision[], INITCOND = '{0}',
    COMBINEFUNC = vectorext_pca_combine, FINALFUNC = halfvec_pca_final, PARALLEL = SAFE
);

COMMENT ON AGGREGATE pca(halfvec, integer) IS
    'the k directions in which the vectors vary most, orthonormal';
