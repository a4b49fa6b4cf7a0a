-- What the planner gives to index scans (src/pg/planner): the distance from which on no row is
-- wanted, what it is measured from where no ORDER BY says so, and the order that puts rows without a
-- direction first.  Not for statements: @< and @<~ know no query to measure to, @<@ no bound.

CREATE FUNCTION vectorext_bound(double precision, double precision, double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_bound(double precision, double precision, double precision)
    IS 'internal: solves a comparison for the distance';

CREATE FUNCTION vectorext_within(vector, double precision) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_within(vector, double precision)
    IS 'implementation of @< operator';

CREATE OPERATOR @< (
    LEFTARG = vector, RIGHTARG = double precision, FUNCTION = vectorext_within
);

COMMENT ON OPERATOR @< (vector, double precision) IS 'internal: distance is within a bound';

CREATE FUNCTION vectorext_within_or_nan(vector, double precision) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vectorext_within' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_within_or_nan(vector, double precision)
    IS 'implementation of @<~ operator';

CREATE OPERATOR @<~ (
    LEFTARG = vector, RIGHTARG = double precision, FUNCTION = vectorext_within_or_nan
);

COMMENT ON OPERATOR @<~ (vector, double precision) IS 'internal: distance is within a bound or NaN';

CREATE FUNCTION vectorext_bounded_query(vector, vector) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vectorext_within' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_bounded_query(vector, vector)
    IS 'implementation of @<@ operator';

CREATE OPERATOR @<@ (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vectorext_bounded_query
);

COMMENT ON OPERATOR @<@ (vector, vector) IS 'internal: what a bound is measured from';

CREATE FUNCTION vectorext_within(halfvec, double precision) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_within(halfvec, double precision)
    IS 'implementation of @< operator';

CREATE OPERATOR @< (
    LEFTARG = halfvec, RIGHTARG = double precision, FUNCTION = vectorext_within
);

COMMENT ON OPERATOR @< (halfvec, double precision) IS 'internal: distance is within a bound';

CREATE FUNCTION vectorext_within_or_nan(halfvec, double precision) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vectorext_within' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_within_or_nan(halfvec, double precision)
    IS 'implementation of @<~ operator';

CREATE OPERATOR @<~ (
    LEFTARG = halfvec, RIGHTARG = double precision, FUNCTION = vectorext_within_or_nan
);

COMMENT ON OPERATOR @<~ (halfvec, double precision) IS 'internal: distance is within a bound or NaN';

CREATE FUNCTION vectorext_bounded_query(halfvec, halfvec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vectorext_within' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_bounded_query(halfvec, halfvec)
    IS 'implementation of @<@ operator';

CREATE OPERATOR @<@ (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = vectorext_bounded_query
);

COMMENT ON OPERATOR @<@ (halfvec, halfvec) IS 'internal: what a bound is measured from';

CREATE FUNCTION vectorext_within(sparsevec, double precision) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_within(sparsevec, double precision)
    IS 'implementation of @< operator';

CREATE OPERATOR @< (
    LEFTARG = sparsevec, RIGHTARG = double precision, FUNCTION = vectorext_within
);

COMMENT ON OPERATOR @< (sparsevec, double precision) IS 'internal: distance is within a bound';

CREATE FUNCTION vectorext_within_or_nan(sparsevec, double precision) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vectorext_within' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_within_or_nan(sparsevec, double precision)
    IS 'implementation of @<~ operator';

CREATE OPERATOR @<~ (
    LEFTARG = sparsevec, RIGHTARG = double precision, FUNCTION = vectorext_within_or_nan
);

COMMENT ON OPERATOR @<~ (sparsevec, double precision) IS 'internal: distance is within a bound or NaN';

CREATE FUNCTION vectorext_bounded_query(sparsevec, sparsevec) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vectorext_within' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_bounded_query(sparsevec, sparsevec)
    IS 'implementation of @<@ operator';

CREATE OPERATOR @<@ (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = vectorext_bounded_query
);

COMMENT ON OPERATOR @<@ (sparsevec, sparsevec) IS 'internal: what a bound is measured from';

CREATE FUNCTION vectorext_within(bit, double precision) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_within(bit, double precision)
    IS 'implementation of @< operator';

CREATE OPERATOR @< (
    LEFTARG = bit, RIGHTARG = double precision, FUNCTION = vectorext_within
);

COMMENT ON OPERATOR @< (bit, double precision) IS 'internal: distance is within a bound';

CREATE FUNCTION vectorext_within_or_nan(bit, double precision) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vectorext_within' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_within_or_nan(bit, double precision)
    IS 'implementation of @<~ operator';

CREATE OPERATOR @<~ (
    LEFTARG = bit, RIGHTARG = double precision, FUNCTION = vectorext_within_or_nan
);

COMMENT ON OPERATOR @<~ (bit, double precision) IS 'internal: distance is within a bound or NaN';

CREATE FUNCTION vectorext_bounded_query(bit, bit) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vectorext_within' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_bounded_query(bit, bit)
    IS 'implementation of @<@ operator';

CREATE OPERATOR @<@ (
    LEFTARG = bit, RIGHTARG = bit, FUNCTION = vectorext_bounded_query
);

COMMENT ON OPERATOR @<@ (bit, bit) IS 'internal: what a bound is measured from';

CREATE FUNCTION vectorext_cosine_nan_first(vector, vector) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_cosine_nan_first(vector, vector)
    IS 'implementation of <=>~ operator';

CREATE OPERATOR <=>~ (
    LEFTARG = vector, RIGHTARG = vector, FUNCTION = vectorext_cosine_nan_first,
    COMMUTATOR = <=>~
);

COMMENT ON OPERATOR <=>~ (vector, vector) IS 'internal: cosine distance, -Infinity instead of NaN';

CREATE FUNCTION vectorext_cosine_nan_first(halfvec, halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'vectorext_halfvec_cosine_nan_first' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_cosine_nan_first(halfvec, halfvec)
    IS 'implementation of <=>~ operator';

CREATE OPERATOR <=>~ (
    LEFTARG = halfvec, RIGHTARG = halfvec, FUNCTION = vectorext_cosine_nan_first,
    COMMUTATOR = <=>~
);

COMMENT ON OPERATOR <=>~ (halfvec, halfvec) IS 'internal: cosine distance, -Infinity instead of NaN';

CREATE FUNCTION vectorext_cosine_nan_first(sparsevec, sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'vectorext_sparsevec_cosine_nan_first' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_cosine_nan_first(sparsevec, sparsevec)
    IS 'implementation of <=>~ operator';

CREATE OPERATOR <=>~ (
    LEFTARG = sparsevec, RIGHTARG = sparsevec, FUNCTION = vectorext_cosine_nan_first,
    COMMUTATOR = <=>~
);

COMMENT ON OPERATOR <=>~ (sparsevec, sparsevec) IS 'internal: cosine distance, -Infinity instead of NaN';

ALTER OPERATOR FAMILY vector_l2_ops USING hnsw ADD
    OPERATOR 2 @< (vector, double precision),
    OPERATOR 3 @<~ (vector, double precision),
    OPERATOR 5 @<@ (vector, vector);

ALTER OPERATOR FAMILY vector_ip_ops USING hnsw ADD
    OPERATOR 2 @< (vector, double precision),
    OPERATOR 3 @<~ (vector, double precision),
    OPERATOR 5 @<@ (vector, vector);

ALTER OPERATOR FAMILY vector_cosine_ops USING hnsw ADD
    OPERATOR 2 @< (vector, double precision),
    OPERATOR 3 @<~ (vector, double precision),
    OPERATOR 4 <=>~ (vector, vector) FOR ORDER BY pg_catalog.float_ops,
    OPERATOR 5 @<@ (vector, vector);

ALTER OPERATOR FAMILY vector_l1_ops USING hnsw ADD
    OPERATOR 2 @< (vector, double precision),
    OPERATOR 3 @<~ (vector, double precision),
    OPERATOR 5 @<@ (vector, vector);

ALTER OPERATOR FAMILY halfvec_l2_ops USING hnsw ADD
    OPERATOR 2 @< (halfvec, double precision),
    OPERATOR 3 @<~ (halfvec, double precision),
    OPERATOR 5 @<@ (halfvec, halfvec);

ALTER OPERATOR FAMILY halfvec_ip_ops USING hnsw ADD
    OPERATOR 2 @< (halfvec, double precision),
    OPERATOR 3 @<~ (halfvec, double precision),
    OPERATOR 5 @<@ (halfvec, halfvec);

ALTER OPERATOR FAMILY halfvec_cosine_ops USING hnsw ADD
    OPERATOR 2 @< (halfvec, double precision),
    OPERATOR 3 @<~ (halfvec, double precision),
    OPERATOR 4 <=>~ (halfvec, halfvec) FOR ORDER BY pg_catalog.float_ops,
    OPERATOR 5 @<@ (halfvec, halfvec);

ALTER OPERATOR FAMILY halfvec_l1_ops USING hnsw ADD
    OPERATOR 2 @< (halfvec, double precision),
    OPERATOR 3 @<~ (halfvec, double precision),
    OPERATOR 5 @<@ (halfvec, halfvec);

ALTER OPERATOR FAMILY sparsevec_l2_ops USING hnsw ADD
    OPERATOR 2 @< (sparsevec, double precision),
    OPERATOR 3 @<~ (sparsevec, double precision),
    OPERATOR 5 @<@ (sparsevec, sparsevec);

ALTER OPERATOR FAMILY sparsevec_ip_ops USING hnsw ADD
    OPERATOR 2 @< (sparsevec, double precision),
    OPERATOR 3 @<~ (sparsevec, double precision),
    OPERATOR 5 @<@ (sparsevec, sparsevec);

ALTER OPERATOR FAMILY sparsevec_cosine_ops USING hnsw ADD
    OPERATOR 2 @< (sparsevec, double precision),
    OPERATOR 3 @<~ (sparsevec, double precision),
    OPERATOR 4 <=>~ (sparsevec, sparsevec) FOR ORDER BY pg_catalog.float_ops,
    OPERATOR 5 @<@ (sparsevec, sparsevec);

ALTER OPERATOR FAMILY sparsevec_l1_ops USING hnsw ADD
    OPERATOR 2 @< (sparsevec, double precision),
    OPERATOR 3 @<~ (sparsevec, double precision),
    OPERATOR 5 @<@ (sparsevec, sparsevec);

ALTER OPERATOR FAMILY bit_hamming_ops USING hnsw ADD
    OPERATOR 2 @< (bit, double precision),
    OPERATOR 3 @<~ (bit, double precision),
    OPERATOR 5 @<@ (bit, bit);

ALTER OPERATOR FAMILY bit_jaccard_ops USING hnsw ADD
    OPERATOR 2 @< (bit, double precision),
    OPERATOR 3 @<~ (bit, double precision),
    OPERATOR 5 @<@ (bit, bit);

ALTER OPERATOR FAMILY vector_l2_ops USING ivfflat ADD
    OPERATOR 2 @< (vector, double precision),
    OPERATOR 3 @<~ (vector, double precision),
    OPERATOR 5 @<@ (vector, vector);

ALTER OPERATOR FAMILY vector_ip_ops USING ivfflat ADD
    OPERATOR 2 @< (vector, double precision),
    OPERATOR 3 @<~ (vector, double precision),
    OPERATOR 5 @<@ (vector, vector);

ALTER OPERATOR FAMILY vector_cosine_ops USING ivfflat ADD
    OPERATOR 2 @< (vector, double precision),
    OPERATOR 3 @<~ (vector, double precision),
    OPERATOR 4 <=>~ (vector, vector) FOR ORDER BY pg_catalog.float_ops,
    OPERATOR 5 @<@ (vector, vector);

ALTER OPERATOR FAMILY halfvec_l2_ops USING ivfflat ADD
    OPERATOR 2 @< (halfvec, double precision),
    OPERATOR 3 @<~ (halfvec, double precision),
    OPERATOR 5 @<@ (halfvec, halfvec);

ALTER OPERATOR FAMILY halfvec_ip_ops USING ivfflat ADD
    OPERATOR 2 @< (halfvec, double precision),
    OPERATOR 3 @<~ (halfvec, double precision),
    OPERATOR 5 @<@ (halfvec, halfvec);

ALTER OPERATOR FAMILY halfvec_cosine_ops USING ivfflat ADD
    OPERATOR 2 @< (halfvec, double precision),
    OPERATOR 3 @<~ (halfvec, double precision),
    OPERATOR 4 <=>~ (halfvec, halfvec) FOR ORDER BY pg_catalog.float_ops,
    OPERATOR 5 @<@ (halfvec, halfvec);

ALTER OPERATOR FAMILY bit_hamming_ops USING ivfflat ADD
    OPERATOR 2 @< (bit, double precision),
    OPERATOR 3 @<~ (bit, double precision),
    OPERATOR 5 @<@ (bit, bit);
