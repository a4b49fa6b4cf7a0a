-- What distances cost (src/pg/planner/costs.cpp): each distance function names this as its SUPPORT.

CREATE FUNCTION vectorext_distance_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_distance_support(internal)
    IS 'planner support for distances: costs';
