-- Erasing deleted rows.  The function asks itself who may: who may VACUUM the table.

CREATE FUNCTION vectorext_erase(index regclass) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION vectorext_erase(regclass) IS
    'zero what VACUUM left of deleted rows in an index, and count the vectors erased';
