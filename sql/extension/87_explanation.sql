-- Which dimensions a distance comes from.

CREATE FUNCTION explain_distance(
    a vector, b vector, metric text DEFAULT 'l2',
    OUT dimension integer, OUT a real, OUT b real, OUT contribution double precision,
    OUT share double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vector_explain_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION explain_distance(vector, vector, text) IS
    'what each dimension has in a distance, the largest share first';

CREATE FUNCTION explain_distance_groups(
    a vector, b vector, metric text, groups jsonb,
    OUT group_name text, OUT contribution double precision, OUT share double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vector_explain_distance_groups'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10;

COMMENT ON FUNCTION explain_distance_groups(vector, vector, text, jsonb) IS
    'what groups of dimensions have in a distance, the largest share first';

CREATE FUNCTION explain_distance(
    a halfvec, b halfvec, metric text DEFAULT 'l2',
    OUT dimension integer, OUT a real, OUT b real, OUT contribution double precision,
    OUT share double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'halfvec_explain_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION explain_distance(halfvec, halfvec, text) IS
    'what each dimension has in a distance, the largest share first';

CREATE FUNCTION explain_distance_groups(
    a halfvec, b halfvec, metric text, groups jsonb,
    OUT group_name text, OUT contribution double precision, OUT share double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'halfvec_explain_distance_groups'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10;

COMMENT ON FUNCTION explain_distance_groups(halfvec, halfvec, text, jsonb) IS
    'what groups of dimensions have in a distance, the largest share first';

CREATE FUNCTION explain_distance(
    a sparsevec, b sparsevec, metric text DEFAULT 'l2',
    OUT dimension integer, OUT a real, OUT b real, OUT contribution double precision,
    OUT share double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sparsevec_explain_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;

COMMENT ON FUNCTION explain_distance(sparsevec, sparsevec, text) IS
    'what each dimension has in a distance, the largest share first';

CREATE FUNCTION explain_distance_groups(
    a sparsevec, b sparsevec, metric text, groups jsonb,
    OUT group_name text, OUT contribution double precision, OUT share double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sparsevec_explain_distance_groups'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10;

COMMENT ON FUNCTION explain_distance_groups(sparsevec, sparsevec, text, jsonb) IS
    'what groups of dimensions have in a distance, the largest share first';
