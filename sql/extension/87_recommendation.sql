-- Recommendation.  A NULL array is an empty one, because array_agg makes one of no rows: what takes
-- arrays is not strict.

CREATE FUNCTION recommend(
    positive vector[], negative vector[] DEFAULT '{}', strategy text DEFAULT 'average')
    RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_recommend' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

COMMENT ON FUNCTION recommend(vector[], vector[], text) IS
    'a vector to search with, made of examples';

CREATE FUNCTION recommend(
    positive halfvec[], negative halfvec[] DEFAULT '{}', strategy text DEFAULT 'average')
    RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_recommend' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

COMMENT ON FUNCTION recommend(halfvec[], halfvec[], text) IS
    'a vector to search with, made of examples';

CREATE FUNCTION recommend(
    positive sparsevec[], negative sparsevec[] DEFAULT '{}', strategy text DEFAULT 'average')
    RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'sparsevec_recommend' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

COMMENT ON FUNCTION recommend(sparsevec[], sparsevec[], text) IS
    'a vector to search with, made of examples';

CREATE FUNCTION example_score(
    candidate vector, positive vector[], negative vector[], strategy text,
    metric text DEFAULT 'cosine')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_example_score'
    LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION example_score(vector, vector[], vector[], text, text) IS
    'score of a candidate by its similarities to examples';

CREATE FUNCTION example_score(
    candidate halfvec, positive halfvec[], negative halfvec[], strategy text,
    metric text DEFAULT 'cosine')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_example_score'
    LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION example_score(halfvec, halfvec[], halfvec[], text, text) IS
    'score of a candidate by its similarities to examples';

CREATE FUNCTION example_score(
    candidate sparsevec, positive sparsevec[], negative sparsevec[], strategy text,
    metric text DEFAULT 'cosine')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'sparsevec_example_score'
    LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION example_score(sparsevec, sparsevec[], sparsevec[], text, text) IS
    'score of a candidate by its similarities to examples';

CREATE FUNCTION vector_add_scaled(a vector, b vector, scale double precision) RETURNS vector
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vector_add_scaled(vector, vector, double precision) IS 'a + scale * b';

CREATE FUNCTION halfvec_add_scaled(a halfvec, b halfvec, scale double precision) RETURNS halfvec
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION halfvec_add_scaled(halfvec, halfvec, double precision) IS 'a + scale * b';

CREATE FUNCTION sparsevec_add_scaled(a sparsevec, b sparsevec, scale double precision) RETURNS sparsevec
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION sparsevec_add_scaled(sparsevec, sparsevec, double precision) IS 'a + scale * b';

-- Aggregates by weight have the states of avg, with the sum of the weights in place of the row count.

