
-- Answers with a few rows of each group.  A window function of any type with a hash; as immutable as
-- that is.

CREATE FUNCTION vectorext_occurrence(value anyelement) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_occurrence(anyelement) IS
    'window function: how often the value has come, the current row included';
