
-- Why a row is not among the nearest that an index returns.  This asks the table with the rights of
-- whoever calls.

CREATE FUNCTION vectorext_why_not(
    index regclass, query anyelement, ctid tid, k integer DEFAULT 10,
    OUT distance double precision, OUT rank bigint, OUT kth_distance double precision,
    OUT index_kth_distance double precision, OUT returned boolean, OUT "position" bigint,
    OUT reason text)
    RETURNS record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE;

COMMENT ON FUNCTION vectorext_why_not(regclass, anyelement, tid, integer) IS
    'why a row is not among the k nearest that an index returns';