CREATE FUNCTION vector_weighted_accum(double precision[], vector, double precision)
    RETURNS double precision[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vector_weighted_accum(double precision[], vector, double precision)
    IS 'aggregate transition function';

CREATE FUNCTION vector_weighted_sum(double precision[]) RETURNS vector
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vector_weighted_sum(double precision[]) IS 'aggregate final function';

CREATE AGGREGATE avg(value vector, weight double precision) (
    SFUNC = vector_weighted_accum,
    STYPE = double precision[],
    FINALFUNC = vector_avg,
    COMBINEFUNC = vector_combine,
    INITCOND = '{0}',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE avg(vector, double precision)
    IS 'the average as vector of all vector values, each by its weight';

CREATE AGGREGATE sum(value vector, weight double precision) (
    SFUNC = vector_weighted_accum,
    STYPE = double precision[],
    FINALFUNC = vector_weighted_sum,
    COMBINEFUNC = vector_combine,
    INITCOND = '{0}',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE sum(vector, double precision)
    IS 'sum as vector across all vector values, each times its weight';

CREATE FUNCTION halfvec_weighted_accum(double precision[], halfvec, double precision)
    RETURNS double precision[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION halfvec_weighted_accum(double precision[], halfvec, double precision)
    IS 'aggregate transition function';

CREATE FUNCTION halfvec_weighted_sum(double precision[]) RETURNS halfvec
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION halfvec_weighted_sum(double precision[]) IS 'aggregate final function';

CREATE AGGREGATE avg(value halfvec, weight double precision) (
    SFUNC = halfvec_weighted_accum,
    STYPE = double precision[],
    FINALFUNC = halfvec_avg,
    COMBINEFUNC = halfvec_combine,
    INITCOND = '{0}',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE avg(halfvec, double precision)
    IS 'the average as halfvec of all halfvec values, each by its weight';

CREATE AGGREGATE sum(value halfvec, weight double precision) (
    SFUNC = halfvec_weighted_accum,
    STYPE = double precision[],
    FINALFUNC = halfvec_weighted_sum,
    COMBINEFUNC = halfvec_combine,
    INITCOND = '{0}',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE sum(halfvec, double precision)
    IS 'sum as halfvec across all halfvec values, each times its weight';

CREATE FUNCTION sparsevec_weighted_accum(double precision[], sparsevec, double precision)
    RETURNS double precision[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION sparsevec_weighted_accum(double precision[], sparsevec, double precision)
    IS 'aggregate transition function';

CREATE FUNCTION sparsevec_weighted_sum(double precision[]) RETURNS sparsevec
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION sparsevec_weighted_sum(double precision[]) IS 'aggregate final function';

CREATE AGGREGATE avg(value sparsevec, weight double precision) (
    SFUNC = sparsevec_weighted_accum,
    STYPE = double precision[],
    FINALFUNC = sparsevec_avg,
    COMBINEFUNC = sparsevec_combine,
    INITCOND = '{0}',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE avg(sparsevec, double precision)
    IS 'the average as sparsevec of all sparsevec values, each by its weight';

CREATE AGGREGATE sum(value sparsevec, weight double precision) (
    SFUNC = sparsevec_weighted_accum,
    STYPE = double precision[],
    FINALFUNC = sparsevec_weighted_sum,
    COMBINEFUNC = sparsevec_combine,
    INITCOND = '{0}',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE sum(sparsevec, double precision)
    IS 'sum as sparsevec across all sparsevec values, each times its weight';

-- Answers that do not repeat themselves, and end in time.

CREATE FUNCTION mmr(
    ids anyarray, vectors vector[], distances double precision[], k integer,
    lambda double precision DEFAULT 0.5, metric text DEFAULT 'cosine',
    OUT id anyelement, OUT distance double precision, OUT score double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vector_mmr'
    LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 10;

COMMENT ON FUNCTION
    mmr(anyarray, vector[], double precision[], integer, double precision, text) IS
    'the k candidates that are near and unlike each other (maximal marginal relevance)';

CREATE FUNCTION mmr(
    ids anyarray, vectors halfvec[], distances double precision[], k integer,
    lambda double precision DEFAULT 0.5, metric text DEFAULT 'cosine',
    OUT id anyelement, OUT distance double precision, OUT score double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'halfvec_mmr'
    LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 10;

COMMENT ON FUNCTION
    mmr(anyarray, halfvec[], double precision[], integer, double precision, text) IS
    'the k candidates that are near and unlike each other (maximal marginal relevance)';

CREATE FUNCTION mmr(
    ids anyarray, vectors sparsevec[], distances double precision[], k integer,
    lambda double precision DEFAULT 0.5, metric text DEFAULT 'cosine',
    OUT id anyelement, OUT distance double precision, OUT score double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sparsevec_mmr'
    LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 10;

COMMENT ON FUNCTION
    mmr(anyarray, sparsevec[], double precision[], integer, double precision, text) IS
    'the k candidates that are near and unlike each other (maximal marginal relevance)';

CREATE FUNCTION autocut(distances double precision[], jumps integer DEFAULT 1) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

COMMENT ON FUNCTION autocut(double precision[], integer) IS
    'how many results come before the distances jump';
