-- Knowledge graph embeddings: scores of triples (head, relation, tail), and the query vectors that find
-- what completes one.

CREATE FUNCTION transe_score(head vector, relation vector, tail vector, norm integer DEFAULT 2)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_transe_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transe_score(vector, vector, vector, integer) IS
    'minus the distance of head + relation from the tail, by norm 1 or 2';

CREATE FUNCTION transe_score(head halfvec, relation halfvec, tail halfvec, norm integer DEFAULT 2)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_transe_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transe_score(halfvec, halfvec, halfvec, integer) IS
    'minus the distance of head + relation from the tail, by norm 1 or 2';

CREATE FUNCTION transe_tail_query(head vector, relation vector)
    RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_transe_tail_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transe_tail_query(vector, vector) IS
    'what the tails with the greatest transe_score are nearest to';

CREATE FUNCTION transe_tail_query(head halfvec, relation halfvec)
    RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_transe_tail_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transe_tail_query(halfvec, halfvec) IS
    'what the tails with the greatest transe_score are nearest to';

CREATE FUNCTION transe_head_query(relation vector, tail vector)
    RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_transe_head_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transe_head_query(vector, vector) IS
    'what the heads with the greatest transe_score are nearest to';

CREATE FUNCTION transe_head_query(relation halfvec, tail halfvec)
    RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_transe_head_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transe_head_query(halfvec, halfvec) IS
    'what the heads with the greatest transe_score are nearest to';

CREATE FUNCTION distmult_score(head vector, relation vector, tail vector)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_distmult_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION distmult_score(vector, vector, vector) IS
    'sum of the products head * relation * tail';

CREATE FUNCTION distmult_score(head halfvec, relation halfvec, tail halfvec)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_distmult_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION distmult_score(halfvec, halfvec, halfvec) IS
    'sum of the products head * relation * tail';

CREATE FUNCTION distmult_query(known vector, relation vector)
    RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_distmult_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION distmult_query(vector, vector) IS
    'whose inner product with a head or tail is distmult_score';

CREATE FUNCTION distmult_query(known halfvec, relation halfvec)
    RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_distmult_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION distmult_query(halfvec, halfvec) IS
    'whose inner product with a head or tail is distmult_score';

CREATE FUNCTION complex_score(head vector, relation vector, tail vector)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_complex_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION complex_score(vector, vector, vector) IS
    'real part of the sum of head * relation * conjugate tail';

CREATE FUNCTION complex_score(head halfvec, relation halfvec, tail halfvec)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_complex_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION complex_score(halfvec, halfvec, halfvec) IS
    'real part of the sum of head * relation * conjugate tail';

CREATE FUNCTION complex_tail_query(head vector, relation vector)
    RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_complex_tail_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION complex_tail_query(vector, vector) IS
    'whose inner product with a tail is complex_score';

CREATE FUNCTION complex_tail_query(head halfvec, relation halfvec)
    RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_complex_tail_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION complex_tail_query(halfvec, halfvec) IS
    'whose inner product with a tail is complex_score';

CREATE FUNCTION complex_query(head vector, relation vector)
    RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_complex_tail_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION complex_query(vector, vector) IS
    'the same as complex_tail_query';

CREATE FUNCTION complex_query(head halfvec, relation halfvec)
    RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_complex_tail_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION complex_query(halfvec, halfvec) IS
    'the same as complex_tail_query';

CREATE FUNCTION complex_head_query(relation vector, tail vector)
    RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_complex_head_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION complex_head_query(vector, vector) IS
    'whose inner product with a head is complex_score';

CREATE FUNCTION complex_head_query(relation halfvec, tail halfvec)
    RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_complex_head_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION complex_head_query(halfvec, halfvec) IS
    'whose inner product with a head is complex_score';

CREATE FUNCTION rotate_score(head vector, relation vector, tail vector)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_rotate_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rotate_score(vector, vector, vector) IS
    'minus the distance of the head turned by the relation from the tail';

CREATE FUNCTION rotate_score(head halfvec, relation halfvec, tail halfvec)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_rotate_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rotate_score(halfvec, halfvec, halfvec) IS
    'minus the distance of the head turned by the relation from the tail';

CREATE FUNCTION rotate_tail_query(head vector, relation vector)
    RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_rotate_tail_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rotate_tail_query(vector, vector) IS
    'what the tails with the greatest rotate_score are nearest to';

CREATE FUNCTION rotate_tail_query(head halfvec, relation halfvec)
    RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_rotate_tail_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rotate_tail_query(halfvec, halfvec) IS
    'what the tails with the greatest rotate_score are nearest to';

CREATE FUNCTION rotate_query(head vector, relation vector)
    RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_rotate_tail_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rotate_query(vector, vector) IS
    'the same as rotate_tail_query';

CREATE FUNCTION rotate_query(head halfvec, relation halfvec)
    RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_rotate_tail_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rotate_query(halfvec, halfvec) IS
    'the same as rotate_tail_query';

CREATE FUNCTION rotate_head_query(relation vector, tail vector)
    RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_rotate_head_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rotate_head_query(vector, vector) IS
    'what the heads with the greatest rotate_score are nearest to';

CREATE FUNCTION rotate_head_query(relation halfvec, tail halfvec)
    RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_rotate_head_query' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rotate_head_query(halfvec, halfvec) IS
    'what the heads with the greatest rotate_score are nearest to';
