
-- Why a query does not use an index.  The query is planned with the rights of whoever calls.

CREATE FUNCTION vectorext_advise(
    query text,
    OUT relation regclass, OUT index regclass, OUT used boolean, OUT reason text,
    OUT suggestion text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION vectorext_advise(text) IS
    'which index a query uses, or what keeps one away and the statement that would use it';
