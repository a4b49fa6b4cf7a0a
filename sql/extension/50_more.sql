-- What pgvector does not have.  None of it changes what an existing statement means: the names are
-- new, but for avg and sum of a type that had none; the operators are for operands that had none; the
-- casts happen on assignment only (src/README.md, "Beside pgvector").

CREATE FUNCTION vector_scale(vector, real) RETURNS vector
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vector_scale(vector, real) IS 'implementation of * operator';

CREATE FUNCTION vector_scale(real, vector) RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_scale_commuted' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vector_scale(real, vector) IS 'implementation of * operator';

CREATE FUNCTION halfvec_scale(halfvec, real) RETURNS halfvec
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION halfvec_scale(halfvec, real) IS 'implementation of * operator';

CREATE FUNCTION halfvec_scale(real, halfvec) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_scale_commuted' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION halfvec_scale(real, halfvec) IS 'implementation of * operator';

CREATE FUNCTION vector_element(vector, integer) RETURNS real
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vector_element(vector, integer) IS 'element at a position, counted from 1';

CREATE FUNCTION halfvec_element(halfvec, integer) RETURNS real
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION halfvec_element(halfvec, integer) IS 'element at a position, counted from 1';

CREATE FUNCTION sparsevec_element(sparsevec, integer) RETURNS real
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION sparsevec_element(sparsevec, integer)
    IS 'element at a position, counted from 1';

CREATE FUNCTION jsonb_to_vector(jsonb, integer, boolean) RETURNS vector
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION jsonb_to_vector(jsonb, integer, boolean) IS 'convert jsonb array to vector';

CREATE FUNCTION vector_to_jsonb(vector) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vector_to_jsonb(vector) IS 'convert vector to jsonb array';

CREATE FUNCTION jsonb_to_halfvec(jsonb, integer, boolean) RETURNS halfvec
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION jsonb_to_halfvec(jsonb, integer, boolean) IS 'convert jsonb array to halfvec';

CREATE FUNCTION halfvec_to_jsonb(halfvec) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION halfvec_to_jsonb(halfvec) IS 'convert halfvec to jsonb array';

CREATE FUNCTION sparsevec_add(sparsevec, sparsevec) RETURNS sparsevec
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION sparsevec_add(sparsevec, sparsevec) IS 'aggregate transition function';

CREATE FUNCTION sparsevec_accum(double precision[], sparsevec) RETURNS double precision[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION sparsevec_accum(double precision[], sparsevec)
    IS 'aggregate transition function';

CREATE FUNCTION sparsevec_combine(double precision[], double precision[]) RETURNS double precision[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION sparsevec_combine(double precision[], double precision[])
    IS 'aggregate combine function';

CREATE FUNCTION sparsevec_avg(double precision[]) RETURNS sparsevec
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION sparsevec_avg(double precision[]) IS 'aggregate final function';

CREATE AGGREGATE avg(sparsevec) (
    SFUNC = sparsevec_accum,
    STYPE = double precision[],
    FINALFUNC = sparsevec_avg,
    COMBINEFUNC = sparsevec_combine,
    INITCOND = '{0}',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE avg(sparsevec)
    IS 'the average (arithmetic mean) as sparsevec of all sparsevec values';

CREATE AGGREGATE sum(sparsevec) (
    SFUNC = sparsevec_add,
    STYPE = sparsevec,
    COMBINEFUNC = sparsevec_add,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE sum(sparsevec) IS 'sum as sparsevec across all sparsevec input values';

CREATE CAST (jsonb AS vector)
    WITH FUNCTION jsonb_to_vector(jsonb, integer, boolean) AS ASSIGNMENT;

CREATE CAST (vector AS jsonb)
    WITH FUNCTION vector_to_jsonb(vector) AS ASSIGNMENT;

CREATE OPERATOR * (
    LEFTARG = vector, RIGHTARG = real, FUNCTION = vector_scale,
    COMMUTATOR = *
);

COMMENT ON OPERATOR * (vector, real) IS 'multiply';

CREATE OPERATOR * (
    LEFTARG = real, RIGHTARG = vector, FUNCTION = vector_scale,
    COMMUTATOR = *
);

COMMENT ON OPERATOR * (real, vector) IS 'multiply';

CREATE CAST (jsonb AS halfvec)
    WITH FUNCTION jsonb_to_halfvec(jsonb, integer, boolean) AS ASSIGNMENT;

CREATE CAST (halfvec AS jsonb)
    WITH FUNCTION halfvec_to_jsonb(halfvec) AS ASSIGNMENT;

CREATE OPERATOR * (
    LEFTARG = halfvec, RIGHTARG = real, FUNCTION = halfvec_scale,
    COMMUTATOR = *
);

COMMENT ON OPERATOR * (halfvec, real) IS 'multiply';

CREATE OPERATOR * (
    LEFTARG = real, RIGHTARG = halfvec, FUNCTION = halfvec_scale,
    COMMUTATOR = *
);

COMMENT ON OPERATOR * (real, halfvec) IS 'multiply';
